"""Where the squares and bars of the two charts lie. The template draws them as SVG; every figure is a tally's count.

Answered, missed and unknown calls have a chart each: stacked, they would be added to each other (USERS U20).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from complain.evidence.calls import State
from complain.evidence.tally import NIGHT_FROM, NIGHT_UNTIL, ByState, DayCount, HourCount, Tally

CELL = 22
_WEEKS = 27
_LEFT, _TOP = 34, 22
_BAR, _TALL = 26, 110
LEVELS = 5
"""Shades: none, 1, 2, 3, and more than 3, which is what the recommended standard names."""


@dataclass(frozen=True)
class Square:
    """One day: its place in pixels, its count, its shade from 0."""

    x: int
    y: int
    day: dt.date
    count: int

    @property
    def level(self) -> int:
        """The shade."""
        return min(self.count, LEVELS - 1)


@dataclass(frozen=True)
class HeatMap:
    """Up to 27 weeks of days, Monday on top.

    Attributes:
        width: Pixels.
        height: Pixels.
        squares: Only days of the period.
        months: Place and name of each month's first week.
    """

    width: int
    height: int
    squares: tuple[Square, ...]
    months: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Bar:
    """One hour: its place in pixels, its count."""

    x: int
    y: int
    height: int
    hour: int
    count: int
    is_night: bool


@dataclass(frozen=True)
class HourChart:
    """24 bars; the hours from 22 to 8 are shaded."""

    width: int
    height: int
    base: int
    bars: tuple[Bar, ...]


def heat_maps(days: Sequence[DayCount], state: State) -> tuple[HeatMap, ...]:
    """Return the calendar of one kind of call; empty when there was none of it.

    Args:
        days: Those with calls of any kind, earliest first: they bound the period.
        state: Which kind.
    """
    counts = {count.day: _of(count.all_day, state).count for count in days}
    if not any(counts.values()):
        return ()
    first, last = days[0].day, days[-1].day
    start = first - dt.timedelta(days=first.weekday())
    weeks = (last - start).days // 7 + 1
    return tuple(
        _heat_map(counts, start + dt.timedelta(weeks=week), min(_WEEKS, weeks - week), (first, last))
        for week in range(0, weeks, _WEEKS)
    )


def _of(states: ByState, state: State) -> Tally:
    return {
        State.CONNECTED: states.connected,
        State.MISSED: states.missed,
        State.UNKNOWN: states.unknown,
    }[state]


def _heat_map(
    counts: Mapping[dt.date, int], start: dt.date, weeks: int, period: tuple[dt.date, dt.date]
) -> HeatMap:
    days = [start + dt.timedelta(days=place) for place in range(weeks * 7)]
    squares = [
        Square(_LEFT + place // 7 * CELL, _TOP + place % 7 * CELL, day, counts.get(day, 0))
        for place, day in enumerate(days)
        if period[0] <= day <= period[1]
    ]
    return HeatMap(
        _LEFT + max(weeks, 4) * CELL + 4, _TOP + 7 * CELL + 4, tuple(squares), tuple(_months(start, weeks))
    )


def _months(start: dt.date, weeks: int) -> Iterator[tuple[int, str]]:
    """Yield each month's name over its first week that is no more than half another month's."""
    named = 0
    for week in range(weeks):
        middle = start + dt.timedelta(weeks=week, days=3)
        if middle.month != named:
            yield _LEFT + week * CELL, f"{middle.month}月"
            named = middle.month


def hour_chart(hours: Sequence[HourCount], state: State) -> HourChart | None:
    """Return the hours of the day of one kind of call; None when there was none of it."""
    counts = [_of(hour.states, state).count for hour in hours]
    most = max(counts)
    if not most:
        return None
    bars = [_bar(hour.hour, count, most) for hour, count in zip(hours, counts, strict=True)]
    return HourChart(24 * _BAR + 8, _TOP + _TALL + 24, _TOP + _TALL, tuple(bars))


def _bar(hour: int, count: int, most: int) -> Bar:
    height = round(_TALL * count / most)
    is_night = hour >= NIGHT_FROM or hour < NIGHT_UNTIL
    return Bar(4 + hour * _BAR, _TOP + _TALL - height, height, hour, count, is_night)
