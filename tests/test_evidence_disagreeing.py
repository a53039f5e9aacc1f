"""A call that the case tells one way and the log another is shown with both; what cannot be compared is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from complain.case.load import load_case
from complain.evidence.disagreeing import disagreements
from fakes.call_logs import COLLECTOR, HISTORY, Rung, android, at, mobile_csv
from fakes.cli import Cli, copy_example

NOW = at("2026-11-20 12:00:00")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_example(tmp_path / "case")


def _import(cli: Cli, folder: Path, name: str, data: bytes) -> None:
    file = folder.parent / name
    file.write_bytes(data)
    said = cli("evidence", "import-calls", file, folder, "--number", COLLECTOR, "--reason", "来电人自称催收")
    assert said.exit_code == 0, said.said


def _edit(folder: Path, old: str, new: str) -> None:
    file = folder / "case.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def _found(folder: Path) -> list[str]:
    return disagreements(load_case(folder, now=NOW), folder)


def test_a_case_and_a_log_that_agree_have_nothing_to_say(cli: Cli, folder: Path) -> None:
    assert _found(folder) == []
    _import(cli, folder, "calls.xml", android())
    assert _found(folder) == []


def test_a_call_told_as_answered_that_the_log_shows_as_missed_shows_both(cli: Cli, folder: Path) -> None:
    rungs = [
        Rung(rung.at, rung.number, "missed") if rung.at == at("2026-10-13 11:32:40") else rung
        for rung in HISTORY
    ]
    _import(cli, folder, "calls.xml", android(rungs))
    (sentence,) = _found(folder)
    assert "Incident 3 (2026-10-13 11:32)" in sentence
    assert "“picked up”" in sentence
    assert "“not picked up”" in sentence
    assert sentence in cli("check", folder).stdout


def test_a_call_that_a_log_of_that_time_does_not_have_is_named(cli: Cli, folder: Path) -> None:
    _edit(folder, "at = 2026-10-13 11:32:00", "at = 2026-10-13 11:52:00")
    _import(cli, folder, "calls.xml", android())
    (sentence,) = _found(folder)
    assert "Incident 3 (2026-10-13 11:52)" in sentence
    assert "log A does not have" in sentence


def test_an_operators_list_says_nothing_of_calls_that_were_not_answered(cli: Cli, folder: Path) -> None:
    _edit(
        folder,
        'at = 2026-10-13 11:32:00\nkind = "frequent-calls"',
        'at = 2026-10-13 11:52:00\nkind = "frequent-calls"',
    )
    text = (folder / "case.toml").read_text(encoding="utf-8")
    place = text.index("11:52:00")
    (folder / "case.toml").write_text(
        text[:place] + text[place:].replace('answered = "yes"', 'answered = "no"', 1), encoding="utf-8"
    )
    _import(cli, folder, "list.csv", mobile_csv())
    assert _found(folder) == []


def test_a_log_with_an_unreadable_row_or_of_another_time_proves_no_absence(cli: Cli, folder: Path) -> None:
    _edit(folder, "at = 2026-10-13 11:32:00", "at = 2026-10-13 11:52:00")
    broken = '  <call number="17000000001" duration="x" date="y" type="1" />'
    _import(cli, folder, "calls.xml", android(extra=broken))
    assert _found(folder) == []
