"""Runs the command line in processes forked from one that has everything imported, and kills them: cheap and many.

The process is real and so is its SIGKILL; only the seconds of Python's imports are saved.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shlex
import shutil
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from complain.browser.certificates import public_key_hashes
from complain.browser.installed import installed_browsers
from fakes import killed
from fakes.cli import EXAMPLE
from fakes.fault_desk import TestAuthority

CASE = "example-basic"
LONGEST_RUN = 180.0
_LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Kill:
    """Where a run is killed; left as it is: nowhere.

    Attributes:
        step: A name of `killed.STEPS`.
        channel: The step of this channel only; empty: of any.
        after: Seconds after its start.
        arrived: Seconds after the far side has the submission.
    """

    step: str = ""
    channel: str = ""
    after: float | None = None
    arrived: float | None = None

    def __str__(self) -> str:
        """Say where, for the record."""
        if self.step:
            return self.step
        if self.after is not None:
            return f"{self.after:.2f} s"
        return "" if self.arrived is None else f"{self.arrived:.2f} s after it arrived"


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["complain.cli.submit", "complain.filing.run", "complain.filing.practice_run", "fakes.tool"]
    )
    return context


def _child(home: str, arguments: list[str], kill: Kill, practice_faults: dict[str, str]) -> None:
    os.environ["COMPLAIN_HOME"] = home
    with Path(home, "out.json").open("wb") as out, Path(home, "err.txt").open("ab") as err:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
    sys.stdin = Path(home, "stdin.txt").open(encoding="utf-8")  # noqa: SIM115  (for the life of the process)
    if practice_faults:
        _spoil_desks(practice_faults)
    if kill.step:
        killed.arm(kill.step, channel=kill.channel)
    from complain.cli.main import main

    main(arguments)


def _spoil_desks(practice_faults: dict[str, str]) -> None:
    """Let the practice desks of this process go wrong: they are the far side, and take their faults at the start."""
    from complain.filing import practice_run
    from complain.practice.desks import PracticeSettings

    def settings(folder: Path) -> PracticeSettings:
        return PracticeSettings(folder=folder, faults=practice_faults)

    setattr(practice_run, "PracticeSettings", settings)  # noqa: B010  (a class has no other stand-in)


@dataclass(frozen=True)
class ToolHome:
    """A home, and the command line that runs in it.

    Attributes:
        path: The folder.
    """

    path: Path

    def run(
        self,
        arguments: Sequence[str],
        kill: Kill = Kill(),
        *,
        has_arrived: Callable[[], bool] = lambda: False,
        practice_faults: Mapping[str, str] | None = None,
    ) -> int:
        """Run one command in a process of its own.

        Args:
            arguments: Of the command line.
            kill: Where it is killed.
            has_arrived: Whether the far side has the submission; asked for `Kill.arrived`.
            practice_faults: What goes wrong at the practice desks.

        Returns:
            Its exit code; negative for a signal.
        """
        work = (str(self.path), list(arguments), kill, dict(practice_faults or {}))
        process = _context().Process(target=_child, args=work)
        process.start()
        if kill.arrived is not None:
            _wait(process, has_arrived)
        wait = kill.after if kill.arrived is None else kill.arrived
        process.join(LONGEST_RUN if wait is None else wait)
        if process.is_alive():
            process.kill()
            process.join()
        code = process.exitcode
        process.close()
        return -signal.SIGKILL if code is None else code

    def submit_arguments(self, names: Sequence[str], *more: str) -> list[str]:
        """Return the command that files in the named channels of this home's plugins folder."""
        return ["submit", str(EXAMPLE), "--channels", ",".join(names), *more, "--yes", "--json"]

    def standings(self, names: Sequence[str], *, practice: bool = False) -> dict[str, Standing]:
        """Return what the journal says of each channel: what ``complain status`` shows."""
        from complain.filing.journal import open_journal
        from complain.filing.transitions import outcome_of

        folder = self.path / "practice" if practice else self.path
        told: dict[str, Standing] = {}
        with closing(open_journal(folder / "journal.sqlite")) as journal:
            for name in names:
                events = journal.events(CASE, name)
                numbers = [event.data["number"] for event in events if event.data.get("number")]
                outcome = outcome_of(events[-1].state).value if events else "not_filed"
                lost = _lost(folder / "archive" / CASE / name, numbers)
                reason = str(events[-1].data.get("reason") or "") if events else ""
                told[name] = Standing(outcome, numbers[-1] if numbers else None, lost, reason)
        return told

    def answer(self) -> Any:
        """Return the document that its last command printed."""
        return json.loads((self.path / "out.json").read_text(encoding="utf-8"))

    def errors(self) -> str:
        """Return what all its commands said on stderr."""
        file = self.path / "err.txt"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


@dataclass(frozen=True)
class Standing:
    """How a filing stands.

    Attributes:
        outcome: As ``--json`` names it.
        number: The last one that any row of the journal names.
        lost: Why that number counts as lost; empty when a bag holds it.
        reason: As the journal has it.
    """

    outcome: str
    number: str | None
    lost: str = ""
    reason: str = ""


def _lost(archive: Path, numbers: Sequence[Any]) -> str:
    held = {json.loads(file.read_text("utf-8"))["number"] for file in archive.glob("*/data/receipt.json")}
    missing = [str(number) for number in numbers if number not in held]
    return f"no bag holds {missing[0]}" if missing else ""


def _wait(process: BaseProcess, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_RUN
    while process.is_alive() and not condition() and time.monotonic() < end:
        process.join(_LOOK_SECONDS)


def signed_home(folder: Path, *, settle: float, authority: TestAuthority | None = None) -> ToolHome:
    """Make a home in which the example is signed.

    Args:
        folder: Where; it must not exist.
        settle: Seconds to wait for an answer, as its ``config.toml`` says.
        authority: Trusted by its browser.
    """
    folder.mkdir(parents=True)
    browser = f'path = "{trusting_browser(folder, authority)}"\n' if authority else ""
    (folder / "config.toml").write_text(f"[browser]\nsettle = {settle}\n{browser}", encoding="utf-8")
    (folder / "stdin.txt").write_text("属实\n", encoding="utf-8")
    home = ToolHome(folder)
    if home.run(["sign", str(EXAMPLE)]) != 0:
        raise RuntimeError(f"the example could not be signed: {home.errors()}")
    return home


def copy_home(signed: ToolHome, folder: Path) -> ToolHome:
    """Return a new home like ``signed``, whose browser stays where it is."""
    shutil.copytree(signed.path, folder)
    return ToolHome(folder)


def trusting_browser(folder: Path, authority: TestAuthority) -> Path:
    """Write a program that starts the system's browser so that it trusts the test's authority: ``[browser] path``."""
    keys = ",".join(public_key_hashes(authority.pem))
    real = shlex.quote(str(next(installed_browsers())))
    program = folder / "browser"
    program.write_text(
        f'#!/bin/sh\nexec {real} --ignore-certificate-errors-spki-list={keys} "$@"\n', encoding="utf-8"
    )
    program.chmod(0o700)
    return program
