"""Where an incident of the case and an imported call log say different things of one call (USERS U28).

Only what can be compared is compared: a call to the person with time and number, and a log that covers that time,
holds that number's rows and has no unreadable one. A picture never speaks of what it does not show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from complain.case.kinds import Answer, How, Reached
from complain.case.model import Case, Incident
from complain.evidence.calls import Direction, SourceKind, State
from complain.evidence.cells import CellFault, read_number
from complain.evidence.kept_calls import KeptLog, load_kept
from complain.evidence.merging import APART, MergedCall, merge
from complain.i18n import _

_OPPOSITE = {Answer.YES: State.MISSED, Answer.NO: State.CONNECTED}


def disagreements(case: Case, folder: Path) -> list[str]:
    """Return one sentence per contradiction, with both statements.

    Args:
        case: As loaded.
        folder: The case folder; its kept calls are read.

    Raises:
        UsageError: A file of kept calls cannot be understood.
    """
    logs = load_kept(folder)
    calls = [call for call in merge(logs) if call.direction is not Direction.OUTGOING]
    return [
        sentence
        for place, incident in enumerate(case.incidents, 1)
        for sentence in _about(place, incident, calls, logs)
    ]


def _about(
    place: int, incident: Incident, calls: Sequence[MergedCall], logs: Sequence[KeptLog]
) -> Iterator[str]:
    number = _number(incident)
    if (
        incident.how is not How.CALL
        or incident.reached is not Reached.SELF
        or not incident.time_known
        or not number
    ):
        return
    near = [call for call in calls if call.number == number and abs(call.at - incident.at) <= APART]
    against = [call for call in near if call.state is _OPPOSITE.get(incident.answered)]
    if against and len(against) == len(near):
        yield _opposite(place, incident, against[0])
    silent = [log for log in logs if _speaks_of(log, number, incident)]
    if silent and not near:
        yield _(
            "Incident {place} ({when}) is a call that the log {label} does not have, although it covers that time: "
            "look which of the two is right."
        ).format(place=place, when=incident.when, label=silent[0].label)


def _opposite(place: int, incident: Incident, call: MergedCall) -> str:
    said = _("picked up") if incident.answered is Answer.YES else _("not picked up")
    shown = _("picked up") if call.state is State.CONNECTED else _("not picked up")
    return _(
        "Incident {place} ({when}) says “{said}”, the log says “{shown}” (row {row}): look which of the two is right."
    ).format(place=place, when=incident.when, said=said, shown=shown, row=call.name)


def _number(incident: Incident) -> str:
    try:
        return read_number(incident.number)
    except CellFault:
        return ""  # an account or a word: no call of a log can be meant


def _speaks_of(log: KeptLog, number: str, incident: Incident) -> bool:
    if log.first is None or log.last is None or log.broken:
        return False
    if log.kind is not SourceKind.PHONE and incident.answered is not Answer.YES:
        return False  # an operator's list may leave out calls that were not answered (USERS U20)
    return log.first <= incident.at <= log.last and any(entry.number == number for entry in log.numbers)
