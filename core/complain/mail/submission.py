"""Hand one mail in, at most once.

`Submission.prepare` may be tried again as often as its patience allows: nothing of the mail has been said.
`Submission.send` is the commit. It runs once. Before the first byte of the final dot a failure proves that nothing
was sent; after it only the server's own clear answer proves anything (RFC 5321 §4.5.3.2.6, RFC 1047).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential

from complain.errors import ChannelUnreachable, ComplainError, DoesNotFit, ExitCode, IllegalTransition
from complain.i18n import _
from complain.mail.addresses import check_address
from complain.mail.dialogue import Dialogue
from complain.mail.server import DEFAULT_TIMEOUTS, MailServer, Timeouts
from complain.mail.wire import Declined, Phase, Reply, as_lines

Kind = Literal["accepted", "refused", "not_sent", "unknown"]


class MailRefused(ComplainError):
    """The server said no before the mail was sent, for this sender or this recipient.

    Args:
        reply: Its answer.
        phase: The step that it answered.
    """

    exit_code = ExitCode.NOT_FILED

    def __init__(self, message: str, *, reply: Reply, phase: Phase, next_step: str = "") -> None:
        super().__init__(message, next_step=next_step)
        self.reply = reply
        self.phase = phase


@dataclass(frozen=True)
class SubmissionResult:
    """How the commit ended.

    Attributes:
        kind: ``accepted`` by a 2xx after the final dot; ``refused`` by the server's clear no; ``not_sent`` when the
            dot provably did not leave; else ``unknown``.
        code: The server's reply code, or None when there was none.
        words: The server's words, masked; empty when there were none.
        phase: The step at which it was decided.
        at: When (aware, UTC).
        transcript: The dialogue without the mail and without the password, for the archive. Holds addresses.
    """

    kind: Kind
    code: int | None
    words: str
    phase: Phase
    at: dt.datetime
    transcript: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Patience:
    """How often and how long `Submission.prepare` tries again; both bounds hold.

    Greylisting usually lets the second try through after 1 to 5 minutes (RFC 6647 §2).

    Attributes:
        attempts: Tries when the server cannot be reached.
        seconds: Total seconds for those.
        asked_attempts: Tries when the server asks to come again later (4xx).
        asked_seconds: Total seconds for those.
        first_wait: Seconds before the second try; doubled each time.
        longest_wait: Seconds between two tries, at most.
    """

    attempts: int = 3
    seconds: float = 60.0
    asked_attempts: int = 10
    asked_seconds: float = 420.0
    first_wait: float = 2.0
    longest_wait: float = 60.0


DEFAULT_PATIENCE = Patience()


class _Unreached(Exception):
    """The connection failed before anything was said of the mail."""


class _AskedToWait(Exception):
    """The server answered 4xx before the data."""

    def __init__(self, reply: Reply, phase: Phase) -> None:
        super().__init__(str(reply))
        self.reply = reply
        self.phase = phase


class Submission:
    """One mail on its way to one server; use as ``async with``.

    Args:
        server: The complainant's own submission server.
        sender: The complainant's address.
        recipient: The channel's one address.
        size: Bytes of the mail.
        timeouts: See `Timeouts`.
        patience: See `Patience`.
        now: The clock.
        progress: Told why it takes long, before each wait.

    Raises:
        UsageError: An address is not one address, or the server would be reached unencrypted.
    """

    def __init__(
        self,
        server: MailServer,
        *,
        sender: str,
        recipient: str,
        size: int,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        patience: Patience = DEFAULT_PATIENCE,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        progress: Callable[[str], None] = lambda _words: None,
    ) -> None:
        self._server = server.check()
        self._sender = check_address(sender)
        self._recipient = check_address(recipient)
        self._size = size
        self._timeouts = timeouts
        self._patience = patience
        self._now = now
        self._progress = progress
        self._dialogue = Dialogue(server, timeouts)
        self._prepared = False
        self._spent = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._dialogue.close)

    async def probe(self) -> None:
        """Reach the server, check its certificate, the size and the login, and hang up: all that a dry run does.

        Raises:
            ChannelUnreachable: The server did not answer, or asked to wait longer than is waited.
            DoesNotFit: The mail is larger than the server takes.
            MailServerUnfit: It cannot be trusted, or cannot do what is needed.
            MailRefused: It said no.
            PersonNeeded: The login was refused, or no password is stored.
        """
        await self._patiently(self._open)
        await asyncio.to_thread(self._dialogue.close)

    async def prepare(self) -> None:
        """Go up to the point where the server knows sender and recipient and has said yes to both.

        Raises:
            ChannelUnreachable: The server did not answer, or asked to wait longer than is waited.
            DoesNotFit: The mail is larger than the server takes.
            MailServerUnfit: It cannot be trusted, or cannot do what is needed.
            MailRefused: It said no.
            PersonNeeded: The login was refused, or no password is stored.
            IllegalTransition: The mail was already sent.
        """
        self._refuse_if_spent()
        await self._patiently(self._open_and_address)
        self._prepared = True

    async def send(self, data: bytes) -> SubmissionResult:
        """Send the mail: the commit. Journal it first; runs once, is never retried, and must not be cancelled.

        Args:
            data: The whole mail; of the size that was announced.

        Raises:
            IllegalTransition: `prepare` did not succeed before, or the mail was already sent.
        """
        self._refuse_if_spent()
        if not self._prepared or len(data) != self._size:
            raise IllegalTransition(_("A mail is sent only as it was prepared."))
        self._spent = True
        return await asyncio.to_thread(self._commit, as_lines(data))

    def _refuse_if_spent(self) -> None:
        if self._spent:
            raise IllegalTransition(_("This mail was already sent once; it is not sent again."))

    async def _patiently(self, step: Callable[[], None]) -> None:
        retrying = AsyncRetrying(
            retry=retry_if_exception_type((_Unreached, _AskedToWait)),
            wait=wait_exponential(self._patience.first_wait, max=self._patience.longest_wait),
            stop=self._has_waited_enough,
            before_sleep=self._tell,
            reraise=True,
        )
        try:
            async for attempt in retrying:
                with attempt:
                    await asyncio.to_thread(self._once, step)
        except _AskedToWait as error:
            raise self._still_asked_to_wait(error) from error
        except _Unreached as error:
            raise self._unreachable() from error

    def _tell(self, state: RetryCallState) -> None:
        """Say what is waited for: greylisting takes minutes."""
        error = None if state.outcome is None else state.outcome.exception()
        if isinstance(error, _AskedToWait):
            self._progress(
                _("the mail server asks to come again a little later; waiting, nothing is sent yet")
            )
        else:
            self._progress(_("the mail server is not reached; waiting, nothing is sent yet"))

    def _has_waited_enough(self, state: RetryCallState) -> bool:
        error = None if state.outcome is None else state.outcome.exception()
        # A login that is put off is not tried ten times: that is how mailboxes get locked.
        asked = isinstance(error, _AskedToWait) and error.phase is not Phase.LOGIN
        attempts = self._patience.asked_attempts if asked else self._patience.attempts
        seconds = self._patience.asked_seconds if asked else self._patience.seconds
        ends = (state.seconds_since_start or 0.0) + state.upcoming_sleep
        return state.attempt_number >= attempts or ends >= seconds

    def _once(self, step: Callable[[], None]) -> None:
        """One try on a fresh connection, with every failure named."""
        self._dialogue.close()
        try:
            step()
        except Declined as error:
            raise self._declined(error.reply) from error
        except (OSError, smtplib.SMTPException) as error:
            raise _Unreached(type(error).__name__) from error

    def _open(self) -> None:
        self._dialogue.open(self._size)

    def _open_and_address(self) -> None:
        self._dialogue.open(self._size)
        self._dialogue.address(self._sender, self._recipient, self._size)

    def _declined(self, reply: Reply) -> Exception:
        phase = self._dialogue.phase
        if reply.asks_to_wait:
            return _AskedToWait(reply, phase)
        if reply.code == 552 and phase is Phase.MAIL:  # RFC 1870 §6.1: larger than the fixed maximum
            return DoesNotFit(
                _("The mail is larger than the mail server takes: “{words}”. Nothing was sent.").format(
                    words=reply.words
                ),
                next_step=_("Send fewer or smaller attachments."),
            )
        return MailRefused(
            _("The mail server refused the {what}: “{words}”. Nothing was sent.").format(
                what=_what(phase), words=reply.words
            ),
            reply=reply,
            phase=phase,
            next_step=_("Check the address, then run the command again."),
        )

    def _still_asked_to_wait(self, error: _AskedToWait) -> ChannelUnreachable:
        return ChannelUnreachable(
            _("The mail server keeps asking to come again later: “{words}”. Nothing was sent.").format(
                words=error.reply.words
            ),
            next_step=_("Run the command again in an hour."),
        )

    def _unreachable(self) -> ChannelUnreachable:
        return ChannelUnreachable(
            _("The mail server {host}:{port} could not be reached. Nothing was sent.").format(
                host=self._server.host, port=self._server.port
            ),
            next_step=_("Check the network and [mail] in config.toml, then run the command again."),
        )

    def _commit(self, lines: bytes) -> SubmissionResult:
        dialogue = self._dialogue
        try:
            reply = dialogue.ask_to_send()
            if reply.code != 354:
                return self._result("not_sent", reply)
            early = dialogue.send_body(lines)
            if early is not None:
                return self._result("not_sent", early)
            return self._settled(dialogue.send_dot())
        except (OSError, smtplib.SMTPException):
            after_dot = dialogue.phase is Phase.DOT
            return self._result("unknown" if after_dot else "not_sent", self._last_words())

    def _settled(self, reply: Reply | None) -> SubmissionResult:
        if reply is None:
            return self._result("unknown", None)
        result = self._result(
            "accepted" if reply.accepts else "refused" if reply.refuses else "unknown", reply
        )
        self._dialogue.phase = Phase.SETTLED
        return result

    def _last_words(self) -> Reply | None:
        """Words are worth reading before the dot; after it they would only be taken for an answer."""
        return self._dialogue.read_last_words() if self._dialogue.phase is Phase.BODY else None

    def _result(self, kind: Kind, reply: Reply | None) -> SubmissionResult:
        code = reply.code if reply is not None and reply.code else None
        words = reply.words if reply is not None else ""
        transcript = tuple(self._dialogue.transcript)
        return SubmissionResult(kind, code, words, self._dialogue.phase, self._now(), transcript)


def _what(phase: Phase) -> str:
    return {Phase.MAIL: _("sender"), Phase.RCPT: _("recipient")}.get(phase, _("connection"))
