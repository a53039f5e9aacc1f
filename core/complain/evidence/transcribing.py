"""Rows that a person read from a picture: checked like those of any call log, each with its place in the picture.

A row counts because the person wrote it and says whose number it is and why; nothing is read by a machine (USERS U5).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from complain.case.model import Case
from complain.evidence.calls import Call, CallLog, Direction, SourceKind, State, reason_sentence
from complain.evidence.cells import CellFault, read_number, read_seconds, read_time
from complain.evidence.keeping import KeptEvidence
from complain.evidence.kept_calls import Area, KeptLog, Ticked, keep, load_kept
from complain.i18n import _


class WrittenRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row as it was typed.

    Attributes:
        day: ``2026-10-12`` or ``2026年10月12日``.
        time: ``22:47``.
        number: The other side's.
        direction: Who called.
        state: Whether it was answered.
        seconds: Duration as typed; empty when the picture does not tell it.
        area: Where it stands in the picture, or None.
    """

    day: str
    time: str
    number: str
    direction: Direction
    state: State
    seconds: str = ""
    area: Area | None = None


class WrittenNumber(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose number it is: why it is the collectors', and for which lender; empty: not known."""

    number: str
    reason: str
    lender: str = ""


class Transcript(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that a person wrote beside one picture.

    Attributes:
        evidence: Number of the picture in the case, from 1.
        rows: In the picture's order.
        numbers: One for each different number in the rows.
    """

    evidence: int
    rows: tuple[WrittenRow, ...]
    numbers: tuple[WrittenNumber, ...]


@dataclass(frozen=True)
class Wrong:
    """What cannot be taken: the row from 1, or 0 for the numbers below the table; and why, one sentence."""

    row: int
    why: str


class NotTaken(Exception):
    """Rows that cannot be taken as they are; nothing was kept."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(f"{len(wrong)} rows")
        self.wrong = tuple(wrong)


def keep_transcript(
    case: Case, folder: Path, written: Transcript, source: KeptEvidence, now: dt.datetime
) -> KeptLog:
    """Keep what a person read from a picture, on the disk when this returns; what was kept of it before is replaced.

    Args:
        case: Its loans say which lenders there are.
        folder: The case folder.
        written: As it was typed.
        source: The picture, hashed now.
        now: Nothing can have happened after it (aware).

    Raises:
        NotTaken: Something cannot be read, or a number has no reason.
    """
    calls, wrong = _calls(written.rows, now)
    ticked, unclear = _ticked(case, written, {call.number for call in calls})
    if wrong or unclear:
        raise NotTaken([*wrong, *unclear])
    log = CallLog(Path(source.file).name, source.sha256, SourceKind.PICTURE, tuple(calls))
    areas = {place: row.area for place, row in enumerate(written.rows, 1) if row.area is not None}
    return keep(folder, log, ticked, now, areas)


def _calls(rows: Sequence[WrittenRow], now: dt.datetime) -> tuple[list[Call], list[Wrong]]:
    calls: list[Call] = []
    wrong: list[Wrong] = []
    for place, row in enumerate(rows, 1):
        try:
            calls.append(_call(place, row, now))
        except CellFault as fault:
            wrong.append(Wrong(place, reason_sentence(fault.reason)))
    if not rows:
        wrong.append(Wrong(0, _("There is no row yet.")))
    return calls, wrong


def _call(place: int, row: WrittenRow, now: dt.datetime) -> Call:
    from complain.evidence.calls import Reason

    number = read_number(row.number)
    if not number:
        raise CellFault(Reason.NUMBER)
    at = read_time(row.day, row.time, year=None, now=now)
    return Call(place, number, at, row.direction, row.state, read_seconds(row.seconds))


def _ticked(case: Case, written: Transcript, numbers: set[str]) -> tuple[list[Ticked], list[Wrong]]:
    reasons: dict[str, WrittenNumber] = {}
    for entry in written.numbers:
        try:
            reasons[read_number(entry.number)] = entry
        except CellFault:
            continue  # a number that stands in no row: its row has been named already
    lenders = {loan.lender for loan in case.loans if loan.lender}
    ticked: list[Ticked] = []
    wrong: list[Wrong] = []
    for number in sorted(numbers):
        said = reasons.get(number)
        if said is None or not said.reason.strip():
            wrong.append(Wrong(0, _("Say for each number why it is the collectors'.")))
        elif said.lender and said.lender not in lenders:
            wrong.append(Wrong(0, _("The case names no lender “{lender}”.").format(lender=said.lender)))
        else:
            ticked.append(Ticked(number, said.reason.strip(), said.lender))
    return ticked, wrong


def transcript_of(folder: Path, source: KeptEvidence) -> KeptLog | None:
    """Return what was kept of a picture before, or None."""
    return next((log for log in load_kept(folder) if log.sha256 == source.sha256), None)
