"""Did the person answer, or call back, in the three days before a contact was called? (USERS U26)

Shown also when it hurts the person; it leaves the machine only when the person attaches it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from complain.case.kinds import How
from complain.case.model import Case, Incident
from complain.evidence.calls import Direction, State
from complain.evidence.kept_calls import KeptLog
from complain.evidence.merging import MergedCall
from complain.evidence.tally import Tally

BEFORE = dt.timedelta(days=3)


class Record(StrEnum):
    """What the logs show: 有记录, 无记录, 数据缺失."""

    FOUND = "found"
    NONE = "none"
    MISSING = "missing"


@dataclass(frozen=True)
class Reachable:
    """One contact with somebody else, and the three days before it.

    Attributes:
        place: Of the incident in the case file, from 1.
        incident: The incident.
        start: Of the three days (aware).
        end: Of the three days: the contact, or the beginning of its day where the time is not known.
        record: What the logs show.
        answered: Calls that the person answered.
        called_back: Calls of the person that were answered.
        tried: Calls of the person that were not.
    """

    place: int
    incident: Incident
    start: dt.datetime
    end: dt.datetime
    record: Record
    answered: Tally
    called_back: Tally
    tried: Tally


def reachability(case: Case, calls: Sequence[MergedCall], logs: Sequence[KeptLog]) -> tuple[Reachable, ...]:
    """Return one entry per call to somebody else, earliest first.

    Args:
        case: Its incidents.
        calls: Of the ticked numbers, in both directions.
        logs: Say which days are covered.
    """
    places = [(place, one) for place, one in enumerate(case.incidents, 1) if _is_contact_call(one)]
    ordered = sorted(places, key=lambda entry: (entry[1].at, entry[0]))
    return tuple(_reachable(place, incident, calls, logs) for place, incident in ordered)


def _is_contact_call(incident: Incident) -> bool:
    return incident.reached.is_third_party and incident.how in (How.CALL, How.UNKNOWN)


def _reachable(
    place: int, incident: Incident, calls: Sequence[MergedCall], logs: Sequence[KeptLog]
) -> Reachable:
    end = incident.at
    start = end - BEFORE
    before = [call for call in calls if start <= call.at < end]
    answered = _which(before, Direction.INCOMING, State.CONNECTED)
    called_back = _which(before, Direction.OUTGOING, State.CONNECTED)
    found = bool(answered.calls or called_back.calls)
    is_covered = any(_covers(log, start, end) for log in logs)
    return Reachable(
        place=place,
        incident=incident,
        start=start,
        end=end,
        record=Record.FOUND if found else Record.NONE if is_covered else Record.MISSING,
        answered=answered,
        called_back=called_back,
        tried=_which(before, Direction.OUTGOING, State.MISSED),
    )


def _which(calls: Sequence[MergedCall], direction: Direction, state: State) -> Tally:
    return Tally(tuple(call for call in calls if call.direction is direction and call.state is state))


def _covers(log: KeptLog, start: dt.datetime, end: dt.datetime) -> bool:
    """Whether a log speaks for all of a time: one with unreadable rows may hide the very call."""
    if log.first is None or log.last is None or log.broken:
        return False
    return log.first <= start and end <= log.last
