"""The mailbox that answers come to: what is asked of it, and the kind that is a folder on this machine."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Literal, Protocol

from complain.durable import make_folder, sync_folder, write_durably
from complain.errors import ComplainError, ExitCode
from complain.mail.matching import carries, concerns

_GLANCE = 0.1
_EARLIEST = dt.datetime.min.replace(tzinfo=dt.UTC)
SentCopy = Literal["added", "already there"]


class MailboxUnavailable(ComplainError):
    """The mailbox could not be read or written. Nothing about a filing follows from that."""

    exit_code = ExitCode.NEEDS_HUMAN


@dataclass(frozen=True)
class StoredMail:
    """A mail as it lies in a mailbox.

    Attributes:
        data: The whole mail.
        folder: Where, as ``INBOX``.
        key: Its name there.
        received_at: When the mailbox got it (aware), or None.
    """

    data: bytes = field(repr=False)
    folder: str
    key: str
    received_at: dt.datetime | None = None

    def parsed(self) -> EmailMessage:
        """Return the mail, parsed."""
        return message_from_bytes(self.data, policy=default)


class Mailbox(Protocol):
    """What the tool asks of a mailbox. It only reads, but for the copy of what was sent."""

    def search_message_id(self, message_id: str, reference: str) -> list[StoredMail]:
        """Return copies of our own mail, wherever they lie.

        Args:
            message_id: Of our mail.
            reference: Of our mail; providers that replace the Message-ID keep it.
        """
        ...

    def replies_to(self, message_id: str, reference: str, since: dt.datetime) -> list[StoredMail]:
        """Return mails that answer ours or report on it, oldest first.

        Args:
            message_id: Of our mail.
            reference: Of our mail.
            since: Older mails are not looked at (aware).
        """
        ...

    def append_sent(self, data: bytes, message_id: str, reference: str, at: dt.datetime) -> SentCopy:
        """Keep a copy of what was sent, unless the provider already did.

        Args:
            data: The mail as it was sent.
            message_id: Of it.
            reference: Of it.
            at: When it was sent (aware).
        """
        ...

    def wait(self, seconds: float) -> None:
        """Return when something new may have come, at the latest after ``seconds``.

        Args:
            seconds: The longest wait.
        """
        ...

    def close(self) -> None:
        """Let go of the mailbox; the next question opens it again."""
        ...


class MaildirMailbox:
    """A Maildir on this machine: ``path`` is the inbox, ``path/.Sent`` the folder for sent mail.

    Args:
        path: The Maildir; it may come into being later.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def search_message_id(self, message_id: str, reference: str) -> list[StoredMail]:
        """Return copies of our own mail, in the folder for sent mail and the inbox."""
        return [mail for mail in self._all() if carries(mail.parsed(), message_id, reference)]

    def replies_to(self, message_id: str, reference: str, since: dt.datetime) -> list[StoredMail]:
        """Return mails that answer ours or report on it, oldest first."""
        return [
            mail
            for mail in self._all()
            if mail.received_at is not None
            and mail.received_at >= since
            and concerns(mail.parsed(), message_id, reference)
        ]

    def append_sent(self, data: bytes, message_id: str, reference: str, at: dt.datetime) -> SentCopy:
        """Keep a copy in ``.Sent``, unless one is there."""
        sent = self._path / ".Sent"
        if any(mail.folder == "Sent" for mail in self.search_message_id(message_id, reference)):
            return "already there"
        for name in ("tmp", "new", "cur"):
            make_folder(sent / name)
        name = f"{int(at.timestamp())}.{reference}.complain"
        write_durably(sent / "tmp" / name, data)
        (sent / "tmp" / name).rename(sent / "cur" / f"{name}:2,S")
        sync_folder(sent / "cur")
        return "added"

    def wait(self, seconds: float) -> None:
        """Return when a file has come into the inbox, at the latest after ``seconds``."""
        before, end = self._names(), time.monotonic() + seconds
        while self._names() == before and time.monotonic() < end:
            time.sleep(_GLANCE)  # a folder sends no signal that every system knows

    def close(self) -> None:
        """Do nothing: a folder needs no closing."""

    def _names(self) -> set[str]:
        new = self._path / "new"
        return {file.name for file in new.iterdir()} if new.is_dir() else set()

    def _all(self) -> list[StoredMail]:
        folders = {"INBOX": self._path, "Sent": self._path / ".Sent"}
        found = [mail for name, path in folders.items() if path.is_dir() for mail in _mails(name, path)]
        return sorted(found, key=lambda mail: (mail.received_at or _EARLIEST, mail.key))


def _mails(name: str, path: Path) -> Iterator[StoredMail]:
    for sub in ("new", "cur"):
        for file in sorted((path / sub).glob("[!.]*")):
            received = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
            yield StoredMail(file.read_bytes(), name, file.name, received)
