"""Where in a definition the thing stands that a sentence speaks of, so that its author need not search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from complain.case.lines import KeyLines, KeyPath
from complain.channels.definition_checks import fields_of, table, tables
from complain.channels.definition_table import parse_toml, read_text
from complain.errors import ComplainError


def place_of(definition: Path, sentence: str) -> str:
    """Return ``file:line`` of the field or button that a sentence quotes; empty when it quotes none.

    Args:
        definition: The ``form.toml``.
        sentence: As a person reads it, with the name in “quotation marks”.
    """
    try:
        text = read_text(definition)
        named = [
            (path, name) for path, name in _names(parse_toml(definition, text)) if f"“{name}”" in sentence
        ]
    except ComplainError:  # a file that cannot be read is told by whoever reads it
        return ""
    if not named:
        return ""
    path, _name = max(named, key=lambda one: len(one[1]))
    return f"{definition}:{KeyLines(text).line(path)}"


def _names(data: dict[str, object]) -> Iterator[tuple[KeyPath, str]]:
    for path, field in fields_of(data):
        for key in ("label", "css", "send"):
            if isinstance(value := field.get(key), str) and value:
                yield (*path, key), value
    for number, page in enumerate(tables(data.get("page"))):
        if isinstance(value := page.get("next"), str) and value:
            yield ("page", number, "next"), value
    for key in ("button", "confirm"):
        if isinstance(value := table(data.get("submit")).get(key), str) and value:
            yield ("submit", key), value
