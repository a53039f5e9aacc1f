"""The day on which a complaint counts as filed: letters and terms begin with it, so it is never another one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from complain.environment import CHINA
from complain.filing.journal import Journal, open_journal
from complain.filing.rule_facts import filing_facts
from complain.filing.transitions import By, State
from fakes.cli import Cli, copy_example

MONDAY = dt.datetime(2026, 11, 16, 9, tzinfo=CHINA)
THURSDAY = MONDAY + dt.timedelta(days=3)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(open_journal(tmp_path / "journal.sqlite")) as opened:
        yield opened


def _filed_on(journal: Journal) -> dt.date | None:
    (fact,) = filing_facts(journal, "one", {})
    return fact.filed_on


def _submitted(journal: Journal, after: State) -> int:
    attempt = journal.begin("one", "website", "run", MONDAY, {})
    for state in (State.PREPARED, State.CONFIRMED, State.COMMITTING, after):
        journal.record("one", "website", attempt, "run", state, MONDAY)
    return attempt


@pytest.mark.parametrize(
    ("after", "day"),
    [
        (State.UNKNOWN, MONDAY),
        (State.NOT_FILED, THURSDAY),
        (State.REFUSED, THURSDAY),
        (State.NEEDS_HUMAN, THURSDAY),
    ],
)
def test_a_submission_that_did_not_arrive_is_not_the_day_of_the_filing_by_hand(
    journal: Journal, after: State, day: dt.datetime
) -> None:
    attempt = _submitted(journal, after)
    journal.record("one", "website", attempt, "r", State.FILED, THURSDAY, {"number": "A"}, by=By.PERSON)
    assert _filed_on(journal) == day.date()


def test_an_earlier_attempt_lends_its_day_to_no_later_one(journal: Journal) -> None:
    _submitted(journal, State.NOT_FILED)
    attempt = journal.begin("one", "website", "run", THURSDAY, {})
    journal.record("one", "website", attempt, "r", State.FILED, THURSDAY, {"number": "A"}, by=By.PERSON)
    assert _filed_on(journal) == THURSDAY.date()


def test_the_number_that_comes_later_leaves_the_day_as_it_was(journal: Journal) -> None:
    attempt = _submitted(journal, State.FILED_UNVERIFIED)
    journal.record("one", "website", attempt, "r", State.FILED, THURSDAY, {"number": "A"}, by=By.READING)
    assert _filed_on(journal) == MONDAY.date()


@pytest.mark.parametrize(
    ("typed", "outcome"), [("", "not_filed"), ("\n", "unknown"), ("website\n", "unknown")]
)
def test_where_nobody_can_be_asked_the_command_itself_is_the_word_and_any_other_answer_is_none(
    cli: Cli, tmp_path: Path, typed: str, outcome: str
) -> None:
    case = copy_example(tmp_path / "case")
    cli.home.mkdir()
    with closing(open_journal(cli.home / "journal.sqlite")) as journal:
        attempt = journal.begin("example-basic", "website", "run", MONDAY, {})
        for state in (State.PREPARED, State.CONFIRMED, State.COMMITTING, State.UNKNOWN):
            journal.record("example-basic", "website", attempt, "run", state, MONDAY)
    resolved = cli("resolve", case, "website", "--not-filed", stdin=typed)

    assert cli("status", case, "--json").outcomes == {"website": outcome}, resolved.said
    assert resolved.exit_code == (0 if outcome == "not_filed" else 2)


def test_the_person_names_the_day_of_a_filing_by_hand(cli: Cli, tmp_path: Path) -> None:
    case = copy_example(tmp_path / "case")
    assert cli("submit", case, "--channels", "website", "--by-hand").exit_code == 3
    entered = ("resolve", case, "website", "--filed", "GD-1", "--on")
    for wrong, sentence in (("2999-01-01", "has not come yet"), ("soon", "does not match")):
        refused = cli(*entered, wrong)
        assert (refused.exit_code, sentence in refused.stderr) == (2, True), refused.said
    denied = cli("resolve", case, "website", "--not-filed", "--on", "2026-11-16")
    assert (denied.exit_code, "--on goes with --filed only" in denied.stderr) == (2, True)

    receipt = cli(*entered, "2026-11-16", "--json").json["filings"][0]["receipt"]
    assert receipt["filed_at"].startswith("2026-11-16")
    assert "2026-11-16" in cli("status", case).stdout
    letter = cli("letter", case, "--kind", "regulator").stdout
    assert "2026年11月16日通过" in letter


def test_the_picture_of_a_receipt_is_kept_without_what_the_camera_wrote_beside_it(
    cli: Cli, tmp_path: Path
) -> None:
    case, photo = copy_example(tmp_path / "case"), tmp_path / "photo.JPG"
    assert cli("submit", case, "--channels", "website", "--by-hand").exit_code == 3
    exif = Image.Exif()
    exif[0x010E] = "at home"
    Image.new("RGB", (40, 30), "white").save(photo, "JPEG", exif=exif, comment=b"at home")
    said = cli("resolve", case, "website", "--filed", "GD-1", "--picture", photo, "--json")
    bag = Path(said.json["filings"][0]["receipt"]["path"])
    assert b"at home" in photo.read_bytes()
    assert b"at home" not in (bag / "data" / "picture.jpg").read_bytes(), "an export goes to others"
