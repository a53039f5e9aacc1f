"""A SIGKILL at every step: at most one complaint at the desk, and never a state more certain than the truth."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fakes import faults
from fakes.cli import EXAMPLE, Cli, Result
from fakes.fault_channels import FaultHouse, Trial, fault_house
from fakes.fault_desk import TestAuthority
from fakes.fault_forms import KINDS
from fakes.killed import STEPS
from fakes.tool import CASE, Kill, ToolHome, copy_home, signed_home

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NOTHING_SENT = ("draft", "fill", "prepared", "confirmed", "finish")
SETTLED = ("after:settled", "before:bag", "after:bag", "before:archived", "after:archived")
HOMES = 2  # in turn, so that the wait after a kill in one is used by the other


def channel_of(step: str) -> str:
    """Return the channel whose run is killed at a step; the forms take turns, plain and over TLS."""
    number = STEPS.index(step)
    kind, tls = list(KINDS)[number % len(KINDS)], "-tls" if number % 3 == 2 else ""
    return f"none--{kind}{tls}--{step.replace(':', '-')}"


@dataclass(frozen=True)
class Place:
    """A home and its desks.

    Attributes:
        home: Of the tool.
        house: The desks of its channels.
    """

    home: ToolHome
    house: FaultHouse

    def submit(self, *names: str) -> list[str]:
        """Return the command that files in the named channels."""
        return self.home.submit_arguments(names, "--plugins-dir", str(self.house.plugins))

    def filing(self, name: str) -> Any:
        """Return what the last run said of a channel."""
        return next(one for one in self.home.answer()["filings"] if one["channel"] == name)


@dataclass(frozen=True)
class KilledRun:
    """One run that was killed, and how its filing stood when it was run again.

    Attributes:
        exit_code: Of the killed run.
        before: What the far side held when it was dead.
        place: Where; its last answer is that of the run after.
        trial: Its desk.
    """

    exit_code: int
    before: int
    place: Place
    trial: Trial

    @property
    def filing(self) -> Any:
        """What the run after it said."""
        return self.place.filing(self.trial.name)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Generator[dict[str, KilledRun]]:
    """Kill one run at each step, then run all of them again in one."""
    folder = tmp_path_factory.mktemp("killed")
    authority = TestAuthority(folder)
    signed = signed_home(folder / "signed", settle=20.0, authority=authority)
    with ExitStack() as stack:
        places: list[Place] = []
        for number in range(HOMES):
            home = copy_home(signed, folder / f"home-{number}")
            names = [channel_of(step) for step in STEPS[number::HOMES]]
            house = stack.enter_context(fault_house(home.path / "channels", names, authority))
            places.append(Place(home, house))
        found: dict[str, KilledRun] = {}
        for number, step in enumerate(STEPS):
            place, name = places[number % HOMES], channel_of(step)
            code = place.home.run(place.submit(name), Kill(step, name))
            trial = place.house.trials[name]
            found[step] = KilledRun(code, trial.stored, place, trial)
        for place in places:
            assert place.home.run(place.submit(*place.house.trials)) == 4, place.home.errors()
        yield found


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_and_run_again_files_at_most_once(
    runs: dict[str, KilledRun], step: str
) -> None:
    run = runs[step]
    outcome, stored = run.filing["outcome"], run.trial.stored

    assert run.exit_code == -signal.SIGKILL
    assert stored <= 1
    if step.split(":")[1] in NOTHING_SENT or step == "before:committing":
        assert (run.before, outcome, stored) == (0, "filed", 1), run.filing
    elif step in SETTLED:
        assert (outcome, run.filing["receipt"]["number"], stored) == ("skipped", faults.NUMBER, 1)
    else:
        # From the mark on nobody can know: it is said so, and nothing is sent again.
        assert (outcome, stored) == ("unknown", run.before), run.filing


def test_the_archive_is_whole_after_all_kills(runs: dict[str, KilledRun]) -> None:
    for home in {run.place.home for run in runs.values()}:
        assert home.run(["receipts", "verify"]) == 0, home.errors()


def test_a_killed_filing_keeps_its_evidence_in_a_bag(runs: dict[str, KilledRun]) -> None:
    run = runs["after:evidence"]
    bag = run.place.home.path / "archive" / CASE / run.trial.name / "1"

    kept = {path.name for path in (bag / "data").iterdir()}
    assert kept >= {"letter.txt", "draft.json", "result.txt", "exchange.json"}


def resolve(run: KilledRun, *how: str, stdin: str = "") -> Result:
    plugins = ("--plugins-dir", run.place.house.plugins)
    arguments: tuple[str | Path, ...] = ("resolve", EXAMPLE, run.trial.name, *how, *plugins)
    return Cli(run.place.home.path)(*arguments, stdin=stdin)


def submit_again(run: KilledRun) -> str:
    result = Cli(run.place.home.path)(*run.place.submit(run.trial.name))
    return result.outcomes[run.trial.name]


def test_an_unknown_is_settled_by_the_persons_word_and_then_never_filed_again(
    runs: dict[str, KilledRun],
) -> None:
    run = runs["after:press"]
    resolved = resolve(run, "--filed", "GD-1")

    assert resolved.exit_code == 0, resolved.said
    assert submit_again(run) == "skipped"
    assert run.trial.stored == run.before


def test_entering_not_filed_asks_twice_and_takes_no_other_answer(runs: dict[str, KilledRun]) -> None:
    run = runs["after:arm"]
    name = run.trial.name
    once = resolve(run, "--not-filed", stdin=f"{name}\nno\n")
    twice = resolve(run, "--not-filed", stdin=f"{name}\n{name}\n")

    assert (once.exit_code, twice.exit_code) == (2, 0), twice.said
    assert submit_again(run) == "filed"
    assert run.trial.stored == 1
