"""How a case stands, read from the journal alone: light, for ``complain status``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from complain.environment import Environment
from complain.filing.journal import open_journal
from complain.filing.reports import filing_reports, with_bag
from complain.model import FilingReport


@dataclass(frozen=True)
class Standing:
    """How a case stands.

    Attributes:
        reports: One per channel that was ever tried.
        titles: Channel id to title.
        by_mail: Ids of the channels where a letter went by mail: no page has shown anything there.
    """

    reports: tuple[FilingReport, ...]
    titles: Mapping[str, str]
    by_mail: frozenset[str] = frozenset()


def standing_of(environment: Environment, case: str) -> Standing:
    """Return how a case stands.

    Args:
        environment: Says which home.
        case: The case's id.
    """
    if not environment.home.journal.is_file():
        return Standing((), {})
    journal = open_journal(environment.home.journal)
    try:
        events = journal.events(case)
        titles = {e.channel: str(e.data["title"]) for e in events if "title" in e.data}
        by_mail = frozenset(e.channel for e in events if "message_id" in e.data)
        reports = tuple(
            with_bag(report, journal, case, environment.home.archive)
            for report in filing_reports(journal, case)
        )
    finally:
        journal.close()
    return Standing(reports, titles, by_mail)
