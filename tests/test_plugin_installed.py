"""The documented third-party plugin, from its own wheel beside the tool's, files at a real django-helpdesk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from fakes.cli import ROOT, copy_example
from helpdesk.served import Helpdesk, needs_helpdesk, running_helpdesk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), needs_helpdesk]
PLUGIN = ROOT / "docs/examples/complain-helpdesk"


@dataclass(frozen=True)
class Installed:
    """A fresh virtual environment that holds nothing but two wheels.

    Attributes:
        python: Its interpreter.
        packages: Its own packages.
    """

    python: Path
    packages: Path

    def run(self, *words: str | Path, home: Path, cwd: Path, stdin: str = "") -> Any:
        """Run a command of the tool in an empty folder; return its JSON document."""
        done = subprocess.run(
            [self.python.with_name("complain"), *map(str, words), "--json"],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=cwd,
            env={**os.environ, "COMPLAIN_HOME": str(home)},
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)


def _pip(*words: str | Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, words)],
        check=True,
        capture_output=True,
        text=True,
    )


def _wheels(folder: Path, projects: Sequence[Path]) -> list[Path]:
    has_backend = find_spec("hatchling") is not None  # else pip fetches it for the build
    _pip("wheel", "--no-deps", *(["--no-build-isolation"] if has_backend else []), "-w", folder, *projects)
    return sorted(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Both wheels, built and installed; only the tool's dependencies are those of the tests, to save a minute."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv/bin/python"
    wheels = _wheels(folder / "wheels", [ROOT, PLUGIN])
    assert [wheel.name.split("-")[0] for wheel in wheels] == ["complain_filing", "complain_helpdesk"]
    _pip("--python", python, "install", "--no-deps", "--no-index", *wheels)
    (packages,) = (folder / "venv/lib").glob("python*/site-packages")
    # A path file inside an added path is not read: the tests' own, editable tool stays out of sight.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return Installed(python, packages)


@pytest.fixture
def helpdesk(tmp_path: Path) -> Iterator[Helpdesk]:
    state = tmp_path / "helpdesk"
    state.mkdir()
    with running_helpdesk(state, "en") as running:
        yield running


def test_a_plugin_from_its_own_wheel_files_one_ticket_at_a_real_helpdesk(
    installed: Installed, helpdesk: Helpdesk, tmp_path: Path
) -> None:
    home, empty = tmp_path / "home", tmp_path / "empty"
    home.mkdir()
    empty.mkdir()
    case = copy_example(tmp_path / "case")
    address = f"{helpdesk.origin}/tickets/submit/"
    (home / "config.toml").write_text(f'[channels.helpdesk]\nurl = "{address}"\n', encoding="utf-8")

    listed = installed.run("channels", home=home, cwd=empty)["channels"]
    (channel,) = (entry for entry in listed if entry["id"] == "helpdesk")
    installed.run("sign", case, home=home, cwd=empty, stdin="属实\n")
    filed = installed.run("submit", case, "--channels", "helpdesk", "--yes", home=home, cwd=empty)
    again = installed.run("submit", case, "--channels", "helpdesk", "--yes", home=home, cwd=empty)
    place = subprocess.run(
        [installed.python, "-c", "import complain, complain_helpdesk; print(complain.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=empty,
    )

    (report,) = filed["filings"]
    (ticket,) = helpdesk.rows("select * from helpdesk_ticket")
    letter = (Path(report["receipt"]["path"]) / "data/letter.txt").read_text(encoding="utf-8")
    assert Path(place.stdout.strip()).is_relative_to(installed.packages)
    assert channel["origin"] == {"kind": "distribution", "name": "complain-helpdesk 0.1.0", "overrides": None}
    assert (report["outcome"], report["receipt"]["number"]) == ("filed", "complaint-1")
    assert str(ticket["description"]).replace("\r\n", "\n") == letter
    assert (ticket["title"], ticket["submitter_email"]) == (
        "催收人员深夜来电并联系本人同事和家人",
        "zhangshili@example.com",
    )
    assert len(helpdesk.files()) == 1
    assert [one["outcome"] for one in again["filings"]] == ["skipped"]
