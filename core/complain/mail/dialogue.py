"""One SMTP connection, step by step: which step it is at decides what a failure means.

`smtplib` raises the same exception before RCPT, after the final dot and at QUIT, and its ``data()`` does not
tell the body from the dot. So its commands are driven one by one here and the phase is kept beside them.
"""

from __future__ import annotations

import base64
import re
import selectors
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BufferedReader
from typing import Protocol, cast

from complain.errors import DoesNotFit
from complain.i18n import _
from complain.mail.addresses import envelope_address, needs_smtputf8
from complain.mail.server import MailServer, MailServerUnfit, Timeouts, untrusted, wrong_password
from complain.mail.wire import Declined, Phase, Reply
from complain.masking import mask

# An address literal, as other mail programs give: the machine's own name is nobody's business.
_OWN_NAME = "[127.0.0.1]"
_BLOCK = 65536
_LONGEST_LINE = 8192
_MOST_WORDS = 500


class _Smtp(Protocol):
    """What is used of `smtplib.SMTP`, with the types that typeshed leaves open."""

    sock: socket.socket | None
    file: BufferedReader | None
    esmtp_features: dict[str, str]


class Dialogue:
    """A connection to a submission server; blocking, so it runs in a thread.

    Args:
        server: Where.
        timeouts: How long.
    """

    def __init__(self, server: MailServer, timeouts: Timeouts) -> None:
        self._server = server
        self._timeouts = timeouts
        self._smtp: smtplib.SMTP | None = None
        self.phase = Phase.CONNECT
        self.transcript: list[str] = []

    def open(self, size: int) -> None:
        """Connect, encrypt, learn the size limit, log in. Nothing of the mail is said.

        Args:
            size: Bytes of the mail.

        Raises:
            Declined: The server said no, or not now.
            DoesNotFit: The mail is larger than the server takes.
            MailServerUnfit: It cannot be trusted or cannot do what is needed.
            PersonNeeded: The login was refused, or no password is stored.
            OSError: The connection failed.
            smtplib.SMTPException: It was closed.
        """
        self.phase = Phase.CONNECT
        self._connect()
        self._hello()
        if self._server.security == "starttls":
            self.phase = Phase.TLS
            self._encrypt()
            self._hello()
        self._check_size(size)
        if self._server.user:
            self.phase = Phase.LOGIN
            self._log_in(self._server.user, self._server.secret())

    def address(self, sender: str, recipient: str, size: int) -> None:
        """Name the sender and the one recipient.

        Args:
            sender: The complainant's address.
            recipient: The channel's address.
            size: Bytes of the mail.

        Raises:
            Declined: The server said no, or not now.
            MailServerUnfit: It does not take addresses with such characters.
            OSError: The connection failed.
            smtplib.SMTPException: It was closed.
        """
        self.phase = Phase.MAIL
        self._expect(
            self._command(
                f"MAIL FROM:<{envelope_address(sender)}>{self._parameters(sender, recipient, size)}"
            )
        )
        self.phase = Phase.RCPT
        self._expect(self._command(f"RCPT TO:<{envelope_address(recipient)}>"))

    def ask_to_send(self) -> Reply:
        """Say DATA and return the answer; only 354 lets the mail go.

        Raises:
            OSError: The connection failed.
            smtplib.SMTPException: It was closed.
        """
        self.phase = Phase.DATA
        return self._command("DATA")

    def send_body(self, lines: bytes) -> Reply | None:
        """Send the mail without its final dot: a server cannot have accepted it yet.

        Args:
            lines: From `complain.mail.wire.as_lines`.

        Returns:
            None, or what the server said out of turn; then the dot must not be sent.

        Raises:
            OSError: The connection failed.
        """
        self.phase = Phase.BODY
        channel = self._socket()
        channel.settimeout(self._timeouts.block)
        for start in range(0, len(lines), _BLOCK):
            channel.sendall(lines[start : start + _BLOCK])
        self.transcript.append(f"C: <{len(lines)} bytes>")
        return self._said_out_of_turn()

    def send_dot(self) -> Reply | None:
        """Send the final dot and wait for the answer. From its first byte on, nothing is provable.

        Returns:
            The whole answer, or None when it was not an SMTP reply.

        Raises:
            OSError: The connection failed or the time ran out.
        """
        self.phase = Phase.DOT
        channel = self._socket()
        channel.settimeout(self._timeouts.dot)
        self.transcript.append("C: .")
        channel.sendall(b".\r\n")
        return self._whole_reply()

    def read_last_words(self) -> Reply | None:
        """Return what the server said before it hung up, if anything; never raises."""
        with suppress(OSError, smtplib.SMTPException, ValueError):  # the connection is already lost
            self._socket().settimeout(self._timeouts.goodbye)
            return self._whole_reply()
        return None

    def close(self) -> None:
        """Say goodbye and hang up. What happens here changes nothing: the mail is settled or was never sent."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        # RFC 5321 §4.1.1.10: after the reply to the data, QUIT decides nothing.
        with suppress(OSError, smtplib.SMTPException):
            if smtp.sock is not None and self.phase not in (Phase.BODY, Phase.DOT):
                smtp.sock.settimeout(self._timeouts.goodbye)
                smtp.docmd("QUIT")
        smtp.close()

    def _connect(self) -> None:
        host, port = self._server.host, self._server.port
        try:
            self._smtp = self._factory()(host, port)
        except smtplib.SMTPConnectError as error:
            raise Declined(self._note(error.smtp_code, error.smtp_error)) from error
        except ssl.SSLError as error:
            raise untrusted(host, error) from error
        self._socket().settimeout(self._timeouts.command)

    def _factory(self) -> Callable[[str, int], smtplib.SMTP]:
        timeout = self._timeouts.connect
        if self._server.security == "tls":
            context = self._server.tls_context()
            return lambda host, port: smtplib.SMTP_SSL(
                host, port, local_hostname=_OWN_NAME, timeout=timeout, context=context
            )
        return lambda host, port: smtplib.SMTP(host, port, local_hostname=_OWN_NAME, timeout=timeout)

    def _hello(self) -> None:
        self._expect(self._note(*self._open_smtp().ehlo()))

    def _encrypt(self) -> None:
        try:
            self._open_smtp().starttls(context=self._server.tls_context())
        except smtplib.SMTPNotSupportedError as error:
            raise MailServerUnfit(
                _("The mail server {host} offers no encryption; nothing was sent.").format(
                    host=self._server.host
                ),
                next_step=_("Check port and security under [mail] in config.toml."),
            ) from error
        except smtplib.SMTPResponseException as error:
            raise Declined(self._note(error.smtp_code, error.smtp_error)) from error
        except ssl.SSLError as error:
            raise untrusted(self._server.host, error) from error

    def _check_size(self, size: int) -> None:
        limit = self._features().get("size", "").split(" ")[0]
        if limit.isdecimal() and 0 < int(limit) < size:
            raise DoesNotFit(
                _("The mail has {size} bytes; the mail server takes {limit}. Nothing was sent.").format(
                    size=f"{size:,}", limit=f"{int(limit):,}"
                ),
                next_step=_("Send fewer or smaller attachments."),
            )

    def _log_in(self, user: str, password: str) -> None:
        offered = self._features().get("auth", "").upper().split()
        if "PLAIN" in offered:
            token = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")  # RFC 4616: UTF-8
            reply = self._secretly(f"AUTH PLAIN {token}")
        elif "LOGIN" in offered:
            reply = self._log_in_by_questions(user, password)
        else:
            raise MailServerUnfit(
                _("The mail server {host} offers no way to log in with a password.").format(
                    host=self._server.host
                )
            )
        if 500 <= reply.code < 600:
            raise wrong_password(reply.words)
        self._expect(reply)

    def _log_in_by_questions(self, user: str, password: str) -> Reply:
        reply = self._secretly("AUTH LOGIN")
        for answer in (user, password):
            if reply.code != 334:
                break
            reply = self._secretly(base64.b64encode(answer.encode()).decode("ascii"))
        return reply

    def _parameters(self, sender: str, recipient: str, size: int) -> str:
        words = [f" SIZE={size}"] if "size" in self._features() else []
        if needs_smtputf8(sender) or needs_smtputf8(recipient):
            if "smtputf8" not in self._features():
                raise MailServerUnfit(
                    _(
                        "The mail server {host} takes no addresses with letters outside ASCII before the @; "
                        "nothing was sent."
                    ).format(host=self._server.host),
                    next_step=_("Use another address, or send the letter by hand."),
                )
            self._open_smtp().command_encoding = "utf-8"
            words.append(" SMTPUTF8")
        return "".join(words)

    def _command(self, line: str) -> Reply:
        self.transcript.append(f"C: {line}")
        return self._note(*self._open_smtp().docmd(line))

    def _secretly(self, line: str) -> Reply:
        self.transcript.append("C: AUTH …")
        return self._note(*self._open_smtp().docmd(line))

    def _expect(self, reply: Reply) -> None:
        if not reply.accepts:
            raise Declined(reply)

    def _note(self, code: int, words: bytes | str) -> Reply:
        text = words if isinstance(words, str) else words.decode("utf-8", "replace")
        self.transcript.append(f"S: {code} {text}")
        return Reply(code, mask(" ".join(text.split()))[:_MOST_WORDS])

    def _said_out_of_turn(self) -> Reply | None:
        """An answer that is already there before the dot belongs to something else, or is a refusal."""
        channel = self._socket()
        with selectors.DefaultSelector() as selector:
            selector.register(channel, selectors.EVENT_READ)
            is_readable = bool(selector.select(timeout=0))
        channel.settimeout(0)
        try:
            waiting = bool(self._reader().peek(1))
        except ssl.SSLWantReadError:
            return None  # nothing for us: TLS was talking to itself
        if is_readable and not waiting:
            raise smtplib.SMTPServerDisconnected("closed before the final dot")
        return (self.read_last_words() or Reply(0, "")) if waiting else None

    def _whole_reply(self) -> Reply | None:
        lines = list(self._reply_lines())
        whole = re.compile(rb"(\d{3})(?:[ -].*)?\r?\n", re.DOTALL)
        matches = [whole.fullmatch(line) for line in lines]
        self.transcript.extend(f"S: {line.decode('utf-8', 'replace').rstrip()}" for line in lines)
        codes = {match[1] if match else b"" for match in matches}
        if len(codes) != 1 or b"" in codes:
            return None  # cut off in the middle, or not SMTP at all
        text = " ".join(line[4:].decode("utf-8", "replace").strip() for line in lines)
        return Reply(int(codes.pop()), mask(text)[:_MOST_WORDS])

    def _reply_lines(self) -> Iterator[bytes]:
        reader = self._reader()
        while True:
            line = reader.readline(_LONGEST_LINE)
            yield line
            if line[3:4] != b"-":
                return

    def _reader(self) -> BufferedReader:
        smtp = cast(_Smtp, self._open_smtp())
        if smtp.file is None:
            smtp.file = self._socket().makefile("rb")
        return smtp.file

    def _features(self) -> dict[str, str]:
        return cast(_Smtp, self._open_smtp()).esmtp_features

    def _open_smtp(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self._smtp

    def _socket(self) -> socket.socket:
        channel = cast(_Smtp, self._open_smtp()).sock
        if channel is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return channel
