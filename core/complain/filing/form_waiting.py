"""Small things that every step on a page needs: bounded waits, native dialogs, errors without typed values."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import TypeVar

from playwright.async_api import Dialog, Page
from playwright.async_api import Error as PlaywrightError

T = TypeVar("T")
SECONDS = 10.0


async def bounded(step: Awaitable[T], seconds: float = SECONDS) -> T | None:
    """Await something of the browser that may hang and that the outcome does not depend on; None when it did."""
    try:
        return await asyncio.wait_for(step, seconds)
    except (TimeoutError, PlaywrightError):
        return None


@dataclass
class Dialogs:
    """The native dialogs of a page: dismissed, but for one that the submit button is declared to raise.

    Attributes:
        accept_next: Whether the next one is accepted.
        messages: What they said.
    """

    accept_next: bool = False
    messages: list[str] = field(default_factory=list[str])

    @classmethod
    def of(cls, page: Page) -> Dialogs:
        """Return the dialogs of ``page`` from now on."""
        dialogs = cls()
        page.on("dialog", dialogs.answer)
        return dialogs

    async def answer(self, dialog: Dialog) -> None:
        """Accept or dismiss one dialog."""
        self.messages.append(dialog.message)
        if self.accept_next:
            self.accept_next = False
            await dialog.accept()
        else:
            await dialog.dismiss()


def plain(error: BaseException) -> str:
    """Return the first line of an error, without Playwright's call log: that one prints typed values."""
    return str(error).split("\n", 1)[0].split(" Call log", 1)[0][:200]
