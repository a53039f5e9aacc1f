"""A person in front of a terminal window: tmux draws it, so that a test sees what stands on the screen.

What was seen is kept as a recording in plain text: one picture of the screen for each thing that was waited for.
"""

from __future__ import annotations

import os
import select
import shlex
import shutil
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HAS_TMUX = shutil.which("tmux") is not None
COLUMNS, ROWS = 110, 50


@dataclass
class Screen:
    """A terminal window with a shell in it.

    Attributes:
        recording: Where the pictures of the screen are written.
    """

    recording: Path
    _tmux: list[str]
    _changes: int
    _pictures: list[str] = field(default_factory=list[str])

    def type(self, text: str) -> None:
        """Type a line and press Enter."""
        self._run("send-keys", "-l", text)
        self._run("send-keys", "Enter")

    def shown(self) -> str:
        """Return what was shown so far, lines that scrolled away included; lines that were broken are whole again."""
        return self._run("capture-pane", "-p", "-J", "-S", "-")

    def wait_for(self, words: str, *, seconds: float = 60, after: str = "") -> str:
        """Wait until words are shown, keep a picture of the screen, and return all that is shown.

        Args:
            words: Part of what is waited for.
            seconds: Most seconds; then the test fails with the screen.
            after: Only what is shown after the last of these words counts.
        """
        end = time.monotonic() + seconds
        while not _is_shown(text := self.shown(), words, after):
            left = end - time.monotonic()
            assert left > 0, f"“{words}” did not come within {seconds:.0f} s:\n{text}"
            if select.select([self._changes], [], [], left)[0]:
                os.read(self._changes, 65536)
        self._keep(words)
        return text

    def _keep(self, words: str) -> None:
        picture = self._run("capture-pane", "-p").rstrip()
        self._pictures.append(f"━━━ {words}\n{picture}\n")
        self.recording.write_text("\n".join(self._pictures), encoding="utf-8")

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            [*self._tmux, *command], capture_output=True, text=True, encoding="utf-8", check=True
        )
        return done.stdout


def _is_shown(text: str, words: str, after: str) -> bool:
    if after and after not in text:
        return False
    return words in (text.rpartition(after)[2] if after else text)


@contextmanager
def screen(folder: Path, environ: Mapping[str, str], recording: Path) -> Generator[Screen]:
    """Open a terminal window with a shell; close it with everything that still runs in it.

    Args:
        folder: For the window's own socket, and where the shell starts.
        environ: The shell's whole environment.
        recording: Where the pictures of the screen are written.
    """
    socket, changes = folder / "tmux", folder / "changes"
    tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
    os.mkfifo(changes)
    shell = [
        "env",
        "-i",
        *(f"{name}={value}" for name, value in environ.items()),
        "bash",
        "--norc",
        "--noprofile",
    ]
    subprocess.run(
        [
            *tmux,
            "new-session",
            "-d",
            "-x",
            str(COLUMNS),
            "-y",
            str(ROWS),
            "-c",
            str(folder),
            shlex.join(shell),
        ],
        env={**environ, "LC_ALL": "C.UTF-8"},
        check=True,
    )
    # Open for both: it neither waits for a writer nor ends when one goes.
    descriptor = os.open(changes, os.O_RDWR | os.O_NONBLOCK)
    try:
        subprocess.run([*tmux, "set-option", "-g", "history-limit", "5000"], check=True)
        subprocess.run([*tmux, "pipe-pane", f"cat > {shlex.quote(str(changes))}"], check=True)
        yield Screen(recording, tmux, descriptor)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
        os.close(descriptor)
