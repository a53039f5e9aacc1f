"""Rows of a CSV or XLSX file, each with its number in the file. Everything stays in memory."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from complain.errors import UsageError
from complain.evidence.calls import BrokenRow, Reason
from complain.evidence.cells import Cell
from complain.i18n import _

if TYPE_CHECKING:
    from openpyxl import Workbook

DAMAGED = "\N{REPLACEMENT CHARACTER}"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",\t;|"
_LARGEST_SHEET = 1 << 30
"""Bytes of an unpacked XLSX: a million rows have about 300 MB; more is a trap or no call list."""


@dataclass(frozen=True)
class Row:
    """One row of a file: its number from 1, and its cells."""

    number: int
    cells: Sequence[Cell]


TableRow = Row | BrokenRow


def csv_rows(data: bytes) -> Iterator[TableRow]:
    """Yield the rows of a CSV file, whichever of UTF-8, UTF-16 and GB18030 it is written in.

    Each line is a row: a cell with several lines, or a quotation mark that is never closed, breaks its own line only.
    """
    lines = _decoded(data).splitlines()
    delimiter = _delimiter(lines)
    whole = [(number, line) for number, line in enumerate(lines, 1) if line.count('"') % 2 == 0]
    yield from (BrokenRow(n, Reason.QUOTES) for n, line in enumerate(lines, 1) if line.count('"') % 2)
    parsed = csv.reader((line for _number, line in whole), delimiter=delimiter)
    for (number, _line), cells in zip(whole, _without_failures(parsed), strict=True):
        yield BrokenRow(number, Reason.QUOTES) if cells is None else Row(number, cells)


def _without_failures(parsed: Iterator[list[str]]) -> Iterator[list[str] | None]:
    while True:
        try:
            yield next(parsed)
        except StopIteration:
            return
        except csv.Error:
            yield None


def _decoded(data: bytes) -> str:
    """Return the text; where bytes fit no encoding, the one with the least damage, its damage marked."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace").removeprefix("\ufeff")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    texts = [data.decode(encoding, errors="replace") for encoding in ("utf-8", "gb18030")]
    return min(texts, key=lambda text: text.count(DAMAGED))


def _delimiter(lines: Sequence[str]) -> str:
    counts = {sign: sum(sign in line for line in lines[:50]) for sign in _DELIMITERS}
    return max(counts, key=lambda sign: (counts[sign], -_DELIMITERS.index(sign)))


def xlsx_rows(data: bytes) -> Iterator[TableRow]:
    """Yield the rows of the first sheet of an XLSX file that holds any; that there are more sheets is a broken row.

    Raises:
        UsageError: It is no such file, or it unpacks to more than any call list.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _LARGEST_SHEET:
                raise UsageError(
                    _("The spreadsheet unpacks to more than any call list holds; it was not read.")
                )
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise UsageError(
            _("The file is not a spreadsheet of the kind .xlsx, or it is damaged."),
            next_step=_("Open it, save it as .xlsx or .csv, and import that."),
        ) from error
    try:
        sheets = iter(book.worksheets)
        none: list[Row] = []
        rows = next((rows for sheet in sheets if (rows := _rows_of(book, sheet))), none)
        yield from rows
        if rows and any(_is_table(sheet) for sheet in sheets):
            yield BrokenRow(rows[-1].number + 1, Reason.OTHER_SHEET)
    finally:
        book.close()


def _rows_of(book: Workbook, sheet: Any) -> list[Row]:
    """Return the rows of a sheet; in a workbook that counts from 1904 a bare number of days is no known time."""
    rows = list(_filled(sheet.iter_rows(values_only=True)))
    if book.epoch.year == 1900 - 1:
        return rows
    return [Row(row.number, [f"1904:{c}" if _is_fraction(c) else c for c in row.cells]) for row in rows]


def _is_fraction(cell: Cell) -> bool:
    return isinstance(cell, float) and not cell.is_integer()


def _is_table(sheet: Any) -> bool:
    """Whether a further sheet may hold calls: a row of at least three filled cells; a remark has none."""
    return any(
        sum(cell not in (None, "") for cell in row.cells) >= 3
        for row in _filled(sheet.iter_rows(values_only=True))
    )


def _filled(rows: Iterable[tuple[object, ...]]) -> Iterator[Row]:
    for number, cells in enumerate(rows, 1):
        known = tuple(cell if isinstance(cell, Cell) else str(cell) for cell in cells)
        if any(cell not in (None, "") for cell in known):
            yield Row(number, known)
