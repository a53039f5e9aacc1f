"""Days and times as people type them: 昨晚十点半, 10月12日 22:47, 2026-10-12."""

from __future__ import annotations

import datetime as dt
import re

from complain.environment import CHINA

_DAY = re.compile(
    r"(?:(?P<relative>今天|昨天|前天|大前天|today|yesterday)"
    r"|(?:(?P<year>\d{4})\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|深夜|半夜)?\s*"
    r"(?P<hour>\d{1,2})\s*(?:[:：]\s*(?P<minute>\d{2})(?:[:：]\d{2})?|[点时]\s*(?:(?P<half>半)|(?P<quarters>[13])刻|(?P<minutes>\d{1,2})\s*分?)?)",
)
_NUMERALS = re.compile("[零〇一二两三四五六七八九十]+")
_DIGITS = {**{sign: str(value) for value, sign in enumerate("零一二三四五六七八九")}, "〇": "0", "两": "2"}
_SHORT = {
    "今早": "今天早上",
    "今晚": "今天晚上",
    "昨晚": "昨天晚上",
    "昨夜": "昨天夜里",
    "前晚": "前天晚上",
}
_AGO = {"今天": 0, "today": 0, "昨天": 1, "yesterday": 1, "前天": 2, "大前天": 3}
_NIGHT = frozenset({"晚上", "夜里", "深夜", "半夜"})
_AFTERNOON = _NIGHT | {"下午", "傍晚"}


def said_day(text: str, now: dt.datetime) -> dt.date | None:
    """Return the day that was meant, or None when the text names none that exists.

    Args:
        text: As typed.
        now: Aware; a day without a year is the last such day up to now, in China.
    """
    match = _DAY.fullmatch(_plain(text))
    return None if match is None else _day(match, now.astimezone(CHINA).date())


def said_moment(text: str, now: dt.datetime) -> dt.datetime | dt.date | None:
    """Return the day and time that were meant, the day alone when no time is named, or None.

    Args:
        text: As typed.
        now: Aware; see `said_day`.
    """
    text = _plain(text)
    match = _DAY.match(text)
    if match is None:
        return None
    day = _day(match, now.astimezone(CHINA).date())
    rest = text[match.end() :].lstrip(" ,，Tt的")
    if day is None or not rest:
        return day
    clock = _CLOCK.fullmatch(rest)
    return None if clock is None else _moment(day, clock)


def _plain(text: str) -> str:
    """Return a text with its numbers in digits and 昨晚 and its like written out."""
    for short, full in _SHORT.items():
        text = text.replace(short, full)
    return _NUMERALS.sub(_in_digits, text).strip()


def _in_digits(numeral: re.Match[str]) -> str:
    tens, ten, ones = numeral[0].partition("十")
    if "十" in ones:
        return numeral[0]  # no number
    written = [_DIGITS[sign] for sign in tens + ones]
    if not ten:
        return "".join(written)
    return "".join([*(written[: len(tens)] or "1"), *(written[len(tens) :] or "0")])


def _day(match: re.Match[str], today: dt.date) -> dt.date | None:
    if match["relative"]:
        return today - dt.timedelta(days=_AGO[match["relative"].lower()])
    month, day = int(match["month"]), int(match["day"])
    if match["year"]:
        return _date(int(match["year"]), month, day)
    # Eight years back there is a 29 February at the latest.
    candidates = (_date(year, month, day) for year in range(today.year, today.year - 9, -1))
    return next((found for found in candidates if found is not None and found <= today), None)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _moment(day: dt.date, clock: re.Match[str]) -> dt.datetime | None:
    hour = _hour_of_day(int(clock["hour"]), clock["part"] or "")
    quarters = 2 if clock["half"] else int(clock["quarters"] or 0)
    minute = 15 * quarters or int(clock["minute"] or clock["minutes"] or 0)
    if hour is None or hour > 23 or minute > 59:
        return None
    return dt.datetime.combine(day, dt.time(hour, minute), CHINA)


def _hour_of_day(hour: int, part: str) -> int | None:
    """Return the hour from 0 to 23; None where the words leave open which day it was (昨天半夜1点, 晚上12点)."""
    if part in _NIGHT and (hour < 6 or hour == 12):
        return None
    if part in _AFTERNOON and hour < 12:
        return hour + 12
    if part == "中午" and hour < 3:
        return hour + 12
    return hour
