"""The protocols for trials with people are ready to be run, and nothing pretends that they were."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRIALS = ROOT / "docs" / "trials"
GIVEN = {"参加者", "审阅人", "步骤", "信"}


@pytest.mark.parametrize("name", ["README.md", "five-people.md", "lawyer.md"])
def test_each_protocol_says_in_both_languages_that_it_was_not_run_yet(name: str) -> None:
    text = (TRIALS / name).read_text(encoding="utf-8")
    assert "**状态：尚未进行。**" in text
    assert "**Status: not yet run.**" in text


@pytest.mark.parametrize("name", ["five-people.csv", "lawyer.csv"])
def test_as_long_as_it_was_not_run_the_sheet_holds_no_result(name: str) -> None:
    with (TRIALS / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert not any(value for key, value in row.items() if key not in GIVEN), row


def test_every_step_and_question_of_the_protocol_has_a_line_for_each_of_the_five() -> None:
    steps = set(re.findall(r"^\| (T\d) ", (TRIALS / "five-people.md").read_text(encoding="utf-8"), re.M))
    steps |= set(re.findall(r"^(Q\d) ", (TRIALS / "five-people.md").read_text(encoding="utf-8"), re.M))
    with (TRIALS / "five-people.csv").open(encoding="utf-8", newline="") as file:
        lines = {(row["参加者"], row["步骤"]) for row in csv.DictReader(file)}
    assert lines == {(f"P{n}", step) for n in range(1, 6) for step in steps}


def test_the_letters_that_the_lawyer_gets_are_those_of_the_four_cases() -> None:
    named = re.findall(r"`(tests/golden/[^`]+)`", (TRIALS / "lawyer.md").read_text(encoding="utf-8"))
    assert {Path(name).parent.name for name in named} == {
        "bank",
        "consumer-finance",
        "small-loan",
        "no-evidence",
    }
    assert all((ROOT / name).is_file() for name in named)
