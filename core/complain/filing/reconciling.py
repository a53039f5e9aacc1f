"""What the channel's own list proves about a filing: pure rules, never more certain than the truth.

An entry is this filing's only if it shows what was sent, shows a date since the submit and none before, has a number
that no other filing has, and is the only such entry. Absence is proven only by a list that is declared complete, and only by two
looks at least a minute apart: a desk may take its time to list what it took.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from complain.environment import CHINA
from complain.filing.journal import Event
from complain.i18n import _

LOOKS_APART = 60.0
"""Seconds between the submit and the first look that counts, and between two looks (issue's own rule)."""

LETTER_BEGINS = 30
"""Characters of the letter by which an entry is recognised: lists cut, and the shortest cut seen was 80."""

_CLOCKS_DIFFER = dt.timedelta(minutes=10)
_DATE = re.compile(r"(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]*(\d{1,2}):(\d{2}))?")


@dataclass(frozen=True)
class Found:
    """The channel's list shows the filing.

    Attributes:
        number: Its receipt number; None: it is there without one.
    """

    number: str | None


@dataclass(frozen=True)
class Absent:
    """A complete list does not show the filing now; proof takes two of these."""


@dataclass(frozen=True)
class ProvenAbsent:
    """Two looks apart at a complete list agree: it was not filed."""


@dataclass(frozen=True)
class Inconclusive:
    """Nothing follows.

    Attributes:
        reason: Why, one sentence.
    """

    reason: str


Look = Found | Absent | Inconclusive
Reconciled = Found | ProvenAbsent | Inconclusive


@dataclass(frozen=True)
class Moment:
    """A point in time that a clock jump cannot move.

    Attributes:
        at: The clock's time (aware).
        boot: Names this start of the machine; empty where the system does not say.
        uptime: Seconds of a clock that is never set, comparable within one ``boot``.
    """

    at: dt.datetime
    boot: str
    uptime: float

    @classmethod
    def now(cls, at: dt.datetime) -> Moment:
        """Return the present moment; the clock's time is handed in."""
        boot = Path("/proc/sys/kernel/random/boot_id")
        named = boot.read_text(encoding="ascii").strip() if sys.platform == "linux" else ""
        return cls(at, named, time.monotonic())

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Moment:
        """Return a moment that the journal kept."""
        return cls(dt.datetime.fromisoformat(kept["at"]), str(kept["boot"]), float(kept["uptime"]))

    def kept(self) -> dict[str, object]:
        """Return it for the journal."""
        return {"at": self.at.isoformat(), "boot": self.boot, "uptime": self.uptime}

    def seconds_since(self, earlier: Moment) -> float:
        """Return how long ago ``earlier`` surely was; the clock alone counts only after another start."""
        by_clock = (self.at - earlier.at).total_seconds()
        if self.boot and self.boot == earlier.boot:
            return min(by_clock, self.uptime - earlier.uptime)
        return by_clock


def read_entries(
    entries: Sequence[str],
    *,
    shown: str,
    pattern: str,
    known: Collection[str],
    submitted: dt.datetime,
    looked: dt.datetime,
    complete: bool,
) -> Look:
    """Return what one look at a list shows.

    Args:
        entries: The visible text of each entry.
        shown: What an entry of this filing holds.
        pattern: Regular expression with a group ``number``.
        known: Numbers of other filings.
        submitted: When the button was pressed (aware).
        looked: When the list was read (aware).
        complete: Whether the list is declared to be complete.
    """
    alike = [entry for entry in entries if _plain(shown) in _plain(entry)]
    numbers = {match["number"]: entry for entry in alike if (match := re.search(pattern, entry))}
    unknown = {number: entry for number, entry in numbers.items() if number not in known}
    fresh = [number for number, entry in unknown.items() if _is_made_since(entry, shown, submitted, looked)]
    if len(fresh) == len(unknown) == 1:
        return Found(fresh[0])
    if unknown or len(numbers) < len(alike):
        return Inconclusive(_("The list shows entries that may or may not be this filing."))
    return Absent() if complete else Inconclusive(_("The list does not show it, and may be incomplete."))


def conclude(look: Look, moment: Moment, submitted: Moment, earlier: Moment | None) -> Reconciled:
    """Return what a look proves together with an earlier one.

    Args:
        look: This look.
        moment: When it was made.
        submitted: When the button was pressed.
        earlier: When an earlier look did not find it; None: there was none that counts.
    """
    if not isinstance(look, Absent):
        return look
    if earlier is not None and moment.seconds_since(earlier) >= LOOKS_APART:
        return ProvenAbsent()
    if moment.seconds_since(submitted) < LOOKS_APART:
        return Inconclusive(_("The list does not show it yet; look again in a minute."))
    return Inconclusive(
        _("The list does not show it; if a second look, a minute later, agrees, it is proven.")
    )


def counts(look: Look, moment: Moment, submitted: Moment) -> bool:
    """Say whether a look that found nothing can be the first of two."""
    return isinstance(look, Absent) and moment.seconds_since(submitted) >= LOOKS_APART


def earlier_look(events: Sequence[Event], attempt: int) -> Moment | None:
    """Return when an earlier look of this attempt found nothing, from the journal.

    Args:
        events: Of the filing, oldest first.
        attempt: The attempt's number.
    """
    looks = [
        event.data["absent"] for event in events if event.attempt == attempt and event.data.get("absent")
    ]
    return Moment.read(looks[0]) if looks else None


def _plain(text: str) -> str:
    return "".join(text.split())


def _is_made_since(entry: str, shown: str, submitted: dt.datetime, looked: dt.datetime) -> bool:
    """Say whether an entry shows a date since the submit and none before; Chinese sites write Chinese time.

    What was sent may hold dates of its own. A term that is still to come says nothing of when an entry was made.
    """
    own = {match.group() for match in _DATE.finditer(shown)}
    dates = [_date(match) for match in _DATE.finditer(entry) if match.group() not in own]
    today = (looked.astimezone(CHINA) + _CLOCKS_DIFFER).date()
    past = [date for date in dates if date is not None and date.date() <= today]
    return bool(past) and min(past) >= submitted.astimezone(CHINA) - _CLOCKS_DIFFER


def _date(match: re.Match[str]) -> dt.datetime | None:
    year, month, day, hour, minute = match.groups()
    # A day without a time is its last minute: the entry may have been made at any time of it.
    clock = (int(hour), int(minute)) if hour else (23, 59)
    try:
        return dt.datetime(int(year), int(month), int(day), *clock, tzinfo=CHINA)
    except ValueError:
        return None
