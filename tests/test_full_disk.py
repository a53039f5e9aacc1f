"""A disk that is full from one step on: before ``committing`` nothing is sent, after it no receipt is lost."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from complain.filing.unwritten import nothing_was_sent
from fakes import faults
from fakes.cli import EXAMPLE, ROOT, Cli, Result
from fakes.fault_channels import FaultHouse, Trial, fault_house

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE"),
]

NOTHING_SENT = (
    "before:draft",
    "after:draft",
    "before:prepared",
    "after:prepared",
    "before:confirmed",
    "after:confirmed",
    "before:committing",
)
SENT = ("after:committing", "after:press", "before:evidence", "before:settled")
RECORDED = ("after:settled", "before:archived")
CASE = "example-basic"


@dataclass(frozen=True)
class FullRun:
    """One run on a disk that became full, and the run after it, on a disk with room.

    Attributes:
        result: Of the first.
        stored: What the far side held after it.
        again: Of the second, which asked for every channel at once.
        trial: Its desk.
    """

    result: Result
    stored: int
    again: list[Result]
    trial: Trial

    @property
    def filing(self) -> Any:
        """What the first run said; the channel has no other."""
        return self.result.json["filings"][0]

    @property
    def later(self) -> str:
        """The outcome that the second run told."""
        return self.again[0].outcomes[self.trial.name]


def channel_of(step: str) -> str:
    return f"none--page--{step.replace(':', '-')}"


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    home = Cli(tmp_path_factory.mktemp("full") / "home")
    assert home("sign", EXAMPLE, stdin="属实\n").exit_code == 0
    return home


@pytest.fixture(scope="module")
def runs(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Generator[dict[str, FullRun]]:
    """Fill the disk up at each step of a run of its own, then run all of them again with room."""
    names = [channel_of(step) for step in (*NOTHING_SENT, *SENT, *RECORDED)]
    with fault_house(tmp_path_factory.mktemp("channels"), names) as house:
        again: list[Result] = []
        found = {step: _full_run(cli, house, step, again) for step in (*NOTHING_SENT, *SENT, *RECORDED)}
        again.append(cli(*submit_command(house, names)))
        yield found


def submit_command(house: FaultHouse, names: list[str]) -> tuple[str | Path, ...]:
    named = ("--channels", ",".join(names), "--plugins-dir", house.plugins)
    return ("submit", EXAMPLE, *named, "--yes", "--json")


def _full_run(cli: Cli, house: FaultHouse, step: str, again: list[Result]) -> FullRun:
    name = channel_of(step)
    command = [sys.executable, "-m", "fakes.full_disk", step, name, *map(str, submit_command(house, [name]))]
    environment = cli.environment(PYTHONPATH=_path())
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240
    )
    trial = house.trials[name]
    return FullRun(Result(done.returncode, done.stdout, done.stderr), trial.stored, again, trial)


def _path() -> str:
    return ":".join([str(ROOT / "tests"), *filter(None, sys.path)])


@pytest.mark.parametrize("step", NOTHING_SENT)
def test_a_disk_that_is_full_before_the_mark_sends_nothing_and_a_later_run_files_once(
    runs: dict[str, FullRun], step: str
) -> None:
    """Red for ``before:committing`` when the fault of writing the mark was passed over; a mark written *after* the
    press leaves this test green, since the disk is then still good at the press: ``test_safeguards`` holds the order.
    """
    run = runs[step]

    assert (run.result.exit_code in (1, 5), run.stored) == (True, 0), run.result.said
    assert run.later == "filed", (run.result.said, run.again[0].said)
    assert run.trial.stored == 1


@pytest.mark.parametrize("step", SENT)
def test_a_number_that_cannot_be_written_down_is_told_the_person_and_nothing_is_sent_again(
    runs: dict[str, FullRun], step: str
) -> None:
    """Red when the fault of the disk ended the run: the number was nowhere."""
    run = runs[step]
    name = run.trial.name

    assert (run.result.exit_code, run.result.outcomes) == (4, {name: "unknown"}), run.result.said
    assert re.search(rf"complain resolve .*{name} --filed {faults.NUMBER}", run.filing["task"])
    assert (run.later, run.trial.stored) == ("unknown", 1), run.again[0].said


@pytest.mark.parametrize("step", RECORDED)
def test_a_receipt_that_cannot_be_archived_is_kept_and_archived_by_the_next_run(
    cli: Cli, runs: dict[str, FullRun], step: str
) -> None:
    run = runs[step]
    bag = cli.home / "archive" / CASE / run.trial.name / "1"

    assert run.result.outcomes == {run.trial.name: "filed"}, run.result.said
    assert run.filing["warnings"] != []
    assert run.later == "skipped", run.again[0].said
    assert faults.NUMBER in (bag / "data" / "receipt.json").read_text(encoding="utf-8")


def test_the_archive_is_whole_afterwards(cli: Cli, runs: dict[str, FullRun]) -> None:
    assert runs["before:draft"].again[0].exit_code == 4
    assert cli("receipts", "verify").exit_code == 0


def test_a_page_that_does_not_answer_in_time_is_not_told_as_a_full_disk(tmp_path: Path) -> None:
    """Red on a busy machine: ``TimeoutError`` is an ``OSError`` too."""
    assert "TimeoutError" in nothing_was_sent(TimeoutError(), tmp_path / "fault.txt")
    assert "No space left" in nothing_was_sent(OSError(28, "No space left on device"), None)
