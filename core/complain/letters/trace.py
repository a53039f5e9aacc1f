"""Where each sentence of a letter comes from: facts carry their source through the template into the text.

A `Sourced` text is an ordinary text that remembers its source. When a template prints it, it is put between
private marks; `sentences_of` reads the marks and `without_marks` takes them away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_OPEN}([^{_OPEN}-{_CLOSE}]*){_MIDDLE}")
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ue000-\uf8ff\ufeff]"
)
_SENTENCE_END = re.compile(r"(?<=[。！？；])|\n")


class Sourced(str):
    """A text that remembers where it comes from.

    Attributes:
        source: Facts of the case or rows of the rules, as ``incidents[2]``; several are parted by a space.
    """

    __slots__ = ("source",)
    source: str

    def __new__(cls, text: str, source: str) -> Self:
        made = super().__new__(cls, text)
        made.source = source
        return made


@dataclass(frozen=True)
class Sentence:
    """One sentence of a letter and what it rests on.

    Attributes:
        text: As it stands in the letter.
        sources: Facts of the case, or rows of the rules; empty for the template's own words.
    """

    text: str
    sources: tuple[str, ...]


def clean(text: str) -> str:
    """Return a person's text with one kind of newline and without control and private-use characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def marked(value: str) -> str:
    """Return a text as a template prints it: between marks when it has a source."""
    if isinstance(value, Sourced):
        return f"{_OPEN}{value.source}{_MIDDLE}{value}{_CLOSE}"
    return value


def joined(parts: list[str], between: str) -> Sourced:
    """Join texts and their sources."""
    sources = " ".join(
        dict.fromkeys(s for part in parts if isinstance(part, Sourced) for s in part.source.split())
    )
    return Sourced(between.join(parts), sources)


def without_marks(text: str) -> str:
    """Return a rendered letter as it is sent."""
    return _MARKED.sub("", text).replace(_CLOSE, "")


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Split a rendered letter, marks still in it, into sentences with their sources.

    A sentence ends at ``。！？；`` or at the line's end; a fact that spans several is the source of each.
    """
    found: list[Sentence] = []
    open_sources: list[str] = []
    for piece in _SENTENCE_END.split(text):
        sources, open_sources = _sources(piece, open_sources)
        plain = without_marks(piece).strip()
        if plain:
            found.append(Sentence(plain, sources))
    return tuple(found)


def _sources(piece: str, open_sources: list[str]) -> tuple[tuple[str, ...], list[str]]:
    stack, seen = list(open_sources), list(open_sources)
    for mark in re.finditer(f"{_MARKED.pattern}|{_CLOSE}", piece):
        if mark.group() == _CLOSE:
            stack.pop()
        else:
            stack.append(mark.group(1))
            seen.append(mark.group(1))
    return tuple(dict.fromkeys(name for source in seen for name in source.split())), stack
