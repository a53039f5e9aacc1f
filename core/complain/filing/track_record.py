"""How each form's definition has done since it last changed: an append-only file in the home, one line per result.

A line holds the day, the channel, the SHA-256 of its definition and whether the form was as defined; nothing of the
case. That the far side could not be reached, or refused, says nothing about the definition and is not counted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from complain.channels.base import Channel
from complain.channels.form import FormChannel
from complain.durable import make_folder, sync_descriptor
from complain.environment import Home
from complain.errors import ComplainError, FormChanged, ReadBackDiffers
from complain.filing.transitions import FILED, State
from complain.i18n import _, ngettext

FILE = "definitions.jsonl"
WORKED = FILED
DEFINITION_FAULTS = (FormChanged, ReadBackDiffers)


@dataclass(frozen=True)
class TrackRecord:
    """How a channel's definition, as it now stands, has done.

    Attributes:
        successes: Filings that ended with the channel's sign of success.
        failures: Preparations that stopped because the page was not as defined.
        since: The day of the first of them; None when there is none.
        last: What stopped the last one that failed, as the name of the error; empty when none failed.
        worked: The day of the last success; None when there is none.
    """

    successes: int = 0
    failures: int = 0
    since: dt.date | None = None
    last: str = ""
    worked: dt.date | None = None

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        return {
            "successes": self.successes,
            "failures": self.failures,
            "since": self.since.isoformat() if self.since else None,
            "last_success": self.worked.isoformat() if self.worked else None,
        }

    def sentence(self) -> str:
        """Return it as a person reads it; empty when nothing was tried yet."""
        if self.since is None:
            return ""
        filed = ngettext("filed once", "filed {count} times", self.successes).format(count=self.successes)
        stopped = ngettext(
            "stopped once because the form differed",
            "stopped {count} times because the form differed",
            self.failures,
        ).format(count=self.failures)
        counted = _("Since its definition last changed ({day}): {filed}, {stopped}.").format(
            day=self.since.isoformat(), filed=filed, stopped=stopped
        )
        if self.worked is None:
            return counted
        return " ".join([counted, _("It last worked here on {day}.").format(day=self.worked.isoformat())])


def note_settled(home: Home, channel: Channel, day: dt.date, state: State) -> None:
    """Count a filing that ended with the channel's sign of success; any other end counts for nothing.

    Args:
        home: Keeps the record.
        channel: Only forms are counted.
        day: Of the filing.
        state: How it ended.

    Raises:
        OSError: It could not be written.
    """
    if state in WORKED:
        _append(home, channel, day, worked=True, why="")


def note_stopped(home: Home, channel: Channel, day: dt.date, error: ComplainError) -> None:
    """Count a preparation that stopped because the page was not as defined; any other error counts for nothing.

    Args:
        home: Keeps the record.
        channel: Only forms are counted.
        day: When.
        error: What stopped it.

    Raises:
        OSError: It could not be written.
    """
    if isinstance(error, DEFINITION_FAULTS):
        _append(home, channel, day, worked=False, why=type(error).__name__)


def track_record(home: Home, channel: Channel) -> TrackRecord:
    """Return how a channel's definition has done since it last changed.

    Args:
        home: Keeps the record.
        channel: A channel without a form has an empty record.
    """
    digest = _digest(home, channel)
    lines = list(_lines(home, channel.id)) if digest else []
    # A definition that was changed and changed back starts anew.
    changed = max((at for at, line in enumerate(lines) if line["definition"] != digest), default=-1)
    own = lines[changed + 1 :]
    failed = [line for line in own if not line["worked"]]
    return TrackRecord(
        successes=len(own) - len(failed),
        failures=len(failed),
        since=dt.date.fromisoformat(str(own[0]["day"])) if own else None,
        last=str(failed[-1]["why"]) if failed else "",
        worked=max((dt.date.fromisoformat(str(line["day"])) for line in own if line["worked"]), default=None),
    )


def _path(home: Home) -> Path:
    return home.path / FILE


def _digest(home: Home, channel: Channel) -> str:
    """The hash of the definition in use, in practice that of the desk; empty where there is none."""
    path = channel.path if isinstance(channel, FormChannel) else channel.practice if home.practice else None
    return hashlib.sha256(path.read_bytes()).hexdigest() if path is not None and path.is_file() else ""


def _append(home: Home, channel: Channel, day: dt.date, *, worked: bool, why: str) -> None:
    digest = _digest(home, channel)
    if not digest:
        return
    line = {
        "day": day.isoformat(),
        "channel": channel.id,
        "definition": digest,
        "worked": worked,
        "why": why,
    }
    make_folder(home.path)
    descriptor = os.open(_path(home), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # One write of one line, with its own newline first: what a crash cut off stays a line of its own.
        os.write(descriptor, b"\n" + json.dumps(line).encode())
        sync_descriptor(descriptor)
    finally:
        os.close(descriptor)


def _lines(home: Home, channel: str) -> Iterator[dict[str, object]]:
    if not _path(home).is_file():
        return
    for text in _path(home).read_bytes().split(b"\n"):
        line = _parsed(text)
        if line.get("channel") == channel and {"day", "definition", "worked", "why"} <= line.keys():
            yield line


def _parsed(text: bytes) -> dict[str, object]:
    try:
        line: object = json.loads(text)
    except ValueError:
        return {}  # an empty line, or one that a crash cut off
    return cast("dict[str, object]", line) if isinstance(line, dict) else {}
