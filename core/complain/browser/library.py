"""The script library that is put into each document of a page, and the calls into it.

One call does a whole step (find all fields, fill a run of them, read all back), since each round trip costs more
than the work it asks for. The library lives under a symbol of the window, so that no script of the page meets it
by chance; it is put there again after a navigation.
"""

from __future__ import annotations

import asyncio
import re
from functools import cache
from pathlib import Path
from typing import TypeVar
from weakref import WeakSet

import msgspec
from playwright.async_api import ElementHandle, Frame, Page
from playwright.async_api import Error as PlaywrightError

SCRIPTS = (
    "names",
    "controls",
    "match",
    "wait",
    "hands",
    "native",
    "popups",
    "lists",
    "dates",
    "levels",
    "sheets",
    "editors",
    "files",
    "steps",
    "read",
    "page",
    "picture",
    "library",
)
ANSWER_SECONDS = 10.0
"""A document that does not answer within this time, as a hung frame, is left out."""

# Values cross as one JSON text: Playwright's own way of carrying objects costs more than the work they ask for.
_CALL = """async ([name, values]) => {
  const library = window[Symbol.for("complain")];
  return library ? JSON.stringify((await library[name](...JSON.parse(values))) ?? null) : null;
}"""
_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
_known: WeakSet[Frame] = WeakSet()
"""Documents that have the library; a navigation takes it away again."""
_watched: WeakSet[Page] = WeakSet()

_ELEMENT = """([name, key]) => window[Symbol.for("complain")]?.[name](key) ?? null"""

Answer = TypeVar("Answer")


@cache
def _library() -> str:
    folder = Path(__file__).parent / "scripts"
    parts = "\n".join((folder / f"{name}.js").read_text("utf-8") for name in SCRIPTS)
    return _COMMENT.sub("", f"(() => {{ 'use strict';\n{parts}\n}})()")


@cache
def _install_and_call() -> str:
    return f"""async ([name, values]) => {{
      const key = Symbol.for("complain");
      if (!window[key]) Object.defineProperty(window, key, {{ value: {_library()}, configurable: true }});
      return JSON.stringify((await window[key][name](...JSON.parse(values))) ?? null);
    }}"""


def _watch(page: Page) -> None:
    if page not in _watched:
        _watched.add(page)
        page.on("framenavigated", _known.discard)


async def call(frame: Frame, name: str, *values: object, returns: type[Answer]) -> Answer:
    """Call a function of the library in one document; put the library there first where it is not.

    Args:
        frame: The document.
        name: The function.
        values: Plain values.
        returns: What it answers; anything else is an error.

    Raises:
        PlaywrightError: The document is gone, or the function failed.
    """
    answer: object = None
    sent = [name, msgspec.json.encode(values).decode()]
    if frame in _known:
        answer = await frame.evaluate(_CALL, sent)
    if answer is None:
        _watch(frame.page)
        answer = await frame.evaluate(_install_and_call(), sent)
        _known.add(frame)
    return msgspec.json.decode(str(answer), type=returns)


async def element(frame: Frame, function: str, key: int) -> ElementHandle | None:
    """Return the element that the library holds under ``key``; None when it is gone.

    Args:
        frame: The document.
        function: ``unitElement`` or ``heldElement``.
        key: As the library gave it.
    """
    handle = await frame.evaluate_handle(_ELEMENT, [function, key])
    return handle.as_element()


async def call_everywhere(
    frames: list[Frame], name: str, *values: object, returns: type[Answer]
) -> list[tuple[Frame, Answer]]:
    """Call a function in several documents at once; those that are gone or silent are left out.

    Args:
        frames: The documents.
        name: The function.
        values: Plain values.
        returns: What it answers.
    """
    answers = await asyncio.gather(*(_or_none(frame, name, *values, returns=returns) for frame in frames))
    return [(frame, answer) for frame, answer in zip(frames, answers, strict=True) if answer is not None]


async def _or_none(frame: Frame, name: str, *values: object, returns: type[Answer]) -> Answer | None:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await call(frame, name, *values, returns=returns)
    except (PlaywrightError, TimeoutError):
        if frame == frame.page.main_frame and not frame.page.is_closed():
            raise
        return None


def frames_of(page: Page) -> list[Frame]:
    """Return the attached documents of a page, the main one first."""
    return [frame for frame in page.frames if not frame.is_detached()]


async def wait_for_change(page: Page, seconds: float) -> None:
    """Return at the next change in any document of the page, or after ``seconds``.

    Args:
        page: The page; a navigation counts as a change.
        seconds: The bound.
    """
    calls = [asyncio.ensure_future(_or_changed(frame, int(seconds * 1000))) for frame in frames_of(page)]
    _, pending = await asyncio.wait(calls, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


async def _or_changed(frame: Frame, milliseconds: int) -> None:
    try:
        await call(frame, "changed", milliseconds, returns=bool)
    except PlaywrightError:
        await asyncio.sleep(0.02)  # the document is being replaced; the new one is asked next time
