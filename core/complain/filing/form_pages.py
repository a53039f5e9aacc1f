"""Opening a page and waiting for its signs."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_exponential, wait_random

from complain.browser.find import find_field
from complain.browser.library import frames_of, wait_for_change
from complain.channels.base import Channel
from complain.errors import ChannelUnreachable, FormChanged
from complain.filing.form_leaving import LeftPage
from complain.filing.form_waiting import bounded, plain
from complain.i18n import _
from complain.model import PlannedPage

READY_SECONDS = 15.0
POLL_SECONDS = 0.25
REST_SECONDS = 5.0
LOOK_SECONDS = 2.0
"""A frame that does not answer within this time, as a hung one, shows no sign."""


async def open_page(page: Page, url: str) -> None:
    """Open an address.

    Raises:
        ChannelUnreachable: It cannot be reached, or answers with a server error; nothing was sent.
        FormChanged: It answers that there is no such page.
    """
    try:
        response = await page.goto(url, wait_until="load")
    except PlaywrightError as error:
        raise ChannelUnreachable(
            _("{url} could not be opened: {why}.").format(url=url, why=_why(error)),
            next_step=_(
                "Look whether the address opens in a browser of your own, then type the command again."
            ),
        ) from error
    status = response.status if response else 0
    if status >= 500 or status == 429:
        raise ChannelUnreachable(_("{url} answered with an error ({status}).").format(url=url, status=status))
    if status >= 400:
        raise FormChanged(
            _("{url} answered that there is no such page ({status}).").format(url=url, status=status)
        )


def _why(error: PlaywrightError) -> str:
    """The gate connects for the browser, so that every failure to connect is one of its proxy."""
    said = plain(error)
    if "ERR_SOCKS_CONNECTION_FAILED" in said or "ERR_CONNECTION_REFUSED" in said:
        return _("nothing answers there, or the network is down")
    return said


async def wait_for_sign(page: Page, sign: str, seconds: float) -> None:
    """Wait until a text or ``css=`` selector is visible.

    Raises:
        FormChanged: It did not appear in time.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    while not await shows(page, sign):
        left = end - clock()
        if left <= 0 or page.is_closed():
            raise FormChanged(_("The page does not show “{sign}”.").format(sign=sign))
        await wait_for_change(page, min(POLL_SECONDS, left))


async def wait_until_fillable(page: Page, planned: PlannedPage, left: LeftPage | None = None) -> None:
    """Wait until the page's first field can be found, and its ``wait`` sign is there.

    Args:
        page: The open form.
        planned: The page that is to be filled.
        left: The page before, if any, whose own fields are none of this one's.

    Raises:
        FormChanged: They did not appear in time.
    """
    if planned.wait:
        await wait_for_sign(page, planned.wait, READY_SECONDS)
    first = next((f for f in planned.fields if f.label or f.css), None)
    if first is None:
        return
    waiting = AsyncRetrying(
        # A document that is being replaced answers with Playwright's own error.
        retry=retry_if_exception_type((FormChanged, PlaywrightError)),
        stop=stop_after_delay(READY_SECONDS),
        wait=wait_exponential(multiplier=0.05, max=0.5) + wait_random(0, 0.05),
        reraise=True,
    )
    async for attempt in waiting:
        with attempt:
            found = await find_field(page, first)
            if left is not None and await left.still_holds(found):
                raise FormChanged(
                    _(
                        "The form stays at the page before: it still shows “{name}” as it was filled there."
                    ).format(name=found.shown_name or first.name),
                    next_step=_("Look at the page: it may not have taken what was filled."),
                )


def unworkable(channel: Channel, error: PlaywrightError) -> FormChanged:
    """Return what to say of a form on which the browser stumbled; nothing was sent."""
    return FormChanged(
        _("The form of “{title}” could not be worked: {why}.").format(title=channel.title, why=plain(error)),
        next_step=f"complain doctor {channel.id}",
    )


async def shows(page: Page, sign: str) -> bool:
    """Say whether a text or ``css=`` selector is visible now, anywhere on the page and in its frames.

    A copy that is not shown, as in a closed menu, counts for nothing.
    """
    looks = [
        bounded(_shows(frame, sign))
        if frame == page.main_frame
        else bounded(_shows(frame, sign), LOOK_SECONDS)
        for frame in frames_of(page)
    ]
    return any(await asyncio.gather(*looks))


async def shows_at_rest(page: Page, sign: str) -> bool:
    """Say whether a text or ``css=`` selector is visible once the page has asked for all that it needs.

    Many pages learn only by a request of their own who is logged in. One that never rests is looked at in time.
    """
    if await shows(page, sign):
        return True
    with suppress(PlaywrightError):
        await page.wait_for_load_state("networkidle", timeout=REST_SECONDS * 1000)
    return await shows(page, sign)


async def _shows(frame: Frame, sign: str) -> bool:
    locator = frame.locator(sign) if sign.startswith("css=") else frame.get_by_text(sign)
    return await locator.filter(visible=True).count() > 0
