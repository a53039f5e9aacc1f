"""Lines for a window: broken where a line may be, under their own indent."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable

import click

from complain.cli.help import columns, wrapped
from complain.environment import Environment

_HEAD = re.compile(r"\s*(?:· |\d+\. )?")
_NARROWEST = 20


def print_lines(environment: Environment, lines: Iterable[str]) -> None:
    """Print lines on stdout; where that is no window, each as it is.

    Args:
        environment: Its stdout.
        lines: Without their ends. One with a command stays whole, to be copied.
    """
    width = shutil.get_terminal_size().columns if environment.stdout.isatty() else 0
    for line in lines:
        for part in _fitted(line, width):
            click.echo(part, file=environment.stdout)


def _fitted(line: str, width: int) -> list[str]:
    head = _HEAD.match(line)
    if not width or head is None or "complain " in line or columns(line) <= width:
        return [line]
    indent = head.end()
    parts = wrapped(line[indent:], max(width - indent, _NARROWEST))
    return [head[0] + parts[0], *(" " * indent + part for part in parts[1:])]
