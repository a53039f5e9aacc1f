"""How a case stands, read from the journal alone: light, for ``complain status``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from complain.environment import Environment
from complain.filing.journal import BagRow, Journal, open_journal
from complain.filing.reports import filing_reports
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
            _with_bag(report, journal, case, environment.home.archive)
            for report in filing_reports(journal, case)
        )
    finally:
        journal.close()
    return Standing(reports, titles, by_mail)


def _with_bag(report: FilingReport, journal: Journal, case: str, archive: Path) -> FilingReport:
    bags: list[BagRow] = [bag for bag in journal.archived(case) if bag.channel == report.channel]
    if report.receipt is None or not bags:
        return report
    return dataclasses.replace(
        report, receipt=dataclasses.replace(report.receipt, path=archive / bags[-1].path)
    )
