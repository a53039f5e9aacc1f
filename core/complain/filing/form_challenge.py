"""What is shown to the person of a page's challenge."""

from __future__ import annotations

from playwright.async_api import Locator, Page

from complain.channels.form import FormChannel
from complain.filing.form_waiting import bounded
from complain.model import Challenge, PlannedField

# A picture that is still on its way would be shown empty; one that never comes is shown as it is.
_ARRIVED = "element => element instanceof HTMLImageElement ? element.decode().catch(() => {}) : undefined"


async def challenge_of(page: Page, channel: FormChannel, ask: PlannedField) -> Challenge:
    """Return what a person is asked, with the picture as the page shows it now.

    Args:
        page: The open form.
        channel: Whose form it is.
        ask: The field that only a person can fill.
    """
    assert ask.ask is not None
    prompt = f"{channel.title}：{ask.label}" if ask.label else channel.title
    picture = await _picture(page, ask.picture) if ask.picture else None
    return Challenge(kind=ask.ask, channel=channel.id, prompt=prompt, picture=picture)


async def _picture(page: Page, selector: str) -> bytes:
    shown = await _shown(page, selector)
    await bounded(shown.evaluate(_ARRIVED))
    return await shown.screenshot(animations="disabled")


async def _shown(page: Page, selector: str) -> Locator:
    """Return where the picture is: in the page, or in one of its frames."""
    for frame in page.frames:
        found = frame.locator(selector).first
        if await found.is_visible():
            return found
    return page.locator(selector).first
