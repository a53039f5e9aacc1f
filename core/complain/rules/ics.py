"""The dates of a case as a calendar file. Titles are neutral: a phone shows them to whoever looks at it (USERS U9)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping

from icalendar import Alarm, Calendar, Component, Event

from complain.i18n import _
from complain.rules.clock import Deadline


def calendar_file(
    case_id: str, dates: Iterable[Deadline], titles: Mapping[str, str], now: dt.datetime
) -> bytes:
    """Return an iCalendar file with one all-day event per date.

    Args:
        case_id: The case's id; it tells nothing personal.
        dates: Those without a date are left out.
        titles: Channel id -> title.
        now: The time of writing (aware).
    """
    calendar = Calendar()
    _put(calendar, prodid="-//complain//plan//", version="2.0")
    for date in dates:
        if date.date is not None:
            calendar.add_component(_event(case_id, date, date.date, titles.get(date.channel, ""), now))
    return bytes(calendar.to_ical())


def _put(component: Component, **values: object) -> None:
    for name, value in values.items():
        component.add(name, value)  # pyright: ignore[reportUnknownMemberType] - its own type is incomplete


def _event(case_id: str, date: Deadline, day: dt.date, title: str, now: dt.datetime) -> Event:
    event = Event()
    _put(
        event,
        uid=f"{_identity(case_id, date)}@complain.invalid",  # the same date keeps its place on re-import
        summary=_summary(date, title),
        description=date.sentence(),
        dtstart=day,
        dtend=day + dt.timedelta(days=1),
        dtstamp=now,
    )
    event.add_component(_alarm(date, title))
    return event


def _identity(case_id: str, date: Deadline) -> str:
    return hashlib.sha256(f"{case_id} {date.channel} {date.id}".encode()).hexdigest()[:32]


def _summary(date: Deadline, title: str) -> str:
    words = {
        "answer": _("Look for the answer"),
        "extension": _("Look again for the answer"),
        "act": _("Last day to ask for a review"),
        "reminder": _("Ask about the matter"),
        "proof": _("Keep the records"),
    }[date.kind]
    return f"{words} · {title}" if title else words


def _alarm(date: Deadline, title: str) -> Alarm:
    alarm = Alarm()
    _put(alarm, action="DISPLAY", description=_summary(date, title), trigger=dt.timedelta(hours=9))
    return alarm
