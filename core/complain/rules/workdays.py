"""Terms in days and in Chinese working days; where the calendar of holidays ends, it says so instead of guessing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import cast

import chinese_calendar  # pyright: ignore[reportMissingTypeStubs] - it ships none

_in_calendar = cast(
    "Callable[[dt.date], bool]",
    chinese_calendar.is_workday,  # pyright: ignore[reportUnknownMemberType]
)


class CalendarEnds(Exception):
    """The State Council's holidays of that year are not in the calendar yet.

    Args:
        year: The first year that is missing.
    """

    def __init__(self, year: int) -> None:
        super().__init__(str(year))
        self.year = year


@cache
def is_workday(day: dt.date) -> bool:
    """Return whether a day is a working day in mainland China, make-up days included.

    Raises:
        CalendarEnds: The day lies beyond the calendar.
    """
    try:
        return _in_calendar(day)
    except NotImplementedError as error:
        raise CalendarEnds(day.year) from error


def after_days(start: dt.date, days: int) -> dt.date:
    """Return the last day of a term in calendar days; the day of the event itself does not count.

    Args:
        start: The day of the event.
        days: Length of the term in days.
    """
    return start + dt.timedelta(days=days)


def after_workdays(start: dt.date, days: int) -> dt.date:
    """Return the last day of a term in working days; the day of the event itself does not count.

    Args:
        start: The day of the event.
        days: Length of the term in working days.

    Raises:
        CalendarEnds: The term runs beyond the calendar.
    """
    day = start
    while days > 0:
        day += dt.timedelta(days=1)
        days -= is_workday(day)
    return day


def next_workday(day: dt.date) -> dt.date:
    """Return the day itself when it is a working day, else the next one.

    A term that ends on a holiday ends on the next working day (民法典 203, general knowledge, not verified); taking
    the later day never calls an answer late too early.

    Raises:
        CalendarEnds: The day lies beyond the calendar.
    """
    while not is_workday(day):
        day += dt.timedelta(days=1)
    return day
