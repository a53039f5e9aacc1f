"""The clock: by when an answer is due after a filing, counted from what, by which rule, and how sure that is."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from complain.case.kinds import How, LenderType
from complain.case.model import Case
from complain.i18n import _
from complain.rules.facts import FilingFact
from complain.rules.rows import Certainty, Row, how_sure, row, table
from complain.rules.workdays import CalendarEnds, after_days, after_workdays, next_workday

REMINDER_DAYS = 15
"""Days after which asking is sensible where no term is known: a reminder, not a rule (USERS U19)."""

Kind = Literal["answer", "extension", "act", "reminder", "proof"]


@dataclass(frozen=True)
class Deadline:
    """One date that starts with a filing.

    Attributes:
        date: The last day of the term, or None when no term is known or the calendar ends before it.
        unit: ``day``, ``workday``, ``month``, or empty when there is no term.
        what: The whole sentence: what ends then, counted from what, and what is not certain.
        source: Where the rule was read.
        verified: Whether the rule was read on the official site.
        kind: By when an answer is due, if it is extended, what the person may do, a mere reminder, vanishing proof.
        id: The row's id, or ``reminder``.
        start: The event it is counted from: ``submitted``, ``received``, ``accepted``, ``answered``.
        certainty: How the rule is known.
        channel: The channel's id.
    """

    date: dt.date | None
    unit: str
    what: str
    source: str
    verified: bool
    kind: Kind = "answer"
    id: str = ""
    start: str = "submitted"
    certainty: Certainty = Certainty.NOT_FOUND
    channel: str = ""

    def sentence(self) -> str:
        """Return the whole sentence with its source."""
        return _("{sentence} (Source: {source})").format(sentence=self.what, source=self.source)


def deadlines(filing: FilingFact, lender_type: str) -> list[Deadline]:
    """Return the dates that follow from a filing, in the order of the rules.

    Args:
        filing: What the journal shows; one that was not sent starts no clock.
        lender_type: ``bank``, ``consumer-finance``, ``small-loan`` or ``unknown``.
    """
    if not filing.was_sent:
        return []
    rows = [r for r in table("clock") if r.word("body") == filing.body and r.binds(lender_type)]
    dates = [d for r in rows if (d := _deadline(r, filing)) is not None]
    if not any(d.kind == "answer" for d in dates) and filing.answered_on is None:
        dates.insert(0, _reminder(filing, lender_type))
    return dates


def case_deadlines(case: Case, filing: FilingFact) -> list[Deadline]:
    """Return the dates that follow from a filing for every type of lender in the case, each once.

    Args:
        case: Its loans name the types; without a known type the answer is a reminder.
        filing: What the journal shows.
    """
    types = lender_types(case) or ("unknown",)
    found = {(d.id, d.date, d.what): d for name in types for d in deadlines(filing, name)}
    return list(found.values())


def lender_types(case: Case) -> tuple[str, ...]:
    """Return the known types of the case's lenders, each once, in the case's order."""
    known = [loan.lender_type for loan in case.loans if loan.lender_type is not LenderType.UNKNOWN]
    return tuple(dict.fromkeys(kind.value for kind in known))


def _deadline(rule: Row, filing: FilingFact) -> Deadline | None:
    answered = rule.word("start") == "answered"
    if answered != (filing.answered_on is not None):
        return None  # answered: only what may follow; unanswered: only what is awaited
    start, event = _start(rule, filing)
    if start is None:
        return None
    last, note = _last_day(rule, start)
    return Deadline(
        date=last,
        unit=rule.word("unit"),
        what=_what(rule, last, event, note),
        source=rule.source,
        verified=rule.verified,
        kind=_kind(rule.word("kind")),
        id=rule.id,
        start=event,
        certainty=rule.certainty,
        channel=filing.channel,
    )


def _kind(word: str) -> Kind:
    match word:
        case "answer" | "extension" | "act":
            return word
        case _:
            raise ValueError(word)


def _start(rule: Row, filing: FilingFact) -> tuple[dt.date | None, str]:
    """The event that starts the term; where it is not known, the submission stands for it."""
    match rule.word("start"):
        case "answered":
            return filing.answered_on, "answered"
        case "accepted" if filing.accepted_on is not None:
            return filing.accepted_on, "accepted"
        case "received" if filing.received_on is not None:
            return filing.received_on, "received"
        case _:
            return filing.filed_on, "submitted"


def _last_day(rule: Row, start: dt.date) -> tuple[dt.date | None, str]:
    days = rule.number("days")
    try:
        if rule.word("unit") == "workday":
            return after_workdays(start, days), ""
    except CalendarEnds as end:
        return None, _("the working days of {year} are not in the calendar yet").format(year=end.year)
    last = after_days(start, days)
    try:
        return next_workday(last), ""
    except CalendarEnds as end:
        return last, _("the holidays of {year} are not in the calendar yet").format(year=end.year)


def _what(rule: Row, last: dt.date | None, event: str, note: str) -> str:
    day = last.isoformat() if last else _("no date")
    remarks = [
        _("counted from the day it was {event}").format(event=event_name(event)),
        _("the term runs from receipt, so it may end later")
        if event == "submitted" and rule.word("start") != "submitted"
        else "",
        note,
        how_sure(rule.certainty, rule.verified),
    ]
    return _("{day}: {text} ({remarks}).").format(
        day=day, text=rule.text, remarks=_("; ").join(part for part in remarks if part)
    )


def event_name(event: str) -> str:
    """Return how a person calls the event that starts a term."""
    return {
        "submitted": _("submitted"),
        "received": _("received"),
        "accepted": _("accepted"),
        "answered": _("answered"),
    }[event]


def _reminder(filing: FilingFact, lender_type: str) -> Deadline:
    assert filing.filed_on is not None  # it was sent
    day = after_days(filing.filed_on, REMINDER_DAYS)
    return Deadline(
        date=day,
        unit="",
        what=_("No legal term that applies was found ({lender}); ask on {day} (a reminder only).").format(
            lender=lender_type_name(lender_type), day=day.isoformat()
        ),
        source=_("none found"),
        verified=False,
        kind="reminder",
        id="reminder",
        channel=filing.channel,
    )


def lender_type_name(lender_type: str) -> str:
    """Return how a person calls a type of lender."""
    return {
        "bank": _("bank"),
        "consumer-finance": _("consumer-finance company"),
        "small-loan": _("small-loan company"),
    }.get(lender_type, _("type of lender not known"))


def answer_by(dates: Iterable[Deadline]) -> Deadline | None:
    """Return the first day by which an answer is due or asking is sensible, or None."""
    return next((d for d in dates if d.kind in ("answer", "reminder") and d.date is not None), None)


def vanishing_proof(case: Case, today: dt.date) -> list[Deadline]:
    """Return when the operators' call lists will no longer show the earliest call that they still have (USERS U27).

    Args:
        case: The case; only calls and messages count.
        today: The day in China; what has vanished already is not told, the next one is.
    """
    days = sorted({i.at.date() for i in case.incidents if i.how in (How.CALL, How.SMS)})
    return [found for day in days if (found := vanishing_call(day, today)) is not None][:1]


def vanishing_call(first: dt.date, today: dt.date) -> Deadline | None:
    """Return when the operators' lists will no longer show a call; None when that day is past.

    Args:
        first: The day of the earliest call.
        today: The day in China.
    """
    rule = row("proof", "call-list-6-months")
    day = months_later(first, rule.number("months"))
    if day < today:
        return None
    what = _("{text}: the call of {first} may no longer be found after {day} ({sure}).").format(
        text=rule.text,
        first=first.isoformat(),
        day=day.isoformat(),
        sure=how_sure(rule.certainty, rule.verified),
    )
    return Deadline(
        day, "month", what, rule.source, rule.verified, "proof", rule.id, certainty=rule.certainty
    )


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or that month's last day."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
