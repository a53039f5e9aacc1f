"""Answers of reading commands are given again only while everything that they were worked out from is as it was."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes.cli import Cli, Result, copy_example

HEAVY = ("importlib.metadata", "pluggy", "sqlite3", "pathlib", "pydantic", "jinja2")
LOOK = """
import sys
from complain.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print("worked out" if "complain.cli.keeping" in sys.modules else "kept", file=sys.stderr)
    print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""
DAY = 24 * 3600


class Asked:
    """Asks the command line in a process of its own, and tells whether the answer was kept."""

    def __init__(self, cli: Cli, case: Path) -> None:
        self.cli, self.case = cli, case

    def __call__(self, *args: str | Path, **environment: str) -> tuple[Result, bool, str]:
        """Return what was said, whether it was kept, and the names of the heavy modules in use."""
        done = subprocess.run(
            [sys.executable, "-c", LOOK.format(heavy=HEAVY), *map(str, args)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=self.case,
            env=self.cli.environment(**environment),
            check=False,
        )
        *said, kept, modules = done.stderr.splitlines()
        return Result(done.returncode, done.stdout, "\n".join(said)), kept == "kept", modules


def _age(*folders: Path) -> None:
    """Let everything in these folders have been written yesterday."""
    then = time.time() - DAY
    for folder in folders:
        for path in (*folder.rglob("*"), folder):
            os.utime(path, (then, then))


@pytest.fixture
def asked(tmp_path: Path, cli: Cli) -> Iterator[Asked]:
    """A home with a form of its own, and a case; both of yesterday."""
    case = copy_example(tmp_path / "case")
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    cli.home.mkdir(parents=True, exist_ok=True)
    (cli.home / "config.toml").write_text(f"[plugins]\ndirs = ['{plugins}']\n", encoding="utf-8")
    _age(tmp_path, cli.home)
    yield Asked(cli, case)


def _kept(asked: Asked, *args: str | Path) -> Result:
    """Ask twice; the second answer is the first one, kept."""
    first, _was_kept, _modules = asked(*args)
    second, was_kept, modules = asked(*args)
    assert was_kept
    assert modules == "[]"
    assert (second.exit_code, second.stdout, second.stderr) == (0, first.stdout, first.stderr)
    return second


@pytest.mark.parametrize(
    "args", [["channels"], ["channels", "--json"], ["status"], ["--json", "status", "."]]
)
def test_the_same_question_is_answered_from_what_was_kept(asked: Asked, args: list[str]) -> None:
    said = _kept(asked, *args)

    assert said.stdout


def _form_is_dropped_in(asked: Asked) -> None:
    (asked.case.parent / "plugins" / "new.toml").write_text("[channel]\nid = 'new'\n", encoding="utf-8")


def _config_is_changed(asked: Asked) -> None:
    with (asked.cli.home / "config.toml").open("a", encoding="utf-8") as file:
        file.write("[channels.website]\nenabled = false\n")


def _log_in_is_kept(asked: Asked) -> None:
    (asked.cli.home / "sessions").mkdir()
    (asked.cli.home / "sessions" / "website.age").write_bytes(b"")


@pytest.mark.parametrize("change", [_form_is_dropped_in, _config_is_changed, _log_in_is_kept])
def test_a_change_of_what_the_channels_are_is_seen_at_once(
    asked: Asked, change: Callable[[Asked], None]
) -> None:
    before = _kept(asked, "channels")

    change(asked)
    after, was_kept, _modules = asked("channels")

    assert not was_kept
    assert after.said != before.said


def _lay_out(asked: Asked) -> None:
    """Bring one filing as far as its pack."""
    asked.cli("sign", asked.case, stdin="属实\n")
    done = asked.cli("submit", asked.case, "--channels", "in-app", "--yes", "--json")
    assert done.outcomes == {"in-app": "needs_human"}


def test_a_filing_is_seen_at_once(asked: Asked) -> None:
    before = _kept(asked, "status")

    _lay_out(asked)
    after, was_kept, _modules = asked("status")

    assert not was_kept
    assert len(after.stdout) > len(before.stdout)


@pytest.mark.parametrize(
    "environment", [{"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, {"COMPLAIN_PLUGINS_DIR": "/nowhere"}]
)
def test_another_environment_is_another_question(asked: Asked, environment: dict[str, str]) -> None:
    before = _kept(asked, "channels")

    after, was_kept, _modules = asked("channels", **environment)

    assert not was_kept
    assert after.said != before.said


def test_what_was_written_a_moment_ago_is_not_relied_on(asked: Asked) -> None:
    soon = time.time() + 60  # the machine may take longer than two seconds to answer
    os.utime(asked.cli.home / "config.toml", (soon, soon))

    asked("channels")
    _said, was_kept, _modules = asked("channels")

    assert not was_kept


def test_a_damaged_answer_is_worked_out_anew(asked: Asked) -> None:
    before = _kept(asked, "channels")
    (asked.cli.home / "kept" / "channels").write_text('{"form": 1', encoding="utf-8")

    after, was_kept, _modules = asked("channels")

    assert not was_kept
    assert after.stdout == before.stdout


def test_a_case_folder_named_like_a_reading_command_is_still_worked_on(asked: Asked) -> None:
    case = copy_example(asked.case / "status")
    _age(asked.case)

    for _time in range(2):
        said, was_kept, _modules = asked("check", case.name)
        assert said.stdout
        assert not was_kept


def test_forgetting_a_case_forgets_the_answers_too(asked: Asked) -> None:
    _lay_out(asked)
    _age(asked.cli.home)
    said = _kept(asked, "status")
    assert "in-app" in said.stdout

    done = asked.cli("forget", asked.case, "--yes", "--export", asked.case.parent / "all.zip")

    assert done.exit_code == 0, done.said
    assert not (asked.cli.home / "kept").exists()
