"""How a run ends: its exit code, a fault in the middle of it, the same words under another name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from complain.errors import ExitCode
from complain.filing.exit_codes import exit_code
from complain.model import FilingReport, Outcome
from fakes.cli import EXAMPLE, ROOT, Cli, Result, copy_example
from fakes.fault_channels import FaultHouse, fault_house

# A fault of the tool in one filing, before its button is pressed.
FAILS = """
import sys
from complain.cli.main import main
from complain.errors import GuardUnavailable
from complain.filing.form_filing import FormFiling
whole = FormFiling.prepare
async def prepare(self):
    if self.channel.id == "slow":
        raise {error}
    return await whole(self)
FormFiling.prepare = prepare
main(sys.argv[1:])
"""
# A fault of the run itself, outside of any one filing: the preview of the second stage cannot be made.
BREAKS_OFF = """
import sys
from complain.cli.main import main
from complain.filing.review import Review
whole = Review.write
def write(self, path, reviews):
    if self.stage == 2:
        raise RuntimeError("the preview is broken")
    whole(self, path, reviews)
Review.write = write
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([Outcome.FILED, Outcome.SKIPPED, Outcome.PREPARED], ExitCode.OK),
        ([Outcome.FILED, Outcome.NEEDS_HUMAN], ExitCode.NEEDS_HUMAN),
        ([Outcome.NEEDS_HUMAN, Outcome.REFUSED], ExitCode.NOT_FILED),
        ([Outcome.NOT_FILED, Outcome.UNKNOWN], ExitCode.UNKNOWN),
    ],
)
def test_the_worst_outcome_is_the_exit_code(outcomes: list[Outcome], code: ExitCode) -> None:
    assert exit_code([FilingReport("c", outcome) for outcome in outcomes]) is code


def test_a_fault_of_the_tool_is_worse_than_a_filing_that_was_not_made_and_better_than_unknown() -> None:
    fault = FilingReport("c", Outcome.NOT_FILED, is_fault=True)

    assert exit_code([fault, FilingReport("d", Outcome.REFUSED)]) is ExitCode.FAULT
    assert exit_code([fault, FilingReport("d", Outcome.UNKNOWN)]) is ExitCode.UNKNOWN


def test_only_an_unknown_outcome_is_worse_than_an_interruption() -> None:
    filed, unknown = FilingReport("c", Outcome.FILED), FilingReport("d", Outcome.UNKNOWN)

    assert exit_code([filed], is_interrupted=True) is ExitCode.INTERRUPTED
    assert exit_code([filed, unknown], is_interrupted=True) is ExitCode.UNKNOWN


@pytest.fixture
def house(tmp_path: Path) -> Generator[FaultHouse]:
    with fault_house(tmp_path / "channels", ["none", "slow"]) as standing:
        yield standing


def submit(cli: Cli, house: FaultHouse, case: Path, channels: str) -> Result:
    assert cli("sign", case, stdin="属实\n").exit_code == 0
    return cli(
        "submit",
        case,
        "--channels",
        channels,
        "--yes",
        "--json",
        "--plugins-dir",
        house.plugins,
        LANGUAGE="en",
    )


def submit_with(cli: Cli, house: FaultHouse, program: str) -> Result:
    """File in both channels, in a process in which something of the tool is broken."""
    assert cli("sign", EXAMPLE, stdin="属实\n").exit_code == 0
    command = ["submit", str(EXAMPLE), "--channels", "none,slow", "--yes", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", program, *command, "--plugins-dir", str(house.plugins)],
        env=cli.environment(LANGUAGE="en"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.mark.browser
@pytest.mark.parametrize("error", ["RuntimeError()", "GuardUnavailable('no guard')"])
def test_a_fault_before_the_submit_is_the_tools_and_the_other_filings_are_made(
    cli: Cli, house: FaultHouse, error: str
) -> None:
    """Red when it counted as a filing that was merely not made: 5, as if the form or the person were to blame."""
    result = submit_with(cli, house, FAILS.format(error=error))

    assert (result.exit_code, result.outcomes) == (1, {"none": "filed", "slow": "not_filed"}), result.said
    assert (house.trials["none"].stored, house.trials["slow"].stored) == (1, 0)


@pytest.mark.browser
def test_a_fault_between_the_filings_still_tells_what_was_filed(cli: Cli, house: FaultHouse) -> None:
    """Red when the fault ended the run with an empty list: two complaints were filed, and nobody was told."""
    form = house.plugins / "slow.toml"
    text = form.read_text(encoding="utf-8")
    form.write_text(text.replace("[limits]", "stage = 2\n\n[limits]"), encoding="utf-8")
    result = submit_with(cli, house, BREAKS_OFF)

    assert (result.exit_code, result.outcomes) == (1, {"none": "filed", "slow": "not_filed"}), result.said
    assert "fault" in result.json["error"]["message"]
    assert (house.trials["none"].stored, house.trials["slow"].stored) == (1, 0)


@pytest.mark.browser
def test_the_same_complaint_is_not_filed_again_under_another_name(
    cli: Cli, house: FaultHouse, tmp_path: Path
) -> None:
    twin = copy_example(tmp_path / "twin", **{'id = "example-basic"': 'id = "another-name"'})
    first = submit(cli, house, EXAMPLE, "none")
    second = submit(cli, house, twin, "none")

    assert (first.outcomes, second.outcomes) == ({"none": "filed"}, {"none": "skipped"}), second.said
    assert "example-basic" in second.json["filings"][0]["reason"]
    assert house.trials["none"].stored == 1


@pytest.mark.browser
def test_a_person_s_word_whose_bag_a_crash_prevented_is_archived_by_the_next_command(
    cli: Cli, house: FaultHouse, tmp_path: Path
) -> None:
    """Red when only commits were looked after: the receipt stayed out of the archive for good."""
    form = house.plugins / "slow.toml"
    form.write_text(form.read_text(encoding="utf-8").replace("工单编号", "不会出现的字样"), encoding="utf-8")
    (cli.home).mkdir(exist_ok=True)
    (cli.home / "config.toml").write_text("[browser]\nsettle = 8\n", encoding="utf-8")
    assert submit(cli, house, EXAMPLE, "slow").outcomes == {"slow": "unknown"}
    command = [sys.executable, "-m", "fakes.killed", "before:bag", "resolve", str(EXAMPLE), "slow"]
    killed = subprocess.run(
        [*command, "--filed", "GD-77"],
        env=cli.environment(PYTHONPATH=str(ROOT / "tests")),
        cwd=ROOT,
        check=False,
    )
    assert killed.returncode == -9
    before = sorted(path.name for path in (cli.home / "archive" / "example-basic" / "slow").iterdir())
    again = submit(cli, house, EXAMPLE, "slow")
    bags = cli.home / "archive" / "example-basic" / "slow"

    assert (before, again.outcomes) == (["1"], {"slow": "skipped"})
    assert "GD-77" in (bags / "1-2" / "data" / "receipt.json").read_text(encoding="utf-8")
    assert cli("receipts", "verify").exit_code == 0
