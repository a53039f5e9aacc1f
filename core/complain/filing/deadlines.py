"""The clock of a case's filings, as the screen after a run shows it."""

from __future__ import annotations

from collections.abc import Sequence

from complain.case.model import Case
from complain.channels.registry import Registry
from complain.filing.journal import Journal
from complain.filing.rule_facts import filing_facts
from complain.reports.next_steps import Deadline
from complain.rules.clock import answer_by, case_deadlines


def deadlines_of(case: Case, journal: Journal, registry: Registry) -> Sequence[Deadline]:
    """Return, per filing, the day by which an answer is due or asking is sensible.

    Args:
        case: Its lenders decide which terms apply.
        journal: Shows the filings.
        registry: All channels.
    """
    found = [
        (filing.channel, answer_by(case_deadlines(case, filing)))
        for filing in filing_facts(journal, case.id, registry.channels)
    ]
    return [
        Deadline(channel, term.date, term.verified, term.kind != "reminder")
        for channel, term in found
        if term and term.date
    ]
