"""The answers of commands that only read, kept with everything that they were worked out from.

``complain channels`` asks every installed distribution, ``complain status`` works all dates out anew; both give the
same answer until something they looked at changes. Such an answer is written down once with the state of every file
and folder that was read for it, and given again only while each of them is as it was. Whatever is not known to be the
same (another day, another terminal, another variable of the environment) makes the command work it out anew.

Nothing here imports what starting up does not need: see ``docs/decisions/003-start-up.md``.
"""

from __future__ import annotations

import os
import sys
from binascii import crc32
from collections.abc import Callable, Sequence
from typing import TextIO

from complain.i18n import language

FORM = 1
"""Of such a file; one of another form is not understood."""

COMMANDS = ("channels", "status")

State = tuple[int, int, int] | None
"""When a file or folder was last changed (ns), its size in bytes, its inode; None where there is nothing."""


def answered(args: Sequence[str], work_out: Callable[[], int]) -> int:
    """Give the kept answer to a command line, or have it worked out, and keep it where its command allows that.

    Args:
        args: The command line without the program's name.
        work_out: Runs the command; returns the exit code.
    """
    name = _file_name(args)
    if name is None:
        return work_out()
    question = _question(args)
    kept = _recall(os.path.join(_likely_folder(args), name), question)  # noqa: PTH118  pathlib costs more than this
    if kept is None:
        from complain.cli.keeping import work_out_and_keep

        return work_out_and_keep(name, question, work_out)
    sys.stderr.write(kept[1])
    sys.stdout.write(kept[0])
    return 0


def _file_name(args: Sequence[str]) -> str | None:
    """Return where an answer to ``args`` would be kept: one place per command and kind of answer."""
    words = [word for word in (*COMMANDS, "--json") if word in args]
    return "".join(words) if words and words[0] in COMMANDS else None


def _question(args: Sequence[str]) -> list[str]:
    """Return everything but files that an answer depends on; of the environment only a checksum is written down."""
    import time

    variables = sorted((name, value) for name, value in os.environ.items() if name != "_")
    day_in_china = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    return [
        *(repr(tuple(args)), _here(), sys.executable, sys.version, language(), day_in_china),
        *(f"{crc32(repr(variables).encode()):08x}", _screen(sys.stdout), _screen(sys.stderr)),
    ]


def _here() -> str:
    try:
        return os.getcwd()  # noqa: PTH109  as above
    except OSError:  # the folder was removed under the shell: no answer was ever kept for this
        return ""


def _screen(stream: TextIO) -> str:
    try:
        return f"{stream.encoding} {os.get_terminal_size(stream.fileno())}"
    except (OSError, ValueError):  # not a terminal
        return str(stream.encoding)


def _likely_folder(args: Sequence[str]) -> str:
    """Return where `complain.environment.Home.kept` is likely to be.

    A wrong guess finds nothing, and the command works its answer out. Asking for the true place imports platformdirs.
    """
    named = os.environ.get("COMPLAIN_HOME", "")
    for word, following in zip(args, [*args[1:], ""], strict=True):
        if word == "--home" or word.startswith("--home="):
            named = following if word == "--home" else word.partition("=")[2]
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    root = os.path.expanduser(named or f"{data}/complain")  # noqa: PTH111  as above
    return f"{root}/practice/kept" if "--practice" in args else f"{root}/kept"


def state_of(path: str) -> State:
    """Return the state of a file or folder.

    Args:
        path: Absolute.
    """
    try:
        found = os.stat(path)  # noqa: PTH116  as above
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _recall(path: str, question: list[str]) -> tuple[str, str] | None:
    """Return what a command printed and complained of, if nothing has changed since."""
    import json

    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123  as above
            kept = json.load(file)
        if kept["form"] != FORM or kept["question"] != question:
            return None
        states = ((path, None if state is None else tuple(state)) for path, state in kept["sources"])
        if any(state_of(source) != state for source, state in states):
            return None
        return str(kept["out"]), str(kept["err"])
    except (OSError, ValueError, LookupError, TypeError):  # none, or not one of ours: it is worked out anew
        return None
