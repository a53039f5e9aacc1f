"""The letters as a person signs them: with the stage-1 number and the day left open, so that they stay the same.

What is signed must not change by itself: neither the day nor the state of other filings is in it (USERS U22).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence

from complain.case.model import Case
from complain.errors import MissingFact
from complain.letters.compose import Letter, write
from complain.letters.history import placeholder
from complain.letters.kinds import KINDS, Kind
from complain.letters.occasion import Occasion

DATE = "〔提交日期〕"
_ANY_DAY = dt.date(2000, 1, 1)  # nothing in these letters depends on it: the day is printed as DATE


def signable(case: Case, bases: Sequence[str] = ()) -> dict[str, str]:
    """Return the letters that the person signs as true: kind -> text, in full length.

    A kind that the case cannot fill (no lender known: no regulator letter) is left out.

    Args:
        case: The facts.
        bases: Sentences of verified law.
    """
    return {letter.name.partition("/")[0]: letter.text for letter in _letters(case, bases, only_full=True)}


def signature_hash(case: Case, bases: Sequence[str] = ()) -> str:
    """Return the SHA-256 over every length of every letter that the person signs.

    Args:
        case: The facts.
        bases: Sentences of verified law.
    """
    digest = hashlib.sha256()
    for letter in _letters(case, bases, only_full=False):
        digest.update(f"{letter.name}\n{letter.text}\n\0".encode())
    return digest.hexdigest()


def _letters(case: Case, bases: Sequence[str], *, only_full: bool) -> Iterator[Letter]:
    for kind in KINDS.values():
        if not kind.complaint:
            continue
        occasion = Occasion((placeholder(),) if kind.outside else (), _ANY_DAY, DATE, bases=tuple(bases))
        try:
            yield from _of_kind(case, kind, occasion, only_full)
        except MissingFact:
            continue  # this letter cannot be written, so it cannot be filed either


def _of_kind(case: Case, kind: Kind, occasion: Occasion, only_full: bool) -> Iterator[Letter]:
    for length in kind.lengths[:1] if only_full else kind.lengths:
        yield write(case, kind, length, occasion)
