"""The real hand: mouse and keys as the browser itself sends them, for pages that the fast hand does not move."""

from __future__ import annotations

import msgspec
from playwright.async_api import ElementHandle, Keyboard

from complain.browser.fill_problems import check_problem
from complain.browser.find import Found
from complain.browser.library import call, element
from complain.errors import FormChanged
from complain.i18n import _

MOST_STEPS = 200
MOST_LOOKS = 4


class _Step(msgspec.Struct, frozen=True):
    done: bool
    problem: str = ""
    does: str = ""
    element: int = 0
    text: str = ""
    optional: bool = False
    wanted: str = ""
    options: list[str] = []


async def do_for_real(found: Found, order: dict[str, object]) -> None:
    """Fill a field by the same steps as the fast hand, each done with real input.

    Args:
        found: The field.
        order: As the page's library takes it.

    Raises:
        FormChanged: The field or an option is missing.
    """
    step = await call(found.frame, "begin", {**order, "key": found.key}, returns=_Step)
    for _number in range(MOST_STEPS):
        if step.done:
            return check_problem(found, step.problem, step.wanted, step.options)
        if step.does == "click":
            await _click(found, step)
        else:
            handle = _there(found, await element(found.frame, "heldElement", step.element))
            await _type(found, handle, step.text)
        step = await call(found.frame, "proceed", found.key, returns=_Step)
    check_problem(found, "endless", "", ())


async def type_for_real(found: Found, text: str) -> None:
    """Type ``text`` into a field key by key, in place of what it holds.

    Args:
        found: The field.
        text: What to type.

    Raises:
        FormChanged: The field has gone.
    """
    handle = _there(found, await element(found.frame, "unitElement", found.key))
    if found.kind == "editor":
        await _write(found, handle, text)
        await call(found.frame, "editorLeft", found.key, text, returns=bool)
        return
    await _type(found, handle, text)
    await handle.evaluate("element => element.blur()")


async def _click(found: Found, step: _Step) -> None:
    """Move the mouse to where the page draws the element, and press there once it has come to rest."""
    for _look in range(MOST_LOOKS):
        state = await call(found.frame, "reach", step.element, returns=str)
        if state == "pressed" or (state == "gone" and step.optional):
            return
        place = await _centre(found, step.element)
        if state == "ready" and place is not None:
            await found.frame.page.mouse.move(*place)
            if await _centre(found, step.element) == place:
                await found.frame.page.mouse.click(*place)
                return
    if not step.optional:
        raise FormChanged(_("The field “{name}” has gone while it was filled.").format(name=found.name))


async def _centre(found: Found, key: int) -> tuple[float, float] | None:
    handle = await element(found.frame, "heldElement", key)
    box = None if handle is None else await handle.bounding_box()
    return None if box is None else (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def _there(found: Found, handle: ElementHandle | None) -> ElementHandle:
    if handle is None:
        raise FormChanged(_("The field “{name}” has gone while it was filled.").format(name=found.name))
    return handle


async def _empty(found: Found, handle: ElementHandle) -> Keyboard:
    await handle.focus()
    keyboard = found.frame.page.keyboard
    await keyboard.press("ControlOrMeta+a")
    await keyboard.press("Delete")
    return keyboard


async def _type(found: Found, handle: ElementHandle, text: str) -> None:
    """Line by line: a real Enter key would submit a form, or a chat box."""
    keyboard = await _empty(found, handle)
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
        if number:
            await keyboard.insert_text("\n")
        await keyboard.type(line)


async def _write(found: Found, handle: ElementHandle, text: str) -> None:
    """Into a rich text, a paragraph at a time; there the Enter key begins a paragraph."""
    keyboard = await _empty(found, handle)
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
        if number:
            await keyboard.press("Enter")
        if line:
            await keyboard.insert_text(line)
