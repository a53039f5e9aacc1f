"""``complain evidence import-calls``: only ticked rows are kept, with a reason; the person confirms each incident."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from complain.case.load import load_case
from fakes.call_logs import COLLECTOR, FRIEND, HISTORY, OTHER_COLLECTOR, Rung, android, at, mobile_csv
from fakes.cli import Cli, copy_example

REASON = "来电人自称催收人员"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return copy_example(tmp_path / "case")


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "calls-20261101.xml"
    path.write_bytes(android())
    return path


def everything_in(folder: Path) -> str:
    return "\n".join(
        path.read_bytes().decode("utf-8", errors="replace") for path in folder.rglob("*") if path.is_file()
    )


def test_only_the_rows_of_ticked_numbers_are_kept_with_row_file_and_hash(
    cli: Cli, case: Path, backup: Path
) -> None:
    said = cli("evidence", "import-calls", backup, case, "--number", COLLECTOR, "--reason", REASON, "--json")
    assert said.exit_code == 0, said.said
    kept = json.loads((case / "calls" / "A.json").read_text(encoding="utf-8"))["log"]
    assert kept["file"] == backup.name
    assert kept["sha256"] == hashlib.sha256(backup.read_bytes()).hexdigest()
    assert {call["number"] for call in kept["calls"]} == {COLLECTOR}
    assert [call["row"] for call in kept["calls"]] == said.json["numbers"][0]["rows"] == [1, 2, 3, 5, 6, 7, 9]
    for place in (case, cli.home):
        assert FRIEND not in everything_in(place) and "老同学" not in everything_in(place)
    assert FRIEND not in said.said and OTHER_COLLECTOR not in said.said
    assert not list(case.rglob("*.xml")), "the file itself is not copied"


def test_the_file_itself_is_kept_only_when_asked(cli: Cli, case: Path, backup: Path) -> None:
    arguments = ("--number", COLLECTOR, "--reason", REASON, "--keep-file")
    said = cli("evidence", "import-calls", backup, case, *arguments)
    assert "The whole file is evidence 4 now." in said.stdout and "calls with everybody" in said.stdout
    assert [Path(entry.file).name for entry in load_case(case).evidence][3:] == ["04-calls-20261101.xml"]


def test_a_number_without_a_reason_is_refused_and_nothing_is_kept(cli: Cli, case: Path, backup: Path) -> None:
    said = cli("evidence", "import-calls", backup, case, "--number", COLLECTOR)
    assert said.exit_code == 2 and "stated reason" in said.stderr
    assert not (case / "calls").exists()


def test_a_number_that_is_not_in_the_log_is_refused_without_repeating_it(
    cli: Cli, case: Path, backup: Path
) -> None:
    said = cli("evidence", "import-calls", backup, case, "--number", "13912345678", "--reason", REASON)
    assert said.exit_code == 2 and "13912345678" not in said.said


def test_without_anybody_to_ask_nothing_is_kept(cli: Cli, case: Path, backup: Path) -> None:
    said = cli("evidence", "import-calls", backup, case, "--json")
    assert said.exit_code == 3 and not (case / "calls").exists()
    said = cli("evidence", "import-calls", backup, case)
    assert said.exit_code == 3 and not (case / "calls").exists()


def test_numbers_are_shown_by_count_with_contacts_masked_and_the_person_ticks(
    cli: Cli, case: Path, backup: Path
) -> None:
    # places 1 and 3; first reason, first lender; own words, lender not known; the first draft yes, then stop
    answers = "1,3\n1\n1\n自称某金融贷后人员\n\ny\nq\n"
    said = cli("evidence", "import-calls", backup, case, stdin=answers)
    assert said.exit_code == 0, said.said
    assert f"1  {COLLECTOR}" in said.stderr and "named in the case" in said.stderr
    assert "139****0009" in said.stderr and "in your contacts" in said.stderr and FRIEND not in said.said
    assert "老同学" not in said.said
    kept = json.loads((case / "calls" / "A.json").read_text(encoding="utf-8"))["log"]["numbers"]
    assert (
        kept[0]["lender"] == "示范小额贷款有限公司"
        and kept[0]["reason"] == "来电人自称催收人员，或谈及本人欠款"
    )
    assert kept[1] == {"number": OTHER_COLLECTOR, "reason": "自称某金融贷后人员", "lender": ""}


def test_incidents_are_drafted_for_calls_that_the_case_lacks_and_each_is_confirmed(
    cli: Cli, case: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "calls.xml"
    backup.write_bytes(android([*HISTORY, Rung(at("2026-10-16 23:10:09")), Rung(at("2026-10-17 06:30:00"))]))
    before = load_case(case)
    said = cli("evidence", "import-calls", backup, case, stdin="1\n1\n1\nn\ny\n")
    assert said.exit_code == 0, said.said
    added = load_case(case).incidents[len(before.incidents) :]
    assert [(one.when, one.kind.value, one.basis.value, one.answered.value) for one in added] == [
        ("2026-10-17 06:30", "night-call", "first-hand", "yes")
    ]
    assert "2026-10-16 23:10:09" in said.stderr, "it was asked about, and declined"
    assert "2026-10-12 22:47:05" not in said.stderr, "the case has this call already"


def test_nothing_is_entered_when_nobody_confirms(cli: Cli, case: Path, tmp_path: Path) -> None:
    backup = tmp_path / "calls.xml"
    backup.write_bytes(android([Rung(at("2026-10-16 23:10:09"))]))
    before = (case / "case.toml").read_bytes()
    arguments = ("--number", COLLECTOR, "--reason", REASON)
    said = cli("evidence", "import-calls", backup, case, *arguments)
    assert "2026-10-16 23:10:09" in said.stdout and "nobody confirmed" in said.stdout
    assert (case / "case.toml").read_bytes() == before
    assert cli("evidence", "import-calls", backup, case, *arguments, "--json").json["entered"] == 0


def test_where_the_answers_end_what_was_confirmed_until_then_is_entered(
    cli: Cli, case: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "calls.xml"
    backup.write_bytes(android([Rung(at(f"2026-10-{day} 23:10:09")) for day in (16, 17, 18)]))
    before = len(load_case(case).incidents)
    said = cli("evidence", "import-calls", backup, case, stdin="1\n1\n1\ny\ny\n")
    assert [one.when for one in load_case(case).incidents[before:]] == [
        "2026-10-16 23:10",
        "2026-10-17 23:10",
    ]
    assert "Entered into the case: 2 incidents." in said.stdout


def test_more_drafts_than_are_shown_are_counted_and_the_way_to_them_is_told(
    cli: Cli, case: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "calls.xml"
    backup.write_bytes(android([Rung(at(f"2026-09-{day:02} 23:10:09")) for day in range(1, 24)]))
    said = cli("evidence", "import-calls", backup, case, "--number", COLLECTOR, "--reason", REASON)
    assert said.stdout.count("23:10:09") == 20
    assert "… and 3 more; --json lists them all." in said.stdout
    assert "Run the command again in a terminal" in said.stdout


def test_importing_the_same_file_again_keeps_its_label_and_what_was_ticked(
    cli: Cli, case: Path, backup: Path
) -> None:
    for number in (COLLECTOR, OTHER_COLLECTOR):
        cli("evidence", "import-calls", backup, case, "--number", number, "--reason", REASON)
    assert [path.name for path in (case / "calls").iterdir()] == ["A.json"]
    kept = json.loads((case / "calls" / "A.json").read_text(encoding="utf-8"))["log"]
    assert {call["number"] for call in kept["calls"]} == {COLLECTOR, OTHER_COLLECTOR}


def test_columns_of_unknown_headings_are_asked_for_once_and_remembered(
    cli: Cli, case: Path, tmp_path: Path
) -> None:
    list_ = tmp_path / "list.csv"
    list_.write_text("甲,乙,丙,丁\n1,17000000001,2026-10-12 22:47:05,61\n", encoding="utf-8")
    arguments = ("--number", COLLECTOR, "--reason", REASON)
    said = cli("evidence", "import-calls", list_, case, *arguments)
    assert said.exit_code == 2 and "--column number=3" in said.stderr
    said = cli(
        "evidence", "import-calls", list_, case, *arguments, "--column", "number=乙", "--column", "at=3"
    )
    assert said.exit_code == 0, said.said
    text = (cli.home / "call-mappings.json").read_text(encoding="utf-8")
    assert COLLECTOR not in text and "乙" not in text

    other = tmp_path / "next-month.csv"
    other.write_text("甲,乙,丙,丁\n1,17000000001,2026-11-12 12:47:05,61\n", encoding="utf-8")
    assert cli("evidence", "import-calls", other, case, *arguments).exit_code == 0
    assert cli("evidence", "import-calls", other, case, *arguments, "--column", "x=3").exit_code == 2


def test_the_person_is_asked_where_the_columns_are(cli: Cli, case: Path, tmp_path: Path) -> None:
    list_ = tmp_path / "list.csv"
    list_.write_text("甲,乙,丙,丁\n1,17000000001,2026-10-12 12:47:05,61\n", encoding="utf-8")
    said = cli("evidence", "import-calls", list_, case, stdin="9\n2\n3\n\n4\n\n1\n1\n\n")
    assert said.exit_code == 0, said.said
    [call] = json.loads((case / "calls" / "A.json").read_text(encoding="utf-8"))["log"]["calls"]
    assert (call["row"], call["seconds"], call["state"], call["direction"]) == (2, 61, "connected", "unknown")


def test_broken_rows_are_named_by_their_line_and_nothing_of_them_is_shown(
    cli: Cli, case: Path, tmp_path: Path
) -> None:
    list_ = tmp_path / "详单.csv"
    list_.write_bytes(mobile_csv(extra="2026-10-20 25:00:00,示例市,被叫,13955554444,5秒,国内通话,0"))
    said = cli("evidence", "import-calls", list_, case, "--number", COLLECTOR, "--reason", REASON)
    assert "Row 13 was not taken: The day or the time cannot be read." in said.stdout
    assert "13955554444" not in said.said + everything_in(case)


def test_a_lender_that_the_case_does_not_name_is_refused(cli: Cli, case: Path, backup: Path) -> None:
    said = cli(
        "evidence",
        "import-calls",
        backup,
        case,
        "--number",
        COLLECTOR,
        "--reason",
        REASON,
        "--lender",
        "别家",
    )
    assert said.exit_code == 2 and "示范小额贷款有限公司" in said.stderr


def test_forgetting_a_case_with_its_folder_removes_the_kept_calls(cli: Cli, case: Path, backup: Path) -> None:
    cli("evidence", "import-calls", backup, case, "--number", COLLECTOR, "--reason", REASON)
    said = cli("forget", case, "--yes", "--no-export", "--with-folder")
    assert said.exit_code == 0, said.said
    assert not (case / "calls").exists()
