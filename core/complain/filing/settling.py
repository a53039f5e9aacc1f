"""After the answer: what was seen is written down, archived and told. Whatever goes wrong here, it is told as it is."""

from __future__ import annotations

import asyncio
import dataclasses
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from complain.archive.index import RECEIPT_FILE
from complain.commands import resolve_command, unknown_task
from complain.filing.attempt import Attempt, RunContext, Stop
from complain.filing.preparing import Preparing
from complain.filing.receipting import archive_filing, receipt_json
from complain.filing.reports import FILED_AT
from complain.filing.settlement import Settlement
from complain.filing.track_record import note_settled
from complain.filing.transitions import FILED, By, State, outcome_of
from complain.filing.unwritten import WRITE_FAULTS, note_fault, sent_but_unwritten, why
from complain.i18n import _
from complain.model import Outcome, Receipt
from complain.wording import outcome_label

_BY_HAND = frozenset({State.NOT_FILED, State.NEEDS_HUMAN, State.REFUSED})
"""Provably not filed: it may be done by hand. Of what may have arrived no pack is made."""


@dataclass(frozen=True)
class _Awaited:
    """A settled filing of which more may come."""

    attempt: Attempt
    sent: Settlement
    answer: asyncio.Task[Settlement]


@dataclass(frozen=True)
class Settling:
    """Writes down how filings ended; what may still come of one is waited for while others are submitted."""

    run: RunContext
    preparing: Preparing
    stop: Stop
    _awaited: list[_Awaited] = field(default_factory=list[_Awaited])

    def settle(self, attempt: Attempt, settlement: Settlement) -> None:
        """Write down how a commit ended; archive and report it, unless more may come of it."""
        settlement = dataclasses.replace(
            settlement, filed_at=settlement.filed_at or self.run.environment.now()
        )
        try:
            self._write_down(attempt, settlement, By.RUN)
        except Exception as error:  # a full disk most likely; whatever it is, what was seen must be told
            reason, task = self._unwritten(attempt, settlement, error)
            attempt.report = self.run.report(attempt, Outcome.UNKNOWN, reason=reason, task=task)
            return
        if settlement.later is None:
            self._conclude(attempt, settlement)
        else:
            answer = asyncio.ensure_future(settlement.later())
            self._awaited.append(_Awaited(attempt, settlement, answer))

    async def wait(self) -> None:
        """Wait for what may still come of the filings, unless the person asked to stop."""
        if self._awaited and not self.stop.asked:
            await asyncio.wait([awaited.answer for awaited in self._awaited])

    async def close(self) -> None:
        """Write down what has come; archive and report every filing that more was awaited of.

        Raises:
            Exception: What went wrong with one of them, once all have been told as far as they can be.
        """
        awaited = list(self._awaited)
        self._awaited.clear()
        if any(not each.answer.done() for each in awaited):
            self.run.ui.warn(
                _("No answer is waited for any longer: complain track reads it when it has come.")
            )
        for each in awaited:
            each.answer.cancel()  # of one that is done this changes nothing
        found = await asyncio.gather(*(each.answer for each in awaited), return_exceptions=True)
        faults: list[Exception] = []
        for each, answer in zip(awaited, found, strict=True):
            try:
                self._close(each, answer)
            except Exception as error:  # the others are told all the same
                faults.append(error)
        if faults:
            raise faults[0]

    def _close(self, awaited: _Awaited, answer: Settlement | BaseException) -> None:
        attempt, sent = awaited.attempt, awaited.sent
        if isinstance(answer, BaseException):  # what was sent stands as it was settled
            if not isinstance(answer, asyncio.CancelledError):
                note_fault(attempt.filing.evidence, answer)
            answer = sent
        answer = dataclasses.replace(answer, filed_at=answer.filed_at or sent.filed_at)
        if answer.state is not sent.state:
            try:
                self._write_down(attempt, answer, By.READING)
            except Exception as error:  # the filing stays what the journal says of it; what was seen is told
                reason, task = self._unwritten(attempt, answer, error)
                self._conclude(attempt, dataclasses.replace(sent, reason=reason, task=task), is_fault=True)
                return
        if answer.state not in FILED:
            attempt.filing.evidence.discard(RECEIPT_FILE)
        self._conclude(attempt, answer)

    def _write_down(self, attempt: Attempt, settlement: Settlement, by: By) -> None:
        """Make the receipt durable, and then the row that speaks of it."""
        at = settlement.filed_at
        assert at is not None
        if settlement.state in FILED:
            receipt = receipt_json(attempt.channel.id, settlement.number, at, "channel")
            attempt.filing.evidence.save(RECEIPT_FILE, receipt)
        said = {"number": settlement.number, "reason": settlement.reason, "task": settlement.task}
        known = {"payload": attempt.filing.draft.payload_hash, FILED_AT: at.isoformat()}
        self.run.record(attempt, settlement.state, {**settlement.data, **said, **known}, by=by)

    def _unwritten(self, attempt: Attempt, settlement: Settlement, error: Exception) -> tuple[str, str]:
        """Return what was seen and could not be written down, and what to do about it."""
        run, channel = self.run, attempt.channel
        if not isinstance(error, WRITE_FAULTS):
            note_fault(attempt.filing.evidence, error)
        home = run.environment.home
        command = resolve_command(run.folder, channel.id, home, number=settlement.number or "")
        return sent_but_unwritten(settlement, command, error)

    def _conclude(self, attempt: Attempt, settlement: Settlement, *, is_fault: bool = False) -> None:
        """Archive a filing that is written down, and report it."""
        run, channel = self.run, attempt.channel
        with suppress(*WRITE_FAULTS):  # a tally is not worth a filing that is done
            note_settled(run.environment.home, channel, run.environment.today(), settlement.state)
        bag, unkept = self._archive(attempt, settlement)
        receipt = None
        if settlement.state in FILED and settlement.filed_at is not None:
            receipt = Receipt(channel.id, settlement.number, settlement.filed_at, bag)
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
            is_fault=is_fault,
        )
        run.ui.step(channel, outcome_label(outcome))

    def _task(self, attempt: Attempt, settlement: Settlement) -> str:
        if settlement.state is not State.UNKNOWN:
            return settlement.task
        run, channel = self.run, attempt.channel
        return unknown_task(run.folder, channel.id, channel.title, run.environment.home)

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
