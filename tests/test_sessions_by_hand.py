"""``complain login`` in a window that can be seen: a person types, the session is kept, ends, and is made anew."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from complain.practice.people import practice_secrets
from fakes.cli import ROOT, Cli, Result, copy_example
from fakes.desktop import Desktop, desktop
from fakes.desktop import why_not as no_desktop
from fakes.secret_service import SecretService, secret_service
from fakes.secret_service import why_not as no_store

MISSING = no_desktop() or no_store()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.keyring,
    pytest.mark.skipif(bool(MISSING), reason=MISSING or "all is here"),
    pytest.mark.xdist_group("desktop"),
]


class Person:
    """Somebody with a channel of their own, a desktop, a password store, and the practice website as the far side."""

    def __init__(self, folder: Path, screen: Desktop, store: SecretService, desk: str) -> None:
        self.screen, self.store, self.desk = screen, store, desk
        self.cli = Cli(home=folder / "home")
        self.case = copy_example(folder / "case")
        self.plugins = folder / "plugins"
        self.plugins.mkdir()
        shipped = (ROOT / "plugins/complain_website/practice.toml").read_text(encoding="utf-8")
        head, _login, rest = shipped.partition("[login]")
        log_in = f'[login]\nurl = "{desk}/login"\ndone = "您好，"\n\n'
        form = head + log_in + rest[rest.index("[[page]]") :]
        (self.plugins / "website.toml").write_text(form.replace("http://127.0.0.1:1", desk), encoding="utf-8")

    def environment(self) -> dict[str, str]:
        return {**self.store.environ, "LANGUAGE": "en", "COMPLAIN_HOME": str(self.cli.home)}

    def __call__(self, *args: str | Path, stdin: str = "") -> Result:
        done = subprocess.run(
            self.cli.command(*args, "--plugins-dir", self.plugins),
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment(),
            timeout=120,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def log_in(self) -> tuple[int, str]:
        """Type user and password into the window that opens."""
        command = self.cli.command("login", "website", "--plugins-dir", self.plugins)
        # In Chinese, as the page is: else the browser offers to translate it, in the midst of typing.
        environ = {**self.environment(), "DISPLAY": self.screen.display, "LANGUAGE": "zh_CN"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environ, text=True) as process:
            try:
                said = self._type_until_done(process)
            finally:
                process.kill()
        return process.returncode, said

    def _type_until_done(self, process: subprocess.Popen[str]) -> str:
        """Type; where the page took nothing, as it was not ready yet, load it anew and type again."""
        for _time in range(3):
            self.screen.wait_for_window("登录")
            self._type()
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.communicate(timeout=40)[0]
            self.screen.press("F5")
        raise AssertionError("nobody could log in")

    def _type(self) -> None:
        with urllib.request.urlopen(f"{self.desk}/login", timeout=10) as page:
            before = page.read().decode().partition('name="user"')[0]
        self.screen.click(30, 100)  # the banner at the top of the page: the tabulator goes on from there
        secrets = practice_secrets()
        tabs = "\t" * (before.count("<a ") + 1)
        self.screen.type(f"{tabs}{secrets['website.user']}\t{secrets['website.password']}\n")

    def submit(self) -> Any:
        (filing,) = self("submit", self.case, "--channels", "website", "--yes", "--json").json["filings"]
        return filing

    def meets(self, fault: str) -> None:
        """Switch a fault on at the desk."""
        data = urllib.parse.urlencode({"faults": fault}).encode()
        urllib.request.urlopen(f"{self.desk}/_faults", data, timeout=10).close()

    def received(self) -> int:
        with urllib.request.urlopen(f"{self.desk}/_received?json", timeout=10) as page:
            return len(json.loads(page.read())["website"]["complaints"])


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    folder = tmp_path_factory.mktemp("by-hand")
    command = [sys.executable, "-m", "complain", "--home", str(folder / "far"), "practice", "--json"]
    with (
        desktop() as screen,
        secret_service(folder / "bus") as store,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as desks,
    ):
        assert desks.stdout is not None
        address = json.loads(desks.stdout.readline())["addresses"]["website"]
        store.start()
        yield Person(folder, screen, store, address)
        desks.send_signal(signal.SIGINT)
        desks.communicate(timeout=30)


def test_a_log_in_by_hand_is_kept_ends_in_the_middle_and_is_made_anew(person: Person) -> None:
    code, said = person.log_in()

    assert (code, said) == (0, "登录状态已加密保存。\n")
    assert set(person.store.stored()) == {"session-key"}
    kept = person.cli.home / "sessions" / "website.age"
    assert kept.read_bytes().startswith(b"age-encryption.org/v1")
    assert b"practice_website" not in kept.read_bytes()

    assert person("sign", person.case, stdin="属实\n").exit_code == 0
    person.meets("session-expiry=1")
    stopped = person.submit()
    assert stopped["outcome"] == "needs_human", stopped
    person.meets("")
    again = person.submit()
    assert again["outcome"] == "needs_human", again
    assert "complain login website" in again["task"]
    assert person.received() == 0
    assert "complain login website" in person("status", person.case).stdout

    assert person.log_in()[0] == 0
    filed = person.submit()
    assert (filed["outcome"], person.received()) == ("filed", 1), filed

    assert "The log-in is forgotten." in person("logout", "website").stdout
    assert not kept.exists()
    assert "No log-in was kept." in person("logout", "website").stdout


def _log_in(person: Person, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        person.cli.command("login", "website", "--plugins-dir", person.plugins),
        capture_output=True,
        text=True,
        env=environ,
        timeout=120,
        check=False,
    )


def test_where_there_is_no_screen_that_is_what_is_said(person: Person) -> None:
    environ = {name: value for name, value in person.environment().items() if "DISPLAY" not in name}

    done = _log_in(person, environ)

    assert done.returncode == 3
    assert "There is no screen here" in done.stderr


def test_a_window_that_is_closed_by_time_keeps_nothing(person: Person) -> None:
    person("logout", "website")
    person.cli.home.mkdir(exist_ok=True)
    (person.cli.home / "config.toml").write_text("[browser]\nhand = 2\n", encoding="utf-8")
    environ = {**person.environment(), "DISPLAY": person.screen.display}

    done = _log_in(person, environ)

    assert done.returncode == 3
    assert "nothing was kept" in done.stderr
    assert not (person.cli.home / "sessions" / "website.age").exists()
