"""Personal numbers, masked: for pictures, tables, logs and error texts.

The patterns are those of mainland China: resident identity numbers (GB 11643-1999: 17 digits and a check
character), mobile numbers (11 digits from 13 to 19), bank cards (16 to 19 digits) and e-mail addresses.
"""

from __future__ import annotations

import re

_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)")
_DIGITS = re.compile(
    r"(?<![\dA-Za-z])(?!(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d))"  # a date as 2026-11-23 stays readable
    r"(?:\+?86[- ]?)?\d(?:[- ]?\d){6,18}[\dXx]?(?![\dA-Za-z])"
)


def _mask_digits(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    if len(digits) < 8:
        return match.group()
    return f"{digits[:3]}{'*' * (len(digits) - 5)}{digits[-2:]}"


def mask(text: str) -> str:
    """Return ``text`` with e-mail addresses and every run of eight or more digits masked.

    Args:
        text: Any text. Dates and amounts are shorter runs and stay readable.
    """
    return _DIGITS.sub(_mask_digits, _EMAIL.sub(r"\1***@\2", text))


def mask_value(value: str) -> str:
    """Return a whole value so masked that only its length and ends are seen.

    Args:
        value: A single sensitive value, such as a name or a number; of fewer than eight characters only
            the first is seen.
    """
    if len(value) < 8:
        return value[:1] + "*" * max(len(value) - 1, 0)
    return f"{value[:3]}{'*' * (len(value) - 5)}{value[-2:]}"
