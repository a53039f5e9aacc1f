"""All that ``complain evidence report`` shows of the calls, computed once, before anything is drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from complain.case.kinds import Answer
from complain.case.model import Case, Incident
from complain.evidence.calls import Call, Direction, SourceKind, State
from complain.evidence.cells import CellFault, read_number
from complain.evidence.kept_calls import KeptLog, Ticked, load_kept, ticked_numbers
from complain.evidence.limits import Finding, Lender, Limit, findings, is_own_call, lenders, unanswered_limits
from complain.evidence.merging import MergedCall, merge
from complain.evidence.reachability import Reachable, reachability
from complain.evidence.tally import (
    ByState,
    DayCount,
    HourCount,
    Tally,
    by_state,
    day_counts,
    hour_counts,
    incoming,
)

INCIDENTS = "经过"
"""The label of rows that are incidents of the case file, where no call log was imported."""

_STATES = {Answer.YES: State.CONNECTED, Answer.NO: State.MISSED, Answer.UNKNOWN: State.UNKNOWN}


@dataclass(frozen=True)
class NumberCount:
    """One ticked number and its calls.

    Attributes:
        ticked: The number with its reason.
        lender: For whom it collects; empty when that is not known.
        incoming: Calls to the person.
        outgoing: Calls of the person to it.
        undirected: Calls of which the log does not say who called; they are counted in nothing else.
    """

    ticked: Ticked
    lender: str
    incoming: ByState
    outgoing: Tally
    undirected: Tally


@dataclass(frozen=True)
class LenderCounts:
    """The incoming calls of one lender's numbers: those of two lenders are never added.

    Attributes:
        lender: Whose numbers they are.
        days: Days with calls.
        hours: All 24.
    """

    lender: Lender
    days: tuple[DayCount, ...]
    hours: tuple[HourCount, ...]


@dataclass(frozen=True)
class CallReport:
    """What the calls show.

    Attributes:
        made_at: When the report was made (aware).
        logs: Where the rows come from.
        from_incidents: Whether no log was imported, and the case's own incidents are counted instead.
        numbers: Each ticked number.
        calls: Every call once, in both directions.
        counts: Days and hours, for each lender that was called for.
        findings: Limits beside what they count.
        not_applied: Limits for an association's members, whose membership nobody stated.
        unclear_lender: Whether some number's lender is not known though the case names several.
        reachable: The reachability table (USERS U26).
    """

    made_at: dt.datetime
    logs: tuple[KeptLog, ...]
    from_incidents: bool
    numbers: tuple[NumberCount, ...]
    calls: tuple[MergedCall, ...]
    counts: tuple[LenderCounts, ...]
    findings: tuple[Finding, ...]
    not_applied: tuple[Limit, ...]
    unclear_lender: bool
    reachable: tuple[Reachable, ...]

    @property
    def merged(self) -> Tally:
        """Calls that stand in several logs."""
        return Tally(tuple(call for call in self.calls if len(call.rows) > 1))

    @property
    def contradicted(self) -> Tally:
        """Calls that one log calls answered and another missed."""
        return Tally(tuple(call for call in self.calls if call.is_contradicted))

    @property
    def period(self) -> tuple[dt.date, dt.date] | None:
        """Days of the earliest and of the latest incoming call; None when there is none."""
        days = [count.day for counts in self.counts for count in counts.days]
        return (min(days), max(days)) if days else None


def call_report(
    case: Case, folder: Path, limits: Sequence[Limit], *, members: Collection[str], made_at: dt.datetime
) -> CallReport:
    """Return what the kept calls of a case show.

    Args:
        case: As loaded.
        folder: The case folder.
        limits: From the rules.
        members: Lenders that the person says belong to the banking association.
        made_at: Now (aware).

    Raises:
        UsageError: Kept calls cannot be understood.
    """
    logs = load_kept(folder)
    kept = logs or tuple(_incident_log(case, made_at))
    ticked = ticked_numbers(kept)
    of = lenders(case, ticked.values(), members)
    calls = merge(kept, ticked)
    coming = incoming(calls)
    return CallReport(
        made_at=made_at,
        logs=kept,
        from_incidents=not logs,
        numbers=tuple(_number(entry, of, calls) for entry in ticked.values()),
        calls=calls,
        counts=tuple(_lender_counts(lender, coming) for lender in of),
        findings=findings(limits, of, coming, case),
        not_applied=unanswered_limits(limits, of),
        unclear_lender=any(not lender.name for lender in of),
        reachable=reachability(case, calls, logs),
    )


def _lender_counts(lender: Lender, calls: Sequence[MergedCall]) -> LenderCounts:
    own = [call for call in calls if call.number in lender.numbers]
    return LenderCounts(lender, day_counts(own), hour_counts(own))


def _number(ticked: Ticked, of: Sequence[Lender], calls: Sequence[MergedCall]) -> NumberCount:
    own = [call for call in calls if call.number == ticked.number]
    return NumberCount(
        ticked,
        next(lender.name for lender in of if ticked.number in lender.numbers),
        by_state(incoming(own)),
        Tally(tuple(call for call in own if call.direction is Direction.OUTGOING)),
        Tally(tuple(call for call in own if call.direction is Direction.UNKNOWN)),
    )


def _incident_log(case: Case, made_at: dt.datetime) -> Iterator[KeptLog]:
    """Yield the case's own calls as a log of their own; it covers no days, and it is never merged with another."""
    calls = tuple(_incident_calls(case))
    if calls:
        numbers = dict.fromkeys(call.number for call in calls)
        ticked = tuple(Ticked(number, "案件经过中写明") for number in numbers)
        log = KeptLog(
            INCIDENTS, "case.toml", "", SourceKind.PHONE, made_at, len(calls), None, None, (), ticked, calls
        )
        yield log


def _incident_calls(case: Case) -> Iterator[Call]:
    for place, incident in enumerate(case.incidents, 1):
        if is_own_call(incident) and (number := _number_of(incident)):
            yield Call(place, number, incident.at, Direction.INCOMING, _STATES[incident.answered])


def _number_of(incident: Incident) -> str:
    try:
        return read_number(incident.number)
    except CellFault:
        return ""  # an account or a word instead of a number
