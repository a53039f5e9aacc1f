"""What waits for a person is told at the end of a run and in ``status``, with commands that can be pasted anywhere."""

from __future__ import annotations

import html
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from complain import wording
from complain.environment import Home, default_root
from complain.model import FilingReport, Outcome
from complain.reports.waiting import Desk
from fakes.cli import Cli, copy_example


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return copy_example(tmp_path / "我的 材料")


def pasted(cli: Cli, command: str) -> subprocess.CompletedProcess[str]:
    """Paste a command into a shell that stands somewhere else."""
    environ = cli.environment(PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return subprocess.run(
        shlex.split(command), cwd="/", env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def told(shown: str) -> list[str]:
    """Return the commands and files that stand on lines of their own."""
    return re.findall(r"^ {6}(\S.*)$", shown, re.MULTILINE)


def test_a_run_ends_with_one_digest_and_status_repeats_it_until_it_is_settled(cli: Cli, case: Path) -> None:
    done = cli("submit", case, "--channels", "website,association")

    assert done.exit_code == 3
    assert "Waits for you: 2 filings" in done.stdout
    lines = told(done.stdout)
    assert [Path(line).is_file() for line in lines[::2]] == [True, True]
    again = cli("status", case).stdout
    assert told(again)[:4] == lines
    assert f"complain status {shlex.quote(str(case))}" in done.stdout

    entered = pasted(cli, lines[1].replace("NUMBER", "GD-1"))
    assert entered.returncode == 0, entered.stderr
    left = cli("status", case).stdout
    assert "Waits for you: 1 filing\n" in left
    assert str(cli.home / "packs" / "example-basic" / "website") not in left
    assert "number: GD-1" in left

    assert pasted(cli, lines[3].replace("NUMBER", "XFZ-1")).returncode == 0
    assert "Waits for you" not in cli("status", case).stdout


def test_a_home_that_was_named_stands_in_every_command(cli: Cli, case: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "an other"

    done = cli("submit", case, "--channels", "website", "--home", elsewhere)

    command = told(done.stdout)[1]
    named = f"--home {shlex.quote(str(elsewhere))}"
    page = (elsewhere / "packs/example-basic/website/index.html").read_text(encoding="utf-8")
    assert named in command
    assert named in html.unescape(page)
    assert pasted(cli, command.replace("NUMBER", "GD-1")).returncode == 0


def test_to_try_again_the_folder_of_the_channel_is_named_too(tmp_path: Path) -> None:
    """Red when the command said that there is no such channel."""
    desk = Desk(tmp_path / "case", tmp_path / "packs", Home(default_root()), (tmp_path / "我的 插件",))
    words = shlex.split(desk.again("helpdesk", refused=False))

    assert words[words.index("--plugins-dir") + 1] == str(tmp_path / "我的 插件")


def test_the_word_that_stands_for_a_number_is_not_taken_for_one(cli: Cli, case: Path) -> None:
    cli("submit", case, "--channels", "website")

    for word in ("NUMBER", "编号"):
        refused = cli("resolve", case, "website", "--filed", word)
        assert refused.exit_code == 2
        assert "nothing was entered" in refused.stderr


@pytest.mark.parametrize("word", [("--not-filed",), ("--filed", "GD-2")])
def test_nothing_is_asked_where_there_is_nothing_to_settle(
    cli: Cli, case: Path, word: tuple[str, ...]
) -> None:
    never = cli("resolve", case, "website", *word)
    cli("submit", case, "--channels", "website")
    cli("resolve", case, "website", "--filed", "GD-1")
    settled = cli("resolve", case, "website", *word)

    assert (never.exit_code, settled.exit_code) == (2, 2)
    assert "nothing was ever tried there" in never.stderr
    assert "There is nothing to settle for “website”: Filed." in settled.stderr
    assert "Did you look" not in never.said + settled.said


def test_every_automatic_channel_can_be_laid_out_by_hand_with_the_forms_own_labels(
    cli: Cli, case: Path
) -> None:
    done = cli("submit", case, "--channels", "regulator", "--by-hand", "--practice")

    assert done.exit_code == 3
    page = (cli.home / "practice/packs/example-basic/regulator/index.html").read_text(encoding="utf-8")
    for words in (
        "被投诉机构名称",
        "事实与理由",
        "在页面上选：催收方式不当",
        "点“确认提交”",
        "complain practice --port",
    ):
        assert words in page
    assert "栏目名称和顺序是推测的" not in page


def test_a_mail_that_was_refused_speaks_of_no_page() -> None:
    report = FilingReport("association", Outcome.REFUSED, reason="550 no such user")

    said = wording.outcome_sentence(report, "消费者协会", by_mail=True)

    assert "550 no such user" in said
    assert "page" not in said


PUBLIC = """
[channel]
id = "board"
title = "公开留言板"
url = "https://board.example/new"
body = "institution"
public = true

[[page]]
fields = [{ label = "内容", value = "{{ letter }}" }]

[submit]
button = "发布"

[outcome]
success = "已发布"
"""


def test_no_text_of_a_pack_for_a_public_page_holds_the_persons_numbers(
    cli: Cli, case: Path, tmp_path: Path
) -> None:
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "board.toml").write_text(PUBLIC, encoding="utf-8")
    laid = cli("submit", case, "--channels", "board", "--by-hand", "--plugins-dir", plugins)
    assert laid.exit_code == 3, laid.said
    texts = sorted((cli.home / "packs" / "example-basic" / "board" / "文字").glob("*.txt"))
    assert len(texts) == 4, "the letter, and three shorter ones"
    for text in texts:
        plain = text.read_text(encoding="utf-8-sig").replace("-", "")
        assert "13800000000" not in plain and "zhangshili@example.com" not in plain, text.name


@pytest.mark.parametrize(
    ("limits", "told", "files"),
    [
        (
            'attachments = { max = 1, types = ["jpg", "png"] }',
            "Evidence 2 “短信截图” is not attached: this channel takes one file.",
            1,
        ),
        ("letter = { max = 50 }", "more than the 50 that the channel takes. Nothing was cut", 3),
    ],
)
def test_what_a_form_does_not_take_is_told_in_its_pack(
    cli: Cli, case: Path, tmp_path: Path, limits: str, told: str, files: int
) -> None:
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    fields = '{ label = "内容", value = "{{ letter }}" }, { label = "附件", files = "evidence" }'
    form = PUBLIC.replace('{ label = "内容", value = "{{ letter }}" }', fields)
    (plugins / "board.toml").write_text(
        form.replace("[[page]]", f"[limits]\n{limits}\n[[page]]"), encoding="utf-8"
    )
    laid = cli("submit", case, "--channels", "board", "--by-hand", "--plugins-dir", plugins)
    assert laid.exit_code == 3, laid.said
    pack = cli.home / "packs" / "example-basic" / "board"
    assert told in html.unescape((pack / "index.html").read_text(encoding="utf-8"))
    assert len(list((pack / "附件").iterdir())) == files
