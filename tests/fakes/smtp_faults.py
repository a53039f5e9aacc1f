"""An SMTP server of bare sockets that breaks where it is told to, and remembers what it stored.

What the far side holds is the judge of every test: ``stored`` is what a recipient would find in the mailbox.
"""

from __future__ import annotations

import base64
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

HANG = "<hang>"
"""As a reply: say nothing more and wait until the client gives up."""
CUT = "<cut>"
"""As a reply: reset the connection."""
LEAVE = "<leave>"
"""As ``in_body``: hang up on one side, say nothing more, and take all that still comes."""


@dataclass(frozen=True)
class Faults:
    """What the server says at each step; the defaults are those of a server that works.

    Attributes:
        greeting: First line.
        extensions: Lines of the EHLO reply.
        mail: Replies to successive MAIL commands over all connections; then 250.
        rcpt: The same for RCPT.
        data: Reply to DATA; raw, so that a second line can follow it.
        in_body: What happens after the first ``body_bytes`` of the mail; empty: nothing.
        body_bytes: See ``in_body``.
        before_dot: A line said after ``body_bytes``, long before the dot; empty: none.
        stores: Whether the mail is delivered once the dot has come.
        after_dot: Raw reply to the dot.
        quit: Reply to QUIT.
        credentials: User and password; None: no login is offered.
        login: Reply to every login, right or wrong; empty: by ``credentials``.
        starttls: Certificate for STARTTLS; None: not offered.
        tls: Certificate for TLS from the first byte; None: plain.
        injected: Said in the clear behind the 220 of STARTTLS.
    """

    greeting: str = "220 faulty.test ESMTP"
    extensions: tuple[str, ...] = ("SIZE 20000000", "8BITMIME")
    mail: tuple[str, ...] = ()
    rcpt: tuple[str, ...] = ()
    data: str = "354 go ahead\r\n"
    in_body: str = ""
    body_bytes: int = 200
    before_dot: str = ""
    stores: bool = True
    after_dot: str = "250 2.0.0 Ok: queued as 4bFaulty\r\n"
    quit: str = "221 bye\r\n"
    credentials: tuple[str, str] | None = None
    login: str = ""
    starttls: ssl.SSLContext | None = None
    tls: ssl.SSLContext | None = None
    injected: str = ""


@dataclass
class FaultySmtp:
    """The server; use as ``with``.

    Attributes:
        faults: See `Faults`.
        stored: The mails that a recipient would find, as they arrived (dots undoubled).
        commands: The lines that came, over all connections; a login's answers are left out.
        bodies: What came after 354, dot or not.
        port: Where it listens; any free one when none is given.
        on_mail: Called with each stored mail before it is acknowledged.
    """

    faults: Faults = field(default_factory=Faults)
    stored: list[bytes] = field(default_factory=list[bytes])
    commands: list[str] = field(default_factory=list[str])
    bodies: list[bytes] = field(default_factory=list[bytes])
    connections: int = 0
    port: int = 0
    on_mail: Callable[[bytes], None] | None = None

    def __enter__(self) -> Self:
        self._mail_replies, self._rcpt_replies = iter(self.faults.mail), iter(self.faults.rcpt)
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _lost_connections_are_expected():
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_connections()
        for thread in self._threads:
            thread.join(timeout=10)

    def drop_connections(self) -> None:
        """Hang up on everyone."""
        for channel in self._open:
            with _lost_connections_are_expected():
                channel.shutdown(socket.SHUT_RDWR)

    def count(self, verb: str) -> int:
        """Return how many commands began with ``verb``."""
        return sum(command.upper().startswith(verb) for command in self.commands)

    def _accept(self) -> None:
        while True:
            try:
                channel, _peer = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(channel)
            thread = threading.Thread(target=self._serve, args=(channel,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, channel: socket.socket) -> None:
        conversation = _Conversation(self, channel)
        with _lost_connections_are_expected():
            conversation.run()
        conversation.channel.close()

    def store(self, mail: bytes) -> None:
        """Keep a mail as delivered."""
        self.stored.append(mail)
        if self.on_mail is not None:
            self.on_mail(mail)

    def next_reply(self, verb: str) -> str:
        """Return what MAIL or RCPT is answered this time."""
        return next(self._mail_replies if verb == "MAIL" else self._rcpt_replies, "250 ok")


class _Hangup(Exception):
    pass


class _Conversation:
    """One connection."""

    def __init__(self, server: FaultySmtp, channel: socket.socket) -> None:
        self.server, self.faults = server, server.faults
        self.channel, self.waiting = channel, b""
        self.encrypted = False

    def run(self) -> None:
        try:
            if self.faults.tls is not None:
                self.wrap(self.faults.tls)
            self.say(self.faults.greeting + "\r\n")
            while True:
                self.answer(self.line())
        except _Hangup:
            return

    def answer(self, line: str) -> None:
        verb = line.split(" ")[0].split(":")[0].upper()
        if verb == "AUTH":
            return self.log_in(line)
        self.server.commands.append(line)
        if verb in ("MAIL", "RCPT"):
            reply = self.server.next_reply(verb)
            return self.say(reply if reply in (HANG, CUT) else reply + "\r\n")
        steps = {"EHLO": self.hello, "STARTTLS": self.encrypt, "DATA": self.take, "QUIT": self.bye}
        step = steps.get(verb)
        self.say("502 5.5.2 what?\r\n") if step is None else step()

    def hello(self) -> None:
        lines = ["faulty.test", *self.faults.extensions]
        if self.faults.starttls and not self.encrypted:
            lines.append("STARTTLS")
        if self.faults.credentials:
            lines.append("AUTH PLAIN LOGIN")
        for line in lines[:-1]:
            self.say(f"250-{line}\r\n")
        self.say(f"250 {lines[-1]}\r\n")

    def encrypt(self) -> None:
        assert self.faults.starttls is not None
        self.say("220 go ahead\r\n" + self.faults.injected)
        self.wrap(self.faults.starttls)

    def wrap(self, context: ssl.SSLContext) -> None:
        self.channel = context.wrap_socket(self.channel, server_side=True)
        self.encrypted, self.waiting = True, b""

    def log_in(self, line: str) -> None:
        assert self.faults.credentials is not None
        self.server.commands.append("AUTH")
        if self.faults.login:
            return self.say(self.faults.login + "\r\n")
        _zero, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
        right = (user, password) == self.faults.credentials
        self.say("235 welcome\r\n" if right else "535 5.7.8 authentication failed\r\n")

    def take(self) -> None:
        self.say(self.faults.data)
        if not self.faults.data.startswith("354"):
            return
        body = self.body()
        if self.faults.stores:
            self.server.store(body.replace(b"\r\n..", b"\r\n."))
        self.say(self.faults.after_dot)
        if not self.faults.after_dot.endswith("\r\n"):
            raise _Hangup

    def body(self) -> bytes:
        fault, said = self.faults.in_body, False
        while not self.waiting.endswith(b"\r\n.\r\n"):
            if fault == LEAVE and len(self.waiting) >= self.faults.body_bytes:
                self.channel.shutdown(socket.SHUT_WR)
                fault = ""
            if fault and len(self.waiting) >= self.faults.body_bytes:
                self.server.bodies.append(self.waiting)
                self.say(fault)
                raise _Hangup
            if self.faults.before_dot and not said and len(self.waiting) >= self.faults.body_bytes:
                self.say(self.faults.before_dot)
                said = True
            self.more()
        body, self.waiting = self.waiting[: -len(b".\r\n")], b""
        self.server.bodies.append(body)
        return body

    def bye(self) -> None:
        self.say(self.faults.quit)
        raise _Hangup

    def say(self, text: str) -> None:
        if text == HANG:
            while self.channel.recv(65536):
                pass
            raise _Hangup
        if text == CUT:
            # Linger 0 makes close() send RST.
            self.channel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise _Hangup
        self.channel.sendall(text.encode())

    def line(self) -> str:
        while b"\r\n" not in self.waiting:
            self.more()
        line, self.waiting = self.waiting.split(b"\r\n", 1)
        return line.decode()

    def more(self) -> None:
        data = self.channel.recv(65536)
        if not data:
            raise _Hangup
        self.waiting += data


@contextmanager
def _lost_connections_are_expected() -> Generator[None]:
    try:
        yield
    except OSError:
        return
