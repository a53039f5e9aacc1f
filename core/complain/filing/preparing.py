"""Everything before the confirm: drafted, filled, read back. Whatever goes wrong here, nothing was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from complain.channels.base import Channel
from complain.commands import at_home, typed
from complain.errors import AlreadyFiled, ComplainError, DoesNotAgree, ExitCode, NotWritten, PackReady
from complain.filing.attempt import Attempt, RunContext, Stop
from complain.filing.identical import identical_filing, identical_words
from complain.filing.one_truth import contradicted, filed_letters
from complain.filing.prepared import Filing, Prepared
from complain.filing.selection import standing_report
from complain.filing.track_record import note_stopped
from complain.filing.transitions import State, outcome_of
from complain.filing.unwritten import WRITE_FAULTS, note_fault, nothing_was_sent
from complain.i18n import _
from complain.masking import mask
from complain.model import Draft, FilingReport, Outcome, as_plain

AT_ONCE = 4  # contexts of one browser; on two cores more gain nothing (measured)


@dataclass(frozen=True)
class Preparing:
    """Brings attempts up to the filled form, or to the report that says why not."""

    run: RunContext
    stop: Stop

    async def all(self, attempts: Sequence[Attempt]) -> None:
        """Prepare side by side, one at a time per origin; then stop what contradicts an earlier letter."""
        slots = asyncio.Semaphore(AT_ONCE)
        origins: dict[str, asyncio.Lock] = {}

        async def prepare(attempt: Attempt) -> None:
            async with origins.setdefault(origin(attempt.channel), asyncio.Lock()), slots:
                await self._one(attempt)

        async with asyncio.TaskGroup() as group:
            for attempt in attempts:
                group.create_task(prepare(attempt))
        self._stop_contradictions(attempts)

    async def _one(self, attempt: Attempt) -> None:
        try:
            await self._prepare(attempt)
        except ComplainError as error:
            self.stopped(attempt, error)
        except asyncio.CancelledError as error:
            if self.stop.asked:
                raise
            self.faulty(attempt, error)  # some step inside was cancelled, and nobody asked to stop
        except Exception as error:  # a fault of the tool or of a plugin, before anything was sent
            self.faulty(attempt, error)

    async def _prepare(self, attempt: Attempt) -> None:
        run, channel, filing = self.run, attempt.channel, attempt.filing
        run.ui.step(channel, _("writing the letter"))
        draft = filing.draft
        attempt.report = self._not_again(channel, draft)
        if attempt.report is not None:
            return
        self._begin(attempt, draft)
        attempt.prepared = await filing.prepare()
        self._keep_draft(filing, draft, attempt.prepared)
        run.record(attempt, State.PREPARED, {"payload": draft.payload_hash})
        run.ui.step(channel, _("filled in, not submitted"))

    def _not_again(self, channel: Channel, draft: Draft) -> FilingReport | None:
        run = self.run
        last = run.journal.last(run.case.id, channel.id)
        again = standing_report(channel, last, draft.payload_hash, run.options.retry)
        if again is not None:
            return again
        same = identical_filing(run.journal, run.case.id, channel.id, draft.payload_hash)
        if same is None:
            return None
        if run.environment.practice:  # a rehearsal may be repeated; it says what would happen
            run.ui.warn(_("For real this would stop: {why}").format(why=identical_words(same, channel.title)))
            return None
        return FilingReport(channel.id, Outcome.SKIPPED, reason=identical_words(same, channel.title))

    def _begin(self, attempt: Attempt, draft: Draft) -> None:
        run = self.run
        if run.options.dry_run:
            return
        data = {"payload": draft.payload_hash, "letter": draft.letter_name, "title": attempt.channel.title}
        now = run.environment.now()
        attempt.number = run.journal.begin(run.case.id, attempt.channel.id, run.id, now, data)

    def _keep_draft(self, filing: Filing, draft: Draft, prepared: Prepared) -> None:
        """Keep what would be sent; a rehearsal keeps it in its preview alone, where it is masked."""
        if self.run.options.dry_run:
            return
        filing.evidence.save_text("letter.txt", draft.letter)
        filing.evidence.save_json("draft.json", as_plain(draft))
        filing.evidence.save_json("fields.json", {"fields": [vars(f) for f in prepared.fields]})

    def not_identical(self, attempt: Attempt) -> None:
        """Refuse the same words under another case's name; called while no other process can write.

        Raises:
            AlreadyFiled: They are at this channel already, or may be.
        """
        run = self.run
        if run.environment.practice:
            return
        payload = attempt.filing.draft.payload_hash
        same = identical_filing(run.journal, run.case.id, attempt.channel.id, payload)
        if same is not None:
            raise AlreadyFiled(identical_words(same, attempt.channel.title))

    # -- when it cannot go on ---------------------------------------------------------------------------------

    def faulty(self, attempt: Attempt, error: BaseException) -> None:
        """Report an attempt that a fault of the tool, of a plugin or of the disk stopped; nothing was sent."""
        details = note_fault(attempt.filing.evidence, error)
        kind = NotWritten if isinstance(error, WRITE_FAULTS) or details is None else ComplainError
        self.stopped(attempt, kind(nothing_was_sent(error, details)))

    def stopped(self, attempt: Attempt, error: ComplainError) -> None:
        """Report an attempt that cannot go on; nothing was sent."""
        run = self.run
        needs_human = error.exit_code is ExitCode.NEEDS_HUMAN
        # A folder may be named by a date: what names files and commands is not touched.
        message = error.message if isinstance(error, PackReady) else mask(error.message)
        state = State.NEEDS_HUMAN if needs_human else State.NOT_FILED
        next_step = at_home(error.next_step, run.environment.home)
        task = _task(message, next_step) if needs_human else ""
        with suppress(*WRITE_FAULTS):  # a full disk: the last row already says that nothing was sent
            run.record(attempt, state, {"reason": message, "task": task, "kind": type(error).__name__})
            note_stopped(run.environment.home, attempt.channel, run.environment.today(), error)
        warnings = (next_step,) if next_step and not needs_human else ()
        if not run.options.dry_run:
            warnings = (*warnings, *self.fall_back(attempt, message))
        attempt.report = FilingReport(
            attempt.channel.id,
            outcome_of(state),
            reason="" if needs_human else message,
            task=task,
            warnings=warnings,
            is_fault=error.exit_code is ExitCode.FAULT,
        )

    def interrupted(self, attempt: Attempt) -> None:
        """Report an attempt that the person stopped before its submit."""
        reason = _("You stopped the run; this was not submitted.")
        with suppress(*WRITE_FAULTS):  # the last row already says that nothing was sent
            self.run.record(attempt, State.NOT_FILED, {"reason": reason, "kind": "Interrupted"})
        attempt.report = self.run.report(attempt, Outcome.NOT_FILED, reason=reason)

    def fall_back(self, attempt: Attempt, reason: str) -> tuple[str, ...]:
        """Lay the channel out for doing by hand, with the reason; return the sentence that says where."""
        try:
            pack = self.run.factory.pack_for(attempt.channel, attempt.filing, reason)
        except ComplainError as error:  # what stops the draft stops the pack too; it was said already
            return () if error.message == reason else (mask(error.message),)
        except Exception as error:  # the pack is a help; that it fails must not end the other filings
            note_fault(attempt.filing.evidence, error)
            return ()
        return () if pack is None else (_("To do it by hand: {pack}").format(pack=pack),)

    def _stop_contradictions(self, attempts: Sequence[Attempt]) -> None:
        """Take out a filing whose letter contradicts an earlier one, or another one of this stage."""
        run = self.run
        known = list(filed_letters(run.journal, run.environment.home.archive, run.case.id))
        for attempt in attempts:
            if attempt.report is not None:
                continue
            letter = attempt.filing.draft.letter
            sentence = contradicted(letter, known)
            if sentence:
                self.stopped(
                    attempt, DoesNotAgree(sentence, next_step=typed("complain", "check", run.folder))
                )
            known.append((attempt.channel.title, letter))


def _task(message: str, next_step: str) -> str:
    if next_step.startswith("complain "):
        return _("{message} Type “{command}”").format(message=message, command=next_step)
    return _("{problem} {remedy}").format(problem=message, remedy=next_step) if next_step else message


def origin(channel: Channel) -> str:
    """Return what may be used by one filing at a time."""
    return urlsplit(channel.url).netloc or channel.id
