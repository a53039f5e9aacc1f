"""A page of our own in Chromium, to be printed: offline, without scripts, loading nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route


@asynccontextmanager
async def offline_page(page_text: str, browser: Browser) -> AsyncGenerator[Page]:
    """Yield a page that shows HTML; nothing in it runs or loads.

    Args:
        page_text: The HTML.
        browser: A running Chromium. A context of its own is opened and closed.
    """
    context = await browser.new_context(offline=True, java_script_enabled=False, service_workers="block")
    try:
        await context.route("**/*", _refuse)
        page = await context.new_page()
        await page.set_content(page_text)
        yield page
    finally:
        await context.close()


async def print_page(page_text: str, browser: Browser) -> bytes:
    """Return HTML as a PDF in A4, without page numbers.

    Args:
        page_text: The HTML.
        browser: A running Chromium.
    """
    async with offline_page(page_text, browser) as page:
        return await page.pdf(format="A4", print_background=True, prefer_css_page_size=True)


async def _refuse(route: Route) -> None:
    await route.abort()
