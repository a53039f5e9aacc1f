"""Whether what a page holds is what was planned.

A page may write a value its own way (a number, a date, grouped digits) or drop white space at the ends. That is
the same value. Everything else is another one: a missing character, a cut, another option.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from complain.model import Action, PlannedField
from complain.names import fold

if TYPE_CHECKING:
    from complain.browser.find import Found

_DIGITS = re.compile(r"\d+")
_PLAIN_DIGITS = re.compile(r"\d{6,}")
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
_DECIMAL = re.compile(r"\d+\.\d+")
_GROUPING = re.compile(r"[\s\-()]")
_LEVELS = re.compile(r"\s*[/>＞、,，\-]\s*|\s+")


def planned_text(field: PlannedField) -> str:
    """Return the text of a ``value`` field with plain newlines."""
    return field.values[0].replace("\r\n", "\n").replace("\r", "\n") if field.values else ""


def planned_words(field: PlannedField) -> str:
    """Return all that was planned for a field in one line, for a difference."""
    if field.action is Action.FILES:
        return "、".join(f"{one.name} ({one.size})" for one in field.attachments)
    return "、".join(field.values)


def agrees(field: PlannedField, found: Found, values: Sequence[str]) -> bool:
    """Say whether the page holds what was planned.

    Args:
        field: As planned.
        found: The control that holds it.
        values: What was read from it.
    """
    if field.action in (Action.VALUE, Action.ASK):
        return len(values) == 1 and _same_text(planned_text(field), values[0], found)
    if field.action is Action.DATE:
        return _same_dates(field.values, values)
    if field.action is Action.FILES:
        return _same_files(field, values)
    if field.action is Action.CASCADE:
        return _same_levels(field.values, values)
    return sorted(map(fold, field.values)) == sorted(map(fold, values))


def _same_text(planned: str, held: str, found: Found) -> bool:
    held = held.replace("\r\n", "\n")
    if held == planned or held == planned.strip():
        return True
    if found.kind == "editor":
        return _paragraphs(held) == _paragraphs(planned)
    return _same_number(planned, held, found.numeric) or _same_digits(planned, held)


def _paragraphs(text: str) -> list[str]:
    """A rich text has paragraphs, and no empty lines between them."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def _same_number(planned: str, held: str, is_numeric: bool) -> bool:
    """An amount may be grouped (1,000.00); only an input of numbers may write it shorter or longer."""
    plain = held.replace(",", "")
    if _AMOUNT.fullmatch(planned) is None:
        return False
    if plain == planned:
        return True
    try:
        return is_numeric and Decimal(plain) == Decimal(planned)
    except InvalidOperation:
        return False


def _same_digits(planned: str, held: str) -> bool:
    """A telephone or identity number may be grouped: 138 0013 8000."""
    return _PLAIN_DIGITS.fullmatch(planned) is not None and _GROUPING.sub("", held) == planned


def _same_dates(planned: Sequence[str], held: Sequence[str]) -> bool:
    """Year, month, day in this order, however they are set apart; a month picker shows no day."""
    if len(planned) != len(held):
        return False
    return all(_same_moment(plan, value) for plan, value in zip(planned, held, strict=True))


def _same_moment(planned: str, held: str) -> bool:
    wanted = [int(number) for number in _DIGITS.findall(planned)]
    shown = [int(number) for number in _DIGITS.findall(held)]
    is_month = len(shown) == 2 and len(wanted) >= 3
    return shown == wanted[:2] if is_month else shown[: len(wanted)] == wanted


def _same_files(field: PlannedField, values: Sequence[str]) -> bool:
    """Name and size, in any order; a widget that shows no size gives the name alone."""
    planned = sorted((one.name, str(one.size)) for one in field.attachments)
    held = sorted((name, size) for name, _newline, size in (value.partition("\n") for value in values))
    if len(planned) != len(held):
        return False
    return all(
        name in ("", other) and size in ("", bytes_)
        for (other, bytes_), (name, size) in zip(planned, held, strict=True)
    )


def _same_levels(planned: Sequence[str], values: Sequence[str]) -> bool:
    """A cascader shows its levels in one text, set apart by a sign of its own."""
    wanted = [part for level in planned for part in _LEVELS.split(fold(level)) if part]
    held = [part for value in values for part in _LEVELS.split(fold(value)) if part]
    return wanted == held


def is_same_amount(one: str, other: str) -> bool:
    """Tell whether two texts are the same amount: a script that computes with it writes 12345.50 as 12345.5.

    Args:
        one: A text.
        other: Another.
    """
    return all(map(_DECIMAL.fullmatch, (one, other))) and Decimal(one) == Decimal(other)
