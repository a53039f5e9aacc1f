"""A real browser behind gate and guard, kept for the tests of one module."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.async_api import Browser, Page, async_playwright

from complain.browser.certificates import public_key_hashes
from complain.browser.egress import Egress
from complain.browser.installed import installed_browsers
from complain.browser.launch import BrowserRun, BrowserSettings
from complain.browser.policy import NetworkPolicy, RequestRule

T = TypeVar("T")


@dataclass
class Browsing:
    """A running browser and the event loop that it lives in.

    Attributes:
        runner: Runs a test's coroutine in that loop.
        run: The browser.
    """

    runner: asyncio.Runner
    run: BrowserRun

    def wait(self, work: Coroutine[Any, Any, T], seconds: float = 60.0) -> T:
        """Run a test's coroutine to its end."""
        return self.runner.run(asyncio.wait_for(work, seconds))


@contextmanager
def browsing(settings: BrowserSettings | None = None) -> Generator[Browsing]:
    """Start a browser for a module's tests."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        run = runner.run(stack.enter_async_context(BrowserRun.start(settings or BrowserSettings())))
        try:
            yield Browsing(runner, run)
        finally:
            runner.run(stack.aclose())


def ticket_policy(origin: str, **more: Any) -> NetworkPolicy:
    """Return the policy of the ticket desk: one declared submit."""
    return NetworkPolicy(url=f"{origin}/tickets/", submit=RequestRule.parse("POST */tickets/submit/"), **more)


async def open_form(run: BrowserRun, policy: NetworkPolicy, *, dry_run: bool = False) -> tuple[Egress, Page]:
    """Open a context and the channel's page in it."""
    egress = await run.open_context(policy, dry_run=dry_run)
    page = await egress.new_page()
    await page.goto(policy.url)
    return egress, page


@contextmanager
def plain_browser(running: Browsing, settings: BrowserSettings) -> Generator[Browser]:
    """Start a browser without gate and guard in the same loop: what happens when nobody stops it."""
    stack = AsyncExitStack()
    switches = ["--disable-http2", "--short-reporting-delay"]
    if settings.extra_ca is not None:
        keys = ",".join(public_key_hashes(settings.extra_ca))
        switches.append(f"--ignore-certificate-errors-spki-list={keys}")

    async def start() -> Browser:
        playwright = await stack.enter_async_context(async_playwright())
        return await playwright.chromium.launch(executable_path=next(installed_browsers()), args=switches)

    browser = running.wait(start())
    try:
        yield browser
    finally:
        running.wait(browser.close())
        running.wait(stack.aclose())


@asynccontextmanager
async def plain_page(browser: Browser, address: str) -> AsyncGenerator[Page]:
    """Open a page in a context of its own, in a browser without gate and guard."""
    context = await browser.new_context()
    try:
        page = await context.new_page()
        await page.goto(address)
        yield page
    finally:
        await context.close()


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Wait until something that another thread does has happened."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(0.02)
    return True
