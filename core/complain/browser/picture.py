"""The picture of a filled form: every filled field marked, sensitive ones covered, the page left as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from playwright.async_api import Frame, Page

from complain.browser.library import call
from complain.browser.readback import FilledField
from complain.masking import mask as mask_text
from complain.model import Action


async def picture_filled(
    page: Page,
    filled: Sequence[FilledField],
    *,
    mask: bool,
    hide: Callable[[str], str] = mask_text,
    is_fine: bool = False,
) -> bytes:
    """Return a full-page PNG with a numbered box around each filled field.

    Args:
        page: The open page.
        filled: What `fill_fields` returned, in the order of the numbers.
        mask: Whether sensitive fields are covered, and personal numbers in other texts hidden.
        hide: Returns a text as it may be shown.
        is_fine: Whether every dot of the device's screen is kept; on a phone's that takes nine times as many as
            reading does, and several times as long.
    """
    scale: Literal["css", "device"] = "device" if is_fine else "css"
    marks: dict[Frame, list[dict[str, object]]] = {}
    for number, item in enumerate(filled, 1):
        mark: dict[str, object] = {
            "key": item.found.key,
            "covered": mask and item.field.sensitive,
            "number": number,
            "text": _shown(item, hide) if mask and not item.field.sensitive else "",
        }
        marks.setdefault(item.found.frame, []).append(mark)
    try:
        for frame, boxes in marks.items():
            await call(frame, "drawBoxes", boxes, returns=int)
        return await page.screenshot(full_page=True, animations="disabled", caret="initial", scale=scale)
    finally:
        for frame in marks:
            await call(frame, "removeBoxes", returns=bool)


def _shown(item: FilledField, hide: Callable[[str], str]) -> str:
    """The text to lay over a field, when its own would show something personal."""
    if item.field.action is not Action.VALUE:
        return ""
    text = item.field.values[0]
    hidden = hide(text)
    return hidden if hidden != text else ""
