"""The documents name only what exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from complain.cli.main import COMMANDS
from complain.errors import ExitCode
from complain.model import Outcome
from fakes.cli import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readmes_name_only_commands_that_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(
        re.findall(r"\bcomplain ([a-z]+)\b", "\n".join(re.findall(r"`[^`]+`|^\S*/complain .*$", text, re.M)))
    )

    assert named - set(COMMANDS) == set()


def test_the_readme_lists_every_outcome_and_every_exit_code() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [outcome for outcome in Outcome if f"`{outcome}`" not in text] == []
    codes = text.split("Exit codes:")[1].split("`--json`")[0]
    assert [code for code in ExitCode if not re.search(rf"\b{int(code)}\b", codes)] == []


def test_the_first_screen_of_the_readme_shows_exactly_the_two_commands() -> None:
    first = (ROOT / "README.md").read_text(encoding="utf-8").split("```sh\n")[1].split("```")[0]

    assert [line.split()[0] for line in first.strip().splitlines()] == ["scripts/demo", "scripts/test"]
