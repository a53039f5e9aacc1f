"""One run of ``submit``: stage by stage, channels of a stage side by side, commits one at a time.

plan -> draft -> prepare -> preview -> confirm -> commit -> settle -> archive. The journal row of each step is
durable before the next step begins.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from complain.channels.base import Channel
from complain.commands import unknown_task
from complain.filing.attempt import Attempt, RunContext, Stop
from complain.filing.committing import Committing
from complain.filing.evidence import EvidenceFolder
from complain.filing.history import receipt_facts
from complain.filing.prepared import Filing, Prepared
from complain.filing.preparing import Preparing
from complain.filing.reports import report_of, with_bag
from complain.filing.review import Review, Reviewed
from complain.filing.rule_facts import filing_facts, with_terms
from complain.filing.selection import Selection, standing_report
from complain.filing.settling import Settling
from complain.filing.transitions import UNSENT
from complain.i18n import _
from complain.model import FilingReport, Outcome

_IN_BROWSER = ("form", "mail")  # a mail's letter becomes a PDF there


@dataclass
class Run:
    """One run over one case; make it, then call `submit`.

    Attributes:
        context: What all its steps share.
        stop: Whether the person asked to stop.
        reviews: What was shown, stage by stage.
        reports: How the filings ended, in stage order; also when the run itself breaks off.
    """

    context: RunContext
    stop: Stop = field(default_factory=Stop)
    reviews: list[Review] = field(default_factory=list[Review])
    reports: list[FilingReport] = field(default_factory=list[FilingReport])
    _rehearsed: list[Channel] = field(default_factory=list[Channel])

    @cached_property
    def _preparing(self) -> Preparing:
        return Preparing(self.context, self.stop)

    @cached_property
    def _committing(self) -> Committing:
        settling = Settling(self.context, self._preparing, self.stop)
        return Committing(self.context, self._preparing, settling, self.stop)

    async def submit(self, selection: Selection) -> list[FilingReport]:
        """File in every selected channel; return one report per channel, in stage order."""
        try:
            for stage in sorted({channel.stage for channel in selection.channels}):
                if self.stop.asked:
                    break
                channels = [channel for channel in selection.channels if channel.stage == stage]
                await self._stage(stage, channels)
        finally:  # whatever ended the run, no channel that was asked for goes without a word
            told = {report.channel for report in self.reports}
            self.reports.extend(self._not_reached(c) for c in selection.channels if c.id not in told)
        return self.reports

    def _not_reached(self, channel: Channel) -> FilingReport:
        reason = (
            _("You stopped the run; this was not submitted.")
            if self.stop.asked
            else _("The run broke off before this channel; nothing was sent to it.")
        )
        return FilingReport(channel.id, Outcome.NOT_FILED, reason=reason)

    async def _stage(self, stage: int, channels: Sequence[Channel]) -> None:
        reports = {channel.id: self._without_work(channel) for channel in channels}
        going = [channel for channel in channels if reports[channel.id] is None]
        attempts = [Attempt(channel, self._filing(channel, going)) for channel in going]
        try:
            await self._file(stage, attempts)
        except (Exception, asyncio.CancelledError) as error:  # each filing is still told as it stands
            self._break_off(attempts, error)
            raise
        finally:  # also of a stage that was interrupted: what was settled is told
            reports.update({a.channel.id: self._with_preview(a.report) for a in attempts})
            self.reports.extend(report for channel in channels if (report := reports[channel.id]) is not None)
            # A fault while letting go must not hide how the filings ended.
            await asyncio.gather(*(attempt.filing.close() for attempt in attempts), return_exceptions=True)

    async def _file(self, stage: int, attempts: Sequence[Attempt]) -> None:
        factory = self.context.factory
        if not factory.by_hand and any(attempt.channel.kind in _IN_BROWSER for attempt in attempts):
            factory.start_browser()
        await self._preparing.all(attempts)
        ready = [a for a in attempts if a.report is None and a.prepared is not None]
        if attempts:
            self._review(stage, attempts)
        if ready:
            await self._decide(ready)

    def _without_work(self, channel: Channel) -> FilingReport | None:
        """Return the report of a channel that this run leaves alone, or None."""
        run = self.context
        report = standing_report(channel, run.journal.last(run.case.id, channel.id), None, run.options.retry)
        if report is not None and report.outcome is Outcome.UNKNOWN:  # no rule makes it more certain
            return self._with_task(report, channel)
        if report is not None:
            report = with_bag(report, run.journal, run.case.id, run.environment.home.archive)
        return run.factory.ruled_out(channel) or report

    def _with_task(self, report: FilingReport, channel: Channel) -> FilingReport:
        run = self.context
        if report.outcome is not Outcome.UNKNOWN:
            return report
        task = unknown_task(run.folder, channel.id, channel.title, run.environment.home)
        return dataclasses.replace(report, task=task)

    def _filing(self, channel: Channel, together: Sequence[Channel]) -> Filing:
        run = self.context
        channels = run.factory.registry.channels
        rehearsed = tuple(c for c in self._rehearsed if c.stage < channel.stage)
        beside = tuple(c for c in together if c is not channel)
        shown = receipt_facts(run.journal, run.case.id, channels, rehearsed=rehearsed, beside=beside)
        receipts = with_terms(shown, run.case, filing_facts(run.journal, run.case.id, channels))
        evidence = EvidenceFolder(run.run_folder / channel.id)
        return run.factory.make(channel, receipts, evidence, lambda words: run.ui.step(channel, words))

    def _review(self, stage: int, attempts: Sequence[Attempt]) -> None:
        run = self.context
        review = Review(
            run.case,
            run.id,
            run.environment,
            stage,
            run.options.dry_run,
            run.options.reveal,
            tuple(_reviewed(attempt) for attempt in attempts),
            run.factory.rulings.brake(each.channel.id for each in attempts if each.report is None),
        )
        self.reviews.append(review)
        review.write(run.preview, self.reviews)

    async def _decide(self, ready: Sequence[Attempt]) -> None:
        run = self.context
        if run.options.dry_run:
            for attempt in ready:
                attempt.report = run.report(attempt, Outcome.PREPARED)
                self._rehearsed.append(attempt.channel)
            return
        answer = await run.ui.confirm(self.reviews[-1], run.preview)
        if answer and not self.stop.asked:
            await self._committing.all(ready)
            return
        for attempt in ready:
            if self.stop.asked:
                self._preparing.interrupted(attempt)
            else:
                self._committing.unconfirmed(attempt, asked=answer is False)

    def _break_off(self, attempts: Sequence[Attempt], error: BaseException) -> None:
        """Report every attempt that the end of the run left without a report, as the journal has it."""
        run = self.context
        for attempt in attempts:
            if attempt.report is not None:
                continue
            last = run.journal.last(run.case.id, attempt.channel.id)
            if attempt.number and last is not None and last.state not in UNSENT:
                report = dataclasses.replace(report_of(last), is_fault=True)
                attempt.report = self._with_task(report, attempt.channel)
            elif self.stop.asked:
                self._preparing.interrupted(attempt)
            else:
                self._preparing.faulty(attempt, error)

    def _with_preview(self, report: FilingReport | None) -> FilingReport | None:
        """Name the preview in the report of everything that was looked at in it."""
        if report is None:
            return None
        shown = report.outcome is not Outcome.SKIPPED and self.context.preview.is_file()
        return dataclasses.replace(report, preview=self.context.preview if shown else None)


def _reviewed(attempt: Attempt) -> Reviewed:
    report = attempt.report
    return Reviewed(
        attempt.channel,
        attempt.filing.draft if attempt.prepared else None,
        attempt.prepared or Prepared(),
        report.outcome if report else Outcome.PREPARED,
        (report.task or report.reason) if report else "",
    )
