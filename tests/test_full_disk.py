"""A disk that is full from one step on: before ``committing`` nothing is sent, after it no receipt is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from fakes import faults
from fakes.cli import EXAMPLE, ROOT, Cli, Result
from fakes.fault_channels import FaultHouse, fault_house

pytestmark = [pytest.mark.browser, pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")]

NOTHING_SENT = ("before:draft", "after:draft", "before:prepared", "before:confirmed", "before:committing")
SENT = ("after:committing", "after:press", "before:settled")
RECORDED = ("after:settled", "before:archived")


@pytest.fixture
def house(tmp_path: Path) -> Generator[FaultHouse]:
    with fault_house(tmp_path / "channels", ["none"]) as standing:
        yield standing


def submit_command(house: FaultHouse) -> tuple[str | Path, ...]:
    return ("submit", EXAMPLE, "--channels", "none", "--yes", "--json", "--plugins-dir", house.plugins)


def submit_on_full_disk(cli: Cli, house: FaultHouse, step: str) -> Result:
    assert cli("sign", EXAMPLE, stdin="属实\n").exit_code == 0
    command = [sys.executable, "-m", "fakes.full_disk", step, *map(str, submit_command(house))]
    environment = cli.environment(PYTHONPATH=str(ROOT / "tests"))
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("step", NOTHING_SENT)
def test_a_disk_that_is_full_before_the_mark_sends_nothing_and_a_later_run_files_once(
    cli: Cli, house: FaultHouse, step: str
) -> None:
    """Red for ``before:committing`` when the mark was written after the press."""
    trial = house.trials["none"]
    full = submit_on_full_disk(cli, house, step)
    assert (full.exit_code in (1, 5), trial.stored) == (True, 0), full.said

    assert cli(*submit_command(house)).outcomes == {"none": "filed"}
    assert trial.stored == 1


@pytest.mark.parametrize("step", SENT)
def test_a_number_that_cannot_be_written_down_is_told_the_person_and_nothing_is_sent_again(
    cli: Cli, house: FaultHouse, step: str
) -> None:
    """Red when the fault of the disk ended the run: the number was nowhere."""
    full = submit_on_full_disk(cli, house, step)
    again = cli(*submit_command(house))

    assert (full.exit_code, full.outcomes) == (4, {"none": "unknown"}), full.said
    assert f" none --filed {faults.NUMBER}" in full.json["filings"][0]["task"]
    assert (again.exit_code, again.outcomes, house.trials["none"].stored) == (4, {"none": "unknown"}, 1)
    assert cli("receipts", "verify").exit_code == 0


@pytest.mark.parametrize("step", RECORDED)
def test_a_receipt_that_cannot_be_archived_is_kept_and_archived_by_the_next_run(
    cli: Cli, house: FaultHouse, step: str
) -> None:
    full = submit_on_full_disk(cli, house, step)
    again = cli(*submit_command(house))

    assert full.outcomes == {"none": "filed"}, full.said
    assert full.json["filings"][0]["warnings"] != []
    assert again.outcomes == {"none": "skipped"}
    bag = cli.home / "archive" / "example-basic" / "none" / "1"
    assert faults.NUMBER in (bag / "data" / "receipt.json").read_text(encoding="utf-8")
    assert cli("receipts", "verify").exit_code == 0
