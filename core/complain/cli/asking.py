"""Questions in the terminal: lines are read by one thread, so that a question may time out or be called off."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.markup import escape

from complain.cli.picture import drawn
from complain.durable import make_folder, write_durably
from complain.environment import has_screen
from complain.i18n import _
from complain.model import Challenge


@dataclass
class LineReader:
    """Reads lines of a stream for whoever asks; a line typed after a question timed out goes to the next one.

    Attributes:
        stream: As ``sys.stdin``.
    """

    stream: TextIO
    _asking: int = 0
    _wanted: queue.Queue[asyncio.Future[str]] = field(default_factory=queue.Queue[asyncio.Future[str]])
    _thread: threading.Thread | None = None

    @property
    def waiting(self) -> bool:
        """Whether somebody waits for a line now."""
        return self._asking > 0

    async def line(self) -> str:
        """Return the next line without its end; an empty text at the end of the stream."""
        return await self.line_or_end() or ""

    async def line_or_end(self) -> str | None:
        """Return the next line without its end; None at the end of the stream."""
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._wanted.put(future)
        if self._thread is None:
            # A daemon: a blocked read must not keep the process alive.
            self._thread = threading.Thread(target=self._read, daemon=True, name="terminal")
            self._thread.start()
        self._asking += 1
        try:
            text = await future
        finally:
            self._asking -= 1
        return text.rstrip("\n") if text else None

    def _read(self) -> None:
        while True:
            future = self._wanted.get()
            text = self.stream.readline()
            while future.cancelled():
                future = self._wanted.get()
            future.get_loop().call_soon_threadsafe(_give, future, text)


def _give(future: asyncio.Future[str], text: str) -> None:
    if not future.done():
        future.set_result(text)


@dataclass(frozen=True)
class TerminalHand:
    """Asks the person at the terminal.

    Attributes:
        reader: Where answers are read from.
        console: Where questions are shown.
        folder: Where pictures are kept while they are needed.
        quiet: Called before anything is shown, to stop what moves on the screen.
    """

    reader: LineReader
    console: Console
    folder: Path
    quiet: Callable[[], None]

    async def __call__(self, challenge: Challenge) -> str | bool | None:
        """Show what is needed and read the answer; an empty line means: not now."""
        self.quiet()
        picture = self._show(challenge)
        self.console.print(f"\n[bold]{escape(challenge.prompt)}[/bold]")
        self.console.print(_question(challenge), end="")
        try:
            text = (await self.reader.line()).strip()
        except asyncio.CancelledError:
            self.console.print("\n" + escape(_("No answer came in time.")))
            raise
        finally:
            if picture is not None:
                picture.unlink(missing_ok=True)
        if challenge.kind in ("sms", "captcha"):
            return text or None
        return True if text else None

    def _show(self, challenge: Challenge) -> Path | None:
        """Show the picture in a window where there is one, else in the terminal; it is removed after the answer."""
        if challenge.picture is None:
            return None
        path = make_folder(self.folder) / f"{challenge.channel}-{challenge.kind}.png"
        write_durably(path, challenge.picture)
        if not (has_screen() and click.launch(str(path)) == 0):
            self.console.print(drawn(challenge.picture, self.console.width))
        self.console.print(_("The picture is here: {path}").format(path=escape(str(path))), soft_wrap=True)
        return path


def _question(challenge: Challenge) -> str:
    questions = {
        "sms": _("Type the code from the SMS (Enter alone: not now): "),
        "captcha": _("Type what the picture shows (Enter alone: not now): "),
        "qr": _("Scan the code, then type any letter and Enter (Enter alone: not now): "),
        "slider": _(
            "Move the slider in the browser, then type any letter and Enter (Enter alone: not now): "
        ),
        "confirm": _("Do it in the browser, then type any letter and Enter (Enter alone: not now): "),
    }
    return questions[challenge.kind]
