"""Ctrl-C: before the submit it leaves nothing sent; during one the answer is waited for, and it is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator

import pytest

from fakes.cli import EXAMPLE, ROOT, Cli, Result
from fakes.fault_channels import FaultHouse, fault_house

pytestmark = [pytest.mark.browser, pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")]

# Presses Ctrl-C in the middle of its own run, at a step of the engine.
INTERRUPTED = """
import os, signal, sys
from complain.cli.main import main
from fakes import killed
killed.arm(sys.argv[1], strike=lambda: os.kill(os.getpid(), signal.SIGINT))
main(sys.argv[2:])
"""
NAMES = ("none", "hang-after", "slow")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[FaultHouse]:
    with fault_house(tmp_path_factory.mktemp("desks") / "channels", NAMES) as standing:
        yield standing


def interrupted(cli: Cli, house: FaultHouse, channels: str, step: str, settle: int = 30) -> Result:
    assert cli("sign", EXAMPLE, stdin="属实\n").exit_code == 0
    (cli.home / "config.toml").write_text(f"[browser]\nsettle = {settle}\n", encoding="utf-8")
    command = ["submit", str(EXAMPLE), "--channels", channels, "--yes", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, step, *command, "--plugins-dir", str(house.plugins)],
        env=cli.environment(PYTHONPATH=str(ROOT / "tests"), LANGUAGE="en"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def test_during_the_submit_the_answer_is_waited_for_and_said_and_the_rest_is_left(
    cli: Cli, house: FaultHouse
) -> None:
    stored = house.trials["none"].stored, house.trials["slow"].stored
    result = interrupted(cli, house, "none,slow", "after:press")

    assert (result.exit_code, result.outcomes) == (130, {"none": "filed", "slow": "not_filed"}), result.said
    assert "its answer is waited for" in result.stderr
    assert (house.trials["none"].stored, house.trials["slow"].stored) == (stored[0] + 1, stored[1])


def test_an_unknown_outcome_is_worse_than_the_interruption(cli: Cli, house: FaultHouse) -> None:
    """Red when every interrupted run ended with 130: the one outcome that needs a person was hidden."""
    result = interrupted(cli, house, "hang-after", "after:press", settle=8)

    assert (result.exit_code, result.outcomes) == (4, {"hang-after": "unknown"}), result.said


def test_before_the_submit_nothing_is_sent(cli: Cli, house: FaultHouse) -> None:
    stored = house.trials["none"].stored
    result = interrupted(cli, house, "none", "before:finish")

    assert (result.exit_code, house.trials["none"].stored) == (130, stored), result.said


def test_a_run_that_was_interrupted_can_be_run_again(cli: Cli, house: FaultHouse) -> None:
    stored = house.trials["none"].stored
    assert interrupted(cli, house, "none", "after:prepared").exit_code == 130
    command = ("submit", EXAMPLE, "--channels", "none", "--yes", "--json", "--plugins-dir", house.plugins)

    assert cli(*command).outcomes == {"none": "filed"}
    assert house.trials["none"].stored == stored + 1
