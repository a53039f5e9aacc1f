"""The main job on the practice desks: five channels, five receipts, each at most once."""

from __future__ import annotations

import html
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import bagit
import pytest

from complain.model import Outcome
from complain.wording import outcome_label
from fakes.cli import EXAMPLE, Cli, Result, copy_example

CHANNELS = {"in-app", "website", "public-account", "regulator", "association"}
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("main-job")]


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    return Cli(home=tmp_path_factory.mktemp("main-job"))


@pytest.fixture(scope="module")
def rehearsed(cli: Cli) -> Result:
    return cli("submit", EXAMPLE, "--channels", "all", "--practice", "--dry-run", "--json")


@pytest.fixture(scope="module")
def held_after_rehearsal(cli: Cli, rehearsed: Result) -> Any:
    return cli("practice", "--received", "--json").json


@pytest.fixture(scope="module")
def rows_after_rehearsal(cli: Cli, rehearsed: Result) -> int:
    with closing(sqlite3.connect(cli.home / "practice" / "journal.sqlite")) as connection:
        rows: int = connection.execute("SELECT count(*) FROM events").fetchone()[0]
    return rows


@pytest.fixture(scope="module")
def filed(cli: Cli, held_after_rehearsal: object, rows_after_rehearsal: int) -> Result:
    return cli("submit", EXAMPLE, "--channels", "all", "--practice", "--yes", "--json")


@pytest.fixture(scope="module")
def held(cli: Cli, filed: Result) -> Any:
    return cli("practice", "--received", "--json").json


def receipts(result: Result) -> dict[str, Any]:
    return {filing["channel"]: filing["receipt"] for filing in result.json["filings"]}


def archive(cli: Cli) -> Path:
    return cli.home / "practice" / "archive"


def test_a_dry_run_fills_every_form(rehearsed: Result) -> None:
    assert rehearsed.outcomes == dict.fromkeys(CHANNELS, "prepared"), rehearsed.said
    assert rehearsed.exit_code == 0


def test_a_dry_run_sends_no_complaint_no_draft_no_file_and_no_sms(held_after_rehearsal: Any) -> None:
    for channel in CHANNELS:
        desk = held_after_rehearsal[channel]
        assert (len(desk["complaints"]), desk["drafts"], desk["files"], desk["sms"]) == (0, 0, 0, 0), channel


def test_a_dry_run_leaves_nothing_in_the_journal(rows_after_rehearsal: int) -> None:
    assert rows_after_rehearsal == 0


def test_the_dry_runs_preview_needs_no_network_and_no_script(rehearsed: Result) -> None:
    written = Path(rehearsed.json["filings"][0]["preview"]).read_text(encoding="utf-8")
    page = html.unescape(written)

    assert "default-src 'none'" in written
    assert "<script" not in page
    assert "〔第一阶段编号〕" in page


def test_all_five_channels_are_filed_with_the_desks_own_numbers(filed: Result, held: Any) -> None:
    assert filed.outcomes == dict.fromkeys(CHANNELS, "filed"), filed.said
    assert filed.exit_code == 0
    numbers = {filing["channel"]: filing["receipt"]["number"] for filing in filed.json["filings"]}
    assert numbers == {channel: held[channel]["complaints"][0]["number"] for channel in CHANNELS}


def test_what_is_ready_soonest_is_submitted_first_one_after_the_other(cli: Cli, filed: Result) -> None:
    """The website's form is filled first; five pages take longer; the app's files go up after the confirm."""
    with closing(sqlite3.connect(cli.home / "practice" / "journal.sqlite")) as connection:
        rows = connection.execute("SELECT channel, state FROM events ORDER BY seq").fetchall()
    of_commits = [row for row in rows if row[1] in ("committing", "filed", "filed_unverified")]

    assert of_commits[:6] == [
        (channel, state)
        for channel in ("website", "public-account", "in-app")
        for state in ("committing", "filed")
    ]
    assert of_commits[6:8] == [("association", "committing"), ("association", "filed_unverified")]
    assert ("association", "filed") in of_commits[8:]


def test_every_desk_holds_exactly_one_complaint(held: Any) -> None:
    assert {channel: len(held[channel]["complaints"]) for channel in CHANNELS} == dict.fromkeys(CHANNELS, 1)


def test_stage_two_letters_name_the_numbers_of_stage_one(cli: Cli, filed: Result) -> None:
    numbers = [
        filing["receipt"]["number"]
        for filing in filed.json["filings"]
        if filing["channel"] in ("in-app", "website", "public-account")
    ]
    letter = (archive(cli) / "example-basic/association/1/data/letter.txt").read_text(encoding="utf-8")

    assert all(number in letter for number in numbers)


def test_every_receipt_is_a_bag_that_another_tool_validates(cli: Cli, filed: Result) -> None:
    for filing in filed.json["filings"]:
        bagit.Bag(filing["receipt"]["path"]).validate()


def test_the_progress_ends_in_words_and_not_in_a_name_of_the_tools_own(filed: Result) -> None:
    lines = filed.stderr.splitlines()

    assert any(line.endswith(outcome_label(Outcome.FILED)) for line in lines), filed.stderr
    assert not any(line.endswith(outcome.value) for line in lines for outcome in Outcome)


def test_a_second_run_files_nothing(cli: Cli, filed: Result) -> None:
    again = cli("submit", EXAMPLE, "--channels", "all", "--practice", "--yes", "--json")
    held = cli("practice", "--received", "--json").json

    assert again.outcomes == dict.fromkeys(CHANNELS, "skipped")
    assert again.exit_code == 0
    assert receipts(again) == receipts(cli("status", EXAMPLE, "--practice", "--json")) == receipts(filed)
    assert {channel: len(held[channel]["complaints"]) for channel in CHANNELS} == dict.fromkeys(CHANNELS, 1)


def test_status_shows_every_number_afterwards(cli: Cli, filed: Result) -> None:
    shown = cli("status", EXAMPLE, "--practice")

    for filing in filed.json["filings"]:
        assert filing["receipt"]["number"] in shown.stdout


def test_the_archive_is_clean_and_one_flipped_byte_is_named(cli: Cli, filed: Result, tmp_path: Path) -> None:
    clean = cli("receipts", "verify", "--practice")
    letter = archive(cli) / "example-basic/website/1/data/letter.txt"
    whole = letter.read_bytes()
    letter.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    try:
        damaged = cli("receipts", "verify", "--practice")
    finally:
        letter.write_bytes(whole)

    assert clean.exit_code == 0
    assert damaged.exit_code == 6
    assert "website/1/data/letter.txt" in damaged.said


def test_json_is_the_only_thing_on_stdout(filed: Result) -> None:
    assert set(filed.json) == {"case", "run", "filings", "exit_code"}
    assert set(filed.json["filings"][0]) == {
        "channel",
        "outcome",
        "receipt",
        "reason",
        "task",
        "preview",
        "warnings",
    }


def test_no_personal_number_reaches_stderr(filed: Result, rehearsed: Result) -> None:
    for result in (filed, rehearsed):
        assert "13800000000" not in result.stderr
        assert "zhangshili@example.com" not in result.stderr


def test_a_case_with_three_mistakes_names_all_three_and_starts_nothing(tmp_path: Path) -> None:
    folder = copy_example(tmp_path / "case")
    file = folder / "case.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace('phone = "138-0000-0000"', 'phone = "12"').replace('subject = "', 'subjekt = "', 1)
    file.write_text(text.replace('email = "zhangshili@example.com"', 'email = "nobody"'), encoding="utf-8")
    cli = Cli(home=tmp_path / "home")
    refused = cli("submit", folder, "--channels", "all", "--practice", "--yes", "--json")

    assert refused.exit_code == 2
    assert refused.json["filings"] == []
    for key in ("phone", "subjekt", "email"):
        assert key in refused.json["error"]["message"]
    assert not (cli.home / "practice" / "journal.sqlite").exists()
