"""The limits of collection, each laid beside its own kind of call, number and lender only (USERS U20).

What a limit says comes from the rules' data, as plain values. A finding states how many calls stand beside which
limit; whether anything was broken is not for a table to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from complain.case.kinds import Basis, How, LenderType
from complain.case.model import Case, Incident
from complain.evidence.calls import State
from complain.evidence.kept_calls import Ticked
from complain.evidence.merging import MergedCall
from complain.evidence.tally import ByState, Tally, by_state, grouped, is_between

Measure = Literal["effective-calls-per-day", "unanswered-calls-per-day-and-number", "hours", "third-party"]
Binding = Literal["reference", "members", "binding"]


@dataclass(frozen=True)
class Limit:
    """One limit, as the rules' data has it.

    Attributes:
        id: Of the row.
        measure: What it counts.
        binding: ``reference``: a recommended standard; ``members``: for an association's members; ``binding``.
        text: The sentence, in Chinese, without a full stop.
        source: Where it was read, in Chinese.
        sure: How sure that is, in Chinese.
        verified: Whether it was read on the official site.
        lender_types: Whom it is for; empty: all.
        most: Of calls a day; None where it does not count.
        start: First hour without calls; None where it names no hours.
        until: The hour from which calls are allowed again.
    """

    id: str
    measure: Measure
    binding: Binding
    text: str
    source: str
    sure: str
    verified: bool
    lender_types: tuple[str, ...] = ()
    most: int | None = None
    start: int | None = None
    until: int | None = None

    def is_for(self, lender_type: str) -> bool:
        """Whether it speaks of this type of lender."""
        return not self.lender_types or lender_type in self.lender_types


@dataclass(frozen=True)
class Lender:
    """A lender of the case and the numbers that collect for it.

    Attributes:
        name: As in the case; empty: the person did not say for whom the numbers collect.
        type: ``bank``, ``consumer-finance``, ``small-loan`` or ``unknown``.
        numbers: Digits.
        is_member: Whether the person says that it belongs to the banking association.
    """

    name: str
    type: str
    numbers: frozenset[str]
    is_member: bool = False


@dataclass(frozen=True)
class DayOver:
    """One day, or one number on one day, with more calls than a limit names.

    Attributes:
        day: The day.
        number: The number, where the limit counts each by itself; else empty.
        tally: The calls.
    """

    day: dt.date
    number: str
    tally: Tally


@dataclass(frozen=True)
class Finding:
    """One limit beside one lender's calls.

    Attributes:
        limit: The limit.
        lender: The lender; None for what concerns third parties.
        over: Days above a limit of calls.
        within: Calls inside hours that should be free of them; None where the limit names no hours.
        contacted: Places of the incidents with third parties that the person may state.
        guessed: Places of those that are only inferred.
    """

    limit: Limit
    lender: Lender | None
    over: tuple[DayOver, ...] = ()
    within: ByState | None = None
    contacted: tuple[int, ...] = ()
    guessed: tuple[int, ...] = ()


def lenders(case: Case, ticked: Iterable[Ticked], members: Collection[str] = ()) -> tuple[Lender, ...]:
    """Return the lenders that have numbers, those without a name last.

    Where the case names one lender only, numbers without one are its own.

    Args:
        case: Names the lenders and their types.
        ticked: The numbers.
        members: Lenders that the person says belong to the banking association.
    """
    types = lender_types(case)
    only = next(iter(types)) if len(types) == 1 else ""
    numbers: dict[str, set[str]] = {}
    for entry in ticked:
        numbers.setdefault(entry.lender or only, set()).add(entry.number)
    return tuple(
        Lender(name, types.get(name, LenderType.UNKNOWN.value), frozenset(numbers[name]), name in members)
        for name in sorted(numbers, key=lambda name: (not name, name))
    )


def lender_types(case: Case) -> Mapping[str, str]:
    """Return the case's lenders by name with their types."""
    return {loan.lender: loan.lender_type.value for loan in case.loans if loan.lender}


def findings(
    limits: Iterable[Limit], of: Sequence[Lender], calls: Sequence[MergedCall], case: Case
) -> tuple[Finding, ...]:
    """Return each limit beside what it counts, in the order of the limits.

    Args:
        limits: From the rules.
        of: The lenders with their numbers.
        calls: Incoming ones.
        case: For third parties.
    """
    return tuple(finding for limit in limits for finding in _findings(limit, of, calls, case))


def _findings(
    limit: Limit, of: Sequence[Lender], calls: Sequence[MergedCall], case: Case
) -> Iterator[Finding]:
    if limit.measure == "third-party":
        yield from _third_parties(limit, case)
        return
    for lender in of:
        if limit.is_for(lender.type) and (limit.binding != "members" or lender.is_member):
            yield _counted(limit, lender, [call for call in calls if call.number in lender.numbers])


def _counted(limit: Limit, lender: Lender, calls: Sequence[MergedCall]) -> Finding:
    match limit.measure:
        case "effective-calls-per-day":
            return Finding(limit, lender, over=_over(limit, calls, State.CONNECTED, each_number=False))
        case "unanswered-calls-per-day-and-number":
            return Finding(limit, lender, over=_over(limit, calls, State.MISSED, each_number=True))
        case _:
            assert limit.start is not None and limit.until is not None, limit.id
            inside = [call for call in calls if is_between(call.at, limit.start, limit.until)]
            return Finding(limit, lender, within=by_state(inside))


def _over(
    limit: Limit, calls: Sequence[MergedCall], state: State, *, each_number: bool
) -> tuple[DayOver, ...]:
    assert limit.most is not None, limit.id
    of_state = [call for call in calls if call.state is state]
    days = grouped(of_state, lambda call: (call.at.date(), call.number if each_number else ""))
    return tuple(
        DayOver(day, number, Tally(tuple(found)))
        for (day, number), found in sorted(days.items())
        if len(found) > limit.most
    )


def unanswered_limits(limits: Iterable[Limit], of: Sequence[Lender]) -> tuple[Limit, ...]:
    """Return limits for members only that would fit a lender, had the person said that it is a member."""
    return tuple(
        limit
        for limit in limits
        if limit.binding == "members"
        and any(limit.is_for(lender.type) and not lender.is_member for lender in of)
    )


def _third_parties(limit: Limit, case: Case) -> Iterator[Finding]:
    if limit.lender_types and not any(limit.is_for(loan.lender_type.value) for loan in case.loans):
        return
    places = [(place, one) for place, one in enumerate(case.incidents, 1) if one.reached.is_third_party]
    yield Finding(
        limit,
        None,
        contacted=tuple(place for place, one in places if one.basis is not Basis.INFERRED),
        guessed=tuple(place for place, one in places if one.basis is Basis.INFERRED),
    )


def is_own_call(incident: Incident) -> bool:
    """Whether an incident is a call to the person that can stand in a count: number and time are known."""
    return (
        incident.how is How.CALL
        and incident.time_known
        and incident.number is not None
        and incident.basis is Basis.FIRST_HAND
        and not incident.reached.is_third_party
    )
