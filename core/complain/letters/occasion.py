"""What a letter depends on besides the case: the day, the other filings, and who can read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from complain.letters.repayment import Schedule
from complain.letters.state import ReceiptFact


@dataclass(frozen=True)
class Occasion:
    """What a letter depends on besides the case.

    Attributes:
        receipts: The other filings of the matter, without the one that this letter is for.
        today: The day in China.
        date: How the day is printed.
        public: Whether everyone can read what is filed there: then no personal number is printed.
        bases: Legal bases that were verified on an official page; nothing else may stand here.
        folders: Further template folders; they come before the shipped one.
        about: The channel whose filing a follow-up or withdrawal speaks of; empty: the institution's own.
        repayment: The plan of a repayment application.
    """

    receipts: tuple[ReceiptFact, ...]
    today: dt.date
    date: str
    public: bool = False
    bases: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    about: str = ""
    repayment: Schedule | None = None
