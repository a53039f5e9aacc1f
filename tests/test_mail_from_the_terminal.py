"""Each mishap of a mail against a real Postfix and Dovecot, typed as commands: what is told and held, and never two.

The password is in a real keyring, the certificate is checked, the mailbox is read over IMAP. A long round: a command
takes seconds, and a letter without an answer is waited for half a minute.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from fakes.cli import Cli, Result, copy_example
from fakes.secret_service import SecretService, secret_service
from fakes.secret_service import why_not as no_store
from fakes.smtp_faults import Faults, FaultySmtp
from mailserver.house import SIZE_LIMIT, PostOffice, post_office, why_not_here
from mailserver.letters import TOUSU, ZHANG
from mailserver.proxy import Cut, CuttingProxy

MISSING = why_not_here() or no_store()
pytestmark = [
    pytest.mark.long,
    pytest.mark.browser,
    pytest.mark.mailserver,
    pytest.mark.keyring,
    pytest.mark.skipif(bool(MISSING), reason=MISSING or "all is here"),
]
GONE, ANSWERED = "gone@bounces.example", "tousu@answers.example"


@dataclass(frozen=True)
class House:
    """The post office and the password store that all cases share."""

    office: PostOffice
    store: SecretService


class Person:
    """Somebody with one signed case and one home, who types commands."""

    def __init__(self, house: House, folder: Path, recipient: str) -> None:
        self.house, self.recipient = house, recipient
        self.cli, self.case = Cli(home=folder / "home"), folder / "case"
        self.cli.home.mkdir()
        copy_example(self.case, **{"zhangshili@example.com": ZHANG})
        self.trusts = True

    def attach(self, size: int) -> None:
        """Make the bill a large file."""
        bill = self.case / "evidence/03-bill.pdf"
        bill.write_bytes(bill.read_bytes() + b"%" + b"x" * size + b"\n%%EOF\n")

    def set_up(self, server: str, mailbox: str = "") -> None:
        ports = self.house.office.ports
        imap = f"imap_host = 'localhost'\nimap_port = {ports.imaps}\nimap_security = 'tls'\n"
        (self.cli.home / "config.toml").write_text(
            f"[mail]\n{server}{mailbox or imap}[channels.association]\naddress = '{self.recipient}'\n",
            encoding="utf-8",
        )

    def over_tls(self) -> None:
        port = self.house.office.ports.submission
        self.set_up(f"host = 'localhost'\nport = {port}\nsecurity = 'starttls'\nuser = '{ZHANG}'\n")

    def over_plain(self, port: int) -> None:
        """On this machine itself, through a wire that breaks; the mailbox is then read as a folder."""
        maildir = self.house.office.maildir(ZHANG)
        self.set_up(f"host = '127.0.0.1'\nport = {port}\nsecurity = 'none'\n", f"maildir = '{maildir}'\n")

    def __call__(self, *args: str | Path, stdin: str = "") -> Result:
        environ = {**self.house.store.environ, "COMPLAIN_HOME": str(self.cli.home), "LANGUAGE": "zh_CN"}
        if self.trusts:
            environ["SSL_CERT_FILE"] = str(self.house.office.ca_file)
        done = subprocess.run(
            self.cli.command(*args),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environ,
            timeout=300,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def submit(self) -> Any:
        """File, and return how it ended."""
        done = self("submit", self.case, "--channels", "association", "--yes", "--json")
        assert done.stdout, done.stderr
        (filing,) = done.json["filings"]
        return filing


@dataclass(frozen=True)
class Mishap:
    """What goes wrong, and what must follow.

    Attributes:
        outcome: After the first command.
        said: Part of the reason or task.
        held: Mails at the addressee's in the end, with the same command typed twice.
        again: Outcome of the second command, typed when nothing goes wrong any more.
        recipient: The address.
        meets: Sets the mishap up for the first command, and takes it away.
    """

    outcome: str
    said: str
    held: int
    again: str
    recipient: str = TOUSU
    meets: Callable[[Person], AbstractContextManager[object]] = field(default=lambda _person: nullcontext())


def _large(person: Person) -> AbstractContextManager[object]:
    person.attach(SIZE_LIMIT)
    return nullcontext()


def _greylisted(person: Person) -> AbstractContextManager[object]:
    person.house.office.policy.greylists = 1
    return nullcontext()


def _untrusting(person: Person) -> AbstractContextManager[object]:
    person.trusts = False
    return nullcontext()


def _wrong_password(person: Person) -> AbstractContextManager[object]:
    person("secret", "set", "mail.password", stdin="wrong\n")
    return nullcontext()


def _cut(where: Cut, answer: bytes = b"") -> Callable[[Person], AbstractContextManager[object]]:
    def meets(person: Person) -> AbstractContextManager[object]:
        person.attach(
            6_000_000
        )  # more than the kernel buffers: a wire cut in the mail is noticed before the dot
        proxy = CuttingProxy(person.house.office.ports.smtp, where, answer)
        return _on_plain_wire(person, proxy)

    return meets


class _on_plain_wire:
    def __init__(self, person: Person, proxy: CuttingProxy) -> None:
        self._person, self._proxy = person, proxy

    def __enter__(self) -> None:
        self._proxy.__enter__()
        self._person.over_plain(self._proxy.port)

    def __exit__(self, *_error: object) -> None:
        self._proxy.__exit__(None, None, None)


def _bouncing(person: Person) -> AbstractContextManager[object]:
    closed = Faults(rcpt=("550 5.1.1 <gone@bounces.example>: mailbox was closed",))
    return FaultySmtp(closed, port=person.house.office.ports.bounces)


def _answered(person: Person) -> AbstractContextManager[object]:
    return person.house.office.association("您的来信已收到。\n受理编号：XX-202611\n")


MISHAPS = {
    "delivered": Mishap("filed_unverified", "", 1, "skipped"),
    "unknown user": Mishap("not_filed", "User unknown", 0, "not_filed", "nobody@example.org"),
    "too large": Mishap("not_filed", "12,000,000", 0, "not_filed", meets=_large),
    "greylisted": Mishap("filed_unverified", "", 1, "skipped", meets=_greylisted),
    "cut in the mail": Mishap("not_filed", "邮件还没发完", 1, "filed_unverified", meets=_cut("in the mail")),
    "cut before the dot arrives": Mishap("unknown", "", 0, "unknown", meets=_cut("before the dot arrives")),
    "cut after the dot": Mishap("unknown", "", 1, "unknown", meets=_cut("after the dot arrived")),
    "451 after storing": Mishap(
        "unknown", "", 1, "unknown", meets=_cut("instead of the answer", b"451 4.3.0 Error: queue file\r\n")
    ),
    "bounce after accepting": Mishap("refused", "mailbox was closed", 0, "skipped", GONE, meets=_bouncing),
    "untrusted certificate": Mishap("not_filed", "certificate", 1, "filed_unverified", meets=_untrusting),
    "wrong password": Mishap("needs_human", "mail.password", 1, "filed_unverified", meets=_wrong_password),
    "answered with a number": Mishap("filed", "", 1, "skipped", ANSWERED, meets=_answered),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    with post_office() as office, secret_service(tmp_path_factory.mktemp("store") / "bus") as store:
        store.start()
        yield House(office, store)


@pytest.mark.parametrize("name", MISHAPS)
def test_what_is_told_is_true_and_no_second_mail_is_sent(name: str, house: House, tmp_path: Path) -> None:
    mishap, office = MISHAPS[name], house.office
    office.empty()
    person = Person(house, tmp_path, mishap.recipient)
    person.over_tls()
    stored = person("secret", "set", "mail.password", stdin=f"{office.postboxes.passwords[ZHANG]}\n")
    assert stored.exit_code == 0, stored.said

    with mishap.meets(person):
        assert person("sign", person.case, stdin="属实\n").exit_code == 0
        first = person.submit()
    assert (first["outcome"], mishap.said in f"{first['reason']} {first['task']}") == (
        mishap.outcome,
        True,
    ), first
    told = person("status", person.case).stdout
    assert ("编号：XX-202611" in told) == (mishap.outcome == "filed"), told

    person.trusts = True
    person("secret", "set", "mail.password", stdin=f"{office.postboxes.passwords[ZHANG]}\n")
    person.over_tls()
    assert person.submit()["outcome"] == mishap.again
    assert len(_held(house, mishap, person)) == mishap.held
    tracked = person("track", person.case, "--json")
    final = mishap.outcome if mishap.again == "skipped" else mishap.again
    assert {one["outcome"] for one in tracked.json["filings"]} <= {final}, tracked.said


def _held(house: House, mishap: Mishap, person: Person) -> list[object]:
    if mishap.recipient == ANSWERED:
        return list(house.office.inbox(ZHANG))
    return list(house.office.inbox(TOUSU))
