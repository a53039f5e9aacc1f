"""Incidents drafted from the collectors' calls. The person confirms each; nothing is entered without that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import tomlkit
from tomlkit.items import Item

from complain.case.kinds import Answer, Basis, How, IncidentKind, Reached
from complain.case.model import Case
from complain.evidence.calls import State
from complain.evidence.cells import CellFault, read_number
from complain.evidence.limits import Lender
from complain.evidence.merging import APART, MergedCall
from complain.evidence.tally import NIGHT_FROM, NIGHT_UNTIL, grouped, is_between

_ANSWERED = {State.CONNECTED: Answer.YES, State.MISSED: Answer.NO, State.UNKNOWN: Answer.UNKNOWN}


@dataclass(frozen=True)
class DraftIncident:
    """One incident as it would be entered.

    Attributes:
        call: The call it is drafted from.
        kind: ``night-call`` or ``frequent-calls``.
        day_calls: How many answered calls of this lender's that day has; 0 for a night call.
    """

    call: MergedCall
    kind: IncidentKind
    day_calls: int = 0

    @property
    def answered(self) -> Answer:
        """Whether it was answered, in the case's words."""
        return _ANSWERED[self.call.state]

    def entry(self, evidence: int | None = None) -> dict[str, Item | str | list[int]]:
        """Return the table for ``case.toml``: what the log shows, and no word more.

        Args:
            evidence: Number of the evidence that shows it, or None.
        """
        proof: dict[str, list[int]] = {} if evidence is None else {"evidence": [evidence]}
        return {
            "at": tomlkit.value(f"{self.call.at:%Y-%m-%d %H:%M:%S}"),
            "kind": self.kind.value,
            "number": self.call.number,
            "reached": Reached.SELF.value,
            "how": How.CALL.value,
            "answered": self.answered.value,
            "basis": Basis.FIRST_HAND.value,
            **proof,
        }


def draft_incidents(
    case: Case, calls: Sequence[MergedCall], of: Sequence[Lender], most: int
) -> tuple[DraftIncident, ...]:
    """Return night calls, and answered calls of days with more than ``most`` of one lender; earliest first.

    A call that the case has already is left out.

    Args:
        case: Its incidents.
        calls: Incoming ones.
        of: The lenders with their numbers: calls of two lenders are never added.
        most: Answered calls a day that the recommended standard names.
    """
    known = [_Known(*entry) for entry in _numbers_and_times(case)]
    frequent = dict(_frequent(calls, of, most))
    drafts = [draft for call in calls if (draft := _draft(call, frequent)) is not None]
    return tuple(draft for draft in drafts if not any(entry.is_same(draft.call) for entry in known))


def _draft(call: MergedCall, frequent: dict[str, int]) -> DraftIncident | None:
    if is_between(call.at, NIGHT_FROM, NIGHT_UNTIL):
        return DraftIncident(call, IncidentKind.NIGHT_CALL)
    if call.name in frequent:
        return DraftIncident(call, IncidentKind.FREQUENT_CALLS, frequent[call.name])
    return None


def _frequent(calls: Sequence[MergedCall], of: Iterable[Lender], most: int) -> Iterator[tuple[str, int]]:
    for lender in of:
        connected = [c for c in calls if c.number in lender.numbers and c.state is State.CONNECTED]
        for found in grouped(connected, lambda call: call.at.date()).values():
            if len(found) > most:
                yield from ((call.name, len(found)) for call in found)


@dataclass(frozen=True)
class _Known:
    number: str
    at: dt.datetime

    def is_same(self, call: MergedCall) -> bool:
        # A person notes the minute: 22:47 may be any of its sixty seconds, and the clocks differ.
        return self.number == call.number and abs(self.at - call.at) <= APART


def _numbers_and_times(case: Case) -> Iterator[tuple[str, dt.datetime]]:
    for incident in case.incidents:
        if incident.time_known and incident.number:
            try:
                yield read_number(incident.number), incident.at
            except CellFault:
                continue  # an account or a short text as "未显示": no call of a log can be the same
