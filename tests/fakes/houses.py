"""Homes with a desk for every filing, in which the tool is killed and met by faults: the long rounds' trials.

A house is some homes; after a kill its filing is asked for again, as a person would.
"""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from complain.practice.faults import KINDS as PRACTICE_FAULTS
from complain.practice.received import received
from fakes import killed
from fakes.fault_channels import FaultHouse, Trial, channel_names, fault_house
from fakes.fault_desk import TestAuthority
from fakes.tool import Kill, Standing, ToolHome, copy_home, signed_home
from fakes.tool_trials import ANSWERED

SETTLE = 2.0
HOMES = 3  # run in turn, so that the wait after a kill in one is used by the others
IN_A_HOME = 6
AT_ONCE = 8  # channels in one run over faults: one browser's start serves them all
AGAIN_AT_ONCE = 0.25  # of the kills are followed by the same command while the old browser may live
NEVER_ARRIVES = frozenset(
    {
        "error-opening",
        "rewrites-late",
        "rewrites-at-submit",
        "shortens-late",
        "shortens-at-submit",
        "asks-twice",
        "asks-in-vain",
    }
)
BEFORE_THE_MARK = frozenset({"draft", "fill", "prepared", "confirmed", "finish"})
DESKS = ("in-app", "website", "public-account", "regulator")
QUICK_FAULTS = {
    "slow": "slow=0.5",
    "confirmation-late": "confirmation-late=1",
    "double-click-trap": "double-click-trap=0.5",
}
DESK_FAULTS = ("", *(QUICK_FAULTS.get(name, name) for name in PRACTICE_FAULTS if name != "bounce"))


@dataclass(frozen=True)
class Seen:
    """One filing of a house, before it is an `Entry`."""

    channel: str
    stored: int
    standing: Standing
    wrong: str
    kill: str = ""
    killed: bool = False


@dataclass
class Bench:
    """Makes homes.

    Attributes:
        folder: For all homes.
        seed: Of everything random.
        authority: Of the desks over TLS.
        signed: A home in which the example is signed, to be copied.
        usual: Seconds of an undisturbed run: the scale of the random times.
    """

    folder: Path
    seed: int
    authority: TestAuthority
    signed: ToolHome
    usual: float = 6.0
    _homes: int = 0

    @classmethod
    def furnished(cls, folder: Path, seed: int) -> Bench:
        """Make the home to be copied, and measure an undisturbed run."""
        authority = TestAuthority(folder)
        signed = signed_home(folder / "signed", settle=SETTLE, authority=authority)
        bench = cls(folder, seed, authority, signed)
        with ExitStack() as stack:
            home, _house = bench.home(stack, ["none"])
            begun = time.monotonic()
            if home.run(submit(home, ["none"])) != 0:
                raise RuntimeError(f"nothing could be filed: {home.errors()}")
            bench.usual = time.monotonic() - begun
        return bench

    def home(self, stack: ExitStack, names: Sequence[str] = ()) -> tuple[ToolHome, FaultHouse]:
        """Make a home and the desks of the named channels; both are gone when ``stack`` ends."""
        self._homes += 1
        home = copy_home(self.signed, self.folder / f"home-{self._homes}")
        stack.callback(shutil.rmtree, home.path)
        return home, stack.enter_context(fault_house(home.path / "channels", names, self.authority))

    def chance(self, name: str, house: int) -> random.Random:
        """Return what decides everything random in one house."""
        return random.Random(f"{self.seed}/{name}/{house}")


def submit(home: ToolHome, names: Sequence[str]) -> list[str]:
    """Return the command that files in channels of the home's own plugins folder."""
    return home.submit_arguments(names, "--plugins-dir", str(home.path / "channels"))


# -- kills ----------------------------------------------------------------------------------------------------------


def plan_kills(bench: Bench, house: int) -> list[tuple[str, Kill]]:
    """Return channel and kill of each filing: half at every named step in turn, half at random times."""
    chance = bench.chance("killed", house)
    steps = random.Random(bench.seed).sample(killed.STEPS, len(killed.STEPS))
    plan: list[tuple[str, Kill]] = []
    for number in range(HOMES * IN_A_HOME):
        if number % 2 == 0:
            kill = Kill(steps[(house * HOMES * IN_A_HOME + number) // 2 % len(steps)])
        elif number % 4 == 1:
            kill = Kill(after=chance.uniform(0.0, bench.usual))
        else:
            kill = Kill(arrived=chance.uniform(0.0, bench.usual / 2))
        taken = {name for name, _ in plan}
        fitting = [name for name in channel_names() if name not in taken and _fits(name, kill)]
        plan.append((chance.choice(fitting), kill))
    return plan


def _fits(channel: str, kill: Kill) -> bool:
    """Whether a run against this fault comes as far as the kill."""
    fault, step = channel.partition("--")[0], kill.step.partition(":")[2]
    if step == "settled":
        return fault in ANSWERED
    return kill.after is not None or step in BEFORE_THE_MARK or fault not in NEVER_ARRIVES


def kill_house(bench: Bench, house: int) -> Iterator[Seen]:
    """Kill one run for each channel, then run all of them again, and compare."""
    plan = plan_kills(bench, house)
    again = bench.chance("again", house)
    with ExitStack() as stack:
        shares = [plan[start::HOMES] for start in range(HOMES)]
        homes = [bench.home(stack, [name for name, _ in share]) for share in shares]
        ended: dict[str, int] = {}
        for place in range(IN_A_HOME):
            for share, (home, desks) in zip(shares, homes, strict=True):
                name, kill = share[place]
                ended[name] = _kill_one(home, desks.trials[name], kill)
                if again.random() < AGAIN_AT_ONCE:
                    home.run(submit(home, [name]))
        for share, (home, desks) in zip(shares, homes, strict=True):
            names = [name for name, _ in share]
            home.run(submit(home, names))
            broken = _verify(home)
            for (name, kill), standing in zip(share, home.standings(names).values(), strict=True):
                seen = seen_at(desks.trials[name], standing, broken)
                yield replace(seen, kill=str(kill), killed=ended[name] == -signal.SIGKILL)


def _kill_one(home: ToolHome, trial: Trial, kill: Kill) -> int:
    return home.run(submit(home, [trial.name]), kill, has_arrived=lambda: trial.arrived)


def _verify(home: ToolHome, *more: str) -> str:
    code = home.run(["receipts", "verify", *more])
    return f"receipts verify ended with {code}" if code else ""


def seen_at(trial: Trial, standing: Standing, broken: str) -> Seen:
    """Compare how a filing stands with what the far side holds."""
    told = replace(standing, lost=standing.lost or broken)
    return Seen(trial.name, trial.stored, told, trial.dishonesty(standing.outcome, standing.number))


# -- faults ---------------------------------------------------------------------------------------------------------


def fault_house_of(bench: Bench, house: int) -> Iterator[Seen]:
    """File against faults, several to a run, each run twice; every fault at every form comes in turn."""
    order = random.Random(f"{bench.seed}/faults").sample(channel_names(), len(channel_names()))
    names = [order[(house * AT_ONCE + place) % len(order)] for place in range(AT_ONCE)]
    with ExitStack() as stack:
        home, desks = bench.home(stack, names)
        for _ in range(2):
            home.run(submit(home, names))
        broken = _verify(home)
        for name, standing in home.standings(names).items():
            yield seen_at(desks.trials[name], standing, broken)
        if strangers := {trial.foreign for trial in desks.trials.values() if trial.foreign.received}:
            raise AssertionError(f"{len(strangers)} foreign desks were reached from {names}")


# -- the practice desks ---------------------------------------------------------------------------------------------


def practice_house(bench: Bench, house: int) -> Iterator[Seen]:
    """File at the four practice desks, each with a fault, killed or not, and run again."""
    chance = bench.chance("practice", house)
    order = random.Random(f"{bench.seed}/desks").sample(DESK_FAULTS, len(DESK_FAULTS))
    troubles = {desk: order[(house + 3 * place) % len(order)] for place, desk in enumerate(DESKS)}
    killing = house % 2 == 1
    kills: dict[str, Kill] = {}
    ended: dict[str, int] = {}
    with ExitStack() as stack:
        home, _ = bench.home(stack)
        if killing:
            for desk in chance.sample(DESKS, len(DESKS)):
                kills[desk] = _practice_kill(bench, chance)
                command = home.submit_arguments([desk], "--practice")
                ended[desk] = home.run(command, kills[desk], practice_faults=troubles)
        for _ in range(1 if killing else 2):
            home.run(home.submit_arguments(DESKS, "--practice"), practice_faults=troubles)
        broken = _verify(home, "--practice")
        held = received(home.path / "practice")
        for desk, standing in home.standings(DESKS, practice=True).items():
            numbers = [one["number"] for one in held[desk]["complaints"]]
            told = replace(standing, lost=standing.lost or broken)
            channel = f"{troubles[desk].partition('=')[0] or 'none'}--{desk}"
            wrong = _dishonesty(standing, numbers)
            kill = str(kills.get(desk, ""))
            yield Seen(channel, len(numbers), told, wrong, kill, ended.get(desk) == -signal.SIGKILL)


def _practice_kill(bench: Bench, chance: random.Random) -> Kill:
    if chance.random() < 0.5:
        return Kill(step=chance.choice(killed.STEPS))
    return Kill(after=chance.uniform(0.0, bench.usual * 2))


def _dishonesty(standing: Standing, numbers: Sequence[str]) -> str:
    """Say in what an outcome contradicts the practice desk's own list."""
    if numbers and standing.outcome in ("not_filed", "refused", "needs_human", "prepared"):
        return f"{standing.outcome}, but it is stored"
    if not numbers and standing.outcome.startswith("filed"):
        return f"{standing.outcome}, but nothing is stored"
    if standing.number is not None and standing.number not in numbers:
        return f"{standing.outcome} with the number {standing.number}"
    return ""
