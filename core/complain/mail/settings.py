"""From ``[mail]`` in the configuration to the servers that it names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from complain.config import MailTable
from complain.mail.imap import ImapMailbox
from complain.mail.mailbox import MaildirMailbox
from complain.mail.server import MailServer

PASSWORD_SECRET = "mail.password"
"""The name of the mailbox's password in the system's password store, for sending and reading alike."""


def submission_server(table: MailTable, secret: Callable[[str], str | None]) -> MailServer | None:
    """Return where the person's mail is handed in, or None when no server is named.

    Args:
        table: ``[mail]``.
        secret: Looks a secret up by name; called only when the server asks for a login.
    """
    if not table.host:
        return None
    password = _password(secret)
    return MailServer(table.host, table.port, table.security, table.user or None, password)


def mailbox_of(table: MailTable, secret: Callable[[str], str | None]) -> ImapMailbox | MaildirMailbox | None:
    """Return where the person's mail is read, or None when no mailbox is named; a Maildir comes before IMAP.

    Args:
        table: ``[mail]``.
        secret: Looks a secret up by name; called only when the mailbox is opened.

    Raises:
        UsageError: The mailbox would be reached without encryption.
    """
    if table.maildir:
        return MaildirMailbox(Path(table.maildir).expanduser())
    if not table.imap_host:
        return None
    server = MailServer(
        table.imap_host, table.imap_port, table.imap_security, table.user or None, _password(secret)
    )
    return ImapMailbox(server, table.sent_folder)


def _password(secret: Callable[[str], str | None]) -> Callable[[], str]:
    return lambda: secret(PASSWORD_SECRET) or ""
