"""Kills and faults against the real tool with a real browser, and the same faults against a plain script.

The far side's own record is the oracle. Every run has a home and a desk of its own; after a kill the same command
runs again, as a person would. ``python benchmarks/faults.py --kills 40 --faults 60 --control 20 --seed 1``
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from fakes import faults, killed  # noqa: E402  (the tests' far side)
from fakes.fault_channels import FAULTS, FaultHouse, Trial, fault_house  # noqa: E402

EXAMPLE = ROOT / "examples" / "basic"
LONGEST_RUN = 120.0
AT_ONCE = 8  # channels in one fault run: one browser's start serves them all
CONTROL_PATIENCE = 2000  # milliseconds that the plain script waits for the receipt
QUICK = (
    "none",
    "slow",
    "late",
    "reset",
    "fin",
    "error-after",
    "truncated-body",
    "script",
    "two-clicks",
    "code",
)


@dataclass
class Tally:
    """One row of the table.

    Attributes:
        runs: Filings that were tried.
        duplicates: Of which the far side stored more than one.
        phantom: Said to be filed, and not stored.
        lost: Receipts that the journal names and no bag holds, and bags that do not verify.
        too_certain: Other outcomes that the far side's record contradicts.
        killed: Runs that were really killed; the others had ended before.
        notes: What was wrong, for the one who looks into it.
    """

    runs: int = 0
    duplicates: int = 0
    phantom: int = 0
    lost: int = 0
    too_certain: int = 0
    killed: int = 0
    notes: list[str] = field(default_factory=list[str])

    def note(self, trial: Trial, outcome: str, number: str | None, lost: bool, what: str) -> None:
        """Compare one outcome with the truth."""
        self.runs += 1
        wrong = trial.dishonesty(outcome, number)
        is_phantom = outcome.startswith("filed") and not trial.stored
        self.duplicates += trial.stored > 1
        self.phantom += is_phantom
        self.lost += lost
        self.too_certain += bool(wrong) and not is_phantom
        if wrong or lost or trial.stored > 1:
            self.notes.append(
                f"{what}: stored {trial.stored}, {outcome} {wrong} {'receipt lost' if lost else ''}"
            )


@dataclass
class Bench:
    """Makes homes and runs the tool in them.

    Attributes:
        folder: For all homes.
        signed: A home in which the example is signed, to be copied.
        chance: Source of everything random.
    """

    folder: Path
    signed: Path
    chance: random.Random
    _count: int = 0

    @contextlib.contextmanager
    def home(self, names: Sequence[str]) -> Generator[tuple[Path, FaultHouse]]:
        """Yield a new home and the desks of the named faults."""
        self._count += 1
        home = self.folder / f"home-{self._count}"
        shutil.copytree(self.signed, home)
        with fault_house(home / "channels", names) as house:
            yield home, house
        shutil.rmtree(home)

    def run(self, home: Path, arguments: Sequence[str], *, step: str = "", kill_after: float = 0.0) -> int:
        """Run one command in a process of its own and return its exit code, negative for a signal.

        Args:
            home: Its home.
            arguments: Of the command line.
            step: Where it kills itself; empty: nowhere.
            kill_after: Seconds until it is killed; 0: it is not.
        """
        process = _fork().Process(target=_child, args=(str(home), list(arguments), step))
        process.start()
        process.join(kill_after or LONGEST_RUN)
        if process.is_alive():
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
            process.join()
        return process.exitcode if process.exitcode is not None else 0


def _fork() -> Any:
    """A server that has everything imported, and forks one process per run."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["__main__", "complain.cli.submit", "complain.filing.run", "playwright.async_api"]
    )
    return context


def _child(home: str, arguments: list[str], step: str) -> None:
    os.environ["COMPLAIN_HOME"] = home
    with Path(home, "out.json").open("wb") as out, Path(home, "err.txt").open("ab") as err:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
    sys.stdin = Path(home, "stdin.txt").open(encoding="utf-8")  # noqa: SIM115  (for the life of the process)
    if step:
        killed.arm(step)
    from complain.cli.main import main

    main(arguments)


def submit_arguments(home: Path, names: Sequence[str]) -> list[str]:
    """Return the command that files in the named channels."""
    named = ("--channels", ",".join(names), "--plugins-dir", str(home / "channels"))
    return ["submit", str(EXAMPLE), *named, "--yes", "--json"]


def standing(home: Path, names: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """Return outcome and number of each filing as the journal has them: what ``complain status`` says."""
    from complain.filing.journal import open_journal
    from complain.filing.transitions import outcome_of

    with closing(open_journal(home / "journal.sqlite")) as journal:
        last = {name: journal.last("example-basic", name) for name in names}
    return {
        name: (outcome_of(event.state).value, event.data.get("number")) if event else ("not_filed", None)
        for name, event in last.items()
    }


def receipt_is_lost(home: Path, name: str, number: str | None) -> bool:
    """Tell whether the journal names a receipt that no bag holds."""
    if number is None:
        return False
    files = (home / "archive" / "example-basic" / name).glob("*/data/receipt.json")
    return not any(json.loads(file.read_text(encoding="utf-8"))["number"] == number for file in files)


def kill_once(bench: Bench, tally: Tally, fault: str, step: str, kill_after: float) -> None:
    """Kill one run, run it again, and compare."""
    with bench.home([fault]) as (home, house):
        arguments = submit_arguments(home, [fault])
        ended = bench.run(home, arguments, step=step, kill_after=kill_after)
        tally.killed += ended == -signal.SIGKILL
        between = standing(home, [fault])[fault]
        bench.run(home, arguments)
        outcome, number = standing(home, [fault])[fault]
        lost = receipt_is_lost(home, fault, number) or bool(bench.run(home, ["receipts", "verify"]))
        lost = lost or (between[1] is not None and number is None)
        what = f"kill at {step or f'{kill_after:.2f} s'} with fault {fault}"
        tally.note(house.trials[fault], outcome, number, lost, what)


def kill_rounds(bench: Bench, rounds: int) -> Tally:
    """Kill at every named step in turn, and as often at random times."""
    tally, steps = Tally(), list(killed.STEPS)
    bench.chance.shuffle(steps)
    for number in range(rounds):
        fault = bench.chance.choice(QUICK)
        if number % 2 == 0:
            kill_once(bench, tally, fault, steps[number // 2 % len(steps)], 0.0)
        else:
            kill_once(bench, tally, fault, "", bench.chance.uniform(0.5, 9.0))
        print(f"\rkills {number + 1}/{rounds}", end="", file=sys.stderr, flush=True)
    return tally


def fault_rounds(bench: Bench, wanted: int) -> Tally:
    """File against every fault in turn, several to a run, each run twice."""
    tally = Tally()
    names = [
        name
        for _ in range(wanted // len(FAULTS) + 1)
        for name in bench.chance.sample(list(FAULTS), len(FAULTS))
    ]
    for start in range(0, wanted, AT_ONCE):
        some = list(dict.fromkeys(names[start : min(start + AT_ONCE, wanted)]))
        with bench.home(some) as (home, house):
            for _ in range(2):
                bench.run(home, submit_arguments(home, some))
            for name, (outcome, number) in standing(home, some).items():
                tally.note(house.trials[name], outcome, number, receipt_is_lost(home, name, number), name)
        print(f"\rfaults {tally.runs}/{wanted}", end="", file=sys.stderr, flush=True)
    return tally


def control_rounds(bench: Bench, wanted: int) -> Tally:
    """The same faults against a plain script: Playwright, and tenacity around the submit."""
    tally = Tally()
    names = [name for _ in range(wanted // len(FAULTS) + 1) for name in FAULTS if not FAULTS[name].fields][
        :wanted
    ]

    async def all_of_them() -> None:
        from playwright.async_api import async_playwright

        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"))
            for name in names:
                with bench.home([name]) as (_home, house):
                    page = await (await browser.new_context()).new_page()
                    said = await _plain_script(page, house.trials[name].desk.url("/tickets/"))
                    tally.note(house.trials[name], *said, False, name)
                    await page.context.close()

    asyncio.run(all_of_them())
    return tally


async def _plain_script(page: Any, url: str) -> tuple[str, str | None]:
    from playwright.async_api import Error
    from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

    try:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(Error), stop=stop_after_attempt(3), reraise=True
        ):
            with attempt:
                await page.goto(url)
                await page.get_by_label("标题").fill("深夜来电")
                await page.get_by_label("问题描述").fill("本人反映如下情况。")
                await page.get_by_role("button", name="提交工单").click(timeout=CONTROL_PATIENCE)
                receipt = page.get_by_text(faults.NUMBER)
                await receipt.wait_for(timeout=CONTROL_PATIENCE)
    except Error:
        return "not_filed", None
    return "filed", faults.NUMBER


def table(rows: dict[str, Tally]) -> str:
    """Return the one table, in Markdown."""
    lines = [
        "| | runs | killed | duplicates | phantom filed | lost receipts | more certain than the truth |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, row in rows.items():
        lines.append(
            f"| {name} | {row.runs} | {row.killed} | {row.duplicates} | {row.phantom} | {row.lost} | {row.too_certain} |"
        )
    return "\n".join(lines)


def bound(runs: int) -> str:
    """Return what no failure in so many runs says: the rule of three, at 95 % confidence."""
    return f"0 of {runs} says: fewer than {3 / runs:.1%} (95 %)" if runs else ""


def prepared(folder: Path) -> Path:
    """Return a home in which the example is signed, with a short settle time."""
    home = folder / "signed"
    home.mkdir(parents=True)
    (home / "config.toml").write_text("[browser]\nsettle = 3.0\n", encoding="utf-8")
    (home / "stdin.txt").write_text("属实\n", encoding="utf-8")
    return home


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--faults", type=int, default=len(FAULTS))
    parser.add_argument("--control", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        bench = Bench(Path(name), prepared(Path(name)), random.Random(chosen.seed))
        assert bench.run(bench.signed, ["sign", str(EXAMPLE)]) == 0, "the example could not be signed"
        rounds: dict[str, Callable[[], Tally]] = {
            "killed": lambda: kill_rounds(bench, chosen.kills),
            "faults": lambda: fault_rounds(bench, chosen.faults),
            "control: a plain script": lambda: control_rounds(bench, chosen.control),
        }
        rows = {name: run() for name, run in rounds.items()}
    print(
        f"\n{table(rows)}\n\nseed {chosen.seed}, {time.monotonic() - started:.0f} s, SQLite {sqlite3.sqlite_version}"
    )
    for name in ("killed", "faults"):
        print(f"{name}: {bound(rows[name].runs)}")
    for name, row in rows.items():
        for note in row.notes:
            print(f"  {name}: {note}")
    wrong = sum(len(rows[name].notes) for name in ("killed", "faults"))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
