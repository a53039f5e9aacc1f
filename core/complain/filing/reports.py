"""The journal's rows as reports: light, for ``complain status``."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

from complain.environment import china_noon
from complain.filing.journal import Event, Journal
from complain.filing.transitions import FILED, By, State, outcome_of
from complain.model import FilingReport, Receipt

FILED_AT = "filed_at"
"""In a row that ends a filing: when the answer was seen, as its receipt says; the row itself is written a little later."""

FILED_ON = "filed_on"
"""In a row that the person's word made: the day on which the person filed, where it was another than that of the word."""


def said_filed_at(event: Event) -> dt.datetime | None:
    """Return noon in China of the day on which the person says to have filed; None where nothing was said."""
    day = event.data.get(FILED_ON)
    return china_noon(dt.date.fromisoformat(day)) if isinstance(day, str) else None


def receipt_of(event: Event) -> Receipt | None:
    """Return the receipt that an event records, or None."""
    if event.state not in FILED:
        return None
    seen = event.data.get(FILED_AT)
    at = said_filed_at(event) or (dt.datetime.fromisoformat(seen) if isinstance(seen, str) else event.at)
    return Receipt(
        event.channel, event.data.get("number"), at, by="person" if event.by is By.PERSON else "channel"
    )


def with_bag(report: FilingReport, journal: Journal, case: str, archive: Path) -> FilingReport:
    """Return a report whose receipt names the bag that holds its proof, where there is one.

    Args:
        report: As the journal's last row tells it.
        journal: Knows the bags.
        case: The case's id.
        archive: The archive's folder.
    """
    bags = [bag for bag in journal.archived(case) if bag.channel == report.channel]
    if report.receipt is None or not bags:
        return report
    receipt = dataclasses.replace(report.receipt, path=archive / bags[-1].path)
    return dataclasses.replace(report, receipt=receipt)


def filing_reports(journal: Journal, case: str) -> list[FilingReport]:
    """Return how every filing of a case stands now."""
    return [report_of(event) for event in journal.standing(case).values()]


def report_of(event: Event) -> FilingReport:
    """Return the report of a filing whose last row is ``event``."""
    outcome = outcome_of(event.state)
    reason = str(event.data.get("reason") or "")
    task = str(event.data.get("task") or "")
    if event.state is State.NEEDS_HUMAN:
        task, reason = task or reason, ""
    return FilingReport(event.channel, outcome, receipt_of(event), reason=reason, task=task)
