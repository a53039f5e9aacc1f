"""Kills and faults against the real tool with a real browser, and the same faults against a plain script.

The far side's own record is the oracle. A house is some homes with a desk for every filing; after a kill the filing
is asked for again, as a person would. With ``--append`` every filing is a line of a file, a further call goes on where
the last one stopped, and ``--sum`` adds files up::

    python benchmarks/faults.py --kills 1000 --faults 500 --practice 60 --control 34 --seed 1 --append rounds.jsonl
    python benchmarks/faults.py --sum rounds.jsonl more.jsonl
    python benchmarks/faults.py --seed 1 --house killed:17          # one house again
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from fakes import faults, tool_trials  # noqa: E402  (the tests' far side)
from fakes.fault_channels import FAULTS  # noqa: E402
from fakes.houses import Bench, Seen, fault_house_of, kill_house, practice_house, seen_at  # noqa: E402
from fakes.tool import Standing  # noqa: E402
from fakes.tool_trials import Entry  # noqa: E402

CONTROL_PATIENCE = 2000  # milliseconds that the plain script waits for the receipt


# -- the control ----------------------------------------------------------------------------------------------------


def control_house(bench: Bench, house: int) -> Iterator[Seen]:
    """The same faults against a plain script: Playwright, and tenacity around the submit."""
    names = [name for name in FAULTS if not FAULTS[name].fields]
    name = names[house % len(names)]
    with ExitStack() as stack:
        _home, desks = bench.home(stack, [name])
        trial = desks.trials[name]
        outcome, number = asyncio.run(_plain_script(trial.desk.url("/tickets/")))
        yield seen_at(trial, Standing(outcome, number), "")


async def _plain_script(url: str) -> tuple[str, str | None]:
    from playwright.async_api import Error, async_playwright
    from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

    retrying = AsyncRetrying(retry=retry_if_exception_type(Error), stop=stop_after_attempt(3), reraise=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"))
        page = await browser.new_page()
        try:
            async for attempt in retrying:
                with attempt:
                    await _fill_and_press(page, url)
        except Error:
            return "not_filed", None
        finally:
            await browser.close()
    return "filed", faults.NUMBER


async def _fill_and_press(page: Any, url: str) -> None:
    await page.goto(url)
    await page.get_by_label("标题").fill("深夜来电")
    await page.get_by_label("问题描述").fill("本人反映如下情况。")
    await page.get_by_role("button", name="提交工单").click(timeout=CONTROL_PATIENCE)
    await page.get_by_text(faults.NUMBER).wait_for(timeout=CONTROL_PATIENCE)


# -- the rounds -----------------------------------------------------------------------------------------------------

ROUNDS: dict[str, Callable[[Bench, int], Iterator[Seen]]] = {
    "killed": kill_house,
    "faults": fault_house_of,
    "practice": practice_house,
    "control": control_house,
}


def version() -> str:
    """Return the commit that is measured, with ``+`` when the tree differs from it."""
    git = ["git", "-C", str(ROOT)]
    commit = subprocess.run(
        [*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    changed = subprocess.run(
        [*git, "status", "--porcelain", "--untracked-files=no"], capture_output=True, text=True, check=False
    )
    return commit.stdout.strip() + ("+" if changed.stdout.strip() else "")


@dataclass
class Session:
    """One call of this program: what is wanted, and what was done.

    Attributes:
        bench: Makes the homes.
        wanted: Filings of each round.
        until: ``time.monotonic()`` after which no house is begun.
        file: Where every filing is written at once; None: nowhere.
    """

    bench: Bench
    wanted: dict[str, int]
    until: float
    file: Path | None
    version: str
    entries: list[Entry] = field(default_factory=list[Entry])

    def go(self) -> None:
        """Do one house after the other, of the round that is most behind."""
        houses = {name: self._first(name) for name in self.wanted}
        done = dict.fromkeys(self.wanted, 0)
        while time.monotonic() < self.until:
            behind = [name for name, wanted in self.wanted.items() if done[name] < wanted]
            if not behind:
                return
            name = min(behind, key=lambda one: done[one] / self.wanted[one])
            done[name] += len(self.one_house(name, houses[name]))
            houses[name] += 1
            told = ", ".join(f"{name} {count}/{self.wanted[name]}" for name, count in done.items())
            print(f"{dt.datetime.now(dt.UTC):%H:%M} {told}", file=sys.stderr, flush=True)

    def _first(self, name: str) -> int:
        return tool_trials.next_house(self.file, name, self.bench.seed) if self.file else 0

    def one_house(self, name: str, house: int) -> list[Entry]:
        """Do one house of a round, and write down what became of it."""
        begun = time.monotonic()
        seen = list(ROUNDS[name](self.bench, house))
        each = (time.monotonic() - begun) / len(seen)
        at = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
        entries = [
            Entry(
                round=name, seed=self.bench.seed, house=house, number=number, channel=one.channel,
                kill=one.kill, killed=one.killed, stored=one.stored, outcome=one.standing.outcome,
                receipt=one.standing.number, reason=one.standing.reason, lost=one.standing.lost, wrong=one.wrong,
                seconds=round(each, 2), version=self.version, at=at,
            )
            for number, one in enumerate(seen)
        ]  # fmt: skip
        self.entries += entries
        if self.file is not None:
            tool_trials.append(self.file, entries)
        for sentence in tool_trials.bad_ones(entries):
            print(f"LOOK: {sentence}", file=sys.stderr, flush=True)
        return entries


def report(entries: Sequence[Entry]) -> int:
    """Print table, bounds and what was met; return 1 when the tool did anything that it must not."""
    print(
        f"\n{tool_trials.table(entries)}\n\nSQLite {sqlite3.sqlite_version}, Python {sys.version.split()[0]}"
    )
    own = [one for one in entries if one.round != "control"]
    for line in (*tool_trials.bounds(own), *tool_trials.coverage(entries), *tool_trials.bad_ones(own)):
        print(line)
    return int(any(one.is_bad for one in own))


def main() -> int:
    """Run the rounds, or add up earlier ones, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, usual in (("kills", 36), ("faults", 40), ("practice", 0), ("control", 34)):
        parser.add_argument(f"--{name}", type=int, default=usual, help=f"filings (default {usual})")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=24 * 60.0, help="begin no house after so many")
    parser.add_argument(
        "--append", type=Path, metavar="FILE", help="write every filing there, and go on from it"
    )
    parser.add_argument("--sum", type=Path, nargs="+", metavar="FILE", help="only add up what FILEs hold")
    parser.add_argument("--house", metavar="ROUND:NUMBER", help="only this house")
    asked = parser.parse_args()
    if asked.sum:
        return report(list(tool_trials.read(asked.sum)))
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        bench = Bench.furnished(Path(name), asked.seed)
        wanted = {
            "killed": asked.kills,
            "faults": asked.faults,
            "practice": asked.practice,
            "control": asked.control,
        }
        wanted = {name: count for name, count in wanted.items() if count}
        session = Session(bench, wanted, time.monotonic() + 60 * asked.minutes, asked.append, version())
        if asked.house:
            kind, _, number = asked.house.partition(":")
            session.one_house(kind, int(number))
        else:
            session.go()
    return report(session.entries)


if __name__ == "__main__":
    sys.exit(main())
