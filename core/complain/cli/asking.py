"""Questions in the terminal: lines are read by one thread, so that a question may time out or be called off."""

from __future__ import annotations

import asyncio
import queue
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import click

from complain.durable import make_folder, write_durably
from complain.i18n import _
from complain.model import Challenge


@dataclass
class LineReader:
    """Reads lines of a stream for whoever asks; a line typed after a question timed out goes to the next one.

    Attributes:
        stream: As ``sys.stdin``.
    """

    stream: TextIO
    _wanted: queue.Queue[asyncio.Future[str]] = field(default_factory=queue.Queue[asyncio.Future[str]])
    _thread: threading.Thread | None = None

    async def line(self) -> str:
        """Return the next line without its end; an empty text at the end of the stream."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[str] = loop.create_future()
        self._wanted.put(future)
        if self._thread is None:
            # A daemon: a blocked read must not keep the process alive.
            self._thread = threading.Thread(target=self._read, args=(loop,), daemon=True, name="terminal")
            self._thread.start()
        return await future

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            future = self._wanted.get()
            text = self.stream.readline()
            while future.cancelled():
                future = self._wanted.get()
            loop.call_soon_threadsafe(_give, future, text.rstrip("\n"))


def _give(future: asyncio.Future[str], text: str) -> None:
    if not future.done():
        future.set_result(text)


@dataclass(frozen=True)
class TerminalHand:
    """Asks the person at the terminal.

    Attributes:
        reader: Where answers are read from.
        err: Where questions are shown.
        folder: Where pictures are kept while they are needed.
    """

    reader: LineReader
    err: TextIO
    folder: Path

    async def __call__(self, challenge: Challenge) -> str | bool | None:
        """Show what is needed and read the answer; an empty line means: not now."""
        picture = self._show(challenge)
        click.echo(f"\n{challenge.prompt}", file=self.err)
        click.echo(_question(challenge), file=self.err, nl=False)
        try:
            text = (await self.reader.line()).strip()
        finally:
            if picture is not None:
                picture.unlink(missing_ok=True)
        if challenge.kind in ("sms", "captcha"):
            return text or None
        return True if text else None

    def _show(self, challenge: Challenge) -> Path | None:
        """Save the picture and open it; it is removed once the answer is there."""
        if challenge.picture is None:
            return None
        path = make_folder(self.folder) / f"{challenge.channel}-{challenge.kind}.png"
        write_durably(path, challenge.picture)
        click.launch(str(path))
        click.echo(_("The picture is here: {path}").format(path=path), file=self.err)
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
