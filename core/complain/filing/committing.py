"""After the confirm: marked, submitted once, settled, archived. Whatever goes wrong here, it is told as it is."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path

from complain.commands import resolve_command, unknown_task
from complain.errors import AlreadyFiled, ComplainError
from complain.filing.attempt import Attempt, RunContext, Stop
from complain.filing.prepared import Filing
from complain.filing.preparing import Preparing, origin
from complain.filing.receipting import archive_filing, receipt_json
from complain.filing.reports import FILED_AT
from complain.filing.settlement import Settlement
from complain.filing.track_record import note_settled
from complain.filing.transitions import State, outcome_of
from complain.filing.unwritten import WRITE_FAULTS, note_fault, sent_but_unwritten, why
from complain.i18n import _
from complain.model import Outcome, Receipt
from complain.wording import outcome_label

_BY_HAND = frozenset({State.NOT_FILED, State.NEEDS_HUMAN, State.REFUSED})
"""Provably not filed: it may be done by hand. Of what may have arrived no pack is made."""


@dataclass(frozen=True)
class Committing:
    """Submits confirmed attempts, one at a time."""

    run: RunContext
    preparing: Preparing
    stop: Stop

    async def all(self, attempts: Sequence[Attempt]) -> None:
        """Submit one after the other, each once; while one is on its way, the next is brought close to its submit.

        Each has its report afterwards.
        """
        coming: asyncio.Task[bool] | None = None
        try:
            for attempt, following in zip_longest(attempts, attempts[1:]):
                if coming is not None:
                    await self._arrived(attempt, coming)
                if attempt.report is None and await self._finished(attempt):
                    coming = self._approach_beside(attempt, following)
                    await self._one(attempt)
                else:
                    coming = None
        finally:
            if coming is not None:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)

    def _approach_beside(self, attempt: Attempt, following: Attempt | None) -> asyncio.Task[bool] | None:
        """Begin to bring the next one close, unless both would be at one origin at a time."""
        if following is None or origin(following.channel) == origin(attempt.channel):
            return None
        return asyncio.create_task(self._unsent(following, following.filing.approach))

    async def _arrived(self, attempt: Attempt, coming: asyncio.Task[bool]) -> None:
        if self.stop.asked:
            coming.cancel()
        await asyncio.wait({coming})
        if not coming.cancelled():
            coming.result()
        elif not self.stop.asked:  # some step inside was cancelled, and nobody asked to stop
            self.preparing.faulty(attempt, asyncio.CancelledError())

    async def _one(self, attempt: Attempt) -> None:
        """Submit a finished attempt and settle it."""
        if self.stop.asked:  # a cancellation can be lost: wait_for drops one that meets its result
            self.preparing.interrupted(attempt)
            return
        self.stop.committing = True
        try:
            if self._marked(attempt):
                self._settle(attempt, await self._submit_once(attempt.filing))
        finally:
            self.stop.committing = False

    def unconfirmed(self, attempt: Attempt, *, asked: bool) -> None:
        """Report an attempt that waits for the person's word; nothing was sent."""
        task = (
            _("You did not confirm; nothing was sent. Run it again when you want to submit.")
            if asked
            else _("Look at the preview, then run the same command in a terminal, or with --yes.")
        )
        self.run.record(attempt, State.NEEDS_HUMAN, {"reason": "not confirmed", "task": task})
        attempt.report = self.run.report(attempt, Outcome.NEEDS_HUMAN, task=task)

    async def _finished(self, attempt: Attempt) -> bool:
        """Do what must be fresh; say whether the button may be pressed."""
        if self.stop.asked:
            self.preparing.interrupted(attempt)
            return False
        return await self._unsent(attempt, attempt.filing.finish)

    async def _unsent(self, attempt: Attempt, step: Callable[[], Awaitable[None]]) -> bool:
        """Take a step that sends nothing; what stops it is told in the attempt's report."""
        try:
            if not attempt.confirmed:
                payload = {"payload": attempt.filing.draft.payload_hash}
                self.run.record(attempt, State.CONFIRMED, payload)
                attempt.confirmed = True
            await step()
        except ComplainError as error:
            self.preparing.stopped(attempt, error)
            return False
        except Exception as error:  # the button has not been pressed
            self.preparing.faulty(attempt, error)
            return False
        return True

    def _marked(self, attempt: Attempt) -> bool:
        """Make ``committing`` durable; if it cannot be, nothing is sent."""
        mark = {**attempt.filing.mark().data, "payload": attempt.filing.draft.payload_hash}
        try:
            # Two runs of two cases may have prepared the same words side by side: the second one stops here.
            self.run.record(
                attempt, State.COMMITTING, mark, unless=partial(self.preparing.not_identical, attempt)
            )
        except AlreadyFiled as error:
            self.preparing.stopped(attempt, error)
            return False
        except WRITE_FAULTS as error:
            self.preparing.faulty(attempt, error)
            return False
        return True

    async def _submit_once(self, filing: Filing) -> Settlement:
        try:
            return await filing.commit()
        except (Exception, asyncio.CancelledError) as error:  # after the mark nothing is less than unknown
            note_fault(filing.evidence, error)
            reason = _("The run failed while it was submitting ({kind}).").format(kind=type(error).__name__)
            return Settlement(State.UNKNOWN, reason=reason)

    # -- settle -----------------------------------------------------------------------------------------------

    def _settle(self, attempt: Attempt, settlement: Settlement) -> None:
        run, channel = self.run, attempt.channel
        filed = settlement.state in (State.FILED, State.FILED_UNVERIFIED)
        at = settlement.filed_at or run.environment.now()
        try:
            self._write_down(attempt, settlement, at)
        except Exception as error:  # a full disk most likely; whatever it is, what was seen must be told
            self._unwritten(attempt, settlement, error)
            return
        with suppress(*WRITE_FAULTS):  # a tally is not worth a filing that is done
            note_settled(run.environment.home, channel, run.environment.today(), settlement.state)
        bag, unkept = self._archive(attempt, settlement)
        receipt = Receipt(channel.id, settlement.number, at, bag) if filed else None
        if receipt is not None and bag is not None:
            unkept = (*unkept, *run.factory.registry.receipt_archived(receipt))
        if settlement.state in _BY_HAND:
            unkept = (*unkept, *self.preparing.fall_back(attempt, settlement.task or settlement.reason))
        outcome = outcome_of(settlement.state)
        attempt.report = run.report(
            attempt,
            outcome,
            receipt=receipt,
            reason=settlement.reason,
            task=self._task(attempt, settlement),
            afterwards=unkept,
        )
        run.ui.step(channel, outcome_label(outcome))

    def _task(self, attempt: Attempt, settlement: Settlement) -> str:
        if settlement.state is not State.UNKNOWN:
            return settlement.task
        run, channel = self.run, attempt.channel
        return unknown_task(run.folder, channel.id, channel.title, run.environment.home)

    def _unwritten(self, attempt: Attempt, settlement: Settlement, error: Exception) -> None:
        run, channel = self.run, attempt.channel
        if not isinstance(error, WRITE_FAULTS):
            note_fault(attempt.filing.evidence, error)
        home = run.environment.home
        command = resolve_command(run.folder, channel.id, home, number=settlement.number or "")
        reason, task = sent_but_unwritten(settlement, command, error)
        attempt.report = run.report(attempt, Outcome.UNKNOWN, reason=reason, task=task)

    def _write_down(self, attempt: Attempt, settlement: Settlement, at: dt.datetime) -> None:
        """Make the receipt durable, and then the row that speaks of it."""
        if settlement.state in (State.FILED, State.FILED_UNVERIFIED):
            receipt = receipt_json(attempt.channel.id, settlement.number, at, "channel")
            attempt.filing.evidence.save("receipt.json", receipt)
        said = {"number": settlement.number, "reason": settlement.reason, "task": settlement.task}
        known = {"payload": attempt.filing.draft.payload_hash, FILED_AT: at.isoformat()}
        self.run.record(attempt, settlement.state, {**settlement.data, **said, **known})

    def _archive(self, attempt: Attempt, settlement: Settlement) -> tuple[Path | None, tuple[str, ...]]:
        """Return the bag; or None and a warning, when it cannot be written: the next run writes it."""
        try:
            return self._write_bag(attempt, settlement), ()
        except WRITE_FAULTS as error:
            sentence = _("The receipt could not be archived ({why}). Make room on the disk and run it again.")
            return None, (sentence.format(why=why(error)),)
        except Exception as error:  # whatever it is, the filing is made and is told
            note_fault(attempt.filing.evidence, error)
            sentence = _(
                "The receipt could not be archived: the tool has a fault ({kind}). It is kept at {place}."
            )
            place = attempt.filing.evidence.path
            return None, (sentence.format(kind=type(error).__name__, place=place),)

    def _write_bag(self, attempt: Attempt, settlement: Settlement) -> Path:
        run, channel = self.run, attempt.channel
        return archive_filing(
            run.environment,
            run.journal,
            case=run.case.id,
            channel=channel.id,
            attempt=attempt.number,
            draft=attempt.filing.draft,
            files=attempt.filing.evidence.files,
            info={
                "Complain-Outcome": settlement.state.value,
                "Complain-Channel-Verified": str(channel.verified or "never"),
                **run.factory.provenance(channel),
            },
        )
