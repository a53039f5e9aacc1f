"""The whole tool killed while it sends a mail, at each step, and run again: never two."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.cli import Cli, Result, copy_example
from fakes.smtp_faults import HANG, Faults, FaultySmtp
from mailserver.places import wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(os.name == "nt", reason="kills a process group"),
]


@dataclass(frozen=True)
class Kill:
    """Where the tool is killed, and what must be true afterwards."""

    faults: Faults
    reached: Callable[[FaultySmtp], bool]
    held: int
    then: str
    held_in_the_end: int


KILLS = {
    "before anything was said of the letter": Kill(
        Faults(rcpt=(HANG,)), lambda smtp: smtp.count("RCPT") > 0, 0, "filed_unverified", 1
    ),
    "in the middle of the letter": Kill(
        Faults(in_body=HANG), lambda smtp: bool(smtp.bodies), 0, "unknown", 0
    ),
    "after the letter was taken": Kill(
        Faults(after_dot=HANG), lambda smtp: bool(smtp.stored), 1, "unknown", 1
    ),
}


@dataclass(frozen=True)
class Desk:
    """A signed case and a home in which one channel takes mail."""

    cli: Cli
    case: Path

    @property
    def maildir(self) -> Path:
        return self.case.parent / "Maildir"

    def uses(self, smtp: FaultySmtp) -> None:
        self.cli.home.mkdir(exist_ok=True)
        config = (
            f"[mail]\nhost = '127.0.0.1'\nport = {smtp.port}\nsecurity = 'none'\nmaildir = '{self.maildir}'\n"
            "[channels.association]\naddress = 'tousu@example.org'\n[browser]\nsandbox = 'off'\n"
        )
        (self.cli.home / "config.toml").write_text(config, encoding="utf-8")

    def arguments(self) -> tuple[str | Path, ...]:
        return ("submit", self.case, "--channels", "association", "--yes", "--json")

    def submit(self) -> Result:
        return self.cli(*self.arguments())

    def submit_and_kill(self, when: Callable[[], bool]) -> None:
        process = subprocess.Popen(
            self.cli.command(*self.arguments()),
            env=self.cli.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_until(when, "the tool has come that far", seconds=60)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=20)


@pytest.fixture
def desk(cli: Cli, tmp_path: Path) -> Desk:
    case = copy_example(tmp_path / "case")
    signed = cli("sign", case, stdin="属实\n")
    assert signed.exit_code == 0, signed.said
    return Desk(cli, case)


@pytest.mark.parametrize("place", KILLS)
def test_a_mail_is_never_sent_twice_wherever_the_tool_is_killed(desk: Desk, place: str) -> None:
    kill = KILLS[place]

    with FaultySmtp(kill.faults) as first:
        desk.uses(first)
        desk.submit_and_kill(lambda: kill.reached(first))
    with FaultySmtp() as second:
        desk.uses(second)
        again = desk.submit()

    assert len(first.stored) == kill.held
    assert again.outcomes == {"association": kill.then}, again.said
    assert len(first.stored) + len(second.stored) == kill.held_in_the_end
    assert (second.count("DATA") == 0) == (kill.then == "unknown")


def test_a_letter_that_was_taken_is_known_although_the_tool_was_killed_waiting_for_its_answer(
    desk: Desk,
) -> None:
    """Red when the wait belonged to the submission: what the server had taken was ``unknown``."""
    with FaultySmtp() as smtp:
        desk.uses(smtp)
        desk.submit_and_kill(lambda: any(desk.maildir.glob(".Sent/cur/*")))
        again = desk.submit()

    assert (len(smtp.stored), again.exit_code, again.outcomes) == (1, 0, {"association": "skipped"}), (
        again.said
    )
    verified = desk.cli("receipts", "verify")
    assert verified.exit_code == 0, verified.said
    (receipt,) = (one["receipt"] for one in again.json["filings"])
    assert receipt["number"] is None and (Path(receipt["path"]) / "data" / "mail.eml").is_file()
