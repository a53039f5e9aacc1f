"""What ``complain evidence report`` writes and prints: the rules, the journal and the browser meet the evidence here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complain.cli.targets import checked_target
from complain.environment import Environment
from complain.errors import UsageError
from complain.i18n import _, ngettext

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from complain.case.model import Case
    from complain.evidence.call_report import CallReport
    from complain.evidence.lawyer import LawyerFolder
    from complain.evidence.limits import Finding
    from complain.evidence.tally import ByState, Tally


@dataclass(frozen=True)
class ReportRequest:
    """What the command line asks for; see `complain.cli.evidence.report`."""

    case: Path
    html: Path | None
    pdf: Path | None
    for_lawyer: bool
    with_reachability: bool
    members: tuple[str, ...]


@dataclass(frozen=True)
class MadeReport:
    """The report, and where it was written.

    Attributes:
        case: As loaded.
        report: What the calls show.
        written: Files, in the order of writing.
        vanishing: The sentence on the call list that will soon not be had, in Chinese, for the page; empty: none.
        vanishing_told: The same for the screen, in the language in use.
    """

    case: Case
    report: CallReport
    written: tuple[Path, ...]
    vanishing: str
    vanishing_told: str = ""


def make_report(environment: Environment, request: ReportRequest) -> MadeReport:
    """Compute the report and write what was asked for.

    Args:
        environment: Says which home, which browser and what time it is.
        request: What the command line asks for.

    Raises:
        UsageError: A file is there already, or a lender is not one of the case.
        BrowserUnavailable: There is no browser to make a PDF with.
        CaseMistakes: The case has mistakes.
    """
    from complain.case.load import load_case
    from complain.case.third_parties import discreet
    from complain.cli.evidence_facts import limits, vanishing
    from complain.evidence.call_report import call_report
    from complain.rules.clock import vanishing_call

    case = discreet(load_case(request.case, now=environment.now()))
    for path in (request.html, request.pdf):
        if path is not None:
            checked_target(path)
    _check_members(case, request.members)
    report = call_report(case, request.case, limits(), members=request.members, made_at=environment.now())
    first, today = report.period[0] if report.period else None, environment.today()
    proof = vanishing(first, today)
    deadline = vanishing_call(first, today) if first else None
    written = _write(environment, request, MadeReport(case, report, (), proof))
    return MadeReport(case, report, written, proof, deadline.what if deadline else "")


def _check_members(case: Case, members: Sequence[str]) -> None:
    known = [loan.lender for loan in case.loans if loan.lender]
    for name in members:
        if name not in known:
            raise UsageError(
                _("The case names no lender “{lender}”.").format(lender=name),
                next_step=_("Write it as in case.toml: {lenders}.").format(lenders=_(", ").join(known)),
            )


def _write(environment: Environment, request: ReportRequest, made: MadeReport) -> tuple[Path, ...]:
    import asyncio

    from complain.durable import write_durably

    if request.html is None and request.pdf is None:
        return ()
    folder = _folder(environment, request, made) if request.for_lawyer else None
    page = _page(request, made, folder)
    if request.html is not None:
        write_durably(request.html.absolute(), page.encode())
    if request.pdf is not None:
        write_durably(request.pdf.absolute(), asyncio.run(_pdf(environment, page, folder)))
    return tuple(path for path in (request.html, request.pdf) if path is not None)


def _page(request: ReportRequest, made: MadeReport, folder: LawyerFolder | None) -> str:
    from complain.evidence.call_page import call_page
    from complain.evidence.crops import crops
    from complain.evidence.lawyer import lawyer_page

    if folder is not None:
        return lawyer_page(folder)
    return call_page(
        made.case,
        made.report,
        vanishing=made.vanishing,
        with_reachability=request.with_reachability,
        crops=crops(made.case, request.case, made.report.logs),
    )


def _folder(environment: Environment, request: ReportRequest, made: MadeReport) -> LawyerFolder:
    from complain.cli.evidence_facts import date_lines, filing_lines
    from complain.evidence.keeping import list_evidence
    from complain.evidence.lawyer import LawyerFolder
    from complain.evidence.pages_of_evidence import evidence_pages

    first = made.report.period[0] if made.report.period else None
    return LawyerFolder(
        case=made.case,
        report=made.report,
        filings=filing_lines(environment, made.case),
        dates=date_lines(environment, request.case, first),
        evidence=evidence_pages(list_evidence(made.case, request.case), request.case),
        with_reachability=request.with_reachability,
        practice=environment.practice,
    )


async def _pdf(environment: Environment, page: str, folder: LawyerFolder | None) -> bytes:
    from complain.browser.launch import BrowserRun, BrowserSettings
    from complain.evidence.lawyer import lawyer_pdf

    table = environment.config().browser
    settings = BrowserSettings(path=table.path or None, sandbox=table.sandbox, practice=environment.practice)
    async with BrowserRun.start(settings) as run:
        return await (lawyer_pdf(folder, run.browser) if folder else _annex(page, run.browser))


async def _annex(page: str, browser: Browser) -> bytes:
    from complain.evidence.printing import numbered
    from complain.offline_page import print_page

    return await numbered([("来电记录统计", await print_page(page, browser))], browser)


def report_lines(made: MadeReport) -> Iterator[str]:
    """Yield what a person reads on the screen; the reachability table too: here it is private."""
    report = made.report
    if report.from_incidents:
        yield _("No call log was imported yet; the calls that stand in the case as incidents are counted.")
    for number in report.numbers:
        yield _("{number}: {states}").format(number=number.ticked.number, states=_states(number.incoming))
    for finding in report.findings:
        yield from _finding_lines(finding)
    for entry in report.reachable:
        yield _("Before incident {place} ({when}), you answered or called back: {record}").format(
            place=entry.place, when=entry.incident.when, record=_record(entry.record.value)
        )
    if made.vanishing_told:
        yield made.vanishing_told
    yield from (_("Written: {path}").format(path=path) for path in made.written)


def _states(states: ByState) -> str:
    return _("{connected} answered, {missed} missed, {unknown} not known").format(
        connected=states.connected.count, missed=states.missed.count, unknown=states.unknown.count
    )


def _finding_lines(finding: Finding) -> Iterator[str]:
    lender = finding.lender.name if finding.lender and finding.lender.name else _("lender not named")
    if finding.within is not None:
        yield _("{lender}, {start}:00 to {until}:00: {states}").format(
            lender=lender,
            start=finding.limit.start,
            until=finding.limit.until,
            states=_states(finding.within),
        )
    elif finding.limit.most is not None:
        days = len(finding.over)
        yield ngettext(
            "{lender}, more than {most} a day: {days} day ({limit})",
            "{lender}, more than {most} a day: {days} days ({limit})",
            days,
        ).format(lender=lender, most=finding.limit.most, days=days, limit=_limit_words(finding.limit.id))


def _limit_words(limit: str) -> str:
    from complain.rules.rows import row

    return row("limits", limit).text


def _record(record: str) -> str:
    return {
        "found": _("on record"),
        "none": _("nothing on record"),
        "missing": _("the logs do not cover these days"),
    }[record]


def report_document(made: MadeReport) -> dict[str, object]:
    """Return what ``--json`` prints: every count with its rows."""
    report = made.report
    return {
        "case": made.case.id,
        "from_incidents": report.from_incidents,
        "days": [
            {"lender": counts.lender.name or None, "day": day.day.isoformat(), **_states_json(day.all_day)}
            for counts in report.counts
            for day in counts.days
        ],
        "findings": [_finding_json(finding) for finding in report.findings],
        "reachability": [
            {"incident": entry.place, "record": entry.record.value} for entry in report.reachable
        ],
        "written": [str(path) for path in made.written],
        "exit_code": 0,
    }


def _states_json(states: ByState) -> dict[str, object]:
    return {
        "connected": _tally_json(states.connected),
        "missed": _tally_json(states.missed),
        "unknown": _tally_json(states.unknown),
    }


def _tally_json(tally: Tally) -> dict[str, object]:
    return {"count": tally.count, "rows": list(tally.names)}


def _finding_json(finding: Finding) -> dict[str, object]:
    return {
        "limit": finding.limit.id,
        "binding": finding.limit.binding,
        "lender": finding.lender.name or None if finding.lender else None,
        "over": [
            {"day": over.day.isoformat(), "number": over.number or None, **_tally_json(over.tally)}
            for over in finding.over
        ],
        "within": _states_json(finding.within) if finding.within else None,
        "contacted": list(finding.contacted),
        "inferred": list(finding.guessed),
    }
