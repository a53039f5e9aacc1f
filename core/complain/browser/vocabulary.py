"""What fields of complaint forms are called, as data (``data/vocabulary.toml``). Light: standard library only."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import cast

from complain.names import fold

VOCABULARY = Path(__file__).parent / "data" / "vocabulary.toml"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\-.]+")


@dataclass(frozen=True)
class Entry:
    """One value, and what forms call the field that asks for it.

    Attributes:
        value: A placeholder as in ``form.toml``, or ``evidence``.
        labels: Folded names that say whose or what it is.
        bare: Folded names that leave open whose it is.
        about: Folded parts of names of the same kind of thing.
        controls: The controls in which it may stand: ``text``, ``textarea``, ``file``, ...
        required_only: Whether it is filled only where the form demands it.
    """

    value: str
    labels: frozenset[str]
    bare: frozenset[str]
    about: tuple[str, ...]
    controls: frozenset[str]
    required_only: bool = False

    @property
    def is_personal(self) -> bool:
        """Whether the value is a fact about the complainant."""
        return "complainant." in self.value


@dataclass(frozen=True)
class Vocabulary:
    """All entries, and the words that tell the complainant from others.

    Attributes:
        entries: In the file's order.
        own: Words of a caption that speaks of the complainant.
        others: Words of a name or caption that speaks of somebody else.
        prompts: What stands before a name in a placeholder.
    """

    entries: tuple[Entry, ...]
    own: tuple[str, ...]
    others: tuple[str, ...]
    prompts: tuple[str, ...]

    def named(self, name: str) -> tuple[Entry, bool] | None:
        """Return the one entry that a field's whole name means, and whether the name is bare.

        Args:
            name: As the page shows it.
        """
        wanted = self.without_prompt(name)
        hits = [
            (entry, wanted in entry.bare) for entry in self.entries if wanted in entry.labels | entry.bare
        ]
        return hits[0] if len(hits) == 1 else None

    def without_prompt(self, name: str) -> str:
        """Return a folded name without the words that only ask for input."""
        folded = _plain(name)
        for prompt in self.prompts:
            rest = folded.removeprefix(prompt).strip()
            if rest != folded and rest and folded not in self._known:
                folded = rest
        return folded

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(name for entry in self.entries for name in entry.labels | entry.bare)

    def speaks_of_others(self, texts: Iterable[str]) -> str:
        """Return the first word of ``texts`` that speaks of somebody else; empty when none does."""
        return next((word for text in texts for word in self.others if holds_word(text, word)), "")

    def speaks_of_complainant(self, texts: Iterable[str]) -> bool:
        """Say whether one of ``texts`` speaks of the complainant, and none of somebody else."""
        said = tuple(texts)
        own = any(holds_word(text, word) for text in said for word in self.own)
        return own and not self.speaks_of_others(said)


def holds_word(text: str, word: str) -> bool:
    """Say whether ``text`` holds ``word``: a whole word in Latin letters, any run in Chinese.

    Args:
        text: As shown, or the name of a control (``companyPhone``).
        word: Folded.
    """
    folded = fold(_CAMEL.sub(" ", text))
    return re.search(rf"\b{re.escape(word)}s?\b", folded) is not None if word.isascii() else word in folded


@cache
def load_vocabulary(path: Path = VOCABULARY) -> Vocabulary:
    """Return the vocabulary.

    Args:
        path: The data file.
    """
    tables = tomllib.loads(path.read_text("utf-8"))
    words = cast("dict[str, list[str]]", tables["words"])
    entries = tuple(_entry(table) for table in cast("list[dict[str, object]]", tables["entry"]))
    prompts = sorted(map(fold, words["prompts"]), key=len, reverse=True)
    return Vocabulary(entries, _folded(words["own"]), _folded(words["others"]), tuple(prompts))


def _entry(table: dict[str, object]) -> Entry:
    lists = {key: _folded(cast("list[str]", table.get(key, []))) for key in ("labels", "bare", "about")}
    return Entry(
        value=str(table["value"]),
        labels=frozenset(lists["labels"]),
        bare=frozenset(lists["bare"]),
        about=lists["about"],
        controls=frozenset(cast("list[str]", table["controls"])),
        required_only=bool(table.get("required", False)),
    )


def _folded(words: list[str]) -> tuple[str, ...]:
    return tuple(map(_plain, words))


def _plain(name: str) -> str:
    return fold(name).strip(" .…!,。，！?？")
