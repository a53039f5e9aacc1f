"""A mail server on loopback that stores what it takes, does one thing wrong, and answers into a Maildir."""

from __future__ import annotations

import asyncio
import mailbox
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import default
from email.utils import format_datetime, localtime, make_msgid
from enum import StrEnum
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from complain.mail.server import MailServer
from complain.practice.wire import reset_on_close

ADDRESS = "complaints@stand-in.example"
"""Whose mailbox it is: the channel's own, and the only one that may get anything."""
REFUSAL = "this office takes no letters of this kind"
"""How it says no."""
_DOMAIN = ADDRESS.partition("@")[2]
_USER = "stand-in"
_MOST_BYTES = 50_000_000
_FIRST_BYTES = 200


class MailTrap(StrEnum):
    """What a mail server does wrong, on purpose."""

    NONE = "none"
    BROKEN_OFF = "broken-off"
    CUT = "cut"
    NO_SUCH_ADDRESS = "no-such-address"
    REFUSES = "refuses"


@dataclass(frozen=True)
class Posted:
    """One letter that was taken.

    Attributes:
        sender: Of the envelope.
        recipients: Of the envelope, all of them.
        data: As it arrived.
    """

    sender: str
    recipients: tuple[str, ...]
    data: bytes

    @property
    def message(self) -> EmailMessage:
        """The letter, taken apart."""
        return message_from_bytes(self.data, policy=default)


class PostDesk:
    """A mail server for one trial.

    Args:
        trap: What it does wrong; it may be changed between two openings.
        password: What it lets in, searched for afterwards.
        mailbox: The complainant's Maildir, where answers arrive.
    """

    def __init__(self, trap: MailTrap, password: str, mailbox: Path) -> None:
        self.trap = trap
        self.mailbox = mailbox
        self.letters: list[Posted] = []
        self.steps: list[str] = []
        """What was said to it after the log-in: MAIL, RCPT, DATA."""
        self._password = password
        self._port = 0

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[MailServer]:
        """Listen on a free port, and say how it is reached."""
        server = await asyncio.get_running_loop().create_server(self._conversation, "127.0.0.1", 0)
        try:
            port = server.sockets[0].getsockname()[1]
            yield MailServer("127.0.0.1", port, "none", _USER, lambda: self._password)
        finally:
            server.close()

    def answer(self, text: str, subject: str) -> None:
        """Put an answer to the last letter into the complainant's mailbox.

        Args:
            text: What it says.
            subject: Its subject.
        """
        letter = self.letters[-1]
        answer = EmailMessage()
        answer["From"], answer["To"], answer["Subject"] = ADDRESS, letter.sender, subject
        answer["Date"], answer["Message-ID"] = format_datetime(localtime()), make_msgid(domain=_DOMAIN)
        answer["In-Reply-To"] = str(letter.message["Message-ID"])
        answer["Auto-Submitted"] = "auto-replied"  # RFC 3834
        answer.set_content(text)
        folder = mailbox.Maildir(self.mailbox, create=True)
        folder.add(answer.as_bytes(policy=SMTP_POLICY))
        folder.close()

    def _conversation(self) -> asyncio.Protocol:
        return _Wire(
            self,
            authenticator=self._lets_in,
            auth_require_tls=False,
            data_size_limit=_MOST_BYTES,
            enable_SMTPUTF8=True,
            hostname=_DOMAIN,
            ident="stand-in",
            loop=asyncio.get_running_loop(),
        )

    def _lets_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (_USER.encode(), self._password.encode()))

    # -- what the mail client meets (names are aiosmtpd's) --------------------------------------------------

    async def handle_MAIL(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender, once the password was right."""
        self.steps.append("MAIL")
        if not session.authenticated:
            return "530 5.7.0 log in first"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take every recipient: whether it is the right one is for the check to say."""
        self.steps.append("RCPT")
        if self.trap is MailTrap.NO_SUCH_ADDRESS:
            return f"550 5.1.1 {REFUSAL}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Store the letter."""
        if self.trap is MailTrap.REFUSES:
            return f"554 5.7.1 {REFUSAL}"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.letters.append(Posted(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        if self.trap is MailTrap.CUT and server.transport is not None:
            reset_on_close(server.transport)
            server.transport.abort()  # type: ignore[attr-defined]
        return "250 OK"

    def is_broken_off(self) -> bool:
        """Tell whether the letter that begins now is cut off in the middle."""
        self.steps.append("DATA")
        return self.trap is MailTrap.BROKEN_OFF


class _Wire(SMTP):
    """The conversation, which can end in the middle of a letter."""

    async def smtp_DATA(self, arg: str) -> None:
        """Take a letter, or only its beginning."""
        assert isinstance(self.event_handler, PostDesk) and self.transport is not None
        if not self.event_handler.is_broken_off():
            await super().smtp_DATA(arg)
            return
        await self.push("354 go ahead")
        await self._reader.readexactly(_FIRST_BYTES)
        reset_on_close(self.transport)
        self.transport.abort()  # type: ignore[attr-defined]
