"""On which line of a TOML text a key stands. Python's own reader gives values but no places.

The text must be TOML that `tomllib` has read: the scanner trusts its syntax and only keeps places.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"""(?!")', re.DOTALL),
    re.compile(r"'''.*?'''(?!')", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
_SCALAR = re.compile(r"[^,\]}#\n]*")


class KeyLines:
    """Places of all keys of a TOML text; of case.toml and form.toml alike.

    Args:
        text: TOML that `tomllib` reads.
    """

    def __init__(self, text: str) -> None:
        self._lines = _Scanner(text).scan()

    def line(self, path: KeyPath) -> int:
        """Return the 1-based line of a key, or of the table nearest to it where the key is missing.

        Args:
            path: Names and 0-based places in arrays, as ``("loans", 1, "principal")``.
        """
        return self.nearest(path) or 1

    def nearest(self, path: KeyPath) -> int | None:
        """Return the 1-based line of a key or of the nearest table around it; None when none of them stands there."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path)

    def has(self, path: KeyPath) -> bool:
        """Return whether the key stands in the text."""
        return path in self._lines


class _Scanner:
    """One pass over the text; ``at`` is the place that is read next."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self._starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        self._arrays: dict[KeyPath, int] = {}

    def scan(self) -> Mapping[KeyPath, int]:
        table: KeyPath = ()
        while self._skip_blank() < len(self.text):
            table = self._header() if self.text[self.at] == "[" else self._pair(table)
        return self.lines

    def _skip_blank(self) -> int:
        self.at = self._end(_BLANK)
        return self.at

    def _end(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        assert match is not None, "not TOML"
        return match.end()

    def _keep(self, path: KeyPath) -> None:
        self.lines.setdefault(path, bisect_right(self._starts, self.at))

    def _header(self) -> KeyPath:
        start, is_array = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        names = self._key()
        self.at = self.text.index("]", self.at) + (2 if is_array else 1)
        end, self.at = self.at, start
        path = self._resolve(names, is_array)
        self.at = end
        return path

    def _resolve(self, names: tuple[str, ...], is_array: bool) -> KeyPath:
        path: KeyPath = ()
        for place, name in enumerate(names):
            path = (*path, name)
            self._keep(path)
            if is_array and place == len(names) - 1:
                self._arrays[path] = self._arrays.get(path, -1) + 1
            if path in self._arrays:
                path = (*path, self._arrays[path])
                self._keep(path)
        return path

    def _key(self) -> tuple[str, ...]:
        names: list[str] = []
        while True:
            self._skip_blank()
            names.append(self._name())
            self._skip_blank()
            if self.text[self.at] != ".":
                return tuple(names)
            self.at += 1

    def _name(self) -> str:
        start, quoted = self.at, self.text[self.at] in "\"'"
        self.at = self._string_end() if quoted else self._end(_BARE_KEY)
        written = self.text[start : self.at]
        return _unquoted(written) if quoted else written

    def _string_end(self) -> int:
        for pattern in _STRINGS:
            match = pattern.match(self.text, self.at)
            if match is not None:
                return match.end()
        raise AssertionError("not TOML")

    def _pair(self, table: KeyPath) -> KeyPath:
        start = self.at
        names = self._key()
        after, self.at = self.at, start
        path = table
        for name in names:
            path = (*path, name)
            self._keep(path)
        self.at = after + 1
        self._value(path)
        return table

    def _value(self, path: KeyPath) -> None:
        self._skip_blank()
        first = self.text[self.at]
        if first in "\"'":
            self.at = self._string_end()
        elif first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        else:
            self.at = self._end(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        place = 0
        while self.text[self._skip_blank()] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._keep((*path, place))
            self._value((*path, place))
            place += 1
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while self.text[self._skip_blank()] != "}":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._pair(path)
        self.at += 1


def _unquoted(written: str) -> str:
    import tomllib

    return next(iter(tomllib.loads(f"{written} = 0")))
