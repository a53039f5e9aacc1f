"""The legal bases of a letter: verified rows only, each under the name of its row (USERS U24, U25)."""

from __future__ import annotations

from complain.case.model import Case
from complain.letters.trace import Sourced
from complain.rules.bases import verified_bases


def letter_bases(case: Case) -> tuple[Sourced, ...]:
    """Return what a letter of this case may quote; nothing while no row is verified.

    Args:
        case: Its demands and lenders.
    """
    return tuple(Sourced(f"{row.zh}。", f"bases.{row.id}") for row in verified_bases(case))
