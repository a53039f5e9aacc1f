"""Resident identity numbers of mainland China: GB 11643-1999, ISO 7064 MOD 11-2 check character."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

IdentityFault = Literal["id_length", "id_birth", "id_checksum"]


def check_character(first_seventeen: str) -> str:
    """Return the check character of an identity number.

    Args:
        first_seventeen: Its first 17 digits.
    """
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def identity_fault(number: str) -> IdentityFault | None:
    """Return what is wrong with an identity number, or None.

    Args:
        number: 17 digits and the check character; a small ``x`` counts as ``X``.
    """
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9Xx]", number):
        return "id_length"
    try:
        dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "id_birth"
    return None if number[17].upper() == check_character(number[:17]) else "id_checksum"
