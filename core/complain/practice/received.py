"""What the practice desks hold, read from their file: the far side's word on how often something arrived."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TypedDict

from complain.practice.people import CHANNELS
from complain.practice.store import DeskStore, store_path


class ReceivedFile(TypedDict):
    """A file of a complaint: its name, how many bytes, and their SHA-256."""

    name: str
    size: int
    sha256: str


class ReceivedComplaint(TypedDict):
    """A complaint as a desk holds it."""

    number: str
    filed_at: str
    account: str | None
    subject: str
    status: str
    fields: dict[str, str]
    files: list[ReceivedFile]


class DeskContents(TypedDict):
    """All that one desk holds; ``files`` counts uploads, whether or not a complaint followed."""

    complaints: list[ReceivedComplaint]
    drafts: int
    files: int
    sms: int


def received(folder: Path) -> dict[str, DeskContents]:
    """Return what each desk under the practice home ``folder`` holds, by channel id; all empty when none ran.

    Args:
        folder: The practice home.
    """
    if not store_path(folder).exists():
        return {channel: DeskContents(complaints=[], drafts=0, files=0, sms=0) for channel in CHANNELS}
    with closing(DeskStore(folder)) as store:
        return contents(store)


def contents(store: DeskStore) -> dict[str, DeskContents]:
    """Return what each desk holds, by channel id."""
    return {channel: _of_desk(store, channel) for channel in CHANNELS}


def _of_desk(store: DeskStore, channel: str) -> DeskContents:
    return DeskContents(
        complaints=[_complaint(store, row) for row in reversed(store.complaints(channel))],
        drafts=_count(store, "drafts", channel),
        files=_count(store, "files", channel),
        sms=_count(store, "sms", channel),
    )


def _count(store: DeskStore, table: str, channel: str) -> int:
    return int(store.rows(f"SELECT count(*) FROM {table} WHERE desk = ?", channel)[0][0])


def _complaint(store: DeskStore, row: sqlite3.Row) -> ReceivedComplaint:
    files = store.rows(
        "SELECT name, length(content) AS size, sha256 FROM files WHERE complaint = ? ORDER BY id", row["id"]
    )
    return ReceivedComplaint(
        number=row["number"],
        filed_at=row["filed_at"],
        account=row["account"],
        subject=row["subject"],
        status=row["status"],
        fields=json.loads(row["fields"]),
        files=[ReceivedFile(name=file["name"], size=file["size"], sha256=file["sha256"]) for file in files],
    )
