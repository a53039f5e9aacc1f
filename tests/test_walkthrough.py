"""``docs/walkthrough.md``: its commands are the ones that are run here, and they print what it says they print."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from icalendar import Calendar

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "walkthrough.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(sh|text|toml)\n(.*?)^```$", re.M | re.S)
MOST_BYTES = 150_000

pytestmark = pytest.mark.xdist_group("walkthrough")


@dataclass(frozen=True)
class Step:
    """The commands of one block, what they printed, and what the page says that they print."""

    commands: tuple[str, ...]
    codes: tuple[int, ...]
    printed: str
    promised: tuple[str, ...]


@dataclass(frozen=True)
class Walked:
    """The folder in which the page was walked through, and its steps."""

    folder: Path
    steps: tuple[Step, ...]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    folder = tmp_path_factory.mktemp("walk")
    (folder / "examples").symlink_to(ROOT / "examples")
    (folder / "docs").symlink_to(ROOT / "docs")
    steps: list[Step] = []
    commands: tuple[str, ...] = ()
    ran: list[subprocess.CompletedProcess[str]] = []
    for kind, body in BLOCK.findall(TEXT):
        if kind == "toml":
            (folder / "我的案件" / "repayment.toml").write_text(body, encoding="utf-8")
        elif kind == "sh":
            commands = tuple(body.splitlines())
            ran = [_run(line, folder) for line in commands]
        else:
            printed = "".join(done.stdout + done.stderr for done in ran)
            promised = tuple(line for line in body.splitlines() if line.strip() not in ("", "…"))
            steps.append(Step(commands, tuple(done.returncode for done in ran), printed, promised))
    return Walked(folder, tuple(steps))


def _run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(line)
    if words[0] == "cp":
        shutil.copytree(folder / words[2], folder / words[3])
        return subprocess.CompletedProcess(words, 0, "", "")
    assert words[0] == "complain", line
    return subprocess.run(
        [sys.executable, "-m", "complain", *words[1:]],
        cwd=folder,
        env={**os.environ, "COMPLAIN_HOME": str(folder / "home"), "LANGUAGE": "zh_CN"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)  # a table on the screen breaks its lines where the window ends


def test_the_six_steps_of_the_article_stand_in_their_order() -> None:
    steps = re.findall(r"^## (\d)\. ", TEXT, re.M)
    assert steps == list("123456")
    for part in re.split(r"^## \d\. ", TEXT, flags=re.M)[1:]:
        assert "```sh\n" in part


def test_every_block_of_commands_says_what_it_prints() -> None:
    kinds = [kind for kind, _body in BLOCK.findall(TEXT) if kind != "toml"]
    assert kinds[::2] == ["sh"] * (len(kinds) // 2)
    assert kinds[1::2] == ["text"] * (len(kinds) // 2)


def test_every_command_is_typed_in_practice_and_none_reaches_anybody() -> None:
    for kind, body in BLOCK.findall(TEXT):
        for line in body.splitlines() if kind == "sh" else ():
            assert line.startswith("cp ") or line.endswith(" --practice") or " --practice " in line


@pytest.mark.browser
def test_every_command_ends_well_and_prints_what_the_page_promises(walked: Walked) -> None:
    for step in walked.steps:
        assert set(step.codes) == {0}, (step.commands, step.codes, step.printed)
        for line in step.promised:
            assert _bare(line) in _bare(step.printed), (line, step.printed)


@pytest.mark.browser
def test_the_papers_of_the_walk_are_there(walked: Walked) -> None:
    papers = ("通话记录.pdf", "还款方案.pdf", "给律师.pdf", "来电统计.pdf")
    assert all((walked.folder / name).read_bytes().startswith(b"%PDF") for name in papers)
    assert Calendar.from_ical((walked.folder / "日期.ics").read_bytes()).events
    page = (walked.folder / "来电统计.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "<script" not in page


@pytest.mark.browser
def test_the_walk_leaves_five_filings_and_the_dates_that_follow_from_them(walked: Walked) -> None:
    last = walked.steps[-1]
    assert last.printed.count("已提交，编号：") >= 5
    assert "未查到适用的法定期限" in last.printed
    assert "15日内作出处理决定" in last.printed


def test_each_picture_is_there_and_small() -> None:
    shown = set(re.findall(r"!\[[^\]]+\]\((pictures/[^)]+)\)", TEXT))
    there = {f"pictures/{path.name}" for path in (DOCUMENT.parent / "pictures").glob("*.png")}
    assert shown
    assert shown <= there
    for name in shown:
        assert (DOCUMENT.parent / name).stat().st_size < MOST_BYTES, name
