"""Days, times and amounts as a Chinese letter writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

NIGHT_FROM, NIGHT_UNTIL = 22, 8
"""The hours 22:00 to 8:00 of GB/T 45251-2025 and the CBA guideline (DOMAIN.md §2); only named, not cited."""


def chinese_date(day: dt.date) -> str:
    """Return ``2026年11月23日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_time(at: dt.datetime, *, time_known: bool) -> str:
    """Return ``2026年10月8日22:41``, or the day and that the time is not known."""
    day = chinese_date(at.date())
    return f"{day}{at.hour}:{at.minute:02d}" if time_known else f"{day}（具体时间不详）"


def is_night(at: dt.datetime) -> bool:
    """Whether a time lies between 22:00 and 8:00."""
    return at.hour >= NIGHT_FROM or at.hour < NIGHT_UNTIL


def yuan(amount: Decimal) -> str:
    """Return an amount as ``12,345.60元``; never rounded, the case holds whole cents."""
    return f"{amount:,.2f}元"
