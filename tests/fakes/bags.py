"""Bags for tests of the archive, written by the real writer and recorded in a real journal."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Protocol, cast

from complain.archive.bag import BagContent, tag_manifest_sha256, write_bag
from complain.archive.provenance import provenance
from complain.environment import Home
from complain.filing.journal import BagRow, open_journal
from complain.filing.transitions import State

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
FILES: Mapping[str, bytes] = {
    "letter.txt": "本人的信".encode(),
    "receipt.json": b'{"channel": "website", "number": "WZ-1", "filed_at": "2026-11-23T08:00:00+00:00", "by": "channel"}',
    "attachments/01-截图 1.png": b"\x89PNG not really",
    "empty.txt": b"",
}


class _OtherBag(Protocol):
    def validate(self) -> bool: ...


class _BagIt(Protocol):
    """What is used of bagit-python, which ships no types."""

    def Bag(self, path: str) -> _OtherBag: ...


def is_valid(bag: Path) -> bool:
    """Ask another BagIt tool; it raises, with all that is wrong, when the bag is not valid."""
    return cast(_BagIt, importlib.import_module("bagit")).Bag(str(bag)).validate()


def content(
    case: str = "one", channel: str = "website", attempt: int = 1, files: Mapping[str, bytes | Path] = FILES
) -> BagContent:
    """Return what a small bag holds."""
    return BagContent(case, channel, attempt, files, {**provenance(NOW), "Complain-Outcome": "filed"})


def keep(home: Home, case: str = "one", channel: str = "website") -> Path:
    """File once: the journal's rows, the bag, then the row that speaks of the bag."""
    with closing(open_journal(home.journal)) as journal:
        attempt = journal.begin(case, channel, "run-1", NOW, {})
        for state in (State.PREPARED, State.CONFIRMED, State.COMMITTING, State.FILED):
            journal.record(case, channel, attempt, "run-1", state, NOW)
        bag = write_bag(home.archive, content(case, channel, attempt))
        path = bag.relative_to(home.archive).as_posix()
        journal.add_bag(BagRow(case, channel, attempt, path, tag_manifest_sha256(bag)), NOW)
    return bag
