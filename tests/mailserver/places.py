"""Ports, people and bounded waiting, shared by the servers of the fixture."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice

PATIENCE = 30.0


@dataclass(frozen=True)
class Ports:
    """Free ports on loopback, one for each listener.

    Attributes:
        smtp: Plain, for this machine only.
        submission: STARTTLS and login.
        submissions: TLS from the first byte, and login.
        imap: STARTTLS.
        imaps: TLS from the first byte.
        policy: Asked by Postfix at each recipient.
        answers: Where mail to ``answers.example`` goes.
        bounces: Where mail to ``bounces.example`` goes.
    """

    smtp: int
    submission: int
    submissions: int
    imap: int
    imaps: int
    policy: int
    answers: int
    bounces: int

    @classmethod
    def free(cls) -> Ports:
        """Return ports that nobody listens on, below those that the system gives away by itself.

        Some are used only later: the system must not have given them to another test by then.
        """
        numbers = (port for port in random.sample(range(20_000, 32_000), 400) if not answers(port))
        return cls(*islice(numbers, 8))


@dataclass(frozen=True)
class Postboxes:
    """Who has a mailbox here.

    Attributes:
        passwords: Address to password.
    """

    passwords: Mapping[str, str] = field(
        default_factory=lambda: {
            "zhang@example.cn": "口令 zhang",
            "tousu@example.org": "tousu-password",
        }
    )

    def folders(self) -> dict[str, str]:
        """Return each address's Maildir, relative to the folder of all mail."""
        return {address: "/".join(reversed(address.split("@"))) for address in self.passwords}


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait for something in another process that sends no signal, for a bounded time."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.02)


def answers(port: int) -> bool:
    """Say whether somebody listens on a port."""
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
