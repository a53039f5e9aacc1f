"""Works the answer of a reading command out, listens to what is read for it, and keeps it: see `complain.cli.kept`."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from complain.cli.kept import FORM, State, state_of
from complain.durable import make_folder, write_durably
from complain.environment import Environment, Home

SETTLED_NS = 2_000_000_000
"""A file that was written this shortly before may be written again with the same time: file systems count it in steps
of up to two seconds (FAT). An answer that rests on such a file is not kept."""

_READING = frozenset({"open", "os.listdir", "os.scandir"})  # audit events, their first argument the path


@dataclass
class _Answer:
    """An answer while it is worked out.

    Attributes:
        home: Where it is kept; None as long as its command has not allowed that.
        sources: Every file and folder that it rests on.
    """

    home: Home | None = None
    sources: set[str] = field(default_factory=set[str])


_answer: _Answer | None = None


def keep(environment: Environment, looked_at: Iterable[Path] = ()) -> None:
    """Allow the answer that is being worked out to be kept; a command that changes anything never calls this.

    Args:
        environment: Says which home.
        looked_at: Files and folders whose mere being there was asked for; what was opened or listed is known.
    """
    if _answer is None:
        return
    _answer.home = home = environment.home
    ours = (home.config, home.journal, home.sessions, *environment.plugin_dirs)
    _answer.sources |= {str(path.absolute()) for path in (*ours, *looked_at)}


def work_out_and_keep(name: str, question: list[str], work_out: Callable[[], int]) -> int:
    """Run a command and keep what it printed, if it went well and its command allows that.

    Args:
        name: Of the file.
        question: What the answer depends on beside files.
        work_out: Runs the command; returns the exit code.
    """
    global _answer
    answer = _answer = _Answer()
    sys.addaudithook(_listen)
    out, err = _Heard(sys.stdout), _Heard(sys.stderr)
    sys.stdout, sys.stderr = out, err
    try:
        code = work_out()
    finally:
        _answer = None
        sys.stdout, sys.stderr = out.stream, err.stream
    if code == 0 and answer.home is not None and answer.home.path.is_dir():
        _write_down(answer.home.kept / name, question, answer.sources | _modules(), out.text, err.text)
    return code


def _listen(event: str, args: tuple[Any, ...]) -> None:
    """Take down what is read: Python tells its audit hooks of every file that it opens and folder that it lists."""
    if _answer is None or event not in _READING or not args:
        return
    try:
        path = os.fsdecode("." if args[0] is None else args[0])
    except TypeError:  # a descriptor: what it stands for was opened by name before
        return
    _answer.sources.add(os.path.abspath(path))  # noqa: PTH100  a Path would be listened to again


def _modules() -> set[str]:
    """Return the source of every module in use: what is opened of it is only its compiled copy."""
    return {file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))}


def _write_down(file: Path, question: list[str], sources: set[str], out: str, err: str) -> None:
    states = {path: state_of(path) for path in sorted(sources) if not _is_device(path)}
    if any(map(_unsettled, states.values())):
        return
    kept = {"form": FORM, "question": question, "sources": list(states.items()), "out": out, "err": err}
    try:
        make_folder(file.parent)
        write_durably(file, json.dumps(kept).encode())
    except OSError:  # it is only worked out anew the next time
        return


def _is_device(path: str) -> bool:
    place = Path(path)
    return place.exists() and not (place.is_file() or place.is_dir())


def _unsettled(state: State) -> bool:
    return state is not None and state[0] > time.time_ns() - SETTLED_NS


class _Heard:
    """A stream that remembers what went through it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.text = ""

    def write(self, text: str) -> int:
        """Write, and remember."""
        self.text += text
        return self.stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)
