"""Asks the rules about each selected channel."""

from __future__ import annotations

from complain.case.model import Case
from complain.environment import Environment
from complain.filing.journal import Journal
from complain.filing.ruling import Rulings
from complain.filing.selection import Selection


def rulings_for(environment: Environment, case: Case, selection: Selection, journal: Journal) -> Rulings:
    """Return what the rules say; in practice every desk may be tried, so they say nothing."""
    return Rulings({}, named=selection.named, only_due=selection.only_due)
