"""After the confirm: marked, and submitted once, one filing at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from complain.errors import AlreadyFiled, ComplainError
from complain.filing.attempt import Attempt, RunContext, Stop
from complain.filing.prepared import Filing, Prepared
from complain.filing.preparing import Preparing, origin
from complain.filing.settlement import Settlement
from complain.filing.settling import Settling
from complain.filing.transitions import State
from complain.filing.unwritten import WRITE_FAULTS, note_fault
from complain.i18n import _
from complain.model import Outcome

NEAR_AT_ONCE = 2
"""Forms that are completed and pictured beside a submission: more would make its answer late to be seen."""


@dataclass(frozen=True)
class Committing:
    """Submits confirmed attempts, one at a time."""

    run: RunContext
    preparing: Preparing
    settling: Settling
    stop: Stop

    async def all(self, attempts: Sequence[Attempt]) -> None:
        """Submit one after the other, each once; while one is on its way, others are brought close to their submit.

        Each has its report afterwards.
        """
        ordered = sorted(attempts, key=_readiness)
        approaching: dict[str, asyncio.Task[bool]] = {}
        slots = asyncio.Semaphore(NEAR_AT_ONCE)
        try:
            for place, attempt in enumerate(ordered):
                if attempt.channel.id in approaching:
                    await self._arrived(attempt, approaching[attempt.channel.id])
                if attempt.report is None and await self._finished(attempt):
                    self._approach_beside(ordered[place:], approaching, slots)
                    await self._one(attempt)
            await self.settling.wait()
        finally:
            await self._close(approaching.values())

    async def _close(self, approaching: Collection[asyncio.Task[bool]]) -> None:
        """End what is still going on, and tell what came of it: a further Ctrl-C does not cut that."""
        self.stop.committing = True
        try:
            for task in approaching:
                task.cancel()
            await asyncio.gather(*approaching, return_exceptions=True)
            await self.settling.close()
        finally:
            self.stop.committing = False

    def _approach_beside(
        self,
        left: Sequence[Attempt],
        approaching: dict[str, asyncio.Task[bool]],
        slots: asyncio.Semaphore,
    ) -> None:
        """Begin to bring others close, one at a time per origin: the first of ``left`` is at work at its own."""

        async def approach(attempt: Attempt) -> bool:
            async with slots:
                return await self._unsent(attempt, attempt.filing.approach)

        busy = {origin(left[0].channel)}
        for attempt in left[1:]:
            place = origin(attempt.channel)
            if place in busy or attempt.report is not None:
                continue
            busy.add(place)
            if attempt.channel.id not in approaching:
                approaching[attempt.channel.id] = asyncio.create_task(approach(attempt))

    async def _arrived(self, attempt: Attempt, approach: asyncio.Task[bool]) -> None:
        if self.stop.asked:
            approach.cancel()
        await asyncio.wait({approach})
        if not approach.cancelled():
            approach.result()
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
                self.settling.settle(attempt, await self._submit_once(attempt.filing))
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


def _readiness(attempt: Attempt) -> tuple[bool, bool, int]:
    """Order attempts so that few wait for another: first those that ask nobody.

    What was filled has to stand a while before it is sent, and what is uploaded after the confirm is filled last;
    before it the last page of a form of many pages.
    """
    prepared = attempt.prepared or Prepared()
    return bool(prepared.waiting), prepared.uploads_late, len(prepared.pictures)
