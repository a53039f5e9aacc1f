"""What the practice desks remember: one SQLite file, shared by all desks and by every run.

The rows are the far side's truth: tests count them to see how often something arrived.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sqlite3
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from complain.environment import CHINA
from complain.practice.people import PROFILES
from complain.practice.records import Submission, UploadedFile, VisitorSession

FILE_NAME = "desks.sqlite"
BUSY_SECONDS = 10.0
CODE_LIFETIME = dt.timedelta(minutes=5)
_PREFIXES = {profile.channel: profile.prefix for profile in PROFILES}

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, desk TEXT NOT NULL, account TEXT, pages TEXT NOT NULL DEFAULT '{}',
    started_at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS complaints (
    id INTEGER PRIMARY KEY, desk TEXT NOT NULL, number TEXT NOT NULL UNIQUE, account TEXT, subject TEXT NOT NULL,
    fields TEXT NOT NULL, content_hash TEXT NOT NULL, status TEXT NOT NULL, filed_at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS drafts (
    id INTEGER PRIMARY KEY, desk TEXT NOT NULL, account TEXT, fields TEXT NOT NULL, saved_at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS files (
    id INTEGER PRIMARY KEY, desk TEXT NOT NULL, session TEXT, complaint INTEGER REFERENCES complaints(id),
    name TEXT NOT NULL, media_type TEXT NOT NULL, sha256 TEXT NOT NULL, content BLOB NOT NULL,
    stored_at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sms (
    id INTEGER PRIMARY KEY, desk TEXT NOT NULL, session TEXT NOT NULL, code TEXT NOT NULL, sent_at TEXT NOT NULL,
    used_at TEXT) STRICT;
CREATE TABLE IF NOT EXISTS captchas (
    id INTEGER PRIMARY KEY, desk TEXT NOT NULL, session TEXT NOT NULL, text TEXT NOT NULL, issued_at TEXT NOT NULL,
    used_at TEXT) STRICT;
CREATE TABLE IF NOT EXISTS scans (
    id INTEGER PRIMARY KEY, desk TEXT NOT NULL, session TEXT NOT NULL, code TEXT NOT NULL UNIQUE,
    shown_at TEXT NOT NULL, confirmed_at TEXT) STRICT;
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY, message_id TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
    raw BLOB NOT NULL, complaint INTEGER REFERENCES complaints(id), answer TEXT NOT NULL, received_at TEXT NOT NULL,
    answered_at TEXT) STRICT;
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY, desk TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, at TEXT NOT NULL) STRICT;
"""


def store_path(folder: Path) -> Path:
    """Return where the desks under the practice home ``folder`` keep what they received."""
    return folder / FILE_NAME


def now_text() -> str:
    """Return the present time in China, ISO 8601 with milliseconds."""
    return dt.datetime.now(CHINA).isoformat(timespec="milliseconds")


class DeskStore:
    """The desks' memory. Safe to open from several processes and threads at once.

    Args:
        folder: The practice home; made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            store_path(folder), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, *parameters: object) -> list[sqlite3.Row]:
        """Return all rows of a SELECT."""
        with self._lock:
            return self._connection.execute(query, parameters).fetchall()

    # -- sessions -------------------------------------------------------------------------------------------

    def session(self, desk: str, token: str | None) -> VisitorSession:
        """Return the session of a cookie, or a new one (stored at once) when there is none."""
        found = self.rows("SELECT * FROM sessions WHERE token = ? AND desk = ?", token, desk) if token else []
        if found:
            row = found[0]
            return VisitorSession(row["token"], desk, row["account"], json.loads(row["pages"]))
        fresh = VisitorSession(secrets.token_urlsafe(24), desk)
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO sessions (token, desk, started_at) VALUES (?, ?, ?)",
                (fresh.token, desk, now_text()),
            )
        return fresh

    def keep_session(self, session: VisitorSession) -> None:
        """Store what changed in a session."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE sessions SET account = ?, pages = ? WHERE token = ?",
                (session.account, json.dumps(session.pages, ensure_ascii=False), session.token),
            )

    def end_session(self, session: VisitorSession) -> None:
        """Forget a session: the visitor is logged out."""
        with self._writing() as connection:
            connection.execute("DELETE FROM sessions WHERE token = ?", (session.token,))

    # -- complaints -----------------------------------------------------------------------------------------

    def add_complaint(self, submission: Submission) -> str:
        """Store a complaint and its files and return its number. Nothing is deduplicated here."""
        with self._writing() as connection:
            number, complaint = _insert_complaint(connection, submission)
            for file in submission.files:
                _insert_file(connection, submission.desk, None, complaint, file)
            connection.executemany(
                "UPDATE files SET complaint = ? WHERE id = ?",
                [(complaint, file_id) for file_id in submission.uploaded],
            )
        return number

    def same_complaint(self, submission: Submission) -> str | None:
        """Return the number of an earlier complaint of the same account with the same text, or None."""
        found = self.rows(
            "SELECT number FROM complaints WHERE desk = ? AND content_hash = ? ORDER BY id",
            submission.desk,
            submission.content_hash,
        )
        return str(found[0]["number"]) if found else None

    def complaints(self, desk: str, account: str | None = None) -> list[sqlite3.Row]:
        """Return a desk's complaints, newest first; only those of ``account`` when one is named."""
        return self.rows(
            "SELECT * FROM complaints WHERE desk = ? AND (? IS NULL OR account = ?) ORDER BY id DESC",
            desk,
            account,
            account,
        )

    def complaint(self, desk: str, number: str) -> sqlite3.Row | None:
        """Return one complaint, or None."""
        found = self.rows("SELECT * FROM complaints WHERE desk = ? AND number = ?", desk, number)
        return found[0] if found else None

    def save_draft(self, session: VisitorSession, fields: Mapping[str, str]) -> None:
        """Store a draft."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO drafts (desk, account, fields, saved_at) VALUES (?, ?, ?, ?)",
                (session.desk, session.account, json.dumps(dict(fields), ensure_ascii=False), now_text()),
            )

    def add_file(self, session: VisitorSession, file: UploadedFile) -> int:
        """Store a file that was uploaded before the complaint, and return its id."""
        with self._writing() as connection:
            return _insert_file(connection, session.desk, session.token, None, file)

    # -- what the practice phone gets -----------------------------------------------------------------------

    def send_sms(self, session: VisitorSession) -> str:
        """Send a fresh six-digit code to the practice phone; earlier codes of the session stop working."""
        code = f"{secrets.randbelow(1_000_000):06d}"
        with self._writing() as connection:
            connection.execute(
                "UPDATE sms SET used_at = ? WHERE session = ? AND used_at IS NULL",
                (now_text(), session.token),
            )
            connection.execute(
                "INSERT INTO sms (desk, session, code, sent_at) VALUES (?, ?, ?, ?)",
                (session.desk, session.token, code, now_text()),
            )
        return code

    def use_sms(self, session: VisitorSession, code: str) -> bool:
        """Say whether ``code`` is the session's newest code, and use it up."""
        oldest = (dt.datetime.now(CHINA) - CODE_LIFETIME).isoformat(timespec="milliseconds")
        with self._writing() as connection:
            changed = connection.execute(
                "UPDATE sms SET used_at = ? WHERE session = ? AND code = ? AND used_at IS NULL AND sent_at > ?",
                (now_text(), session.token, code.strip(), oldest),
            )
            return changed.rowcount > 0

    def issue_captcha(self, session: VisitorSession, text: str) -> None:
        """Remember the text of the picture that was just shown; earlier pictures stop working."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE captchas SET used_at = ? WHERE session = ? AND used_at IS NULL",
                (now_text(), session.token),
            )
            connection.execute(
                "INSERT INTO captchas (desk, session, text, issued_at) VALUES (?, ?, ?, ?)",
                (session.desk, session.token, text, now_text()),
            )

    def use_captcha(self, session: VisitorSession, text: str) -> bool:
        """Say whether ``text`` is what the newest picture shows (case does not matter), and use it up."""
        with self._writing() as connection:
            changed = connection.execute(
                "UPDATE captchas SET used_at = ? WHERE session = ? AND used_at IS NULL AND upper(text) = upper(?)",
                (now_text(), session.token, text.strip()),
            )
            return changed.rowcount > 0

    def show_scan(self, session: VisitorSession) -> str:
        """Return the code inside a fresh QR picture for this session."""
        code = secrets.token_urlsafe(12)
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO scans (desk, session, code, shown_at) VALUES (?, ?, ?, ?)",
                (session.desk, session.token, code, now_text()),
            )
        return code

    def confirm_scan(self, code: str) -> bool:
        """Confirm a QR login, as the practice phone does; False when the code is not known."""
        with self._writing() as connection:
            changed = connection.execute(
                "UPDATE scans SET confirmed_at = ? WHERE code = ? AND confirmed_at IS NULL",
                (now_text(), code),
            )
            return changed.rowcount > 0

    def scan_confirmed(self, session: VisitorSession) -> bool:
        """Say whether a QR picture of this session was confirmed."""
        query = "SELECT 1 FROM scans WHERE session = ? AND confirmed_at IS NOT NULL"
        return bool(self.rows(query, session.token))

    def note_request(self, desk: str, method: str, path: str) -> None:
        """Remember that a request other than GET arrived."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO requests (desk, method, path, at) VALUES (?, ?, ?, ?)",
                (desk, method, path, now_text()),
            )

    # -- mail -----------------------------------------------------------------------------------------------

    def add_mail(
        self, submission: Submission, message_id: str, recipient: str, raw: bytes, answer: str
    ) -> str:
        """Store a mail as a complaint that waits for its automatic answer, and return its number."""
        with self._writing() as connection:
            number, complaint = _insert_complaint(connection, submission)
            for file in submission.files:
                _insert_file(connection, submission.desk, None, complaint, file)
            connection.execute(
                "INSERT INTO mails (message_id, sender, recipient, raw, complaint, answer, received_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (message_id, submission.account, recipient, raw, complaint, answer, now_text()),
            )
        return number

    def unanswered_mails(self) -> list[sqlite3.Row]:
        """Return the mails whose automatic answer was not delivered yet, oldest first."""
        return self.rows(
            "SELECT mails.*, complaints.number, complaints.subject FROM mails"
            " JOIN complaints ON complaints.id = mails.complaint WHERE answered_at IS NULL ORDER BY mails.id"
        )

    def note_answer(self, mail: int) -> None:
        """Remember that a mail was answered."""
        with self._writing() as connection:
            connection.execute("UPDATE mails SET answered_at = ? WHERE id = ?", (now_text(), mail))


def _insert_complaint(connection: sqlite3.Connection, submission: Submission) -> tuple[str, int]:
    query = "SELECT count(*) FROM complaints WHERE desk = ?"
    count = int(connection.execute(query, (submission.desk,)).fetchone()[0])
    year = dt.datetime.now(CHINA).year
    number = f"{_PREFIXES[submission.desk]}-{year}-{count + 1:06d}"
    cursor = connection.execute(
        "INSERT INTO complaints (desk, number, account, subject, fields, content_hash, status, filed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, '已提交', ?)",
        (
            submission.desk,
            number,
            submission.account,
            submission.subject,
            json.dumps(dict(submission.fields), ensure_ascii=False),
            submission.content_hash,
            now_text(),
        ),
    )
    return number, int(cursor.lastrowid or 0)


def _insert_file(
    connection: sqlite3.Connection, desk: str, session: str | None, complaint: int | None, file: UploadedFile
) -> int:
    cursor = connection.execute(
        "INSERT INTO files (desk, session, complaint, name, media_type, sha256, content, stored_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (desk, session, complaint, file.name, file.media_type, file.sha256, file.content, now_text()),
    )
    return int(cursor.lastrowid or 0)
