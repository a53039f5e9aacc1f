"""A person at a real terminal: waits for a question, types the answer, sees what the terminal shows."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# The terminal becomes the controlling one, as at a desk: a hidden prompt opens /dev/tty.
_SIT_DOWN = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def at_terminal(
    command: Sequence[str], dialogue: Sequence[tuple[str, str]], *, cwd: Path, environ: Mapping[str, str]
) -> tuple[int, str]:
    """Run a command at a terminal; return its exit code and all that was shown.

    Args:
        command: Program and arguments.
        dialogue: For each question a part of its words, and what is typed then; typed keys are shown by the
            terminal unless the program hides them.
        cwd: Where it runs.
        environ: Its whole environment.
    """
    desk, seat = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _SIT_DOWN, *command],
        stdin=seat,
        stdout=seat,
        stderr=seat,
        cwd=cwd,
        env=dict(environ),
    )
    os.close(seat)
    shown = ""
    for question, answer in dialogue:
        shown += _read(desk, question)
        os.write(desk, f"{answer}\n".encode())
    shown += _read(desk, None)
    os.close(desk)
    return process.wait(60), shown


def _read(desk: int, until: str | None) -> str:
    shown = b""
    while until is None or until not in shown.decode(errors="replace"):
        try:
            piece = os.read(desk, 4096)
        except OSError:  # Linux: the other end of the terminal is closed
            piece = b""
        if not piece:
            break
        shown += piece
    return shown.decode(errors="replace")
