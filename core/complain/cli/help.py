"""Help pages in the person's language, wrapped by what characters take on the screen.

click wraps by counting characters; a Chinese one takes two columns, and its lines have no spaces to break at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

import click

from complain.i18n import _

_UNIT = re.compile(r"[“（【]*(?:[!-~]+|\S)[”），。；：、？！】…]*\s*")
_PLACE = re.compile(r"INTEGER RANGE|[A-Z]{2,}")
_COLUMN_MOST = 30
_WIDEST, _NARROWEST = 80, 50  # columns of a page; click's own bounds


def columns(text: str) -> int:
    """Return how many columns a text takes on the screen."""
    if text.isascii():
        return len(text)
    from unicodedata import east_asian_width  # its tables take longer to load than an English page to print

    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines; no line begins with a closing mark or ends with an opening one.

    Args:
        text: One paragraph.
        width: Columns of a line.
    """
    lines = [""]
    for unit in _UNIT.findall(" ".join(text.split())):
        if lines[-1] and columns(lines[-1]) + columns(unit.rstrip()) > width:
            lines.append("")
        lines[-1] += unit
    return [line.rstrip() for line in lines]


def places(usage: str) -> str:
    """Return a usage line with the words that stand for something to be typed in the language in use."""
    words = {
        "ARGS": _("ARGS"),
        "ATTEMPT": _("ATTEMPT"),
        "CASE": _("CASE"),
        "CHANNEL": _("CHANNEL"),
        "COLUMN": _("COLUMN"),
        "COMMAND": _("COMMAND"),
        "DESK": _("DESK"),
        "DIR": _("DIR"),
        "DIRECTORY": _("DIR"),
        "FAULT": _("FAULT"),
        "FIELD": _("FIELD"),
        "FILE": _("FILE"),
        "FOLDER": _("DIR"),
        "ID": _("ID"),
        "INTEGER": _("INTEGER"),
        "INTEGER RANGE": _("INTEGER"),
        "KIND": _("KIND"),
        "LENGTH": _("LENGTH"),
        "NAME": _("NAME"),
        "NUMBER": _("NUMBER"),
        "OPTIONS": _("OPTIONS"),
        "ORIGIN": _("ORIGIN"),
        "PATH": _("PATH"),
        "TEXT": _("TEXT"),
        "URL": _("URL"),
    }
    return _PLACE.sub(lambda found: words.get(found[0], found[0]), usage)


def _page_width(most: int) -> int:
    """Return the terminal's width within click's bounds; click asks shutil, which takes longer than the page."""
    try:
        found = int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns)
    except (OSError, ValueError):  # not a terminal
        found = most
    return max(min(found or most, most) - 2, _NARROWEST)


class HelpPage(click.HelpFormatter):
    """click's help page with Chinese headings, columns and line breaks."""

    def __init__(
        self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None
    ) -> None:
        super().__init__(indent_increment, width or _page_width(max_width or _WIDEST), max_width)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, places(args), prefix)

    def write_heading(self, heading: str) -> None:
        title = _("{heading}:").format(heading=heading)
        self.write(f"{'':>{self.current_indent}}{title}\n")

    def write_text(self, text: str) -> None:
        for number, paragraph in enumerate(text.split("\n\n")):
            self.write("\n" if number else "")
            for line in wrapped(paragraph, self.width - self.current_indent):
                self.write(f"{'':>{self.current_indent}}{line}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = _COLUMN_MOST, col_spacing: int = 2
    ) -> None:
        shown = [(places(left), right) for left, right in rows]
        width = min(max((columns(left) for left, _right in shown), default=0), col_max) + col_spacing
        for left, right in shown:
            self._write_row(left, right, width, col_spacing)

    def _write_row(self, left: str, right: str, width: int, spacing: int) -> None:
        margin = " " * self.current_indent
        below = f"\n{margin}{'':>{width}}"
        gap = " " * (width - columns(left)) if columns(left) + spacing <= width else below
        lines = wrapped(right, max(self.width - width - self.current_indent, 10))
        self.write(f"{margin}{left}{gap}{below.join(lines)}".rstrip() + "\n")


class HelpContext(click.Context):
    """A context whose help pages are ours."""

    formatter_class = HelpPage
