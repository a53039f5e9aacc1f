"""Everything before the confirm: drafted, filled, read back. Whatever goes wrong here, nothing was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from complain.channels.base import Channel
from complain.errors import ComplainError, DoesNotAgree, ExitCode, NotWritten
from complain.filing.attempt import Attempt, RunContext
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

    async def all(self, attempts: Sequence[Attempt]) -> None:
        """Prepare side by side, one at a time per origin; then stop what contradicts an earlier letter."""
        slots = asyncio.Semaphore(AT_ONCE)
        origins: dict[str, asyncio.Lock] = {}

        async def prepare(attempt: Attempt) -> None:
            async with slots, origins.setdefault(_origin(attempt.channel), asyncio.Lock()):
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

    # -- when it cannot go on ---------------------------------------------------------------------------------

    def faulty(self, attempt: Attempt, error: Exception) -> None:
        """Report an attempt that a fault of the tool, of a plugin or of the disk stopped; nothing was sent."""
        details = note_fault(attempt.filing.evidence, error)
        kind = NotWritten if isinstance(error, WRITE_FAULTS) or details is None else ComplainError
        self.stopped(attempt, kind(nothing_was_sent(error, details)))

    def stopped(self, attempt: Attempt, error: ComplainError) -> None:
        """Report an attempt that cannot go on; nothing was sent."""
        run = self.run
        needs_human = error.exit_code is ExitCode.NEEDS_HUMAN
        message = mask(error.message)
        state = State.NEEDS_HUMAN if needs_human else State.NOT_FILED
        task = _task(message, error.next_step) if needs_human else ""
        with suppress(*WRITE_FAULTS):  # a full disk: the last row already says that nothing was sent
            run.record(attempt, state, {"reason": message, "task": task, "kind": type(error).__name__})
            note_stopped(run.environment.home, attempt.channel, run.environment.today(), error)
        warnings = (error.next_step,) if error.next_step and not needs_human else ()
        if not run.options.dry_run:
            warnings = (*warnings, *self._fall_back(attempt, message))
        attempt.report = FilingReport(
            attempt.channel.id,
            outcome_of(state),
            reason="" if needs_human else message,
            task=task,
            warnings=warnings,
            is_fault=error.exit_code is ExitCode.FAULT,
        )

    def _fall_back(self, attempt: Attempt, reason: str) -> tuple[str, ...]:
        """Lay the channel out for doing by hand, with the reason."""
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
                self.stopped(attempt, DoesNotAgree(sentence, next_step=f"complain check {run.folder}"))
            known.append((attempt.channel.title, letter))


def _task(message: str, next_step: str) -> str:
    if next_step.startswith("complain "):
        return _("{message} Type “{command}”").format(message=message, command=next_step)
    return _("{problem} {remedy}").format(problem=message, remedy=next_step) if next_step else message


def _origin(channel: Channel) -> str:
    return urlsplit(channel.url).netloc or channel.id
