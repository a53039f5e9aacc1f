"""The rows that were kept: ``<case>/calls/<label>.json``, with where each came from. Never the operator's file."""

from __future__ import annotations

import datetime as dt
import json
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from complain.case.folder import CALLS_FOLDER, case_folder
from complain.durable import make_folder, write_durably
from complain.errors import UsageError
from complain.evidence.calls import BrokenRow, Call, CallLog, SourceKind
from complain.i18n import _

_FORM = "complain-calls-1"

Area = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the picture as it is seen upright."""


@dataclass(frozen=True)
class Ticked:
    """A number that the person says is the collectors', and why (USERS U20).

    Attributes:
        number: Digits.
        reason: In the person's words; never empty.
        lender: For which lender it collects, as named in the case; empty when that is not known.
    """

    number: str
    reason: str
    lender: str = ""


@dataclass(frozen=True)
class KeptLog:
    """What is kept of one file.

    Attributes:
        label: One or two letters, unique in the case: a row is named ``A12``.
        file: The file's name.
        sha256: Of the file.
        kind: A telephone's own log, or an operator's list.
        read_at: When it was read (aware).
        rows: How many rows could be read, of all numbers.
        first: Start of the file's earliest row, of any number; None for an empty file.
        last: Start of its latest.
        broken: Rows that could not be read.
        numbers: The ticked numbers.
        calls: Their rows, in the file's order.
        areas: Of a picture: where each row stands in it, as left, top, width and height in pixels.
    """

    label: str
    file: str
    sha256: str
    kind: SourceKind
    read_at: dt.datetime
    rows: int
    first: dt.datetime | None
    last: dt.datetime | None
    broken: tuple[BrokenRow, ...]
    numbers: tuple[Ticked, ...]
    calls: tuple[Call, ...]
    areas: dict[int, Area] = field(default_factory=dict[int, Area])

    def rows_of(self, number: str) -> list[int]:
        """Return the rows of a number."""
        return [call.row for call in self.calls if call.number == number]


class _Document(msgspec.Struct):
    form: str
    log: KeptLog


def load_kept(folder: Path) -> tuple[KeptLog, ...]:
    """Return everything that was kept of call logs, in the order of the labels.

    Args:
        folder: The case folder.

    Raises:
        UsageError: A file cannot be understood.
    """
    place = case_folder(folder) / CALLS_FOLDER
    if not place.is_dir():
        return ()
    logs = [_load(path) for path in place.glob("*.json") if not path.name.startswith(".")]
    return tuple(sorted(logs, key=lambda log: (len(log.label), log.label)))


def _load(path: Path) -> KeptLog:
    try:
        document = msgspec.json.decode(path.read_bytes(), type=_Document)
    except (msgspec.DecodeError, OSError) as error:
        raise _not_understood(path) from error
    if document.form != _FORM:
        raise _not_understood(path)
    return document.log


def _not_understood(path: Path) -> UsageError:
    return UsageError(
        _("The kept calls in {file} cannot be understood.").format(file=path),
        next_step=_("Move the file away, then import the call log again."),
    )


def keep(
    folder: Path,
    log: CallLog,
    ticked: Sequence[Ticked],
    read_at: dt.datetime,
    areas: Mapping[int, Area] | None = None,
) -> KeptLog:
    """Keep the rows of the ticked numbers of a log; on the disk when this returns.

    A file that was imported before keeps its label; the numbers ticked then stay ticked, but for a picture's: all of
    its rows were read anew.

    Args:
        folder: The case folder.
        log: As read.
        ticked: Numbers with their reasons.
        read_at: Now (aware).
        areas: Of a picture: where each row stands in it.
    """
    earlier = load_kept(folder)
    same = next((kept for kept in earlier if kept.sha256 == log.sha256), None)
    label = same.label if same else _free_label(kept.label for kept in earlier)
    before = same.numbers if same and log.kind is not SourceKind.PICTURE else ()
    kept = _kept(log, label, _joined(before, ticked), read_at)
    kept = replace(kept, areas=dict(areas or {}))
    place = make_folder(case_folder(folder) / CALLS_FOLDER)
    text = json.dumps(msgspec.to_builtins(_Document(_FORM, kept)), ensure_ascii=False, indent=1)
    write_durably(place / f"{label}.json", (text + "\n").encode())
    return kept


def _kept(log: CallLog, label: str, numbers: tuple[Ticked, ...], read_at: dt.datetime) -> KeptLog:
    wanted = {entry.number for entry in numbers}
    span = None if log.kind is SourceKind.PICTURE else log.span  # a picture never shows that nothing else was
    return KeptLog(
        label=label,
        file=log.file,
        sha256=log.sha256,
        kind=log.kind,
        read_at=read_at,
        rows=len(log.calls),
        first=span[0] if span else None,
        last=span[1] if span else None,
        broken=log.broken,
        numbers=numbers,
        calls=tuple(replace(call, in_contacts=False) for call in log.calls if call.number in wanted),
    )


def _joined(earlier: Iterable[Ticked], now: Iterable[Ticked]) -> tuple[Ticked, ...]:
    return tuple({entry.number: entry for entry in (*earlier, *now)}.values())


def _free_label(taken: Iterable[str]) -> str:
    used = set(taken)
    letters: str = string.ascii_uppercase
    names: list[str] = [*letters, *(one + two for one in letters for two in letters)]
    return next(name for name in names if name not in used)


def ticked_numbers(logs: Iterable[KeptLog]) -> dict[str, Ticked]:
    """Return every ticked number of the case; what was said last about a number counts."""
    ordered = sorted(logs, key=lambda log: log.read_at)
    return {entry.number: entry for log in ordered for entry in log.numbers}
