"""What stands in one cell of a call list: a number, a time, a duration, a direction. Nothing is ever guessed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from complain.environment import CHINA
from complain.evidence.calls import Reason

Cell = str | int | float | dt.datetime | dt.date | dt.time | dt.timedelta | bool | None

_EARLIEST = dt.datetime(2000, 1, 1, tzinfo=CHINA)
_WITHHELD = frozenset(
    {"", "-1", "-2", "-3", "未知", "未知号码", "私密号码", "无法显示", "隐藏号码", "unknown", "private"}
)
_SHEETS_FIRST = dt.datetime(1899, 12, 30)
"""Day 0 of spreadsheets that count days from 1900, as far as days after February 1900 go."""
_SERIAL_DAYS = (36526, 73050)  # 2000 to 2099
_SERIAL = re.compile(r"\d{5}\.\d{2,}")
_SEPARATORS = re.compile(r"[\s()（）.·-]+")
_PLAIN_DIGITS = re.compile(r"\d{3,20}")
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_COUNTRY = re.compile(r"(?:\+|00)?86(?=1[3-9]\d{9}$|0\d{9,11}$)")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?")
_YEARLESS = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")
_CLOCK = re.compile(r"(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})秒?)?分?")
_COLONS = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d\d)")
_UNITS = re.compile(
    r"(?:(\d+)(?:小时|时|h))?(?:(\d+)(?:分钟|分|'|m))?(?:(\d+)(?:秒|''|\"|s)?)?", re.IGNORECASE
)


class CellFault(Exception):
    """A cell cannot be read; the value itself is not in it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def cell_text(cell: Cell) -> str:
    """Return a cell as text, without what spreadsheets put around numbers: tabs, apostrophes, ``="…"``."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip().strip("\t\u00a0\ufeff")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.lstrip("'’").strip()


def read_number(cell: Cell) -> str:
    """Return a telephone number as digits, without China's country code; empty when it was withheld.

    Raises:
        CellFault: It is no number, or a spreadsheet has rounded it.
    """
    text = cell_text(cell)
    if text.casefold() in _WITHHELD:
        return ""
    if _ROUNDED.fullmatch(text):
        raise CellFault(Reason.ROUNDED_NUMBER)
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    bare = _COUNTRY.sub("", plain, count=1).removeprefix("+")
    if not _PLAIN_DIGITS.fullmatch(bare):
        raise CellFault(Reason.NUMBER)
    return bare


def read_time(cell: Cell, clock: Cell = None, *, year: int | None, now: dt.datetime) -> dt.datetime:
    """Return the start of a call in China's time.

    Args:
        cell: Day and time, or the day alone.
        clock: The time of day where it stands in a column of its own.
        year: Of lists that leave it out, as the person said; None: such a row is not taken.
        now: Nothing can have happened after it (aware).

    Raises:
        CellFault: There is no such time, its year is missing, or it lies in the future.
    """
    moment = _moment(cell, clock, year).replace(tzinfo=CHINA)
    if not _EARLIEST <= moment <= now:
        raise CellFault(Reason.FUTURE)
    return moment


def _moment(cell: Cell, clock: Cell, year: int | None) -> dt.datetime:
    if isinstance(cell, dt.datetime):
        return _sheet_time(cell, clock)
    if isinstance(cell, dt.date):
        return dt.datetime.combine(cell, _clock(clock))
    if (days := _serial(cell)) is not None:
        return _sheet_day(days, clock)
    text = cell_text(cell)
    if clock is None:
        try:
            if len(text) == 19 and text[4] == "-":
                return dt.datetime.fromisoformat(text)  # by far the most rows: 2026-10-12 22:47:00
        except ValueError:
            raise CellFault(Reason.TIME) from None
    return _written(unicodedata.normalize("NFKC", text), clock, year)


def _sheet_time(cell: dt.datetime, clock: Cell) -> dt.datetime:
    """A spreadsheet's day without a time reads as midnight: it would be a night call that never was."""
    if clock is not None:
        return dt.datetime.combine(cell.date(), _clock(clock))
    if cell.time() == dt.time():
        raise CellFault(Reason.TIME)
    return cell.replace(tzinfo=None, microsecond=0)


def _serial(cell: Cell) -> float | None:
    """Return a count of days as spreadsheets keep a time that nobody formatted as one: 46307.9497; else None."""
    if isinstance(cell, str) and _SERIAL.fullmatch(cell.strip()):
        cell = float(cell)
    if not isinstance(cell, (int, float)) or isinstance(cell, bool):
        return None
    return float(cell) if _SERIAL_DAYS[0] <= cell < _SERIAL_DAYS[1] else None


def _sheet_day(days: float, clock: Cell) -> dt.datetime:
    moment = _SHEETS_FIRST + dt.timedelta(days=int(days), seconds=round(days % 1 * 86400))
    if clock is not None:
        return dt.datetime.combine(moment.date(), _clock(clock))
    if days.is_integer():
        raise CellFault(Reason.TIME)  # a day alone would read as midnight
    return moment


def _written(text: str, clock: Cell, year: int | None) -> dt.datetime:
    if compact := _COMPACT.fullmatch(text):
        time = _time_of_day(compact[4], compact[5], compact[6]) if compact[4] else _clock(clock)
        return _datetime(int(compact[1]), int(compact[2]), int(compact[3]), time)
    if day := _DAY.match(text):
        return _datetime(int(day[1]), int(day[2]), int(day[3]), _rest(text[day.end() :], clock))
    if day := _YEARLESS.match(text):
        if year is None:
            raise CellFault(Reason.NO_YEAR)
        return _datetime(year, int(day[1]), int(day[2]), _rest(text[day.end() :], clock))
    raise CellFault(Reason.TIME)


def _rest(text: str, clock: Cell) -> dt.time:
    return _clock(text.lstrip(" T") or clock)


def _clock(cell: Cell) -> dt.time:
    """Return a time of day; a day without one says too little for any limit, so it is not taken."""
    if isinstance(cell, dt.time):
        return cell.replace(tzinfo=None)
    if isinstance(cell, dt.datetime):
        return cell.time()
    if isinstance(cell, float) and 0 < cell < 1:
        return (_SHEETS_FIRST + dt.timedelta(seconds=round(cell * 86400))).time()
    match = _CLOCK.fullmatch(unicodedata.normalize("NFKC", cell_text(cell)))
    if match is None:
        raise CellFault(Reason.TIME)
    return _time_of_day(match[1], match[2], match[3])


def _time_of_day(hour: str, minute: str, second: str | None) -> dt.time:
    try:
        return dt.time(int(hour), int(minute), int(second or 0))
    except ValueError:
        raise CellFault(Reason.TIME) from None


def _datetime(year: int, month: int, day: int, clock: dt.time) -> dt.datetime:
    try:
        return dt.datetime.combine(dt.date(year, month, day), clock)
    except ValueError:
        raise CellFault(Reason.TIME) from None


def read_seconds(cell: Cell) -> int | None:
    """Return a duration in seconds; None for an empty cell.

    Raises:
        CellFault: It is no duration.
    """
    if isinstance(cell, dt.timedelta):
        return int(cell.total_seconds())
    if isinstance(cell, (dt.time, dt.datetime)):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    if isinstance(cell, float) and 0 < cell < 1:
        return round(cell * 86400)  # a part of a day: 0:01:23 without its format
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell_text(cell)))
    if not text or text in ("-", "--"):
        return None
    if text.isdecimal():
        return int(text)
    if match := _COLONS.fullmatch(text):
        return int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3])
    match = _UNITS.fullmatch(text)
    if match is None:
        raise CellFault(Reason.DURATION)
    return int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + int(match[3] or 0)


def has_minutes(cell: Cell) -> bool | None:
    """Return whether a duration in begun minutes is more than none; None for an empty cell.

    Raises:
        CellFault: It is no number.
    """
    text = cell_text(cell)
    if not text:
        return None
    try:
        return float(text) > 0
    except ValueError:
        raise CellFault(Reason.DURATION) from None
