"""One press of one button, over every fault, with the gate and without: how many filings does the far side hold?

    PYTHONPATH=tests python benchmarks/gate.py [--trials N] [--only WORD]

The far side's own record is counted. "Without" is a plain browser on the same far side in the same minute. The
second table is the price: medians, and their ratio to the plain browser.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page

from complain.browser.launch import BrowserRun, BrowserSettings
from fakes import faults
from fakes.browsing import Browsing, browsing, open_form, plain_browser, plain_page, ticket_policy, until
from fakes.fault_desk import Exchange, FaultDesk, Handler, TestAuthority

CROWD = f"""{faults.PAGE}<form id=f method=post action=/tickets/submit/><input name=title value=投诉></form>
<button id=go>提交工单</button><script>
go.onclick = () => {{ for (let i = 0; i < 6; i++) fetch("/picture?" + i); document.getElementById("f").submit(); }};
</script>"""
ASKS_FIRST = faults.FETCH_FORM.replace("try {", "try { await (await fetch('/token')).text();")


@dataclass(frozen=True)
class Scenario:
    """A form and what the far side does with it."""

    name: str
    submit: Handler
    form: str = faults.FORM
    second: Handler = faults.reset


SCENARIOS = (
    *(
        Scenario(name.replace("_", " "), handler)
        for name, handler in faults.STORING.items()
        if "hang" not in name
    ),
    Scenario("fetch, reset", faults.reset, faults.FETCH_FORM),
    Scenario("token first, then fetch, reset", faults.reset, ASKS_FIRST),
    Scenario("six parallel GETs, reset", faults.reset, CROWD),
    Scenario("307 same origin, then reset", faults.temporary_redirect_then_reset),
    Scenario("307 and close, then 303", faults.temporary_redirect_and_close, second=faults.see_other),
)


def furnish(desk: FaultDesk, scenario: Scenario) -> None:
    """Set a desk up for a scenario."""
    faults.furnish(desk, scenario.submit, scenario.form)
    desk.on("POST", "/second", scenario.second)
    desk.page("/token", "abc")
    desk.on("GET", "/picture", lambda exchange: exchange.answer(200, "x"))


async def press_with(run: BrowserRun, desk: FaultDesk) -> int:
    """Press once behind gate and guard; return the rows that the far side holds."""
    egress, page = await open_form(run, ticket_policy(desk.origin))
    try:
        commit = await egress.arm()
        await page.click("#go", no_wait_after=True)
        await commit.wait_answered(6.0)
        await commit.disarm()
    finally:
        await egress.close()
    if len(desk.stored) != 1:
        print(
            f"  {len(desk.stored)} rows: released {commit.released}, {commit.failure}, {egress.writes_blocked}"
        )
    return len(desk.stored)


async def press_without(browser: Browser, desk: FaultDesk) -> int:
    """Press once in a plain browser; a second row comes at once or never."""
    async with plain_page(browser, desk.url("/tickets/")) as page:
        await page.click("#go", no_wait_after=True)
        await until(lambda: bool(desk.stored))
        await until(lambda: len(desk.stored) > 1, seconds=0.6)
    return len(desk.stored)


async def rows(press: Callable[[FaultDesk], Awaitable[int]], desk: FaultDesk, trials: int) -> list[int]:
    """Return the rows of each trial."""
    counted: list[int] = []
    for _ in range(trials):
        desk.forget()
        counted.append(await press(desk))
    return counted


def shown(counted: list[int]) -> str:
    """Say in how many trials there was one row, and how many rows there were at most."""
    return f"{sum(one == 1 for one in counted)}/{len(counted)} one, at most {max(counted)}"


async def fault_table(
    run: BrowserRun, plain: Browser, authority: TestAuthority, trials: int, only: str
) -> int:
    """Print the first table and return how many trials with the gate stored more or less than one row."""
    wrong = 0
    print(f"{'scenario':34} {'':6} {'without':24} {'with gate and guard':24}")
    for scenario in (one for one in SCENARIOS if only in one.name):
        for kind in ("http", "https"):
            with FaultDesk(authority if kind == "https" else None) as desk:
                furnish(desk, scenario)
                without = await rows(lambda desk: press_without(plain, desk), desk, max(trials // 3, 2))
                guarded = await rows(lambda desk: press_with(run, desk), desk, trials)
            wrong += sum(one != 1 for one in guarded)
            print(f"{scenario.name:34} {kind:6} {shown(without):24} {shown(guarded):24}", flush=True)
    return wrong


ASSETS = faults.PAGE + "".join(f"<img src=/picture?{number}>" for number in range(40))


@asynccontextmanager
async def guarded_page(run: BrowserRun, desk: FaultDesk) -> AsyncGenerator[Page]:
    """Open an empty page behind gate and guard."""
    egress = await run.open_context(ticket_policy(desk.origin), dry_run=False)
    try:
        yield await egress.new_page()
    finally:
        await egress.close()


async def taken(work: Callable[[], Awaitable[object]]) -> float:
    """Return the milliseconds of some work."""
    begun = time.perf_counter()
    await work()
    return (time.perf_counter() - begun) * 1000


async def compared(
    plain: Callable[[], Awaitable[object]], guarded: Callable[[], Awaitable[object]], times: int = 20
) -> tuple[float, float]:
    """Return the median milliseconds of both, run in turn, so that the machine's load falls on both."""
    pairs = [(await taken(plain), await taken(guarded)) for _ in range(times)]
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


async def cost_table(run: BrowserRun, plain: Browser, authority: TestAuthority) -> None:
    """Print the second table: what gate and guard cost."""

    def picture(exchange: Exchange) -> None:
        exchange.answer(200, b"GIF89a", kind="image/gif")

    with FaultDesk(authority) as desk:
        furnish(desk, Scenario("cost", faults.see_other))
        desk.page("/assets", ASSETS)
        desk.on("GET", "/picture", picture)

        async def load_plain() -> None:
            async with plain_page(plain, desk.url("/assets")):
                pass

        async def load_guarded() -> None:
            async with guarded_page(run, desk) as page:
                await page.goto(desk.url("/assets"))

        async def submit_plain() -> None:
            async with plain_page(plain, desk.url("/tickets/")) as page:
                await page.click("#go")
                await page.wait_for_url("**/done")

        async def submit_guarded() -> None:
            egress, page = await open_form(run, ticket_policy(desk.origin))
            commit = await egress.arm()
            await page.click("#go", no_wait_after=True)
            await page.wait_for_url("**/done")
            await commit.disarm()
            await egress.close()

        print(f"\n{'median, ms':44} {'plain':>8} {'guarded':>8} {'ratio':>6}")
        for name, without, guarded in (
            ("context, page of 41 requests, close", load_plain, load_guarded),
            ("context, form, press, receipt, close", submit_plain, submit_guarded),
        ):
            before, after = await compared(without, guarded)
            print(f"{name:44} {before:8.0f} {after:8.0f} {after / before:6.2f}")


def main() -> int:
    """Run both tables; the exit code is 1 when a press with the gate did not store exactly one row."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=12, help="trials with the gate, per line (default 12)")
    parser.add_argument(
        "--only", default="", help="only scenarios whose name holds this word; cost: the second table"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        authority = TestAuthority(Path(folder))
        settings = BrowserSettings(extra_ca=authority.pem)
        with browsing(settings) as running, plain_browser(running, settings) as plain:
            return _measure(running, plain, authority, asked.trials, asked.only)


def _measure(running: Browsing, plain: Browser, authority: TestAuthority, trials: int, only: str) -> int:
    day = 24 * 3600.0
    wrong = running.wait(fault_table(running.run, plain, authority, trials, only), seconds=day)
    if only in ("", "cost"):
        running.wait(cost_table(running.run, plain, authority), seconds=day)
    print(f"\npresses with the gate that did not store exactly one row: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    import sys

    sys.exit(main())
