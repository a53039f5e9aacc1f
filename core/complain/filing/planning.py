"""The plan of a case: a ruling per channel and the dates that follow from what was filed. Reads, changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from complain.case.load import load_case
from complain.case.model import Case
from complain.channels.base import Channel
from complain.channels.registry import load_registry
from complain.environment import Environment
from complain.filing.journal import open_journal
from complain.filing.rule_facts import channel_facts, filing_facts
from complain.rules.clock import Deadline, case_deadlines, vanishing_proof
from complain.rules.evaluate import Ruling, evaluate_all
from complain.rules.facts import FilingFact
from complain.rules.offers import Offer, offers


@dataclass(frozen=True)
class Plan:
    """What to do when.

    Attributes:
        case: The case's id.
        titles: Channel id -> title.
        rulings: Channel id -> ruling, in the order in which they would be filed.
        dates: What follows from the filings, and what proof may vanish; earliest first.
        offers: Letters that make sense now.
    """

    case: str
    titles: Mapping[str, str]
    rulings: Mapping[str, Ruling]
    dates: tuple[Deadline, ...]
    offers: tuple[Offer, ...] = ()


def make_plan(environment: Environment, folder: Path) -> Plan:
    """Return the plan of a case.

    Args:
        environment: Says which home, and what day it is.
        folder: The case folder.

    Raises:
        CaseMistakes: The case has mistakes.
    """
    case = load_case(folder, now=environment.now())
    channels = load_registry(environment).channels
    filings = _filings(environment, case.id, channels)
    today = environment.today()
    rulings = evaluate_all(case, channel_facts(channels.values()), filings, today)
    return Plan(
        case.id,
        {channel.id: channel.title or channel.id for channel in channels.values()},
        rulings,
        plan_dates(case, filings, today),
        offers(case, rulings, filings, today),
    )


def _filings(environment: Environment, case: str, channels: Mapping[str, Channel]) -> tuple[FilingFact, ...]:
    if not environment.home.journal.is_file():
        return ()
    journal = open_journal(environment.home.journal)
    try:
        return filing_facts(journal, case, channels)
    finally:
        journal.close()


def plan_dates(case: Case, filings: tuple[FilingFact, ...], today: dt.date) -> tuple[Deadline, ...]:
    """Return the dates of a case, earliest first; those without a date last.

    Args:
        case: The facts.
        filings: What the journal shows.
        today: The day in China.
    """
    dates = [d for filing in filings for d in case_deadlines(case, filing)] + vanishing_proof(case, today)
    return tuple(sorted(dates, key=lambda d: (d.date is None, d.date or today)))
