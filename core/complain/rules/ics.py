"""The dates of a case as a calendar file. Titles are neutral: a phone shows them to whoever looks at it (USERS U9)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping

from icalendar import Alarm, Calendar, Event

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
    calendar.add("prodid", "-//complain//plan//")
    calendar.add("version", "2.0")
    for date in dates:
        if date.date is not None:
            calendar.add_component(_event(case_id, date, date.date, titles.get(date.channel, ""), now))
    return bytes(calendar.to_ical())


def _event(case_id: str, date: Deadline, day: dt.date, title: str, now: dt.datetime) -> Event:
    event = Event()
    event.add(
        "uid", f"{_identity(case_id, date)}@complain.invalid"
    )  # the same date keeps its place on re-import
    event.add("summary", _summary(date, title))
    event.add("description", date.what)
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("dtstamp", now)
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
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(date, title))
    alarm.add("trigger", dt.timedelta(hours=9))
    return alarm
