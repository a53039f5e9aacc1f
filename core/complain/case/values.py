"""The single values of a case file: each checks itself and says by a short code what is wrong.

The codes (``phone``, ``money_decimals``, ...) are turned into sentences by `complain.case.mistakes`.
No error holds the value itself: it may be personal.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from complain.case.folder import is_case_id, leaves_folder
from complain.case.identity import identity_fault
from complain.case.kinds import Answer
from complain.environment import CHINA

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}\d{7,8}")
_SERVICE = re.compile(r"[48]00\d{7}")
_ABROAD = re.compile(r"\+(?!86)\d{7,15}")
_EMAIL = re.compile(r"[^\s@<>,;\"]{1,64}@(?:[^\s@.<>,;\"]+\.)+[^\s@.<>,;\"]{2,}")
_MONEY = re.compile(r"[¥￥]?\s*(\d{1,3}(?:[,，]\d{3})+|\d+)(\.\d+)?\s*元?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?")

Fault = Literal[
    "case_id",
    "phone",
    "email",
    "id_length",
    "id_birth",
    "id_checksum",
    "money",
    "money_decimals",
    "money_negative",
    "money_large",
    "date",
    "time",
    "date_impossible",
    "date_future",
    "date_ancient",
    "one_line",
    "path_outside",
]


def fault(code: Fault) -> PydanticCustomError:
    """Return the error that `complain.case.mistakes` turns into a sentence."""
    return PydanticCustomError(code, code)


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _one_line(value: str) -> str:
    if "\n" in value or "\r" in value:
        raise fault("one_line")
    return value


def _case_id(value: str) -> str:
    if not is_case_id(value):
        raise fault("case_id")
    return value


def _phone(value: str) -> str:
    bare = re.sub(r"[\s()（）-]", "", value)
    bare = re.sub(r"^(\+|00)86(?=1|0|[48]00)", "", bare)
    if _MOBILE.fullmatch(bare):
        return bare
    if _LANDLINE.fullmatch(bare) or _SERVICE.fullmatch(bare) or _ABROAD.fullmatch(bare):
        return value
    raise fault("phone")


def _email(value: str) -> str:
    if len(value) > 254 or not _EMAIL.fullmatch(value):
        raise fault("email")
    return value


def _id_number(value: str) -> str:
    wrong = identity_fault(value)
    if wrong is not None:
        raise fault(wrong)
    return value.upper()


def _money(value: object) -> Decimal:
    amount = _amount(value)
    if not amount.is_finite():
        raise fault("money")
    if amount < 0:
        raise fault("money_negative")
    if amount >= 10**12:
        raise fault("money_large")
    rounded = amount.quantize(Decimal("0.01"))
    if rounded != amount:
        raise fault("money_decimals")
    return rounded


def _amount(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, str):
        return _written_amount(value)
    raise fault("money")


def _written_amount(value: str) -> Decimal:
    text = value.strip()
    match = _MONEY.fullmatch(text)
    if match:
        return Decimal(re.sub("[,，]", "", match[1]) + (match[2] or ""))
    try:
        return Decimal(text)
    except InvalidOperation:
        raise fault("money") from None


def _today(info: ValidationInfo) -> dt.date:
    context: dict[str, dt.datetime] = info.context or {}
    now = context.get("now") or dt.datetime.now(dt.UTC)
    return now.astimezone(CHINA).date()


def _now(info: ValidationInfo) -> dt.datetime:
    context: dict[str, dt.datetime] = info.context or {}
    return context.get("now") or dt.datetime.now(dt.UTC)


def _written_date(match: re.Match[str]) -> dt.date:
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise fault("date_impossible") from None


def _past_date(value: object, info: ValidationInfo) -> dt.date:
    if isinstance(value, dt.datetime):
        value = china_time(value).date()
    elif isinstance(value, str):
        match = _DATE.fullmatch(value.strip())
        if match is None:
            raise fault("date")
        value = _written_date(match)
    if not isinstance(value, dt.date):
        raise fault("date")
    if value > _today(info):
        raise fault("date_future")
    return _not_ancient(value)


def _not_ancient(value: dt.date) -> dt.date:
    if value.year < 2000:
        raise fault("date_ancient")
    return value


def _past_time(value: object, info: ValidationInfo) -> dt.datetime:
    if isinstance(value, str):
        value = _written_time(value.strip())
    elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time())
    if not isinstance(value, dt.datetime):
        raise fault("time")
    moment = china_time(value)
    if moment > _now(info):
        raise fault("date_future")
    _not_ancient(moment.date())
    return moment


def _written_time(text: str) -> dt.datetime:
    day = _DATE.match(text)
    if day is None:
        return _iso_time(text)
    date, rest = _written_date(day), text[day.end() :].lstrip("Tt ")
    if not rest:
        return dt.datetime.combine(date, dt.time())
    clock = _TIME.fullmatch(rest)
    if clock is None:
        return _iso_time(text)
    try:
        return dt.datetime.combine(date, dt.time(int(clock[1]), int(clock[2]), int(clock[3] or 0)))
    except ValueError:
        raise fault("date_impossible") from None


def _iso_time(text: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise fault("time") from None


def china_time(value: dt.datetime) -> dt.datetime:
    """Return ``value`` in China's time.

    Args:
        value: Without an offset it is taken as China's local time (UTC+8, no summer time since 1991).
    """
    return value.replace(tzinfo=CHINA) if value.tzinfo is None else value.astimezone(CHINA)


def is_date_only(value: object) -> bool:
    """Return whether a raw value of the file names a day but no time of day."""
    if isinstance(value, str):
        return _DATE.fullmatch(value.strip()) is not None
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _inside(value: str) -> str:
    if leaves_folder(value):
        raise fault("path_outside")
    return str(PurePosixPath(value.replace("\\", "/")))


def _yes_or_no(value: object) -> object:
    return (Answer.YES if value else Answer.NO) if isinstance(value, bool) else value


Line = Annotated[str, Field(max_length=300), AfterValidator(_one_line)]
RequiredLine = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_one_line)]
OptionalLine = Annotated[Line | None, BeforeValidator(_blank_is_none), BeforeValidator(_number_as_text)]
Prose = Annotated[str, Field(max_length=20_000)]
OptionalProse = Annotated[Prose | None, BeforeValidator(_blank_is_none)]
CaseId = Annotated[str, AfterValidator(_case_id)]
Phone = Annotated[str, BeforeValidator(_number_as_text), AfterValidator(_phone)]
Email = Annotated[str, AfterValidator(_email)]
IdNumber = Annotated[
    Annotated[str, AfterValidator(_id_number)] | None,
    BeforeValidator(_blank_is_none),
    BeforeValidator(_number_as_text),
]
Money = Annotated[Annotated[Decimal, BeforeValidator(_money)] | None, BeforeValidator(_blank_is_none)]
PastDate = Annotated[dt.date, BeforeValidator(_past_date)]
OptionalPastDate = Annotated[PastDate | None, BeforeValidator(_blank_is_none)]
PastTime = Annotated[dt.datetime, BeforeValidator(_past_time)]
EvidencePath = Annotated[RequiredLine, AfterValidator(_inside)]
YesNo = Annotated[Answer, BeforeValidator(_yes_or_no)]
