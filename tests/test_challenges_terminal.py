"""A person at the terminal: a code and a captcha typed by hand, and a code that comes too late and is given the next day.

What stood on the screen is kept as plain text, in the folder that ``COMPLAIN_RECORDINGS`` names or else the test's own.
"""

from __future__ import annotations

import os
import re
import sqlite3
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fakes.cli import Cli, copy_example
from fakes.screen import HAS_TMUX, Screen, screen

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not HAS_TMUX, reason="tmux is not installed"),
    pytest.mark.xdist_group("terminal"),
]

TOMORROW = """# The same tool, a day later: the clock is handed in, as everywhere in the tests.
import datetime as dt, functools
from complain import environment
clock = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
environment.Environment = functools.partial(environment.Environment, now=clock)
from complain.cli.main import main
main()
"""


class Sitting:
    """One person with one case at one terminal, and what they see of the practice desk."""

    def __init__(self, screen: Screen, cli: Cli, case: Path) -> None:
        self.screen, self.cli, self.case = screen, cli, case

    def captcha(self) -> str:
        """Read the newest captcha of the regulator's desk, as a person reads the picture."""
        desks = self.cli.home / "practice" / "desks.sqlite"
        with closing(sqlite3.connect(f"file:{desks}?mode=ro", uri=True)) as connection:
            query = "SELECT text FROM captchas WHERE desk = 'regulator' AND used_at IS NULL ORDER BY id DESC"
            return str(connection.execute(query).fetchone()[0])

    def code(self) -> str:
        """Read the newest SMS on the practice phone, at the address that the terminal shows."""
        address = re.findall(r"http://127\.0\.0\.1:\d+/_phone", self.screen.shown())[-1]
        with urllib.request.urlopen(address, timeout=10) as page:
            found = re.search(r"验证码 (\d{6})", page.read().decode())
        assert found is not None
        return found[1]

    def received(self) -> Any:
        """Return what the regulator's desk holds."""
        return self.cli("practice", "--received", "--json").json["regulator"]


@pytest.fixture
def sitting(cli: Cli, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Sitting]:
    case = copy_example(tmp_path / "投诉 材料")
    tools = tmp_path / "bin"
    tools.mkdir()
    program = tools / "tomorrow.py"
    program.write_text(TOMORROW, encoding="utf-8")
    tomorrow = tools / "complain-tomorrow"
    tomorrow.write_text(  # a first line of "#!" cannot name a Python whose path has a space
        f'#!/bin/sh\nexec "{sys.executable}" "{program}" "$@"\n', encoding="utf-8"
    )
    tomorrow.chmod(0o755)
    environ = cli.environment(
        PATH=os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]]),
        TERM="screen-256color",
        COLORTERM="truecolor",
        LANG="C.UTF-8",
        PS1="$ ",
    )
    environ.pop("DISPLAY", None)  # a picture is then drawn in the terminal
    kept = Path(os.environ.get("COMPLAIN_RECORDINGS") or tmp_path)
    with screen(tmp_path, environ, kept / f"{request.node.name}.txt") as window:
        yield Sitting(window, cli, case)


def test_a_captcha_and_a_code_typed_by_hand_end_filed_in_chinese(sitting: Sitting) -> None:
    screen = sitting.screen
    submit = f'complain submit "{sitting.case}" --channels regulator --practice'
    screen.type(f"LANGUAGE=zh_CN {submit}; echo 退出码=$?")
    asked = screen.wait_for("请输入图片中的内容")
    assert asked.count("▀") > 1000, "the picture is drawn where there is no window"
    screen.type(sitting.captcha())
    screen.wait_for("输入“提交”继续")
    assert sitting.received()["complaints"] == []
    screen.type("提交")
    screen.wait_for("请输入短信验证码")
    screen.type(sitting.code())
    shown = screen.wait_for("退出码=", after="接下来")

    (complaint,) = sitting.received()["complaints"]
    assert "退出码=0" in shown
    assert f"已提交，编号：{complaint['number']}（是否受理，以对方通知为准）" in shown.replace("\n", "")
    assert "等您办理" not in shown
    assert screen.recording.read_text(encoding="utf-8").count("━━━") == 4


def test_a_code_that_does_not_come_in_time_is_a_task_and_is_given_the_next_day(sitting: Sitting) -> None:
    screen, cli = sitting.screen, sitting.cli
    cli.home.mkdir(parents=True, exist_ok=True)
    (cli.home / "config.toml").write_text("[browser]\nhand = 8\n", encoding="utf-8")
    command = f'submit "{sitting.case}" --channels regulator --practice; echo exit=$?'

    screen.type(f"complain {command}")
    screen.wait_for("Type what the picture shows")
    screen.type(sitting.captcha())
    screen.wait_for("Enter alone submits nothing")
    screen.type("submit")
    screen.wait_for("Type the code from the SMS")
    shown = screen.wait_for("exit=", after="Waits for you")  # nothing is typed

    assert "exit=3" in shown
    assert "An SMS code is needed" in shown.partition("Waits for you")[2]
    held = sitting.received()
    assert (len(held["complaints"]), held["drafts"], held["files"], held["sms"]) == (0, 0, 0, 1)
    waiting = cli("status", sitting.case, "--practice").stdout
    assert "An SMS code is needed" in waiting
    assert "--channels regulator --practice" in waiting

    screen.type(f"complain-tomorrow {command}")
    screen.wait_for("Type what the picture shows", after="complain-tomorrow")
    screen.type(sitting.captcha())
    screen.wait_for("Enter alone submits nothing", after="complain-tomorrow")
    screen.type("submit")
    screen.wait_for("Type the code from the SMS", after="complain-tomorrow")
    screen.type(sitting.code())
    shown = screen.wait_for("exit=", after="Submitted, number")

    (complaint,) = sitting.received()["complaints"]
    assert f"Submitted, number: {complaint['number']}" in shown
    assert "exit=0" in shown.partition("complain-tomorrow")[2]
    settled = cli("status", sitting.case, "--practice").stdout
    assert "Waits for you" not in settled
    assert complaint["number"] in settled
