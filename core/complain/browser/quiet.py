"""What a page loses so that it can only speak HTTP, where gate and guard see it.

WebSockets, WebRTC, WebTransport and shared workers are taken from every page by a script that runs before the
page's own; WebSockets also from workers, by a line put before a worker's script on its way in. Speculation rules are
taken away too: what the browser fetches by them no guard sees.
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
    return f"{_quieten()}(window);\n{_read('speculation.js')}\n(() => {{ {_read('still.js')} }})();"


@cache
def worker_prelude() -> bytes:
    """Return the script that runs in a worker before the worker's own; it ends without a new line."""
    return f"{_quieten()}(self);".encode()


def _quieten() -> str:
    return _read("quiet.js").strip()


def _read(name: str) -> str:
    return (files("complain.browser") / "scripts" / name).read_text(encoding="utf-8")


def brings_speculation(paused: Paused) -> bool:
    """Tell whether an answer is the rules that a page's head names, by which the browser fetches pages ahead."""
    return paused.kind == "Other" and "speculationrules" in _type_of(paused).lower()


async def quieten_worker(paused: Paused, interception: Interception) -> bool:
    """Put the prelude before a script that comes in as a worker's.

    The answer's type is no sign: Chromium runs a classic worker from ``text/plain``, from ``application/json``, from
    no type at all, and with any status of success. What cannot be read, and so not be quietened, does not run.

    Returns:
        Whether the answer was replaced or kept; else it still waits.
    """
    if not (paused.is_worker or (paused.kind == "Other" and _SCRIPT_TYPE.search(_type_of(paused)))):
        return False
    if paused.status is None or not 200 <= paused.status < 300:  # of another status nothing is run
        return False
    try:
        script = await interception.body(paused)
    except PlaywrightError:
        return await interception.block(paused)
    strict = b'"use strict";' if _STRICT.match(script) else b""
    return await interception.answer_with(paused, strict + worker_prelude() + script)


def _type_of(paused: Paused) -> str:
    return paused.answer_header("content-type")
