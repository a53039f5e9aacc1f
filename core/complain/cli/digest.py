"""The digest of what waits for a person, as the terminal shows it: commands on lines of their own, never broken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from complain.cli.help import wrapped
from complain.environment import Environment
from complain.i18n import _, ngettext
from complain.reports.waiting import Desk, Waiting

_INDENT = 3
_NARROWEST = 20


def desk_of(environment: Environment, folder: Path, case: str) -> Desk:
    """Return what the commands of a digest must name here.

    Args:
        environment: Says which home.
        folder: The case folder.
        case: The case's id.
    """
    home = environment.home
    return Desk(folder, home.packs / case, home, environment.plugin_dirs)


def print_digest(console: Console, waiting: Sequence[Waiting], status: str) -> None:
    """Print what waits for a person; nothing when nothing does.

    Args:
        console: Where the result goes.
        waiting: In the order of the filings.
        status: The command that shows it again.
    """
    if not waiting:
        return
    heading = ngettext("Waits for you: {count} filing", "Waits for you: {count} filings", len(waiting))
    console.print(f"\n[bold]{escape(heading.format(count=len(waiting)))}[/bold]")
    for number, each in enumerate(waiting, 1):
        console.print(escape(_("{number}. {title}").format(number=number, title=each.title)), style="cyan")
        _print_indented(console, each.task)
        for what, line in each.lines:
            _print_indented(console, _("{heading}:").format(heading=what), style="dim")
            console.print(" " * 2 * _INDENT + escape(line), soft_wrap=True)
    again = _("Shown again, until it is settled, by: {command}").format(command=status)
    console.print(escape(again), soft_wrap=True)


def _print_indented(console: Console, text: str, style: str = "") -> None:
    width = max(console.width - _INDENT, _NARROWEST)
    for line in (line for part in text.splitlines() for line in wrapped(part, width)):
        console.print(" " * _INDENT + escape(line), style=style)
