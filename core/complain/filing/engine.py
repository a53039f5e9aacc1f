"""One run of ``submit``: stage by stage, channels of a stage side by side, commits one at a time.

plan -> draft -> prepare -> preview -> confirm -> commit -> settle -> archive. The journal row of each step is
durable before the next step begins.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from complain.case.model import Case
from complain.channels.base import Channel
from complain.environment import Environment
from complain.errors import ComplainError, DoesNotAgree, ExitCode
from complain.filing.evidence import EvidenceFolder
from complain.filing.factory import Factory
from complain.filing.history import receipt_facts
from complain.filing.journal import Journal
from complain.filing.one_truth import contradicted, filed_letters
from complain.filing.prepared import Filing, Prepared
from complain.filing.receipting import archive_filing, receipt_json
from complain.filing.review import Review, Reviewed
from complain.filing.rule_facts import filing_facts, with_terms
from complain.filing.selection import Selection, standing_report
from complain.filing.settlement import Settlement
from complain.filing.track_record import note_settled, note_stopped
from complain.filing.transitions import State, outcome_of
from complain.filing.unwritten import WRITE_FAULTS, note_fault, nothing_was_sent, sent_but_unwritten, why
from complain.i18n import _
from complain.masking import mask
from complain.model import Draft, FilingReport, Outcome, Receipt, as_plain

AT_ONCE = 4  # contexts of one browser; on two cores more gain nothing (measured)


class RunUi(Protocol):
    """How a run speaks with a person; the command line has one, tests have another."""

    def step(self, channel: Channel, words: str) -> None:
        """Show what a channel is doing now."""
        ...

    def warn(self, sentence: str) -> None:
        """Show a warning."""
        ...

    async def confirm(self, review: Review, preview: Path) -> bool | None:
        """Show the review and ask; True to go on, False to stop, None when nobody can be asked."""
        ...


@dataclass(frozen=True)
class SubmitOptions:
    """What the command line asked for.

    Attributes:
        dry_run: Fill and show; send nothing.
        reveal: Do not mask.
        retry: Channels to try again although they refused.
    """

    dry_run: bool = False
    reveal: bool = False
    retry: tuple[str, ...] = ()


@dataclass
class _Standing:
    """One channel of a stage on its way."""

    channel: Channel
    filing: Filing
    attempt: int = 0
    prepared: Prepared | None = None
    report: FilingReport | None = None


@dataclass
class Run:
    """One run over one case; make it, then call `submit`.

    Attributes:
        environment: Home, clock, streams.
        case: The facts.
        folder: The case folder.
        journal: Open, with the case's lock held.
        factory: Makes the filing of a channel.
        ui: Speaks with the person.
        options: What was asked for.
        id: The run's id.
    """

    environment: Environment
    case: Case
    folder: Path
    journal: Journal
    factory: Factory
    ui: RunUi
    options: SubmitOptions
    id: str
    committing: bool = False
    stop_asked: bool = False
    reviews: list[Review] = field(default_factory=list[Review])
    rehearsed: list[Channel] = field(default_factory=list[Channel])
    reports: list[FilingReport] = field(default_factory=list[FilingReport])

    @property
    def run_folder(self) -> Path:
        """Where this run keeps its preview and evidence."""
        return self.environment.home.runs / self.id

    @property
    def preview(self) -> Path:
        """The preview report of this run."""
        return self.run_folder / "preview.html"

    async def submit(self, selection: Selection) -> list[FilingReport]:
        """File in every selected channel; return one report per channel, in stage order."""
        for stage in sorted({channel.stage for channel in selection.channels}):
            if self.stop_asked:
                break
            channels = [channel for channel in selection.channels if channel.stage == stage]
            await self._stage(stage, channels)
        return self.reports

    # -- one stage --------------------------------------------------------------------------------------------

    async def _stage(self, stage: int, channels: Sequence[Channel]) -> None:
        reports = {channel.id: self._without_work(channel) for channel in channels}
        going = [channel for channel in channels if reports[channel.id] is None]
        standings = [_Standing(c, self._filing(c, going)) for c in going]
        try:
            await self._prepare_all(standings)
            self._stop_contradictions(standings)
            ready = [s for s in standings if s.report is None]
            if standings:
                self._review(stage, standings)
            if ready:
                await self._decide(stage, ready)
        finally:  # also of a stage that was interrupted: what was settled is told
            reports.update({s.channel.id: s.report for s in standings})
            self.reports.extend(report for channel in channels if (report := reports[channel.id]) is not None)
            # A fault while letting go must not hide how the filings ended.
            await asyncio.gather(*(standing.filing.close() for standing in standings), return_exceptions=True)

    def _without_work(self, channel: Channel) -> FilingReport | None:
        ruled = self.factory.ruled_out(channel)
        if ruled is not None:
            return ruled
        return standing_report(channel, self.journal.last(self.case.id, channel.id), None, self.options.retry)

    def _filing(self, channel: Channel, together: Sequence[Channel]) -> Filing:
        channels = self.factory.registry.channels
        rehearsed = tuple(c for c in self.rehearsed if c.stage < channel.stage)
        beside = tuple(c for c in together if c is not channel)
        shown = receipt_facts(self.journal, self.case.id, channels, rehearsed=rehearsed, beside=beside)
        receipts = with_terms(shown, self.case, filing_facts(self.journal, self.case.id, channels))
        evidence = EvidenceFolder(self.run_folder / channel.id)
        return self.factory.make(channel, receipts, evidence, lambda words: self.ui.step(channel, words))

    # -- prepare ----------------------------------------------------------------------------------------------

    async def _prepare_all(self, standings: Sequence[_Standing]) -> None:
        slots = asyncio.Semaphore(AT_ONCE)
        origins: dict[str, asyncio.Lock] = {}

        async def prepare(standing: _Standing) -> None:
            async with slots, origins.setdefault(_origin(standing.channel), asyncio.Lock()):
                await self._prepare(standing)

        async with asyncio.TaskGroup() as group:
            for standing in standings:
                group.create_task(prepare(standing))

    async def _prepare(self, standing: _Standing) -> None:
        channel, filing = standing.channel, standing.filing
        try:
            self.ui.step(channel, _("writing the letter"))
            draft = filing.draft
            again = standing_report(
                channel, self.journal.last(self.case.id, channel.id), draft.payload_hash, self.options.retry
            )
            if again is not None:
                standing.report = again
                return
            self._begin(standing, draft)
            standing.prepared = await filing.prepare()
            self._keep_draft(filing, draft, standing.prepared)
            self._record(standing, State.PREPARED, {"payload": draft.payload_hash})
            self.ui.step(channel, _("filled in, not submitted"))
        except ComplainError as error:
            self._not_prepared(standing, error)
        except Exception as error:  # a fault of the tool or of a plugin, before anything was sent
            self._faulty(standing, error)

    def _keep_draft(self, filing: Filing, draft: Draft, prepared: Prepared) -> None:
        """Keep what would be sent; a rehearsal keeps it in its preview alone, where it is masked."""
        if self.options.dry_run:
            return
        filing.evidence.save_text("letter.txt", draft.letter)
        filing.evidence.save_json("draft.json", as_plain(draft))
        filing.evidence.save_json("fields.json", {"fields": [vars(f) for f in prepared.fields]})

    def _faulty(self, standing: _Standing, error: Exception) -> None:
        details = note_fault(standing.filing.evidence, error)
        self._not_prepared(standing, ComplainError(nothing_was_sent(error, details)))

    def _begin(self, standing: _Standing, draft: Draft) -> None:
        if self.options.dry_run:
            return
        standing.attempt = self.journal.begin(
            self.case.id,
            standing.channel.id,
            self.id,
            self.environment.now(),
            {"payload": draft.payload_hash, "letter": draft.letter_name, "title": standing.channel.title},
        )

    def _record(self, standing: _Standing, state: State, data: dict[str, object]) -> None:
        if self.options.dry_run or not standing.attempt:
            return
        self.journal.record(
            self.case.id, standing.channel.id, standing.attempt, self.id, state, self.environment.now(), data
        )

    def _not_prepared(self, standing: _Standing, error: ComplainError) -> None:
        needs_human = error.exit_code is ExitCode.NEEDS_HUMAN
        message = mask(error.message)
        state = State.NEEDS_HUMAN if needs_human else State.NOT_FILED
        task = _task(message, error.next_step) if needs_human else ""
        with suppress(*WRITE_FAULTS):  # a full disk: the last row already says that nothing was sent
            self._record(standing, state, {"reason": message, "kind": type(error).__name__})
            note_stopped(self.environment.home, standing.channel, self.environment.today(), error)
        reason = "" if needs_human else message
        warnings = (error.next_step,) if error.next_step and not needs_human else ()
        if not self.options.dry_run:
            warnings = (*warnings, *self._fall_back(standing, message))
        standing.report = FilingReport(
            standing.channel.id, outcome_of(state), reason=reason, task=task, warnings=warnings
        )

    def _stop_contradictions(self, standings: Sequence[_Standing]) -> None:
        """Take out a filing whose letter contradicts an earlier one, or another one of this stage."""
        known = list(filed_letters(self.journal, self.environment.home.archive, self.case.id))
        for standing in standings:
            if standing.report is not None:
                continue
            letter = standing.filing.draft.letter
            sentence = contradicted(letter, known)
            if sentence:
                self._not_prepared(
                    standing, DoesNotAgree(sentence, next_step=f"complain check {self.folder}")
                )
            known.append((standing.channel.title, letter))

    def _fall_back(self, standing: _Standing, reason: str) -> tuple[str, ...]:
        """Lay the channel out for doing by hand, with the reason."""
        try:
            pack = self.factory.pack_for(standing.channel, standing.filing, reason)
        except ComplainError as error:  # what stops the draft stops the pack too; it was said already
            return () if error.message == reason else (mask(error.message),)
        except Exception as error:  # the pack is a help; that it fails must not end the other filings
            note_fault(standing.filing.evidence, error)
            return ()
        return () if pack is None else (_("To do it by hand: {pack}").format(pack=pack),)

    # -- preview and confirm ----------------------------------------------------------------------------------

    def _review(self, stage: int, standings: Sequence[_Standing]) -> None:
        reviewed = tuple(
            Reviewed(
                s.channel,
                s.filing.draft if s.prepared else None,
                s.prepared or Prepared(),
                s.report.outcome if s.report else Outcome.PREPARED,
                (s.report.task or s.report.reason) if s.report else "",
            )
            for s in standings
        )
        review = Review(
            self.case, self.id, self.environment, stage, self.options.dry_run, self.options.reveal, reviewed
        )
        self.reviews.append(review)
        review.write(self.preview, self.reviews)

    async def _decide(self, stage: int, ready: Sequence[_Standing]) -> None:
        if self.options.dry_run:
            for standing in ready:
                standing.report = self._report(standing, Outcome.PREPARED)
                self.rehearsed.append(standing.channel)
            return
        answer = await self.ui.confirm(self.reviews[-1], self.preview)
        if not answer:
            self._unconfirmed(ready, asked=answer is False)
            return
        for standing in ready:
            if self.stop_asked:
                self._unconfirmed([standing], asked=False)
            else:
                await self._commit(standing)

    def _unconfirmed(self, ready: Sequence[_Standing], *, asked: bool) -> None:
        task = (
            _("You did not confirm; nothing was sent. Run it again when you want to submit.")
            if asked
            else _("Look at the preview, then run the same command in a terminal, or with --yes.")
        )
        for standing in ready:
            self._record(standing, State.NEEDS_HUMAN, {"reason": "not confirmed", "task": task})
            standing.report = self._report(standing, Outcome.NEEDS_HUMAN, task=task)

    # -- commit -----------------------------------------------------------------------------------------------

    async def _commit(self, standing: _Standing) -> None:
        filing = standing.filing
        try:
            self._record(standing, State.CONFIRMED, {"payload": filing.draft.payload_hash})
            await filing.finish()
        except ComplainError as error:
            self._not_prepared(standing, error)
            return
        except Exception as error:  # as above: the button has not been pressed
            self._faulty(standing, error)
            return
        if self.stop_asked:  # a cancellation can be lost: wait_for drops one that meets its result
            self._unconfirmed([standing], asked=False)
            return
        self.committing = True
        try:
            if self._marked(standing):
                self._settle(standing, await self._submit_once(filing))
        finally:
            self.committing = False

    def _marked(self, standing: _Standing) -> bool:
        """Make ``committing`` durable; if it cannot be, nothing is sent."""
        try:
            self._record(standing, State.COMMITTING, dict(standing.filing.mark().data))
        except WRITE_FAULTS as error:
            self._faulty(standing, error)
            return False
        return True

    async def _submit_once(self, filing: Filing) -> Settlement:
        try:
            return await filing.commit()
        except Exception as error:  # after the mark nothing is less than unknown
            note_fault(filing.evidence, error)
            reason = _("The run failed while it was submitting ({kind}).").format(kind=type(error).__name__)
            return Settlement(State.UNKNOWN, reason=reason)

    def _settle(self, standing: _Standing, settlement: Settlement) -> None:
        filed = settlement.state in (State.FILED, State.FILED_UNVERIFIED)
        at = settlement.filed_at or self.environment.now()
        try:
            self._write_down(standing, settlement, at)
        except WRITE_FAULTS as error:
            reason, task = sent_but_unwritten(settlement, standing.channel.id, error)
            standing.report = self._report(standing, Outcome.UNKNOWN, reason=reason, task=task)
            return
        with suppress(*WRITE_FAULTS):  # a tally is not worth a filing that is done
            note_settled(self.environment.home, standing.channel, self.environment.today(), settlement.state)
        bag, warnings = self._archive(standing, settlement)
        receipt = Receipt(standing.channel.id, settlement.number, at, bag) if filed else None
        if receipt is not None and bag is not None:
            warnings = tuple(self.factory.registry.receipt_archived(receipt))
        standing.report = self._report(
            standing,
            outcome_of(settlement.state),
            receipt=receipt,
            reason=settlement.reason,
            task=settlement.task,
            warnings=warnings,
        )
        self.ui.step(standing.channel, str(outcome_of(settlement.state)))

    def _write_down(self, standing: _Standing, settlement: Settlement, at: dt.datetime) -> None:
        """Make the receipt durable, and then the row that speaks of it."""
        if settlement.state in (State.FILED, State.FILED_UNVERIFIED):
            standing.filing.evidence.save(
                "receipt.json", receipt_json(standing.channel.id, settlement.number, at, "channel")
            )
        data: dict[str, object] = {
            **settlement.data,
            "number": settlement.number,
            "reason": settlement.reason,
            "task": settlement.task,
        }
        data["payload"] = standing.filing.draft.payload_hash
        self._record(standing, settlement.state, data)

    def _archive(self, standing: _Standing, settlement: Settlement) -> tuple[Path | None, tuple[str, ...]]:
        """Return the bag; or None and a warning, when it cannot be written: the next run writes it."""
        try:
            return self._write_bag(standing, settlement), ()
        except Exception as error:  # whatever it is, the filing is made and is told
            sentence = _("The receipt could not be archived ({why}). Make room on the disk and run it again.")
            return None, (sentence.format(why=why(error)),)

    def _write_bag(self, standing: _Standing, settlement: Settlement) -> Path:
        channel = standing.channel
        return archive_filing(
            self.environment,
            self.journal,
            case=self.case.id,
            channel=channel.id,
            attempt=standing.attempt,
            draft=standing.filing.draft,
            files=standing.filing.evidence.files,
            info={
                "Complain-Outcome": settlement.state.value,
                "Complain-Channel-Verified": str(channel.verified or "never"),
                **self.factory.provenance(channel),
            },
        )

    def _report(
        self,
        standing: _Standing,
        outcome: Outcome,
        *,
        receipt: Receipt | None = None,
        reason: str = "",
        task: str = "",
        warnings: tuple[str, ...] = (),
    ) -> FilingReport:
        prepared = standing.prepared or Prepared()
        return FilingReport(
            standing.channel.id,
            outcome,
            receipt=receipt,
            reason=reason,
            task=task,
            preview=self.preview,
            warnings=(*prepared.warnings, *(() if receipt else prepared.waiting), *warnings),
        )


def _task(message: str, next_step: str) -> str:
    if next_step.startswith("complain "):
        return _("{message} Type “{command}”").format(message=message, command=next_step)
    return _("{problem} {remedy}").format(problem=message, remedy=next_step) if next_step else message


def _origin(channel: Channel) -> str:
    from urllib.parse import urlsplit

    return urlsplit(channel.url).netloc or channel.id
