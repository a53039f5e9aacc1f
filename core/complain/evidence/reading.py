"""Reading a call log of any kind that people can really get: an Android backup, an operator's CSV or XLSX."""

from __future__ import annotations

import hashlib
from pathlib import Path

from complain.errors import UsageError
from complain.evidence.android import read_android
from complain.evidence.calls import CallLog, Gathered, SourceKind
from complain.evidence.operator_list import Dates, FindColumns, read_table, table_rows
from complain.i18n import _


def read_call_log(path: Path, find_columns: FindColumns, dates: Dates) -> CallLog:
    """Read a file, wholly in memory; nothing of it is written anywhere.

    Args:
        path: The file.
        find_columns: Says where the columns are; it is handed the row of headings.
        dates: For the times.

    Raises:
        UsageError: It cannot be read, or is no call log.
    """
    data = _bytes(path)
    is_xml = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    gathered = read_android(data, dates.now) if is_xml else _table(data, path, find_columns, dates)
    return CallLog(
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        kind=SourceKind.PHONE if is_xml else SourceKind.OPERATOR,
        calls=tuple(gathered.calls),
        broken=tuple(gathered.broken),
    )


def _table(data: bytes, path: Path, find_columns: FindColumns, dates: Dates) -> Gathered:
    return read_table(table_rows(data, path.name), find_columns, dates)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            _("{file} cannot be read: {reason}.").format(file=path, reason=error.strerror)
        ) from error
