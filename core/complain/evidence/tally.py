"""Counts that are their rows: a number in a report cannot differ from the calls that stand behind it (USERS U20)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from complain.evidence.calls import Direction, State
from complain.evidence.merging import MergedCall

NIGHT_FROM, NIGHT_UNTIL = 22, 8
"""Hours between which collection is not to take place (GB/T 45251-2025, recommended; rules/data/limits.toml)."""

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Tally:
    """Some calls. Their count is computed from them and stands nowhere else.

    Attributes:
        calls: Earliest first.
    """

    calls: tuple[MergedCall, ...] = ()

    @property
    def count(self) -> int:
        """How many."""
        return len(self.calls)

    @property
    def names(self) -> tuple[str, ...]:
        """The rows behind the count, one word per call."""
        return tuple(call.name for call in self.calls)


@dataclass(frozen=True)
class ByState:
    """Answered, missed and not known: three counts without a sum.

    Attributes:
        connected: 接通.
        missed: 未接.
        unknown: 未知.
    """

    connected: Tally
    missed: Tally
    unknown: Tally

    @property
    def is_empty(self) -> bool:
        """Whether there is none of any."""
        return not (self.connected.calls or self.missed.calls or self.unknown.calls)


def by_state(calls: Iterable[MergedCall]) -> ByState:
    """Return calls apart by whether they were answered."""
    found = grouped(calls, lambda call: call.state)
    return ByState(*(Tally(tuple(found.get(state, ()))) for state in State))


def incoming(calls: Iterable[MergedCall]) -> tuple[MergedCall, ...]:
    """Return the calls that reached the person's own telephone; one of unknown direction is not among them."""
    return tuple(call for call in calls if call.direction is Direction.INCOMING)


def is_between(at: dt.datetime, start: int, until: int) -> bool:
    """Whether a time of day lies from one hour to another, over midnight where ``start`` is the later one.

    Args:
        at: In China's time.
        start: Hour, included.
        until: Hour, not included.
    """
    return start <= at.hour < until if start < until else at.hour >= start or at.hour < until


def grouped(calls: Iterable[MergedCall], key: Callable[[MergedCall], K]) -> dict[K, list[MergedCall]]:
    """Return calls by a key, in their order."""
    found: dict[K, list[MergedCall]] = {}
    for call in calls:
        found.setdefault(key(call), []).append(call)
    return found


@dataclass(frozen=True)
class DayCount:
    """One day with calls."""

    day: dt.date
    all_day: ByState
    night: ByState


def day_counts(calls: Sequence[MergedCall]) -> tuple[DayCount, ...]:
    """Return each day with incoming calls; the night's are part of the day's, told again."""
    days = grouped(calls, lambda call: call.at.date())
    return tuple(
        DayCount(day, by_state(found), by_state(_night(found))) for day, found in sorted(days.items())
    )


def _night(calls: Iterable[MergedCall]) -> list[MergedCall]:
    return [call for call in calls if is_between(call.at, NIGHT_FROM, NIGHT_UNTIL)]


@dataclass(frozen=True)
class HourCount:
    """One hour of the day, over all days."""

    hour: int
    states: ByState


def hour_counts(calls: Sequence[MergedCall]) -> tuple[HourCount, ...]:
    """Return all 24 hours."""
    hours = grouped(calls, lambda call: call.at.hour)
    return tuple(HourCount(hour, by_state(hours.get(hour, ()))) for hour in range(24))
