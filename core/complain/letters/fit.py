"""The longest version of a letter that a channel takes. Nothing is ever cut, and no version loses a demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from complain.case.model import Case
from complain.errors import DoesNotFit
from complain.i18n import _
from complain.letters.compose import Letter, kind_of, write
from complain.letters.dates import chinese_date
from complain.letters.occasion import Occasion
from complain.letters.state import ReceiptFact

Count = Literal["chars", "utf16", "bytes"]


class Limit(Protocol):
    """How long a channel lets a letter be; the table of ``form.toml`` is one."""

    @property
    def min(self) -> int:
        """Fewest."""
        ...

    @property
    def max(self) -> int | None:
        """Most; None for no limit."""
        ...

    @property
    def count(self) -> Count:
        """How the site counts."""
        ...


@dataclass(frozen=True)
class LetterLimit:
    """How long a letter may be.

    Attributes:
        min: Fewest.
        max: Most; None for no limit.
        count: ``chars`` Unicode characters, ``utf16`` code units (what JavaScript's ``length`` counts),
            ``bytes`` UTF-8.
    """

    min: int = 0
    max: int | None = None
    count: Count = "chars"


def measure(text: str, count: Count) -> int:
    """Return the length of a text as a site counts it; a newline is one."""
    plain = text.replace("\r\n", "\n")
    if count == "bytes":
        return len(plain.encode())
    return len(plain) if count == "chars" else len(plain.encode("utf-16-le")) // 2


def fit(
    case: Case,
    kind: str,
    limit: Limit,
    *,
    receipts: Sequence[ReceiptFact],
    today: dt.date,
    public: bool = False,
    bases: Sequence[str] = (),
    folders: Sequence[Path] = (),
    channel: str = "",
) -> Letter:
    """Write the longest version of a letter that fits.

    Args:
        case: The facts.
        kind: One of `complain.letters.kinds.KINDS`.
        limit: What the channel takes.
        receipts: The other filings of the matter; see `complain.letters.compose.compose`.
        today: The day in China.
        public: Whether everyone can read what is filed there.
        bases: Sentences of verified law.
        folders: Further template folders.
        channel: The channel's id, for the message.

    Raises:
        DoesNotFit: Even the shortest is too long, or the longest too short; the message says by how much.
        MissingFact: A fact that the letter cannot do without is not in the case.
    """
    occasion = Occasion(tuple(receipts), today, chinese_date(today), public, tuple(bases), tuple(folders))
    refusal = DoesNotFit("")
    for length in kind_of(kind).lengths:
        letter = write(case, kind_of(kind), length, occasion)
        size = measure(letter.text, limit.count)
        if size < limit.min:
            raise _too_short(letter, size, limit, channel)
        if limit.max is None or size <= limit.max:
            return letter
        refusal = _too_long(letter, size, limit, channel)
    raise refusal


def _too_short(letter: Letter, size: int, limit: Limit, channel: str) -> DoesNotFit:
    return DoesNotFit(
        _(
            "The longest letter that fits ({name}) has {size} {unit}; the channel wants at least {least}."
        ).format(name=letter.name, size=size, unit=_unit(limit.count), least=limit.min),
        next_step=_command(letter, channel),
    )


def _too_long(letter: Letter, size: int, limit: Limit, channel: str) -> DoesNotFit:
    most = limit.max or 0
    return DoesNotFit(
        _(
            "Even the shortest letter ({name}) has {size} {unit}, {over} more than the {most} that the channel "
            "takes. Nothing was cut: shorten the demands' own texts in case.toml, or file by another channel."
        ).format(name=letter.name, size=size, unit=_unit(limit.count), over=size - most, most=most),
        next_step=_command(letter, channel),
    )


def _unit(count: Count) -> str:
    return {"chars": _("characters"), "utf16": _("UTF-16 units"), "bytes": _("bytes")}[count]


def _command(letter: Letter, channel: str) -> str:
    kind, length = letter.name.split("/")
    where = f"--channel {channel} " if channel else ""
    return f"complain letter {where}--kind {kind} --length {length}"
