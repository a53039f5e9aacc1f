"""One row of a call log, and the log it came from. Answered, not answered and not known are three things."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from complain.i18n import _


class Direction(StrEnum):
    """Who called. A text that names neither is ``unknown``, and such a row is counted in nothing."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    UNKNOWN = "unknown"


class State(StrEnum):
    """Whether the call was answered: 接通, 未接, 未知. The three are never added (USERS U20)."""

    CONNECTED = "connected"
    MISSED = "missed"
    UNKNOWN = "unknown"


class SourceKind(StrEnum):
    """What a log was read from; a picture was read by the person, row by row."""

    PHONE = "phone"
    OPERATOR = "operator"
    PICTURE = "picture"


class Reason(StrEnum):
    """Why a row was not taken."""

    TIME = "time"
    NO_YEAR = "no-year"
    FUTURE = "future"
    NUMBER = "number"
    ROUNDED_NUMBER = "rounded-number"
    DURATION = "duration"
    ENCODING = "encoding"
    QUOTES = "quotes"
    FILE_ENDS = "file-ends"
    OTHER_SHEET = "other-sheet"


def reason_sentence(reason: Reason) -> str:
    """Say why a row was not taken."""
    return {
        Reason.TIME: _("The day or the time cannot be read."),
        Reason.NO_YEAR: _("The year is missing. If you know it, give it with --year."),
        Reason.FUTURE: _("The time lies in the future, or before the year 2000."),
        Reason.NUMBER: _("The number cannot be read."),
        Reason.ROUNDED_NUMBER: _("A spreadsheet has rounded the number; its digits are lost."),
        Reason.DURATION: _("The duration cannot be read."),
        Reason.ENCODING: _("Characters of this row are damaged."),
        Reason.QUOTES: _("A quotation mark is opened and not closed, or one cell has several lines."),
        Reason.OTHER_SHEET: _(
            "The file has further sheets, and only the first was read. Save each as a file of its own and import it."
        ),
        Reason.FILE_ENDS: _("The file is damaged from here on; nothing behind it could be read."),
    }[reason]


@dataclass(frozen=True, slots=True)
class Call:
    """One row.

    Attributes:
        row: Its number in the file: the line of a CSV, the row of a sheet, the place of a ``<call>``, from 1.
        number: The other side, digits only; empty when it was withheld.
        at: Start, in China's time (aware).
        direction: Who called.
        state: Whether it was answered.
        seconds: Duration, or None when the log does not tell it in seconds.
        in_contacts: Whether the log names a contact for the number. The name itself is never kept.
    """

    row: int
    number: str
    at: dt.datetime
    direction: Direction
    state: State
    seconds: int | None = None
    in_contacts: bool = False


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """One row that was not taken, and why. Nothing of what stands in it is kept."""

    row: int
    reason: Reason


@dataclass(frozen=True)
class CallLog:
    """A file as it was read. It lives in memory only.

    Attributes:
        file: The file's name, without its folder.
        sha256: Of the file.
        kind: A telephone's own log, or an operator's list.
        calls: All rows that could be read.
        broken: All rows that could not.
    """

    file: str
    sha256: str
    kind: SourceKind
    calls: tuple[Call, ...]
    broken: tuple[BrokenRow, ...] = ()

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime] | None:
        """Start of the earliest and of the latest row, whoever called; None for an empty log."""
        times = [call.at for call in self.calls]
        return (min(times), max(times)) if times else None


@dataclass
class Gathered:
    """Rows while they are being read."""

    calls: list[Call] = field(default_factory=list[Call])
    broken: list[BrokenRow] = field(default_factory=list[BrokenRow])


@dataclass(frozen=True)
class NumberCount:
    """One number of a log, for the list in which the person ticks.

    Attributes:
        number: Digits.
        rows: Places of its calls.
        first: Day of the earliest.
        last: Day of the latest.
        in_contacts: Whether the log names a contact for it.
    """

    number: str
    rows: tuple[int, ...]
    first: dt.date
    last: dt.date
    in_contacts: bool


def numbers_by_count(calls: Sequence[Call]) -> list[NumberCount]:
    """Return every number of a log, the most frequent first; withheld numbers cannot be ticked and are left out."""
    found: dict[str, list[Call]] = {}
    for call in calls:
        if call.number:
            found.setdefault(call.number, []).append(call)
    counts = [_count(number, of_number) for number, of_number in found.items()]
    return sorted(counts, key=lambda count: (-len(count.rows), count.number))


def _count(number: str, calls: Sequence[Call]) -> NumberCount:
    days = [call.at.date() for call in calls]
    return NumberCount(
        number,
        tuple(call.row for call in calls),
        min(days),
        max(days),
        any(call.in_contacts for call in calls),
    )
