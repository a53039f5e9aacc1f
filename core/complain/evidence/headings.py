"""Which column of a call list holds what: by the known headings, or as the person said once (`complain.evidence.mappings`)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from complain.evidence.calls import Direction, State
from complain.evidence.cells import Cell, cell_text

FIELDS = ("number", "at", "day", "duration", "direction", "state", "contact")
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
_BLANKS = re.compile(r"[\s_:*\ufeff]+")


@dataclass(frozen=True)
class Columns:
    """Places of the columns, from 0; None for what the list does not have.

    Attributes:
        number: The other side's number.
        at: Day and time; the time alone where ``day`` is a column of its own.
        day: The day, where it stands apart.
        duration: How long.
        direction: Who called.
        state: Whether it was answered.
        contact: A name in the person's contacts.
        in_minutes: Whether the duration is in begun minutes.
    """

    number: int
    at: int
    day: int | None = None
    duration: int | None = None
    direction: int | None = None
    state: int | None = None
    contact: int | None = None
    in_minutes: bool = False


Names = Mapping[str, Sequence[str]]


@cache
def _data() -> Mapping[str, Names]:
    text = (files("complain.evidence") / "data" / "headings.toml").read_text(encoding="utf-8")
    return cast("Mapping[str, Names]", tomllib.loads(text))


def plain_heading(cell: Cell) -> str:
    """Return a heading as headings are compared: without blanks and without what stands in brackets."""
    text = unicodedata.normalize("NFKC", cell_text(cell)).casefold()
    return _BLANKS.sub("", _BRACKETS.sub("", text))


def known_columns(heading: Sequence[Cell]) -> Columns | None:
    """Return where the columns are, or None when number or time stand under no known heading."""
    plain = [plain_heading(cell) for cell in heading]
    places: dict[str, int] = {}
    for field, names in _data()["fields"].items():
        place = next((plain.index(name) for name in names if name in plain), None)
        if place is not None and place not in places.values():
            places[field] = place
    return columns(places, heading)


def columns(places: Mapping[str, int], heading: Sequence[Cell]) -> Columns | None:
    """Return the columns at these places, or None when number or time is missing among them.

    Args:
        places: Field -> place, from 0.
        heading: The row of headings; that of the duration may name minutes.
    """
    if "number" not in places or not {"at", "day"} & places.keys():
        return None
    time = places.get("at", places.get("day"))
    assert time is not None
    duration = places.get("duration")
    return Columns(
        number=places["number"],
        at=time,
        day=places.get("day") if "at" in places else None,
        duration=duration,
        direction=places.get("direction"),
        state=places.get("state"),
        contact=places.get("contact"),
        in_minutes=duration is not None and _is_minutes(cell_text(heading[duration])),
    )


def _is_minutes(heading: str) -> bool:
    return "分" in heading and "秒" not in heading


@cache
def _words(table: str) -> Mapping[str, str]:
    return {word: meaning for meaning, words in _data()[table].items() for word in words}


@cache
def direction_of(text: str) -> Direction:
    """Return who called, by a cell's text."""
    return Direction(_words("directions").get(plain_heading(text), Direction.UNKNOWN.value))


@cache
def state_of(text: str) -> State:
    """Return whether the call was answered, by a cell's text."""
    return State(_words("states").get(plain_heading(text), State.UNKNOWN.value))
