"""Where each key of a TOML file stands, so that a mistake can name its line.

`tomllib` says what a file holds but not where. The text has been accepted by it before it is walked here, so
this walk checks nothing; it only counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""+' r"|'''.*?'''+" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


class _Walk:
    """One walk over one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self._counts: dict[KeyPath, int] = {}
        self._table: KeyPath = ()

    def run(self) -> None:
        """Visit every statement."""
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self._sees("["):
                self._header()
            else:
                self._assignment(self._table)
            self._skip(_BLANK)

    def _sees(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None or self.at >= len(self.text):
            return ""
        self.at = match.end()
        return match.group()

    def _note(self, path: KeyPath) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, self.at) + 1)

    def _key(self) -> tuple[str, ...]:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            quoted = self._skip(_STRING)
            parts.append(quoted[1:-1] if quoted else self._skip(_BARE))
            self._skip(_SPACE)
            if not self._sees("."):
                return tuple(parts)
            self.at += 1

    def _header(self) -> None:
        is_array = self._sees("[[")
        line_start = self.at
        self.at += 2 if is_array else 1
        parts = self._key()
        self.at += 2 if is_array else 1
        self._table = self._resolved(parts, is_array)
        self.lines.setdefault(self._table, self.text.count("\n", 0, line_start) + 1)

    def _resolved(self, parts: tuple[str, ...], is_array: bool) -> KeyPath:
        path: KeyPath = ()
        for position, part in enumerate(parts):
            path = (*path, part)
            if is_array and position == len(parts) - 1:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _assignment(self, table: KeyPath) -> None:
        start = self.at
        path: KeyPath = (*table, *self._key())
        end, self.at = self.at, start
        self._note(path)
        self.at = end + 1
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self._sees("["):
            self._array(path)
        elif self._sees("{"):
            self._inline_table(path)
        elif not self._skip(_STRING):
            self._skip(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        while self._next_item("]"):
            self._note((*path, index))
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while self._next_item("}"):
            self._assignment(path)

    def _next_item(self, closing: str) -> bool:
        self._skip(_BLANK)
        if self._sees(","):
            self.at += 1
            self._skip(_BLANK)
        if self._sees(closing) or self.at >= len(self.text):
            self.at += 1
            return False
        return True


def line_numbers(text: str) -> Mapping[KeyPath, int]:
    """Return the 1-based line of every key, table and list item of a TOML text.

    Args:
        text: A text that ``tomllib`` accepts. Paths hold 0-based positions: ``("page", 0, "fields", 2)``.
    """
    walk = _Walk(text)
    walk.run()
    return walk.lines


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """Return the line of ``path``, or of the nearest table that encloses it; None when none is known."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None
