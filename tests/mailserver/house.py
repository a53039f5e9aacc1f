"""The whole post office: certificate, Postfix, Dovecot, the neighbours; started once for a test module."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import trustme

from mailserver.dovecot import Dovecot
from mailserver.neighbours import Association, PolicyService
from mailserver.places import Ports, Postboxes, answers, wait_until
from mailserver.postfix import Postfix

NOBODY = 65534
SIZE_LIMIT = 12_000_000


def why_not_here() -> str:
    """Return why the post office cannot run here, one sentence; empty when it can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "Postfix and Dovecot can only be started by root"
    missing = [name for name in ("postfix", "dovecot") if not shutil.which(name, path="/usr/sbin")]
    return f"not installed: {', '.join(missing)} (apt-get install postfix dovecot-imapd)" if missing else ""


@dataclass
class PostOffice:
    """What a test asks.

    Attributes:
        root: Its folder.
        ports: Where everything listens.
        postboxes: Who has a mailbox here.
        postfix: The mail server.
        policy: Asked at each recipient.
        ca_file: Who signed the certificate for ``localhost``.
    """

    root: Path
    ports: Ports
    postboxes: Postboxes
    postfix: Postfix
    policy: PolicyService
    ca_file: Path

    def maildir(self, address: str) -> Path:
        """Return where an address's mail lies."""
        return self.root / "mail" / self.postboxes.folders()[address]

    @contextmanager
    def association(self, text: str, *, automatic: bool = True) -> Generator[Association]:
        """Open an office that answers every mail to ``answers.example``; it closes when no mail is on its way."""
        with Association(self.ports.answers, self.ports.smtp, text, automatic) as association:
            yield association
            self.postfix.wait_for_empty_queue()

    def inbox(self, address: str) -> list[EmailMessage]:
        """Return what an inbox holds once the queue is empty: a count that cannot grow any more."""
        self.postfix.wait_for_empty_queue()
        folder = self.maildir(address)
        files = [file for sub in ("new", "cur") for file in sorted((folder / sub).glob("*"))]
        return [message_from_bytes(file.read_bytes(), policy=default) for file in files]

    def move_to_junk(self, address: str) -> None:
        """Move all that is new in an inbox to the junk folder, as a filter would."""
        inbox, junk = self.maildir(address), self.maildir(address) / ".Spam"
        for folder in (junk, *(junk / sub for sub in ("cur", "new", "tmp"))):
            folder.mkdir(exist_ok=True)
            os.chown(folder, NOBODY, NOBODY)
        for file in (inbox / "new").iterdir():
            file.rename(junk / "new" / file.name)

    def empty(self) -> None:
        """Throw all mail away, after the last has come."""
        self.postfix.wait_for_empty_queue()
        for sub in ("new", "cur"):
            for file in (self.root / "mail").rglob(f"{sub}/*"):
                file.unlink()
        self.policy.greylists = 0


@contextmanager
def post_office() -> Generator[PostOffice]:
    """Start everything, and stop it."""
    ports, postboxes = Ports.free(), Postboxes()
    # Not under pytest's own folder: only root may enter that, and Postfix's daemons are not root.
    with ExitStack() as stack:
        root = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="post-office-", ignore_cleanup_errors=True)
            )
        )
        root.chmod(0o755)
        (root / "mail").mkdir()
        os.chown(root / "mail", NOBODY, NOBODY)
        ca_file = _make_certificate(root)
        policy = PolicyService(ports.policy)
        stack.callback(policy.stop)
        postfix = Postfix.start(root, ports, postboxes, SIZE_LIMIT)
        stack.callback(postfix.stop)
        wait_until(lambda: answers(ports.submissions), f"Postfix listens, see {root}/log")
        dovecot = Dovecot.start(root, ports, postboxes)
        stack.callback(dovecot.stop)
        wait_until(lambda: answers(ports.imaps), f"Dovecot listens, see {root}/log")
        yield PostOffice(root, ports, postboxes, postfix, policy, ca_file)


def _make_certificate(root: Path) -> Path:
    folder = root / "tls"
    folder.mkdir()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    issued = authority.issue_cert("localhost", "127.0.0.2")
    issued.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    return folder / "ca.pem"
