"""Starts a real django-helpdesk with an empty database, and looks into that database afterwards."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
PYTHON = FOLDER / ".venv" / "bin" / "python"
START_SECONDS = 60.0
QUEUES = """
import django; django.setup()
from helpdesk.models import Queue
for title, slug in (("{ask}", "ask"), ("{complaint}", "complaint")):
    Queue.objects.create(title=title, slug=slug, allow_public_submission=True, allow_email_submission=False)
"""
QUEUE_NAMES = {
    "zh-hans": {"ask": "咨询", "complaint": "投诉"},
    "en": {"ask": "Questions", "complaint": "Complaints"},
}
URLS = """
from django.contrib import admin
from django.urls import include, path
urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("helpdesk.urls", namespace="helpdesk")),
]
"""
needs_helpdesk = pytest.mark.skipif(
    not PYTHON.exists(), reason="django-helpdesk is not installed (scripts/test does it)"
)


@dataclass(frozen=True)
class Helpdesk:
    """A running helpdesk.

    Attributes:
        origin: Scheme, host and port.
        state: Its database and its uploaded files.
    """

    origin: str
    state: Path

    def rows(self, query: str) -> list[dict[str, object]]:
        """Return what its own database holds."""
        with closing(sqlite3.connect(self.state / "helpdesk.sqlite3")) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query)]

    def files(self) -> dict[str, bytes]:
        """Return the files that were uploaded to it."""
        media = self.state / "media"
        return {path.name: path.read_bytes() for path in media.rglob("*") if path.is_file()}


def _free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert server.poll() is None, "the helpdesk has stopped"
            time.sleep(0.2)  # another program starts; nothing signals that it listens
    raise AssertionError("the helpdesk did not start")


@contextmanager
def running_helpdesk(state: Path, language: str = "zh-hans") -> Generator[Helpdesk]:
    """Run a helpdesk with two public queues.

    Args:
        state: An empty folder for its database and files.
        language: Of its pages.
    """
    environment = {
        **os.environ,
        "HELPDESK_STATE": str(state),
        "HELPDESK_LANGUAGE": language,
        "DJANGO_SETTINGS_MODULE": "settings",
        "PYTHONPATH": str(state),
    }
    (state / "urls.py").write_text(URLS, "utf-8")

    def run(*args: str) -> None:
        subprocess.run([PYTHON, *args], cwd=FOLDER, env=environment, check=True, capture_output=True)

    run("-m", "django", "migrate", "-v0")
    run("-c", QUEUES.format(**QUEUE_NAMES[language]))
    origin = f"http://127.0.0.1:{_free_port()}"
    command = [str(PYTHON), "-m", "django", "runserver", "--noreload", origin.removeprefix("http://")]
    with subprocess.Popen(
        command, cwd=FOLDER, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(f"{origin}/tickets/submit/", server)
            yield Helpdesk(origin, state)
        finally:
            server.terminate()
