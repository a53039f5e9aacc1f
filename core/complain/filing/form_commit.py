"""The one moment that cannot be repeated: the gate is armed, the button pressed once, the answer judged."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from complain.browser.buttons import Button, buttons_named, confirm_dialog, press
from complain.browser.capture import CapturedRequest
from complain.browser.commit import Commit
from complain.browser.egress import Egress
from complain.browser.readback import FilledField
from complain.browser.signals import MOST_WORDS, Baseline, Signal, Signals, flat, visible_text
from complain.channels.definition import FormDefinition
from complain.channels.form import FormChannel
from complain.errors import ComplainError, FormChanged, ReadBackDiffers
from complain.filing.evidence import EvidenceFolder
from complain.filing.form_evidence import keep_answer
from complain.filing.form_waiting import Dialogs, bounded, plain
from complain.filing.prepared import Progress
from complain.filing.sent import altered_values
from complain.filing.settlement import Seen, Settlement, judge
from complain.filing.transitions import FILED, State
from complain.filing.unwritten import is_whole, note_fault, why
from complain.i18n import _
from complain.masking import mask, mask_value

AFTER_FAILURE_SECONDS = 3.0
"""How long the page may still speak once it is known that the request got no answer."""

AFTER_ANSWER_SECONDS = 1.0
"""How long a page that claimed success before the far side had answered may take to take it back."""

BEFORE_REQUEST_SECONDS = 2.0
"""How long a page that already says something after the press may take to send its request."""

UNANSWERED_SECONDS = 2.0
"""How long the answer may be held back for a look at the page."""
_FIRST_ERROR = 400


@dataclass
class FormCommit:
    """One press of one button.

    Attributes:
        channel: Declares the signals.
        page: The filled form.
        egress: Its gate and guard.
        evidence: Where the answer is kept.
        button: The submit button, found before the journal said ``committing``.
        dialogs: The page's native dialogs.
        filled: The last page's fields: what the request must hold.
        earlier: Those of the pages before, which the same request may hold.
        settle: Seconds to wait for a signal.
        code_used: Whether a one-time code was typed for it.
        progress: Told what is being done.
        compare: Reads the last page back; raises when it holds something else than was confirmed.
    """

    channel: FormChannel
    page: Page
    egress: Egress
    evidence: EvidenceFolder
    button: Button
    dialogs: Dialogs
    filled: Sequence[FilledField]
    settle: float
    code_used: bool
    progress: Progress
    compare: Callable[[], Awaitable[None]]
    earlier: Sequence[FilledField] = ()
    _signals: Signals | None = None
    _baseline: Baseline | None = None
    _commit: Commit | None = None
    _asked_before: Sequence[Button] = ()
    _unconfirmed: str = ""

    async def get_ready(self) -> None:
        """Look at the page as it is before the press; done before the journal says ``committing``."""
        confirm = self.channel.definition.submit.confirm
        self._signals = signals_of(self.channel.definition)
        self._baseline = await self._signals.before(self.page)
        self._asked_before = await buttons_named(self.page, confirm) if confirm else []

    async def run(self) -> Settlement:
        """Read back, arm the gate, press, wait for the first declared signal, keep the evidence, judge."""
        signals, baseline = self._signals, self._baseline
        if signals is None or baseline is None:
            raise RuntimeError("get_ready() comes before run()")
        await self.egress.wait_quiet()  # so that nothing is waited for between the look and the press
        try:
            await self.compare()
        except (ComplainError, PlaywrightError) as error:  # the guard still stands: nothing can have left
            reason = error.message if isinstance(error, ComplainError) else plain(error)
            return Settlement(State.NOT_FILED, reason=mask(reason))
        confirm = self.channel.definition.submit.confirm
        self.dialogs.messages.clear()
        self.progress(_("submitting"))
        self._commit = commit = await self.egress.arm(self._inspect, self._look_unanswered)
        self.dialogs.accept_next = bool(confirm)
        signal, unpressed = None, ""
        try:
            await press(self.button)
            async with self._confirming(confirm, self._asked_before):
                signal = await self._first_sign(signals, baseline, commit)
        except FormChanged as error:  # what stopped the press is worth saying, should nothing have left
            unpressed = error.message
        except (
            Exception
        ) as error:  # whatever happened, the request may have left: judged below, never retried
            with suppress(OSError):  # a full disk; the gate must be disarmed and the page read all the same
                self.evidence.save_text("error.txt", f"{type(error).__name__}: {mask(plain(error))}\n")
        return await self._settled(commit, signal, unpressed)

    async def _look_unanswered(self) -> None:
        """Note what the page says while its answer is held back: nothing of it comes from the far side.

        A page that is about to be replaced cannot be asked any more; of the new one only dialogs are older than the
        answer. One that stands still in a synchronous request is believed no refusal.
        """
        assert self._signals is not None and self._baseline is not None
        if self._commit is not None and self._commit.replaces(self.page):
            self._baseline = self._baseline.replaced(self._said())
            return
        looking = self._signals.unanswered(self.page, self._baseline, self._said())
        with suppress(Exception):  # the answer must go on to the page, whatever the page is like
            self._baseline = await bounded(looking, UNANSWERED_SECONDS) or self._baseline

    def _said(self) -> str:
        return "\n".join(self.dialogs.messages)

    async def _first_sign(self, signals: Signals, baseline: Baseline, commit: Commit) -> Signal:
        """Wait for the first sign that is an answer; once the request is known to have failed, only a little longer."""
        looking = asyncio.create_task(signals.wait(self.page, baseline, self.settle, said=self._said))
        answered = asyncio.create_task(commit.wait_answered(self.settle))
        try:
            await asyncio.wait({looking, answered}, return_when=asyncio.FIRST_COMPLETED)
            if not commit.requests:  # the page speaks, and may still be about to send
                await asyncio.wait({answered}, timeout=BEFORE_REQUEST_SECONDS)
            if commit.requests:
                await asyncio.wait({answered})
            if commit.answer is not None:
                return await self._sign_of_answer(signals, commit)
            await asyncio.wait({looking}, timeout=AFTER_FAILURE_SECONDS)
            sign = looking.result() if looking.done() else Signal("timeout", None, "")
            return Signal("timeout", None, "") if sign.kind == "success" else sign  # nobody answered
        finally:
            for task in (looking, answered):
                task.cancel()
            await asyncio.gather(looking, answered, return_exceptions=True)

    async def _sign_of_answer(self, signals: Signals, commit: Commit) -> Signal:
        """Return what the page says of the answer; success that it claimed before must still stand a little later."""
        assert self._baseline is not None
        if signals.claims_early(self._baseline):
            await asyncio.sleep(AFTER_ANSWER_SECONDS)  # nothing tells when the page has read the answer
        sign = await signals.wait(self.page, self._baseline, self.settle, said=self._said)
        if sign.kind == "success" and not _is_accepted(commit):
            return Signal("timeout", None, "")
        return sign

    @asynccontextmanager
    async def _confirming(self, name: str, asked_before: Sequence[Button]) -> AsyncGenerator[None]:
        """Press the button of a dialog that asks again, if one appears, while the outcome is waited for.

        What kept it from being pressed is told with the outcome.
        """
        if not name:
            yield
            return
        task = asyncio.create_task(confirm_dialog(self.page, name, before=asked_before, within=self.settle))
        try:
            yield
        finally:
            task.cancel()
            (ended,) = await asyncio.gather(task, return_exceptions=True)
            self._unconfirmed = await self._why_unconfirmed(ended, name, asked_before)

    async def _why_unconfirmed(
        self, ended: bool | BaseException, name: str, asked_before: Sequence[Button]
    ) -> str:
        """Say why a dialog that asked again was not answered; empty when it was, or none asked."""
        if isinstance(ended, FormChanged):
            return ended.message
        if isinstance(ended, bool):
            return ""
        known = {(button.frame, button.key) for button in asked_before}
        named = await bounded(buttons_named(self.page, name)) or []
        if all((button.frame, button.key) in known for button in named):
            return ""
        return _("The button “{name}” cannot be pressed: it is switched off, covered or gone.").format(
            name=name
        )

    def _inspect(self, request: CapturedRequest) -> None:
        """Keep the request from leaving when it holds another value than the page showed.

        Raises:
            ReadBackDiffers: It does.
        """
        for name, planned, sent in altered_values(request, self.filled, self.earlier):
            raise ReadBackDiffers(
                _(
                    "“{field}” would have been sent as “{sent}” and not as “{planned}”; nothing was sent."
                ).format(field=name, sent=mask_value(sent), planned=mask_value(planned)),
                next_step=f"complain doctor {self.channel.id}",
            )

    async def _keep(self, commit: Commit) -> dict[str, Any]:
        """Keep the answer; neither a full disk nor a fault may hide the number that the page shows."""
        try:
            return await keep_answer(self.page, commit, self.evidence)
        except Exception as error:  # the sign was seen already: what cannot be kept changes nothing of it
            return {"missing": ["result"], "kept_not": why(error)}

    async def _said_instead(self, commit: Commit) -> str:
        """Return what the page said in place of sending: a question that the definition does not know, or a fault."""
        if not commit.nothing_left or self._baseline is None:
            return ""
        shown = await bounded(visible_text(self.page)) or ""
        words = " ".join(_new_lines(self._baseline.shown.text, f"{self._said()}\n{shown}"))[:MOST_WORDS]
        if not words:
            return ""
        return _(
            "Nothing left this computer after the button was pressed. The page then said: “{words}”. If it asks "
            "again there, name the button that agrees under “confirm” of the channel's definition."
        ).format(words=mask(words))

    async def _read_number(self) -> str | None:
        """Return the number that the channel's own step reads, if it reads one that the page shows.

        A step is a plugin's code: what it returns and nobody can see on the page is no receipt.
        """
        try:
            number: object = await bounded(self.channel.read_receipt(self.page))
            shown = [await bounded(visible_text(page)) or "" for page in self.page.context.pages]
        except (
            Exception,
            asyncio.CancelledError,
        ) as error:  # a plugin's fault after success must not undo it
            note_fault(self.evidence, error)
            return None
        read = number.strip() if isinstance(number, str) else ""
        return read if read and any(read in flat(text) for text in shown) else None

    async def _settled(self, commit: Commit, signal: Signal | None, unpressed: str) -> Settlement:
        seen_at = dt.datetime.now(dt.UTC)
        await bounded(commit.disarm())
        kept = await self._keep(commit)
        number = signal.number if signal else None
        if signal and signal.kind == "success" and number is None:
            number = await self._read_number()
        objection: ComplainError | None = commit.objection
        seen = Seen(
            sign=signal.kind if signal else "timeout",
            number=number if number and is_whole(number) else None,
            words=mask(signal.words) if signal else "",  # a page may repeat what was typed
            nothing_left=commit.nothing_left,
            clean=commit.clean and self._baseline is not None and self._baseline.unanswered is not None,
            has_receipt_too=signal is not None and signal.has_receipt_too,
            code_used=self.code_used,
            blocked=objection.message
            if objection
            else unpressed or self._unconfirmed or await self._said_instead(commit),
        )
        settlement = judge(seen, self.channel.title)
        reason = settlement.reason
        if settlement.state is State.UNKNOWN:
            reason = " ".join(filter(None, (reason, self._unconfirmed)))
        filed = settlement.state in FILED
        return Settlement(
            settlement.state,
            settlement.number,
            reason,
            settlement.task,
            seen_at if filed else None,
            {"sign": seen.sign, "connections": commit.connections_opened, "clean": seen.clean, **kept},
        )


def _new_lines(before: str, after: str) -> list[str]:
    known = {flat(line) for line in before.splitlines()}
    return [line for line in dict.fromkeys(map(flat, after.splitlines())) if line and line not in known]


def _is_accepted(commit: Commit) -> bool:
    """Whether the request that files was taken by the far side: a page can show success without it."""
    return commit.answer is not None and commit.answer.status < _FIRST_ERROR


def signals_of(definition: FormDefinition) -> Signals:
    """Return the signs that a definition declares."""
    outcome, success = definition.outcome, definition.outcome.success
    return Signals(
        pattern=success.pattern,
        url=success.url,
        css=success.css,
        refusal=outcome.refusal,
        duplicate=outcome.duplicate,
        challenge=outcome.challenge,
    )
