"""One question of ``complain init``: what is asked, how it may be answered, and what an answer is kept as."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from complain.case.labels import word
from complain.case.mistakes import phrase
from complain.case.said_time import said_day, said_moment
from complain.case.values import Email, IdNumber, Money, PastDate, PastTime, Phone, Prose, RequiredLine
from complain.i18n import _

T = TypeVar("T")
Form = Literal["line", "prose", "one", "several"]


class AnswerRefused(Exception):
    """The answer cannot be taken; the text says why and what would be right."""


Check = Callable[[str, dt.datetime], str]


@dataclass(frozen=True)
class Choice:
    """One numbered answer.

    Attributes:
        value: What is kept.
        label: What is shown.
    """

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        key: Where the answer belongs, as ``loans.0.fees``; keys that are not the case's steer the questions.
        section: Heading under which it stands.
        text: The question, whole.
        form: One line, several lines, one of `choices`, or several of them.
        choices: Numbered from 1.
        check: Turns what was typed into what is kept, or raises `AnswerRefused`.
        advice: A page to show after an answer, by its value.
        secret: Not shown while it is typed, and never kept in a file.
    """

    key: str
    section: str
    text: str
    form: Form = "line"
    choices: tuple[Choice, ...] = ()
    check: Check = field(default=lambda text, _now: text)
    advice: Mapping[str, str] = field(default_factory=dict[str, str])
    secret: bool = False


def members(kind: type[StrEnum]) -> tuple[Choice, ...]:
    """Return the members of a list as choices; "unknown" is not among them, for ``?`` says it."""
    return tuple(Choice(member.value, word(member)) for member in kind if member.value != "unknown")


def yes_no() -> tuple[Choice, ...]:
    """Return the choices yes and no."""
    return Choice("yes", _("yes")), Choice("no", _("no"))


def _checked(adapter: TypeAdapter[T]) -> Check:
    def check(text: str, now: dt.datetime) -> str:
        try:
            value = adapter.validate_python(text, context={"now": now})
        except ValidationError as error:
            raise AnswerRefused(_refusal(*phrase(error))) from None
        return _kept(value)

    return check


def _refusal(problem: str, remedy: str) -> str:
    return _("{problem} {remedy}").format(problem=problem, remedy=remedy)


def _kept(value: object) -> str:
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def past_day(text: str, now: dt.datetime) -> str:
    """Check a day and keep it as ``2026-10-12``."""
    day = said_day(text, now)
    return _day(text if day is None else day.isoformat(), now)


def past_moment(text: str, now: dt.datetime) -> str:
    """Check a day, with or without a time, and keep it as ``2026-10-12 22:47:00`` or ``2026-10-12``."""
    moment = said_moment(text, now)
    if moment is None:
        raise AnswerRefused(
            _refusal(
                _("This is not a day that can be told for certain."),
                _("Write day and time, as 2026-10-01 21:30, or the day only, as 2026-10-01."),
            )
        )
    kept = _moment(moment.isoformat(), now)
    return kept if isinstance(moment, dt.datetime) else moment.isoformat()


_day = _checked(TypeAdapter(PastDate))
_moment = _checked(TypeAdapter(PastTime))
line = _checked(TypeAdapter(RequiredLine))
prose = _checked(TypeAdapter(Prose))
money = _checked(TypeAdapter(Money))
phone = _checked(TypeAdapter(Phone))
email = _checked(TypeAdapter(Email))
identity = _checked(TypeAdapter(IdNumber))
