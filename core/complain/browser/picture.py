"""The picture of a filled form: every filled field marked, sensitive ones covered, the page left as it was."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.async_api import Frame, Page

from complain.browser.library import call
from complain.browser.readback import FilledField


async def picture_filled(page: Page, filled: Sequence[FilledField], *, mask: bool) -> bytes:
    """Return a full-page PNG with a numbered box around each filled field.

    Args:
        page: The open page.
        filled: What `fill_fields` returned, in the order of the numbers.
        mask: Whether sensitive fields are covered.
    """
    marks: dict[Frame, list[dict[str, object]]] = {}
    for number, item in enumerate(filled, 1):
        mark: dict[str, object] = {
            "key": item.found.key,
            "covered": mask and item.field.sensitive,
            "number": number,
        }
        marks.setdefault(item.found.frame, []).append(mark)
    try:
        for frame, boxes in marks.items():
            await call(frame, "drawBoxes", boxes, returns=int)
        return await page.screenshot(full_page=True, animations="disabled")
    finally:
        for frame in marks:
            await call(frame, "removeBoxes", returns=bool)
