"""Incidents counted for the shorter letters: every number can be traced to its rows, and kinds are never added.

An inference is never counted. What was told by others, and what nothing proves yet, is counted and said apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from complain.case.kinds import Answer, Basis, How, IncidentKind, Reached
from complain.case.model import Case, Incident
from complain.letters.dates import chinese_date, is_night
from complain.letters.incidents import KIND_NAMES
from complain.letters.trace import Sourced


@dataclass(frozen=True)
class Numbered:
    """An incident and its place in the case file, from 1."""

    number: int
    incident: Incident


def facts(case: Case) -> tuple[Numbered, ...]:
    """Return what may be stated as fact, earliest first; what was told is among it, inferences are not."""
    return tuple(n for n in _in_time(case) if n.incident.basis is not Basis.INFERRED)


def guesses(case: Case) -> tuple[Numbered, ...]:
    """Return what the person only infers, earliest first."""
    return tuple(n for n in _in_time(case) if n.incident.basis is Basis.INFERRED)


def _in_time(case: Case) -> list[Numbered]:
    return sorted(
        (Numbered(i, incident) for i, incident in enumerate(case.incidents, 1)),
        key=lambda n: (n.incident.at, n.number),
    )


def _source(rows: Sequence[Numbered]) -> str:
    return " ".join(f"incidents[{row.number}]" for row in rows)


def span(rows: Sequence[Numbered]) -> Sourced:
    """Return the days from the first to the last row: ``2026年10月8日至11月3日``."""
    first, last = rows[0].incident.at.date(), rows[-1].incident.at.date()
    if first == last:
        return Sourced(chinese_date(first), _source(rows))
    end = f"{last.month}月{last.day}日" if first.year == last.year else chinese_date(last)
    return Sourced(f"{chinese_date(first)}至{end}", _source([rows[0], rows[-1]]))


def counted(rows: Sequence[Numbered], *, with_days: bool) -> list[Sourced]:
    """Return one phrase per kind of incident, with its count and what is not proved.

    Args:
        rows: The incidents, earliest first.
        with_days: Whether the days are listed.
    """
    phrases: list[Sourced] = []
    for kind in IncidentKind:
        of_kind = [row for row in rows if _kind(row.incident) is kind]
        if of_kind:
            phrases.append(_phrase(kind, of_kind, with_days))
    night = [row for row in rows if row.incident.time_known and is_night(row.incident.at)]
    if any(row.incident.kind is not IncidentKind.NIGHT_CALL for row in night):
        phrases.append(Sourced(f"上列中{len(night)}项的时间在22:00至次日8:00之间", _source(night)))
    return phrases


def _kind(incident: Incident) -> IncidentKind:
    """The kind as far as its own time bears it out: a call at noon is no night call."""
    if incident.kind is IncidentKind.NIGHT_CALL and incident.time_known and not is_night(incident.at):
        return IncidentKind.OTHER
    return incident.kind


def _phrase(kind: IncidentKind, rows: Sequence[Numbered], with_days: bool) -> Sourced:
    disclosed = _how_many(rows, lambda i: i.disclosed_debt is Answer.YES and i.reached.is_third_party)
    told = _how_many(rows, lambda i: i.basis is Basis.TOLD)
    unproved = _how_many(rows, lambda i: not i.evidence)
    details = [
        _days(rows) if with_days else "",
        _answers(rows) if kind is IncidentKind.FREQUENT_CALLS else "",
        _share(disclosed, len(rows), "透露本人欠款情况"),
        _share(told, len(rows), "为他人转述"),
        _share(unproved, len(rows), "暂无证据材料"),
    ]
    inside = "；".join(detail for detail in details if detail)
    return Sourced(f"{KIND_NAMES[kind]}{len(rows)}项" + (f"（{inside}）" if inside else ""), _source(rows))


def _share(count: int, whole: int, what: str) -> str:
    if count == 0:
        return ""
    if whole == 1:
        return what
    return f"均{what}" if count == whole else f"其中{count}项{what}"


def calls_by_day(rows: Sequence[Numbered]) -> list[Sourced]:
    """Return one phrase per day on which several of the listed calls reached the person; answered or not apart.

    Args:
        rows: The incidents that may be stated as fact, earliest first.
    """
    days: dict[dt.date, list[Numbered]] = {}
    for row in rows:
        incident = row.incident
        if incident.how is How.CALL and incident.reached is Reached.SELF:
            days.setdefault(incident.at.date(), []).append(row)
    return [_calls(day, found) for day, found in days.items() if len(found) > 1]


def _calls(day: dt.date, rows: Sequence[Numbered]) -> Sourced:
    return Sourced(f"上列{chinese_date(day)}致电本人的来电中，{_answers(rows)}。", _source(rows))


def _answers(rows: Sequence[Numbered]) -> str:
    """Answered, not answered and not known are told apart and never added."""
    answers = [row.incident.answered for row in rows]
    named = ((Answer.YES, "已接通"), (Answer.NO, "未接通"), (Answer.UNKNOWN, "是否接通不详"))
    return "，".join(f"{name}{answers.count(answer)}次" for answer, name in named if answer in answers)


def _how_many(rows: Sequence[Numbered], holds: Callable[[Incident], bool]) -> int:
    return sum(holds(row.incident) for row in rows)


def _days(rows: Sequence[Numbered]) -> str:
    days = dict.fromkeys(row.incident.at.date() for row in rows)
    return "、".join(f"{day.month}月{day.day}日" for day in days)
