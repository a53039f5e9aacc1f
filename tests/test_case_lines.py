"""The line that a mistake names is the line on which the person wrote the key."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complain.case.lines import KeyLines, KeyPath

_STRINGS = st.sampled_from(
    [
        '"{m}"',
        "'{m}'",
        '"""{m}"""',
        '"""\n{m}\n[not.a.table]\nk = 1"""',
        "'''\n{m} \"\"\" # no\n'''",
        '"\\"{m} # ]"',
        '"""a""{m}"""""',
    ]
)
_SCALARS = st.sampled_from(["17", "-0.5", "2026-10-01 21:30:00", "2026-10-01", "true", "inf", "1_000"])
_NOISE = st.sampled_from(["", "\n", "# [[table]] = {\n", "   # k = 1\n\n", "\t\n"])


class _Document:
    """Text under construction, with a name for each key that occurs nowhere else."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = itertools.count()
        self.text = ""

    def name(self) -> str:
        return f"k{next(self.count)}_"

    def value(self, depth: int) -> str:
        kind = self.draw(
            st.sampled_from(["scalar", "string", "array", "inline"] if depth < 3 else ["string"])
        )
        if kind == "array":
            return self.array(depth)
        if kind == "inline":
            return self.inline(depth)
        if kind == "string":
            return self.draw(_STRINGS).replace("{m}", self.name())
        return self.draw(_SCALARS)

    def array(self, depth: int) -> str:
        gap = self.draw(st.sampled_from(["", " ", "\n  ", " # , ]\n"]))
        items = [self.value(depth + 1) for _ in range(self.draw(st.integers(0, 3)))]
        return f"[{gap}" + f",{gap}".join(items) + f"{gap}]"

    def inline(self, depth: int) -> str:
        pairs = [f"{self.key()} = {self.value(depth + 1)}" for _ in range(self.draw(st.integers(0, 3)))]
        return "{ " + ", ".join(pairs) + " }"

    def key(self) -> str:
        name = self.name()
        return self.draw(
            st.sampled_from([name, f'"{name}"', f"'{name}'", f"{name}.{self.name()}", f'"{name} # ]"'])
        )

    def pairs(self) -> None:
        for _ in range(self.draw(st.integers(0, 3))):
            self.text += f"{self.draw(_NOISE)}{self.key()} = {self.value(0)}\n"

    def tables(self) -> None:
        for _ in range(self.draw(st.integers(0, 3))):
            name = self.name()
            if self.draw(st.booleans()):
                self.text += f"{self.draw(_NOISE)}[ {name} ]\n"
                self.pairs()
                continue
            for _ in range(self.draw(st.integers(1, 3))):
                self.text += f"{self.draw(_NOISE)}[[{name}]] # {self.name()}\n"
                self.pairs()
                if self.draw(st.booleans()):
                    self.text += f"[{name}.{self.name()}]\n"
                    self.pairs()


@st.composite
def documents(draw: st.DrawFn) -> str:
    document = _Document(draw)
    document.pairs()
    document.tables()
    return document.text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def _paths(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(cast("list[object]", value)):
            yield from _paths(inner, (*path, place))


@given(documents())
def test_every_key_is_found_on_the_line_where_its_name_stands(text: str) -> None:
    found = KeyLines(text)
    rows = text.split("\n")
    for path, _value in _paths(tomllib.loads(text)):
        assert found.has(path)
        if isinstance(path[-1], str):
            assert path[-1].split(" ")[0] in rows[found.line(path) - 1]


@given(documents())
def test_every_text_in_a_list_is_found_on_the_line_where_it_begins(text: str) -> None:
    found = KeyLines(text)
    rows = text.split("\n")
    for path, value in _paths(tomllib.loads(text)):
        if isinstance(path[-1], int) and isinstance(value, str) and "\n" not in value:
            assert value.strip() in rows[found.line(path) - 1].replace("\\", "")


def test_the_second_table_of_a_list_has_its_own_line() -> None:
    lines = KeyLines('[[loans]]\nproduct = "a"\n\n[[loans]]\nproduct = "b"\n[loans.more]\nx = 1\n')

    assert [lines.line(("loans", 0)), lines.line(("loans", 1))] == [1, 4]
    assert lines.line(("loans", 1, "product")) == 5
    assert lines.line(("loans", 1, "more", "x")) == 7


@pytest.mark.parametrize(
    ("path", "line"),
    [(("complainant", "phone"), 2), (("loans", 0, "fees"), 4), (("nowhere",), 1)],
)
def test_a_missing_key_is_placed_at_its_table(path: KeyPath, line: int) -> None:
    text = 'id = "x"\n[complainant]\nname = "a"\n[[loans]]\n'

    assert KeyLines(text).line(path) == line
