"""A text that a pattern matches: what a stand-in page shows in place of a real receipt."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, cast

USUAL_REPEATS = 6
"""How often an unbounded part is repeated: receipt numbers are rarely shorter."""
_PREFERRED = "20261123ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0456789-_ ：:#/.,中"

# The standard library's own parser of patterns: without it every kind of group and class would be written again.
_parser: Any = import_module("re._parser")
_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": lambda one: one.isdigit(),
    "CATEGORY_NOT_DIGIT": lambda one: not one.isdigit(),
    "CATEGORY_SPACE": lambda one: one.isspace(),
    "CATEGORY_NOT_SPACE": lambda one: not one.isspace(),
    "CATEGORY_WORD": lambda one: one.isalnum() or one == "_",
    "CATEGORY_NOT_WORD": lambda one: not (one.isalnum() or one == "_"),
}


class NoExample(Exception):
    """A pattern is beyond what is understood here."""


def example_of(pattern: str) -> tuple[str, str | None]:
    """Return a text that ``pattern`` finds, and what its group ``number`` holds in it (None without one).

    Args:
        pattern: As ``success`` declares it.

    Raises:
        NoExample: No text was found.
    """
    text = "".join(_Writer().items(_parser.parse(pattern)))
    found = re.search(pattern, text)
    if found is None:
        raise NoExample(pattern)
    return text, found.groupdict().get("number")


class _Writer:
    def __init__(self) -> None:
        self._count = 0
        self._groups: dict[int, str] = {}

    def items(self, parsed: Any) -> list[str]:
        return [self._one(str(kind), argument) for kind, argument in parsed]

    def _one(self, kind: str, argument: Any) -> str:
        writers: dict[str, Callable[[], str]] = {
            "LITERAL": lambda: chr(argument),
            "NOT_LITERAL": lambda: self._choose(lambda one: one != chr(argument)),
            "ANY": lambda: self._choose(lambda _one: True),
            "IN": lambda: self._in(argument),
            "BRANCH": lambda: "".join(self.items(argument[1][0])),
            "SUBPATTERN": lambda: self._group(argument),
            "ATOMIC_GROUP": lambda: "".join(self.items(argument)),
            "MAX_REPEAT": lambda: self._repeat(argument),
            "MIN_REPEAT": lambda: self._repeat(argument),
            "POSSESSIVE_REPEAT": lambda: self._repeat(argument),
            "GROUPREF": lambda: self._groups.get(argument, ""),
            "AT": lambda: "",
            "ASSERT": lambda: "",
            "ASSERT_NOT": lambda: "",
        }
        write = writers.get(kind)
        if write is None:
            raise NoExample(kind)
        return write()

    def _group(self, argument: Any) -> str:
        text = "".join(self.items(argument[-1]))
        if argument[0] is not None:
            self._groups[argument[0]] = text
        return text

    def _repeat(self, argument: Any) -> str:
        least, most, inner = int(argument[0]), int(argument[1]), argument[2]
        times = least if least == most or (least == 0 and most > 1) else max(least, min(most, USUAL_REPEATS))
        return "".join("".join(self.items(inner)) for _ in range(times))

    def _in(self, members: Sequence[tuple[Any, Any]]) -> str:
        is_negated = bool(members) and str(members[0][0]) == "NEGATE"
        rest = members[1:] if is_negated else members
        return self._choose(lambda one: any(_holds(str(k), v, one) for k, v in rest) != is_negated)

    def _choose(self, fits: Callable[[str], bool]) -> str:
        everything = [one for one in _PREFERRED if fits(one)] or [
            chr(code) for code in range(33, 0x3000) if fits(chr(code))
        ]
        if not everything:
            raise NoExample("an empty set")
        self._count += 1
        return everything[self._count % min(len(everything), 7)]


def _holds(kind: str, value: Any, one: str) -> bool:
    if kind == "LITERAL":
        return bool(ord(one) == value)
    if kind == "RANGE":
        low, high = cast("tuple[int, int]", value)
        return low <= ord(one) <= high
    return kind == "CATEGORY" and _is_of(str(value), one)


def _is_of(category: str, one: str) -> bool:
    test = _CATEGORIES.get(category)
    return test is not None and test(one)
