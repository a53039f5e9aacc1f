"""The folder for a lawyer or legal aid: read in ten minutes, also in print (USERS U29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from complain.case.model import Case
from complain.evidence import words
from complain.evidence.call_page import china_time
from complain.evidence.call_report import CallReport
from complain.evidence.open_points import open_questions, unproved
from complain.evidence.page import render
from complain.evidence.pages_of_evidence import EvidencePages
from complain.evidence.printing import numbered, page_count
from complain.evidence.rownames import in_print
from complain.evidence.timeline import FilingLine, contact_words, timeline
from complain.offline_page import print_page

if TYPE_CHECKING:
    from playwright.async_api import Browser

SUMMARY = "案件摘要"


@dataclass(frozen=True)
class DateLine:
    """One date that is coming, as plain words.

    Attributes:
        date: ``2026-12-08``, or 无确定日期.
        text: What ends then, from what it is counted, and how sure that is.
    """

    date: str
    text: str


@dataclass(frozen=True)
class LawyerFolder:
    """All that the folder holds.

    Attributes:
        case: As loaded.
        report: What the calls show.
        filings: From the journal.
        dates: What comes next, earliest first.
        evidence: Each entry with its pages.
        with_reachability: Whether the person attaches the reachability table.
        practice: Whether the filings are those of the practice desks: then the page says so.
    """

    case: Case
    report: CallReport
    filings: tuple[FilingLine, ...]
    dates: tuple[DateLine, ...]
    evidence: tuple[EvidencePages, ...]
    with_reachability: bool
    practice: bool = False


def lawyer_page(folder: LawyerFolder) -> str:
    """Return the summary as a page."""
    case = folder.case
    return render(
        "lawyer.html.j2",
        folder=folder,
        case=case,
        report=folder.report,
        made_at=china_time(folder.report.made_at),
        lines=timeline(case, folder.filings),
        questions=open_questions(case, folder.filings, folder.report),
        unproved=unproved(case),
        contact_words=contact_words,
        total=total,
        yuan=yuan,
        in_print=in_print,
        china_time=china_time,
        words=words,
    )


def yuan(amount: Decimal | None) -> str:
    """Return an amount in yuan; 不详 when it is not known."""
    return "不详" if amount is None else f"{amount:,.2f}"


def total(amounts: Sequence[Decimal | None]) -> str:
    """Return a sum in yuan; 不详 as soon as one part is not known: nothing is taken for nought."""
    known = [amount for amount in amounts if amount is not None]
    return yuan(sum(known, Decimal())) if known and len(known) == len(amounts) else "不详"


async def lawyer_pdf(folder: LawyerFolder, browser: Browser) -> bytes:
    """Return the summary and the evidence behind it, under one run of page numbers.

    Args:
        folder: What it holds.
        browser: A running Chromium.
    """
    draft = await print_page(lawyer_page(_with_places(folder, 1)), browser)
    placed = _with_places(folder, page_count(draft))
    summary = await print_page(lawyer_page(placed), browser)
    if page_count(summary) != page_count(draft):  # longer page numbers moved a line to a new page
        placed = _with_places(folder, page_count(summary))
        summary = await print_page(lawyer_page(placed), browser)
    parts = [(SUMMARY, summary)]
    for pages in placed.evidence:
        if pages.pages:
            data = pages.pdf or await print_page(pages.html, browser)
            parts.append((f"证据{pages.entry.number}　{pages.entry.title}", data))
    return await numbered(parts, browser)


def _with_places(folder: LawyerFolder, summary_pages: int) -> LawyerFolder:
    first = summary_pages + 1
    placed: list[EvidencePages] = []
    for pages in folder.evidence:
        placed.append(replace(pages, first=first if pages.pages else 0))
        first += pages.pages
    return replace(folder, evidence=tuple(placed))
