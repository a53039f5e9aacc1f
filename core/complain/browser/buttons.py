"""Buttons: found by their exact name, pressed once, never by similarity."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from complain.browser.find import APPEAR_SECONDS, MOST_NAMED, POLL_SECONDS
from complain.browser.library import call_everywhere, element, frames_of, wait_for_change
from complain.errors import FormChanged
from complain.i18n import _

PRESS_MILLISECONDS = 5000


class _Button(msgspec.Struct, frozen=True):
    key: int
    disabled: bool


@dataclass(frozen=True)
class Button:
    """A button on the page.

    Attributes:
        name: As planned.
        frame: The document that holds it.
        key: By which the page's library knows it until the next navigation.
        disabled: Whether the page had switched it off when it was found.
    """

    name: str
    frame: Frame
    key: int
    disabled: bool


async def buttons_named(page: Page, name: str) -> list[Button]:
    """Return every visible button whose name is exactly ``name`` (folded).

    Args:
        page: The open page.
        name: As the definition writes it.
    """
    answers = await call_everywhere(frames_of(page), "buttons", name, returns=list[_Button])
    return [Button(name, frame, one.key, one.disabled) for frame, found in answers for one in found]


async def find_button(page: Page, name: str, *, within: float = APPEAR_SECONDS) -> Button:
    """Return the one button of that name.

    Args:
        page: The open page.
        name: As the definition writes it; compared folded, and exactly.
        within: Seconds that it may take to appear.

    Raises:
        FormChanged: No button, or several, has that name.
    """
    end = asyncio.get_running_loop().time() + within
    found = await buttons_named(page, name)
    while len(found) != 1 and asyncio.get_running_loop().time() < end:
        await wait_for_change(page, POLL_SECONDS)
        found = await buttons_named(page, name)
    if len(found) == 1:
        return found[0]
    if found:
        problem = _("The page has {count} buttons “{name}”.").format(count=len(found), name=name)
    else:
        answers = await call_everywhere(frames_of(page), "buttonList", returns=list[str])
        names = "; ".join([text for _frame, texts in answers for text in texts][:MOST_NAMED])
        problem = _("The page has no button “{name}”. Its buttons are: {names}.").format(
            name=name, names=names or _("none")
        )
    raise FormChanged(problem, next_step=_("Look at the page and correct the button's name."))


async def press(button: Button) -> None:
    """Press a button once, without waiting for what follows.

    That a time-out is reported after the press says nothing: the request may be under way (measured; a slow
    handler and a hanging server both give one). So only what is known before the press is an error.

    Args:
        button: As found.

    Raises:
        FormChanged: The button cannot be pressed: gone, switched off or covered. Nothing was pressed.
    """
    handle = await element(button.frame, "heldElement", button.key)
    if handle is None:
        raise FormChanged(_("The button “{name}” has gone.").format(name=button.name))
    try:
        await handle.click(trial=True, timeout=PRESS_MILLISECONDS)
    except PlaywrightError as error:
        raise FormChanged(
            _("The button “{name}” cannot be pressed: it is switched off, covered or gone.").format(
                name=button.name
            ),
            next_step=_("Look at the page: something may have to be filled or closed first."),
        ) from error
    try:
        await handle.click(no_wait_after=True, timeout=PRESS_MILLISECONDS)
    except PlaywrightTimeout:
        return


async def confirm_dialog(page: Page, name: str, *, before: Sequence[Button], within: float) -> bool:
    """Press the button of a dialog on the page that asks again; say whether one appeared.

    Run it beside the wait for the outcome, and cancel it once that has one.

    Args:
        page: The page, after the submit button was pressed.
        name: The dialog's button; compared folded, and exactly.
        before: The buttons of that name that were there before the press; they are never pressed.
        within: Seconds that the dialog may take to appear.

    Raises:
        FormChanged: Several such buttons appeared; none was pressed.
    """
    known = {(button.frame, button.key) for button in before}
    end = asyncio.get_running_loop().time() + within
    while asyncio.get_running_loop().time() < end:
        new = [
            button for button in await _named_or_none(page, name) if (button.frame, button.key) not in known
        ]
        if len(new) > 1:
            raise FormChanged(_("Several buttons “{name}” have appeared.").format(name=name))
        if new:
            await press(new[0])
            return True
        await wait_for_change(page, POLL_SECONDS)
    return False


async def _named_or_none(page: Page, name: str) -> list[Button]:
    try:
        return await buttons_named(page, name)
    except PlaywrightError:
        if page.is_closed():
            raise
        return []  # the page is being left
