"""A desktop that nobody sees: Xvfb, with a mouse and a keyboard that type into whatever window is on it."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass
from typing import Any

SCREEN = "1280x900x24"
_KEYS = {"-": "minus", ".": "period", "\t": "Tab", "\n": "Return"}


def why_not() -> str:
    """Return why there can be no such desktop here; empty when there can."""
    missing = [] if shutil.which("Xvfb") else ["Xvfb"]
    missing += [f"lib{name}" for name in ("X11", "Xtst") if find_library(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


@dataclass
class Desktop:
    """The desktop, and a person at it.

    Attributes:
        display: What ``DISPLAY`` names.
    """

    display: str
    _x: Any
    _test: Any
    _connection: Any

    def wait_for_window(self, words: str, seconds: float = 60) -> None:
        """Wait until a window's title holds these words."""
        end = time.monotonic() + seconds
        while words not in (titles := " | ".join(self._titles())):
            assert time.monotonic() < end, f"no window “{words}”; there are: {titles}"
            time.sleep(0.1)  # the server tells of titles only those who listen to each window by itself

    def click(self, x: int, y: int) -> None:
        """Click somewhere on the screen."""
        self._test.XTestFakeMotionEvent(self._connection, 0, x, y, 0)
        for pressed in (1, 0):
            self._test.XTestFakeButtonEvent(self._connection, 1, pressed, 0)
        self._x.XSync(self._connection, 0)

    def drag(self, start: tuple[int, int], end: tuple[int, int], steps: int = 20) -> None:
        """Press the mouse somewhere, move it and let go."""
        moved, pressed = self._test.XTestFakeMotionEvent, self._test.XTestFakeButtonEvent
        moved(self._connection, 0, *start, 0)
        pressed(self._connection, 1, 1, 0)
        for step in range(1, steps + 1):
            x, y = (first + (last - first) * step // steps for first, last in zip(start, end, strict=True))
            moved(self._connection, 0, x, y, 0)
        pressed(self._connection, 1, 0, 0)
        self._x.XSync(self._connection, 0)

    def type(self, text: str) -> None:
        """Type lower-case letters, digits, minus, full stop, tab and Enter."""
        for character in text:
            self.press(_KEYS.get(character, character))

    def press(self, key: str) -> None:
        """Press one key, by its name in X11."""
        code = self._x.XKeysymToKeycode(self._connection, self._x.XStringToKeysym(key.encode()))
        for pressed in (1, 0):
            self._test.XTestFakeKeyEvent(self._connection, code, pressed, 0)
        self._x.XSync(self._connection, 0)

    def _titles(self) -> list[str]:
        root = self._x.XDefaultRootWindow(self._connection)
        return [title for window in self._below(root) if (title := self._title(window))]

    def _below(self, window: int) -> list[int]:
        root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
        children = ctypes.POINTER(ctypes.c_ulong)()
        into = (ctypes.byref(each) for each in (root, parent, children, count))
        if not self._x.XQueryTree(self._connection, window, *into) or not count.value:
            return []
        found = [int(children[number]) for number in range(count.value)]
        self._x.XFree(children)
        return found

    def _title(self, window: int) -> str:
        """Return ``_NET_WM_NAME``, which is UTF-8."""
        name, kind = (
            self._x.XInternAtom(self._connection, atom, 0) for atom in (b"_NET_WM_NAME", b"UTF8_STRING")
        )
        actual, form = ctypes.c_ulong(), ctypes.c_int()
        count, left, text = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_char_p()
        into = (ctypes.byref(each) for each in (actual, form, count, left, text))
        self._x.XGetWindowProperty(self._connection, window, name, 0, 1024, 0, kind, *into)
        return (text.value or b"").decode(errors="replace")


@contextmanager
def desktop() -> Generator[Desktop]:
    """Start a desktop on a free display, and end it."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", SCREEN, "-nolisten", "tcp"],
        pass_fds=(writer,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as told:
        display = f":{told.readline().strip()}"
    x, test = (ctypes.CDLL(find_library(name)) for name in ("X11", "Xtst"))
    x.XOpenDisplay.restype = x.XFree.restype = ctypes.c_void_p
    x.XDefaultRootWindow.restype = x.XStringToKeysym.restype = x.XInternAtom.restype = ctypes.c_ulong
    x.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
    x.XQueryTree.argtypes = [ctypes.c_void_p, ctypes.c_ulong, *[ctypes.c_void_p] * 4]
    x.XGetWindowProperty.argtypes = [
        ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_long, ctypes.c_long, ctypes.c_int, ctypes.c_ulong,
        *[ctypes.c_void_p] * 5,
    ]  # fmt: skip
    # Windows come and go while they are listed; the library would end the process at that.
    ignore = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda *_error: 0)
    x.XSetErrorHandler(ignore)
    connection = ctypes.c_void_p(x.XOpenDisplay(display.encode()))
    try:
        yield Desktop(display, x, test, connection)
    finally:
        x.XCloseDisplay(connection)
        x.XSetErrorHandler(None)
        server.terminate()
        server.wait(20)
