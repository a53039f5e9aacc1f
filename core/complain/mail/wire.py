"""What goes over the wire in SMTP: the steps, the server's replies, the lines of a mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The step that a submission is at, in their order."""

    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"
    SETTLED = "settled"


@dataclass(frozen=True)
class Reply:
    """What the server said.

    Attributes:
        code: Three digits (RFC 5321 §4.2).
        words: Its text on one line, with personal data masked.
    """

    code: int
    words: str

    @property
    def accepts(self) -> bool:
        """Whether it is a 2xx."""
        return 200 <= self.code < 300

    @property
    def asks_to_wait(self) -> bool:
        """Whether it is a 4xx: greylisting, a full queue, a limit per hour."""
        return 400 <= self.code < 500

    @property
    def refuses(self) -> bool:
        """Whether it says about the mail itself that it is not taken.

        Only the ``x5z`` codes speak of the mail system (RFC 5321 §4.2.1); 500 to 503 mean that the dialogue is out
        of step, which proves nothing. An enhanced code (RFC 3463) must not contradict.
        """
        enhanced = re.match(r"([245])\.(\d{1,3})\.\d{1,3}\b", self.words)
        return 550 <= self.code < 560 and (enhanced is None or (enhanced[1] == "5" and enhanced[2] != "5"))

    def __str__(self) -> str:
        return f"{self.code} {self.words}".strip()


class Declined(Exception):
    """The server answered a step before the data with something other than yes."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


def as_lines(data: bytes) -> bytes:
    """Return a mail as it goes over the wire: CRLF line ends only, dots doubled, one line end at the end.

    A bare CR or LF before a dot is read by some servers as the end of the mail ("SMTP smuggling"); then a mail
    could be accepted before the dot. None is left.

    Args:
        data: The whole mail.
    """
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"
