"""What a page loses so that it can only speak HTTP, where gate and guard see it.

WebSockets, WebRTC, WebTransport and shared workers are taken from every page by a script that runs before the
page's own; WebSockets also from workers, by a line put before a worker's script on its way in.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from playwright.async_api import Error as PlaywrightError

from complain.browser.cdp import Interception, Paused

_SCRIPT_TYPE = re.compile(r"(?:java|ecma)script", re.IGNORECASE)
_STRICT = re.compile(rb"^\s*(?:(?:/\*.*?\*/|//[^\n]*\n)\s*)*(['\"])use strict\1", re.DOTALL)


@cache
def page_script() -> str:
    """Return the script that runs in every page and frame before the page's own."""
    return f"{_quieten()}(window);\n(() => {{ {_read('still.js')} }})();"


@cache
def worker_prelude() -> bytes:
    """Return the script that runs in a worker before the worker's own; it ends without a new line."""
    return f"{_quieten()}(self);".encode()


def _quieten() -> str:
    return _read("quiet.js").strip()


def _read(name: str) -> str:
    return (files("complain.browser") / "scripts" / name).read_text(encoding="utf-8")


async def quieten_worker(paused: Paused, interception: Interception) -> bool:
    """Put the prelude before a script that comes in as a worker's.

    Chromium tells the kind ``Other`` of a worker's script (and of icons and prefetches, which are no scripts or
    do not mind).

    Returns:
        Whether the answer was replaced; else it still waits.
    """
    if (
        paused.kind != "Other"
        or paused.status != 200
        or not _SCRIPT_TYPE.search(paused.answer_header("content-type"))
    ):
        return False
    try:
        script = await interception.body(paused)
    except PlaywrightError:
        return False
    strict = b'"use strict";' if _STRICT.match(script) else b""
    return await interception.answer_with(paused, strict + worker_prelude() + script)
