"""Asks the rules about each selected channel."""

from __future__ import annotations

from collections.abc import Mapping

from complain.case.model import Case
from complain.channels.base import Channel
from complain.environment import Environment
from complain.filing.journal import Journal
from complain.filing.rule_facts import channel_facts, filing_facts
from complain.filing.ruling import Rulings
from complain.filing.selection import Selection
from complain.rules.evaluate import evaluate_all


def rulings_for(
    environment: Environment,
    case: Case,
    selection: Selection,
    journal: Journal,
    channels: Mapping[str, Channel],
) -> Rulings:
    """Return what the rules say of the selected channels.

    Args:
        environment: In practice every desk may be tried, so the rules say nothing.
        case: The facts.
        selection: What was asked for.
        journal: Shows what was filed before.
        channels: All channels, for the titles of earlier filings.
    """
    if environment.practice:
        return Rulings({}, named=selection.named, only_due=selection.only_due)
    filings = filing_facts(journal, case.id, channels)
    of = evaluate_all(case, channel_facts(selection.channels), filings, environment.today())
    return Rulings(of, named=selection.named, only_due=selection.only_due)
