"""The write-ahead journal: append-only rows in SQLite, each durable before the step that it announces.

``journal_mode=DELETE`` and ``synchronous=EXTRA`` (with ``fullfsync`` on macOS), read back at open: WAL would lose
rows when people copy the file, and the SQLite that most Pythons link (3.7.0 to 3.51.2) has a WAL corruption bug.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from complain.errors import ComplainError, IllegalTransition, JournalTooNew
from complain.filing.transitions import REOPENABLE, By, State, advance
from complain.i18n import _

APPLICATION_ID = 0x636D706C  # "cmpl"

_MIGRATIONS: Sequence[str] = (
    """
    CREATE TABLE events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        case_id TEXT NOT NULL,
        channel TEXT NOT NULL,
        attempt INTEGER NOT NULL CHECK (attempt >= 1),
        run TEXT NOT NULL,
        state TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        data TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX one_commit ON events (case_id, channel, attempt) WHERE state = 'committing';
    CREATE INDEX by_filing ON events (case_id, channel, attempt, seq);
    CREATE TABLE bags (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        case_id TEXT NOT NULL,
        channel TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        path TEXT NOT NULL,
        manifest_sha256 TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE forgetting (case_id TEXT PRIMARY KEY) STRICT;
    CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER bags_stay BEFORE UPDATE ON bags BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER events_kept BEFORE DELETE ON events
        WHEN NOT EXISTS (SELECT 1 FROM forgetting WHERE case_id = OLD.case_id)
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER bags_kept BEFORE DELETE ON bags
        WHEN NOT EXISTS (SELECT 1 FROM forgetting WHERE case_id = OLD.case_id)
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    """,
)


@dataclass(frozen=True)
class Event:
    """One row: an attempt reached a state.

    Attributes:
        seq: Position in the journal.
        case: The case's id.
        channel: The channel's id.
        attempt: 1 for the first try at this filing.
        run: Id of the run that wrote it.
        state: The state that was reached.
        by: Who or what brought it about.
        at: When (aware, UTC).
        data: What belongs to it: hashes, number, reason, names of evidence files; no personal data.
    """

    seq: int
    case: str
    channel: str
    attempt: int
    run: str
    state: State
    by: By
    at: dt.datetime
    data: Mapping[str, Any]


@dataclass(frozen=True)
class BagRow:
    """One archived bag.

    Attributes:
        case: The case's id.
        channel: The channel's id.
        attempt: Which try.
        path: Relative to the archive's folder.
        manifest_sha256: Of the bag's tag manifest.
    """

    case: str
    channel: str
    attempt: int
    path: str
    manifest_sha256: str


class Journal:
    """The journal of one home. Open it with `open_journal`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.commit()
        except (
            BaseException
        ):  # a commit that fails keeps the transaction open: another program may be reading
            self._connection.rollback()
            raise

    def begin(
        self, case: str, channel: str, run: str, at: dt.datetime, data: Mapping[str, Any], *, by: By = By.RUN
    ) -> int:
        """Open a new attempt and return its number.

        Raises:
            IllegalTransition: The last attempt may have been sent: there must be no other.
        """
        with self._writing() as connection:
            last = self.last(case, channel)
            if last is not None and last.state not in REOPENABLE:
                raise IllegalTransition(
                    _("“{channel}” already has a filing that is {state}; there is no second one.").format(
                        channel=channel, state=last.state
                    )
                )
            attempt = 1 if last is None else last.attempt + 1
            self._append(
                connection, (case, channel, attempt, run, advance(None, State.DRAFTED, by), by, at), data
            )
        return attempt

    def record(
        self,
        case: str,
        channel: str,
        attempt: int,
        run: str,
        state: State,
        at: dt.datetime,
        data: Mapping[str, Any] | None = None,
        *,
        by: By = By.RUN,
        unless: Callable[[], None] | None = None,
    ) -> None:
        """Append the next state of an attempt; durable when this returns.

        Args:
            case: The case's id.
            channel: The channel's id.
            attempt: Which try.
            run: Id of the run that writes it.
            state: The state that was reached.
            at: When (aware, UTC).
            data: What belongs to it.
            by: Who or what brings it about.
            unless: Called while no other process can write; what it raises keeps the row from being written.

        Raises:
            IllegalTransition: The attempt may not move there, or a newer attempt exists.
        """
        with self._writing() as connection:
            last = self.last(case, channel)
            if last is None or last.attempt != attempt:
                raise IllegalTransition(_("Attempt {attempt} is not the last one.").format(attempt=attempt))
            advance(last.state, state, by)
            if unless is not None:
                unless()
            self._append(connection, (case, channel, attempt, run, state, by, at), data or {})

    def _append(self, connection: sqlite3.Connection, row: tuple[Any, ...], data: Mapping[str, Any]) -> None:
        *plain, at = row
        connection.execute(
            "INSERT INTO events (case_id, channel, attempt, run, state, by, at, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(str(value) if isinstance(value, State | By) else value for value in plain),
                at.isoformat(),
                _dump(data),
            ),
        )

    def last(self, case: str, channel: str) -> Event | None:
        """Return the last event of a filing, or None."""
        row = self._connection.execute(
            f"{_SELECT} WHERE case_id = ? AND channel = ? ORDER BY seq DESC LIMIT 1", (case, channel)
        ).fetchone()
        return None if row is None else _event(row)

    def events(self, case: str, channel: str | None = None) -> list[Event]:
        """Return a case's events, oldest first."""
        rows = self._connection.execute(f"{_SELECT} WHERE case_id = ? ORDER BY seq", (case,)).fetchall()
        return [event for event in map(_event, rows) if channel in (None, event.channel)]

    def standing(self, case: str) -> dict[str, Event]:
        """Return the last event per channel of a case, in the order of first filing."""
        return {event.channel: event for event in self.events(case)}

    def unsettled(self, case: str) -> list[Event]:
        """Return filings of the case that were committing when their run ended."""
        return [event for event in self.standing(case).values() if event.state is State.COMMITTING]

    def cases(self) -> list[str]:
        """Return the ids of all cases in the journal."""
        return [
            row[0] for row in self._connection.execute("SELECT DISTINCT case_id FROM events ORDER BY case_id")
        ]

    def add_bag(self, bag: BagRow, at: dt.datetime) -> None:
        """Record a bag that is durable on disk."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO bags (case_id, channel, attempt, path, manifest_sha256, at) VALUES (?, ?, ?, ?, ?, ?)",
                (bag.case, bag.channel, bag.attempt, bag.path, bag.manifest_sha256, at.isoformat()),
            )

    def archived(self, case: str | None = None) -> list[BagRow]:
        """Return the recorded bags, oldest first."""
        rows = self._connection.execute(
            "SELECT case_id, channel, attempt, path, manifest_sha256 FROM bags ORDER BY seq"
        ).fetchall()
        return [bag for bag in (BagRow(*row) for row in rows) if case in (None, bag.case)]

    def forget_case(self, case: str) -> None:
        """Remove every row of a case."""
        with self._writing() as connection:
            connection.execute("INSERT INTO forgetting VALUES (?)", (case,))
            connection.execute("DELETE FROM events WHERE case_id = ?", (case,))
            connection.execute("DELETE FROM bags WHERE case_id = ?", (case,))
            connection.execute("DELETE FROM forgetting WHERE case_id = ?", (case,))


_SELECT = "SELECT seq, case_id, channel, attempt, run, state, by, at, data FROM events"


def _event(row: Sequence[Any]) -> Event:
    seq, case, channel, attempt, run, state, by, at, data = row
    return Event(
        seq,
        case,
        channel,
        attempt,
        run,
        State(state),
        By(by),
        dt.datetime.fromisoformat(at),
        json.loads(data),
    )


def _dump(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return text.encode(
        errors="replace"
    ).decode()  # a page's words may hold half a character: SQLite takes none


def open_journal(path: Path) -> Journal:
    """Open the journal of a home, made or migrated when needed.

    Args:
        path: The file.

    Raises:
        JournalTooNew: A newer version of the tool wrote it.
        ComplainError: The file is not a journal, or does not take the settings that make it durable.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=5)
    except sqlite3.OperationalError as error:
        raise _unreadable(path, error) from error
    try:
        _check_identity(connection, path)
        _set_durable(connection)
        _migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return Journal(connection)


def _check_identity(connection: sqlite3.Connection, path: Path) -> None:
    try:
        found = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.OperationalError as error:  # locked, or not ours to open: that says nothing of what it is
        raise _unreadable(path, error) from error
    except sqlite3.DatabaseError as error:
        raise ComplainError(_("{path} is not a journal of this tool.").format(path=path)) from error
    if tables and found != APPLICATION_ID:
        raise ComplainError(_("{path} is not a journal of this tool.").format(path=path))


def _unreadable(path: Path, error: sqlite3.OperationalError) -> ComplainError:
    return ComplainError(_("{file} cannot be read: {reason}").format(file=path, reason=error))


_PRAGMAS: Mapping[str, tuple[str, object]] = {
    "journal_mode": ("DELETE", "delete"),
    "synchronous": ("EXTRA", 3),
    "foreign_keys": ("ON", 1),
    "trusted_schema": ("OFF", 0),
    "fullfsync": ("ON" if sys.platform == "darwin" else "OFF", int(sys.platform == "darwin")),
    "secure_delete": ("ON", 1),  # what `complain forget` removes must not stay in free pages
}


def _set_durable(connection: sqlite3.Connection) -> None:
    for name, (value, expected) in _PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}").fetchall()
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != expected:
            raise ComplainError(
                _("The journal cannot be made durable: {name} stays {found}.").format(name=name, found=found)
            )


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(_MIGRATIONS):
        raise JournalTooNew(
            _("The journal {path} was written by a newer version of this tool.").format(path=path),
            next_step="pip install --upgrade complain-filing",
        )
    if version == len(_MIGRATIONS):
        return
    if version:
        _copy_before_migration(connection, path, version)
    steps = "".join(_MIGRATIONS[version:])
    connection.executescript(
        f"BEGIN IMMEDIATE; {steps} PRAGMA application_id = {APPLICATION_ID};"
        f"PRAGMA user_version = {len(_MIGRATIONS)}; COMMIT;"
    )


def _copy_before_migration(connection: sqlite3.Connection, path: Path, version: int) -> None:
    with sqlite3.connect(path.with_suffix(f".v{version}.sqlite")) as copy:
        connection.backup(copy)
    copy.close()
