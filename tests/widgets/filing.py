"""Filing a widget page as the tool does: fill, read back, press, confirm, wait; then look at what arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from complain.browser.buttons import buttons_named, confirm_dialog, find_button, press
from complain.browser.fill import fill_fields
from complain.browser.readback import read_back
from complain.browser.signals import Signals
from complain.model import PlannedField
from widgets.plans import anywhere
from widgets.stage import Posted, Stage

FOLDER = Path(__file__).parent
needs_widgets = pytest.mark.skipif(
    not (FOLDER / "node_modules").is_dir(),
    reason="the widget libraries are not installed (scripts/test does it)",
)


def filed(
    stage: Stage,
    path: str,
    fields: Sequence[PlannedField],
    *,
    button: str = "提交",
    confirm: str = "",
    success: str = "投诉编号：(?P<number>[A-Z0-9]+)",
    **options: Any,
) -> Posted:
    """Fill the page at ``path``, submit it, and return the one request that arrived."""

    async def work(page: Page) -> None:
        filled = await fill_fields(page, fields, may_type=anywhere)
        assert await read_back(page, filled) == []
        signals = Signals(success)
        before, known = await signals.before(page), await buttons_named(page, confirm) if confirm else []
        await press(await find_button(page, button))
        if confirm:
            assert await confirm_dialog(page, confirm, before=known, within=10)
        assert (await signals.wait(page, before, 15)).kind == "success"

    stage.server.answers["/complaints"] = '{"number": "A77"}' if "编号" in success else "已收到"
    stage.server.posted.clear()
    stage.on_page(path, work, **options)
    (posted,) = [one for one in stage.server.posted if one.path == "/complaints"]
    return posted


def trying(fields: Sequence[PlannedField]) -> Callable[[Page], Awaitable[None]]:
    """Return the work of filling ``fields`` and nothing else."""

    async def work(page: Page) -> None:
        async with asyncio.timeout(60):
            await fill_fields(page, fields, may_type=anywhere)

    return work
