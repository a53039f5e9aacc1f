"""Successes and failures of a form are counted against its definition, and only those that are its own."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from complain.channels.form import FormChannel
from complain.environment import Home
from complain.errors import ChannelUnreachable, ComplainError, FormChanged, PersonNeeded, ReadBackDiffers
from complain.filing.track_record import FILE, TrackRecord, note_settled, note_stopped, track_record
from complain.filing.transitions import State
from fakes.cli import Cli

DAY = dt.date(2026, 11, 23)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def channel(tmp_path: Path) -> FormChannel:
    path = tmp_path / "desk.toml"
    path.write_text('[channel]\nid = "desk"\nurl = "http://127.0.0.1:1/form"\n', "utf-8")
    return FormChannel(path)


def test_filings_and_forms_that_differed_are_counted(home: Home, channel: FormChannel) -> None:
    for state in (State.FILED, State.FILED_UNVERIFIED):
        note_settled(home, channel, DAY, state)
    note_stopped(home, channel, DAY, FormChanged("the form has no field"))
    note_stopped(home, channel, DAY, ReadBackDiffers("the page holds something else"))
    assert track_record(home, channel) == TrackRecord(2, 2, DAY, "ReadBackDiffers", DAY)
    once = TrackRecord(1, 2, DAY, "ReadBackDiffers", DAY)
    assert "filed once, stopped 2 times because the form differed." in once.sentence()


@pytest.mark.parametrize(
    "error", [ChannelUnreachable("no network"), PersonNeeded("a code is needed"), ComplainError("a fault")]
)
def test_what_is_not_the_definitions_fault_is_not_counted(
    home: Home, channel: FormChannel, error: ComplainError
) -> None:
    note_stopped(home, channel, DAY, error)
    assert track_record(home, channel) == TrackRecord()


@pytest.mark.parametrize("state", [State.REFUSED, State.UNKNOWN, State.NEEDS_HUMAN, State.NOT_FILED])
def test_an_end_without_a_sign_of_success_is_not_counted(
    home: Home, channel: FormChannel, state: State
) -> None:
    note_settled(home, channel, DAY, state)
    assert track_record(home, channel) == TrackRecord()


def test_a_changed_definition_starts_anew_also_when_it_is_changed_back(
    home: Home, channel: FormChannel
) -> None:
    original = channel.path.read_bytes()
    note_settled(home, channel, DAY, State.FILED)
    channel.path.write_bytes(original + b"# mended\n")
    assert track_record(home, channel) == TrackRecord()
    note_stopped(home, channel, DAY, FormChanged("still"))
    channel.path.write_bytes(original)
    assert track_record(home, channel) == TrackRecord()


def test_a_line_that_a_crash_cut_off_costs_only_itself(home: Home, channel: FormChannel) -> None:
    note_settled(home, channel, DAY, State.FILED)
    with (home.path / FILE).open("ab") as file:
        file.write(b'\n{"day": "2026-11-2')
    note_settled(home, channel, DAY, State.FILED)
    assert track_record(home, channel).successes == 2


def test_the_day_on_which_it_last_worked_is_told(home: Home, channel: FormChannel) -> None:
    later = DAY + dt.timedelta(days=3)
    for day in (DAY, later):
        note_settled(home, channel, day, State.FILED)
    note_stopped(home, channel, later + dt.timedelta(days=1), FormChanged("gone"))
    record = track_record(home, channel)

    assert record.as_json()["last_success"] == later.isoformat()
    assert record.sentence().endswith(f"It last worked here on {later.isoformat()}.")


def test_nothing_of_a_case_is_written(home: Home, channel: FormChannel) -> None:
    note_stopped(home, channel, DAY, FormChanged("“张示例” is missing"))
    assert "张示例" not in (home.path / FILE).read_text("utf-8").encode().decode("unicode_escape")


@pytest.mark.browser
def test_a_filing_is_counted_and_shown(cli: Cli) -> None:
    done = cli("submit", "examples/basic", "--practice", "--channels", "in-app", "--yes")
    assert done.exit_code == 0, done.stderr
    listed = json.loads(cli("channels", "--practice", "--json").stdout)["channels"]
    (shown,) = [entry["since_changed"] for entry in listed if entry["id"] == "in-app"]
    assert (shown["successes"], shown["failures"]) == (1, 0)
    assert "filed once, stopped 0 times" in cli("channels", "--practice").stdout
    examined = json.loads(cli("doctor", "in-app", "--practice", "--json").stdout)["channels"]
    assert [entry["since_changed"]["successes"] for entry in examined] == [1]
