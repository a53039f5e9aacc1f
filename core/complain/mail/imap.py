"""The mailbox on the provider's server. It is opened read-only, but to keep the copy of what was sent.

Candidates are chosen from the heads of all mails since the day of sending, and judged here: servers differ in what
their SEARCH understands, and a search that silently finds nothing would look like silence.
"""

from __future__ import annotations

import datetime as dt
import logging
import ssl
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from imaplib import IMAP4
from types import TracebackType
from typing import Protocol, Self, cast

from imapclient import IMAPClient  # pyright: ignore[reportMissingTypeStubs]
from imapclient.exceptions import CapabilityError, LoginError  # pyright: ignore[reportMissingTypeStubs]

from complain.i18n import _
from complain.mail.mailbox import MailboxUnavailable, SentCopy, StoredMail
from complain.mail.matching import carries, concerns, header
from complain.mail.server import MailServer, MailServerUnfit, untrusted, wrong_password
from complain.masking import mask

_SECONDS = 60.0  # for the connection, and for each answer
_SENT, _JUNK = b"\\Sent", b"\\Junk"  # RFC 6154
_HEADS_AT_ONCE = 200
_HEAD_ITEM = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID X-COMPLAIN-REFERENCE IN-REPLY-TO REFERENCES SUBJECT CONTENT-TYPE FROM)]"
_SENT_NAMES = ("已发送", "已发送邮件", "已發送郵件")
_POLL_SECONDS = 2.0

# Its debug log holds whole mails; what a mail says never goes to a log.
logging.getLogger("imapclient").setLevel(logging.WARNING)

_Fetched = Mapping[int, Mapping[bytes, object]]


class _Client(Protocol):
    """What is used of `imapclient.IMAPClient`, with the types that it leaves out."""

    normalise_times: bool

    def starttls(self, ssl_context: ssl.SSLContext) -> object: ...
    def plain_login(self, identity: str, password: str) -> object: ...
    def login(self, username: str, password: str) -> object: ...
    def id_(self, parameters: dict[str, str]) -> object: ...
    def has_capability(self, capability: str) -> bool: ...
    def find_special_folder(self, folder_flag: bytes) -> str | None: ...
    def folder_exists(self, folder: str) -> bool: ...
    def select_folder(self, folder: str, readonly: bool) -> Mapping[bytes, object]: ...
    def search(self, criteria: list[object]) -> list[int]: ...
    def fetch(self, messages: Sequence[int], data: list[str]) -> _Fetched: ...
    def append(self, folder: str, msg: bytes, flags: Sequence[bytes], msg_time: dt.datetime) -> object: ...
    def idle(self) -> object: ...
    def idle_check(self, timeout: float) -> list[object]: ...
    def idle_done(self) -> object: ...
    def noop(self) -> object: ...
    def logout(self) -> object: ...
    def shutdown(self) -> None: ...


class ImapMailbox:
    """A mailbox reached over IMAP; connected when it is first asked, closed by ``with``.

    Args:
        server: Where, and how to log in.
        sent_folder: Name of the folder for sent mail; empty: the one that the server marks as such.

    Raises:
        UsageError: No host is named, or the password would go unencrypted.
    """

    def __init__(self, server: MailServer, sent_folder: str = "") -> None:
        self._server = server.check()
        self._sent_folder = sent_folder
        self._connected: _Client | None = None
        self._seen_up_to = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Log out; a connection that is already lost is fine too."""
        client, self._connected = self._connected, None
        if client is not None:
            with suppress(OSError, IMAP4.error):  # nothing depends on the goodbye
                client.logout()

    def search_message_id(self, message_id: str, reference: str) -> list[StoredMail]:
        """Return copies of our own mail, in the folder for sent mail and the inbox.

        Raises:
            MailboxUnavailable: The mailbox could not be read.
            PersonNeeded: The login was refused, or no password is stored.
        """
        with self._speaking() as client:
            folders = [folder for folder in (self._sent(client), "INBOX") if folder]
            return [mail for folder in folders for mail in _copies(client, folder, message_id, reference)]

    def replies_to(self, message_id: str, reference: str, since: dt.datetime) -> list[StoredMail]:
        """Return mails that answer ours or report on it, from the inbox and the junk folder, oldest first.

        Raises:
            MailboxUnavailable: The mailbox could not be read.
            PersonNeeded: The login was refused, or no password is stored.
        """
        with self._speaking() as client:
            self._seen_up_to = _next_key(client)
            junk = client.find_special_folder(_JUNK)
            found = [
                mail
                for folder in ("INBOX", *([junk] if junk else []))
                for mail in _answers(client, folder, message_id, reference, since)
            ]
        return sorted(found, key=lambda mail: (mail.received_at or since, mail.folder, int(mail.key)))

    def append_sent(self, data: bytes, message_id: str, reference: str, at: dt.datetime) -> SentCopy:
        """Keep a copy in the folder for sent mail, unless the provider already did.

        Raises:
            MailboxUnavailable: The mailbox could not be written, or has no folder for sent mail.
            PersonNeeded: The login was refused, or no password is stored.
        """
        with self._speaking() as client:
            folder = self._sent(client)
            if not folder:
                raise MailboxUnavailable(
                    _("The mailbox has no folder that is marked for sent mail; no copy was kept there."),
                    next_step=_("Name it: set sent_folder under [mail] in config.toml."),
                )
            if _copies(client, folder, message_id, reference):
                return "already there"
            client.append(folder, data, (b"\\Seen",), at)
            return "added"

    def wait(self, seconds: float) -> None:
        """Return when the server announces something new in the inbox, at the latest after ``seconds``.

        Raises:
            MailboxUnavailable: The connection was lost.
            PersonNeeded: The login was refused, or no password is stored.
        """
        with self._speaking() as client:
            if _next_key(client) > self._seen_up_to:
                return  # it came after the last look, so it would not be announced
            if client.has_capability("IDLE"):
                client.idle()
                client.idle_check(timeout=seconds)
                client.idle_done()
            else:
                _sleep_without_idle(seconds)
                client.noop()

    def _sent(self, client: _Client) -> str | None:
        if self._sent_folder:
            return self._sent_folder
        marked = client.find_special_folder(_SENT)
        return marked or next((name for name in _SENT_NAMES if client.folder_exists(name)), None)

    @contextmanager
    def _speaking(self) -> Generator[_Client]:
        """A logged-in connection; when it breaks, the next question makes a new one."""
        try:
            if self._connected is None:
                self._connected = _connect(self._server)
            yield self._connected
        except (IMAP4.error, OSError) as error:
            self._drop()
            raise MailboxUnavailable(
                _("The mailbox on {host} could not be used: {why}.").format(
                    host=self._server.host, why=_why(error)
                ),
                next_step=_("Check the network and imap_host under [mail] in config.toml, then try again."),
            ) from error

    def _drop(self) -> None:
        client, self._connected = self._connected, None
        if client is not None:
            with suppress(OSError, IMAP4.error):  # it is already broken
                client.shutdown()


def _connect(server: MailServer) -> _Client:
    client = _reach(server)
    try:
        client.normalise_times = False
        if server.security == "starttls":
            _encrypt(client, server)
        if server.user:
            _log_in(client, server.user, server)
        if client.has_capability("ID"):
            # NetEase (163, 126, yeah.net) refuses to open a folder for a program that does not say its name.
            client.id_({"name": "complain", "version": "1"})
    except BaseException:
        with suppress(OSError):
            client.shutdown()
        raise
    return client


def _reach(server: MailServer) -> _Client:
    implicit = server.security == "tls"
    try:
        return cast(
            _Client,
            IMAPClient(
                server.host,
                server.port,
                ssl=implicit,
                ssl_context=server.tls_context() if implicit else None,
                timeout=_SECONDS,
            ),
        )
    except ssl.SSLError as error:
        raise untrusted(server.host, error) from error


def _encrypt(client: _Client, server: MailServer) -> None:
    try:
        client.starttls(server.tls_context())
    except ssl.SSLError as error:
        raise untrusted(server.host, error) from error
    except CapabilityError as error:
        raise MailServerUnfit(
            _("The mail server {host} offers no encryption; nothing was sent.").format(host=server.host),
            next_step=_("Check imap_port and imap_security under [mail] in config.toml."),
        ) from error


def _log_in(client: _Client, user: str, server: MailServer) -> None:
    # PLAIN is UTF-8 (RFC 4616); the LOGIN command knows ASCII only.
    log_in = client.plain_login if client.has_capability("AUTH=PLAIN") else client.login
    try:
        log_in(user, server.secret())
    except LoginError as error:
        if isinstance(error.__context__, IMAP4.abort) or "[UNAVAILABLE]" in str(error):
            raise
        raise wrong_password(_why(error)) from error


def _next_key(client: _Client) -> int:
    """Open the inbox and return the number that its next mail will have."""
    following = client.select_folder("INBOX", readonly=True).get(b"UIDNEXT")
    return following if isinstance(following, int) else 0


def _answers(
    client: _Client, folder: str, message_id: str, reference: str, since: dt.datetime
) -> list[StoredMail]:
    client.select_folder(folder, readonly=True)
    recent = client.search(["SINCE", since.date()])
    mentioned = client.search(["SINCE", since.date(), "TEXT", reference]) if recent and reference else []
    keys = {*mentioned, *_promising(client, recent, message_id, reference)}
    return [mail for mail in _whole(client, folder, keys) if concerns(mail.parsed(), message_id, reference)]


def _promising(client: _Client, keys: Sequence[int], message_id: str, reference: str) -> Generator[int]:
    for key, head in _heads(client, keys):
        thread = header(head, "In-Reply-To") + header(head, "References")
        is_report = header(head, "Content-Type").lower().startswith("multipart/report")
        if message_id in thread or is_report or reference in header(head, "Subject"):
            yield key


def _copies(client: _Client, folder: str, message_id: str, reference: str) -> list[StoredMail]:
    client.select_folder(folder, readonly=True)
    keys = {
        *client.search(["HEADER", "Message-ID", message_id]),
        *client.search(["HEADER", "X-Complain-Reference", reference]),
    }
    own = [key for key, head in _heads(client, sorted(keys)) if carries(head, message_id, reference)]
    return list(_whole(client, folder, own))


def _heads(client: _Client, keys: Sequence[int]) -> Generator[tuple[int, EmailMessage]]:
    for start in range(0, len(keys), _HEADS_AT_ONCE):
        for key, items in client.fetch(keys[start : start + _HEADS_AT_ONCE], [_HEAD_ITEM]).items():
            yield key, message_from_bytes(_body(items), policy=default)


def _whole(client: _Client, folder: str, keys: Iterable[int]) -> Generator[StoredMail]:
    for key in sorted(keys):
        for items in client.fetch([key], ["BODY.PEEK[]", "INTERNALDATE"]).values():
            received = items.get(b"INTERNALDATE")
            at = received if isinstance(received, dt.datetime) else None
            yield StoredMail(_body(items), folder, str(key), at)


def _body(items: Mapping[bytes, object]) -> bytes:
    """Servers spell the name of the item as they like; there is only one."""
    found = next((value for name, value in items.items() if name.startswith(b"BODY[")), b"")
    return found if isinstance(found, bytes) else b""


def _sleep_without_idle(seconds: float) -> None:
    import time

    time.sleep(min(seconds, _POLL_SECONDS))  # the server gives no signal


def _why(error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return mask(" ".join(words.split())) or type(error).__name__
