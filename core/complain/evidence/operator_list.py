"""Call lists as tables: an operator's detail list, or a log that a telephone exported as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from complain.errors import UsageError
from complain.evidence.calls import BrokenRow, Call, Direction, Gathered, Reason, State
from complain.evidence.cells import (
    Cell,
    CellFault,
    cell_text,
    has_minutes,
    read_number,
    read_seconds,
    read_time,
)
from complain.evidence.headings import Columns, direction_of, known_columns, state_of
from complain.evidence.tables import DAMAGED, Row, TableRow, csv_rows, xlsx_rows
from complain.i18n import _

_PREAMBLE = 40
"""Rows in which the headings are looked for: lists begin with a title, the customer and the period."""

FindColumns = Callable[[Sequence[Cell]], Columns]


@dataclass(frozen=True)
class Dates:
    """What is needed to understand the times of a list.

    Attributes:
        now: Nothing can have happened after it (aware).
        year: Of a list that leaves it out; None when the person did not say it.
    """

    now: dt.datetime
    year: int | None = None


def table_rows(data: bytes, name: str) -> list[TableRow]:
    """Return the rows of a CSV or XLSX file.

    Args:
        data: The file.
        name: Its name.

    Raises:
        UsageError: It is neither, or it is damaged.
    """
    if data.startswith(b"PK\x03\x04"):
        return list(xlsx_rows(data))
    if data.startswith(b"\xd0\xcf\x11\xe0") or data.startswith(b"%PDF"):
        raise UsageError(
            _("{name} is an old spreadsheet (.xls) or a PDF; it cannot be read as a table.").format(
                name=PurePath(name).name
            ),
            next_step=_("Open it, save it as .xlsx or .csv, and import that."),
        )
    return list(csv_rows(data))


def read_table(rows: Sequence[TableRow], find_columns: FindColumns, dates: Dates) -> Gathered:
    """Return the calls of a list.

    Args:
        rows: Of the file.
        find_columns: Says where the columns are; it is handed the row of headings.
        dates: For the times.

    Raises:
        UsageError: The file holds no table.
    """
    heading = heading_row(rows)
    columns = find_columns(heading.cells)
    gathered = Gathered()
    for row in rows:
        if _place(row) > heading.number:
            _take(gathered, row, columns, dates)
    gathered.broken.sort(key=lambda broken: broken.row)
    return gathered


def _place(row: TableRow) -> int:
    return row.row if isinstance(row, BrokenRow) else row.number


def heading_row(rows: Iterable[TableRow]) -> Row:
    """Return the row of headings: the first with known ones, else the first of at least three filled cells.

    Raises:
        UsageError: There is none.
    """
    head = [row for row in rows if isinstance(row, Row) and row.number <= _PREAMBLE]
    known = next((row for row in head if known_columns(row.cells)), None)
    found = known or next((row for row in head if _filled(row.cells) >= 3), None)
    if found is None:
        raise UsageError(
            _("The file holds no table with a row of headings."),
            next_step=_("Ask the operator for the list as .xlsx or .csv, and import that."),
        )
    return found


def _filled(cells: Sequence[Cell]) -> int:
    return sum(cell_text(cell) != "" for cell in cells)


def _take(gathered: Gathered, row: TableRow, columns: Columns, dates: Dates) -> None:
    if isinstance(row, BrokenRow):
        gathered.broken.append(row)
        return
    try:
        call = _call(row, columns, dates)
    except CellFault as fault:
        gathered.broken.append(BrokenRow(row.number, fault.reason))
        return
    if call is not None:
        gathered.calls.append(call)


def _call(row: Row, columns: Columns, dates: Dates) -> Call | None:
    """Return a row's call; None for a row that holds no call at all: a blank one, a sum, a page's end."""
    number, at, day = (_cell(row, place) for place in (columns.number, columns.at, columns.day))
    if not any(_has_digit(cell) for cell in (number, at, day)):
        return None
    if any(DAMAGED in cell_text(cell) for cell in (number, at, day)):
        raise CellFault(Reason.ENCODING)
    seconds, lasted = _duration(_cell(row, columns.duration), columns.in_minutes)
    word = cell_text(_cell(row, columns.direction))
    return Call(
        row=row.number,
        number=read_number(number),
        at=_time(at, day, dates),
        direction=direction_of(word),
        state=_state(word, cell_text(_cell(row, columns.state)), lasted),
        seconds=seconds,
        in_contacts=cell_text(_cell(row, columns.contact)) not in ("", "未知"),
    )


def _has_digit(cell: Cell) -> bool:
    return any(sign.isdecimal() for sign in cell_text(cell))


def _cell(row: Row, place: int | None) -> Cell:
    return row.cells[place] if place is not None and place < len(row.cells) else None


def _time(at: Cell, day: Cell, dates: Dates) -> dt.datetime:
    is_clock = len(cell_text(at)) < 9 or (isinstance(at, float) and 0 < at < 1)
    if is_clock and day is not None and cell_text(day) != "":
        return read_time(day, at, year=dates.year, now=dates.now)
    return read_time(at, year=dates.year, now=dates.now)


def _duration(cell: Cell, in_minutes: bool) -> tuple[int | None, bool | None]:
    """Return the seconds, and whether the call lasted at all; None where the list does not say."""
    if in_minutes and ":" not in cell_text(cell):
        return None, has_minutes(cell)
    seconds = read_seconds(cell)
    return seconds, None if seconds is None else seconds > 0


def _state(direction: str, state: str, lasted: bool | None) -> State:
    """A column of its own decides, then a word as 未接 for the direction, then a duration above none."""
    said = state_of(state) if state else State.UNKNOWN
    if said is State.UNKNOWN and direction_of(direction) is not Direction.UNKNOWN:
        said = state_of(direction)
    contradicts = said is State.MISSED and lasted
    if contradicts:
        return State.UNKNOWN
    return State.CONNECTED if said is State.UNKNOWN and lasted else said
