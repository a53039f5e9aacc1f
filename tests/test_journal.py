"""The journal: append-only, durable, and it never allows a second commit."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from complain.errors import CaseLocked, ComplainError, IllegalTransition, JournalTooNew
from complain.filing.journal import BagRow, Journal, open_journal
from complain.filing.lock import case_lock
from complain.filing.transitions import REOPENABLE, By, State, advance

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TO_COMMIT = (State.PREPARED, State.CONFIRMED, State.COMMITTING)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(open_journal(tmp_path / "journal.sqlite")) as opened:
        yield opened


def go(journal: Journal, *states: State, by: By = By.RUN) -> int:
    attempt = journal.begin("c", "website", "r", NOW, {})
    for state in states:
        journal.record("c", "website", attempt, "r", state, NOW, by=by)
    return attempt


def test_an_attempt_goes_step_by_step_to_its_outcome(journal: Journal) -> None:
    go(journal, *TO_COMMIT, State.FILED)

    assert [event.state for event in journal.events("c")] == [
        State.DRAFTED,
        *TO_COMMIT,
        State.FILED,
    ]


def test_committing_cannot_be_reached_without_a_confirm(journal: Journal) -> None:
    attempt = go(journal, State.PREPARED)

    with pytest.raises(IllegalTransition):
        journal.record("c", "website", attempt, "r", State.COMMITTING, NOW)


@pytest.mark.parametrize("last", [State.COMMITTING, State.FILED, State.FILED_UNVERIFIED, State.UNKNOWN])
def test_what_may_have_been_sent_is_never_begun_again(journal: Journal, last: State) -> None:
    go(journal, *TO_COMMIT, *([] if last is State.COMMITTING else [last]))

    with pytest.raises(IllegalTransition):
        journal.begin("c", "website", "r2", NOW, {})


@pytest.mark.parametrize("last", [State.NOT_FILED, State.REFUSED, State.NEEDS_HUMAN])
def test_what_provably_was_not_taken_may_be_tried_again(journal: Journal, last: State) -> None:
    go(journal, *TO_COMMIT, last)

    assert journal.begin("c", "website", "r2", NOW, {}) == 2


def test_an_unknown_is_left_only_by_reading_or_by_the_persons_word(journal: Journal) -> None:
    attempt = go(journal, *TO_COMMIT, State.UNKNOWN)

    with pytest.raises(IllegalTransition):
        journal.record("c", "website", attempt, "r2", State.FILED, NOW, by=By.RUN)
    journal.record("c", "website", attempt, "r2", State.FILED, NOW, {"number": "A-1"}, by=By.PERSON)

    last = journal.last("c", "website")
    assert last is not None
    assert (last.state, last.by) == (State.FILED, By.PERSON)


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET state = 'filed'", "DELETE FROM events", "DELETE FROM bags"]
)
def test_rows_can_be_neither_changed_nor_removed(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(open_journal(path)) as journal:
        go(journal, *TO_COMMIT, State.UNKNOWN)
        journal.add_bag(BagRow("c", "website", 1, "c/website/1", "0" * 64), NOW)

    with closing(sqlite3.connect(path)) as raw, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)


def test_the_database_itself_refuses_a_second_committing_row_of_an_attempt(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(open_journal(path)) as journal:
        go(journal, *TO_COMMIT)

    with closing(sqlite3.connect(path)) as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute(
            "INSERT INTO events (case_id, channel, attempt, run, state, by, at, data)"
            " SELECT case_id, channel, attempt, run, state, by, at, data FROM events WHERE state = 'committing'"
        )


def test_forgetting_a_case_leaves_the_others(journal: Journal) -> None:
    go(journal, *TO_COMMIT, State.FILED)
    journal.begin("other", "website", "r", NOW, {})
    journal.forget_case("c")

    assert journal.cases() == ["other"]


def test_the_settings_that_make_it_durable_are_in_force(journal: Journal) -> None:
    connection = journal._connection

    found = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    }

    assert found == {"journal_mode": "delete", "synchronous": 3}


def test_a_journal_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    open_journal(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version = 99")

    with pytest.raises(JournalTooNew):
        open_journal(path)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE other (x)")

    with pytest.raises(ComplainError, match="not a journal"):
        open_journal(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"no database at all" * 100)

    with pytest.raises(ComplainError, match="not a journal"):
        open_journal(path)


def test_two_runs_cannot_hold_one_case(tmp_path: Path) -> None:
    with case_lock(tmp_path, "c"), pytest.raises(CaseLocked), case_lock(tmp_path, "c"):
        pytest.fail("both held it")


def test_the_lock_falls_when_its_run_ends(tmp_path: Path) -> None:
    with case_lock(tmp_path, "c"):
        pass
    with case_lock(tmp_path, "c"):
        pass


class Life(RuleBasedStateMachine):
    """Any sequence of steps, legal or not, against the far side's own count of submissions."""

    def __init__(self) -> None:
        super().__init__()
        self.state: State | None = None
        self.sent_since_proof = 0

    @rule(new=st.sampled_from(State), by=st.sampled_from(By))
    def step(self, new: State, by: By) -> None:
        try:
            self.state = advance(self.state, new, by)
        except IllegalTransition:
            return
        if new is State.COMMITTING:
            self.sent_since_proof += 1
        if new in (State.NOT_FILED, State.REFUSED, State.NEEDS_HUMAN):
            self.sent_since_proof = 0  # the outcome says: provably nothing was taken

    @precondition(lambda self: self.state in REOPENABLE)
    @rule()
    def new_attempt(self) -> None:
        self.state = None

    @invariant()
    def never_two_commits_without_proof_between(self) -> None:
        assert self.sent_since_proof <= 1

    @invariant()
    def nothing_that_may_have_been_sent_is_reopenable(self) -> None:
        if self.sent_since_proof and self.state is not None:
            assert self.state not in REOPENABLE


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=300, stateful_step_count=30, deadline=None)
