"""Where the person's own mail server is, how it is reached, and how long it is waited for."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from complain.errors import ComplainError, ExitCode, PersonNeeded, UsageError
from complain.i18n import _

Security = Literal["starttls", "tls", "none"]


class MailServerUnfit(ComplainError):
    """The server cannot be used as it must be: no trusted encryption, no login, no room for such an address."""

    exit_code = ExitCode.NOT_FILED


@dataclass(frozen=True)
class MailServer:
    """A server to hand mail in at (SMTP), or to read it from (IMAP).

    Attributes:
        host: Name or address; the certificate must be for it.
        port: As 465 (``tls``) or 587 (``starttls``) for SMTP, 993 for IMAP.
        security: ``tls`` from the first byte, ``starttls``, or ``none``: on loopback only.
        user: Login name, or None for no login.
        password: Asked when it is needed, and only then; reads the system's password store.
        ca_file: A certificate authority of one's own, in place of the system's; None for the system's.
    """

    host: str
    port: int
    security: Security = "tls"
    user: str | None = None
    password: Callable[[], str] | None = field(default=None, repr=False)
    ca_file: Path | None = None

    def check(self) -> MailServer:
        """Return the server if it may be used as it is described.

        Raises:
            UsageError: No host is named, or mail would leave this machine unencrypted.
        """
        if not self.host:
            raise UsageError(
                _("No mail server is named in the configuration."),
                next_step=_("Set host, port, security and user under [mail] in config.toml."),
            )
        if self.security == "none" and not is_loopback(self.host):
            raise UsageError(
                _(
                    "The mail server {host} would be reached without encryption; that is done on this machine only."
                ).format(host=self.host),
                next_step=_('Set security = "tls" or "starttls" under [mail] in config.toml.'),
            )
        return self

    def tls_context(self) -> ssl.SSLContext:
        """Return a context that verifies the certificate and the host's name."""
        return ssl.create_default_context(cafile=None if self.ca_file is None else str(self.ca_file))

    def secret(self) -> str:
        """Return the password.

        Raises:
            PersonNeeded: None is stored.
            VaultUnavailable: The system's password store cannot be used.
        """
        password = self.password() if self.password else ""
        if not password:
            raise PersonNeeded(
                _("The password of the mailbox is not stored yet."), next_step=STORE_THE_PASSWORD
            )
        return password


STORE_THE_PASSWORD = "complain secret set mail.password"


@dataclass(frozen=True)
class Timeouts:
    """Seconds that each step of the dialogue may take.

    RFC 5321 §4.5.3.2 asks for 5 minutes at a command, 3 at a block of data and 10 at the final dot. Only the last
    is kept to the letter: before it a timeout proves that nothing was sent, after it nothing is proven.

    Attributes:
        connect: Until the server's greeting.
        command: For each reply before the data.
        block: For each block of the data to be taken.
        dot: For the reply to the final dot.
        goodbye: For QUIT; what happens there changes nothing.
    """

    connect: float = 30.0
    command: float = 60.0
    block: float = 180.0
    dot: float = 600.0
    goodbye: float = 5.0


DEFAULT_TIMEOUTS = Timeouts()


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine by its very name, without asking anyone.

    Args:
        host: A name or an address.
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def wrong_password(words: str) -> PersonNeeded:
    """Return the task for a login that the server refused.

    Args:
        words: The server's own, masked.
    """
    return PersonNeeded(
        _("The mail server did not accept the login: “{words}”.").format(words=words),
        next_step=_(
            "Many providers (QQ, 163, 126) want an authorization code from the mailbox's settings in place of "
            "the password. Store it with: {command}"
        ).format(command=STORE_THE_PASSWORD),
    )


def untrusted(host: str, error: ssl.SSLError) -> MailServerUnfit:
    """Return the refusal to speak to a server that cannot prove who it is.

    Args:
        host: The server.
        error: From the TLS handshake.
    """
    why = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else error.reason or ""
    return MailServerUnfit(
        _("The encryption of {host} cannot be trusted ({why}); nothing was sent.").format(host=host, why=why),
        next_step=_(
            "Check host, port and security under [mail] in config.toml; do not go on in this network."
        ),
    )
