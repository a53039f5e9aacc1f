"""Rows of rules: a sentence in both languages with its source, its day, how sure it is, and whether it was verified.

A row is ``verified`` only when somebody read it on the official site. An unverified row warns and explains; it
never skips a channel and never enters a letter as law (DESIGN §8, USERS U12 and U24).
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import cast

from complain.i18n import _, language


class Certainty(StrEnum):
    """How a row is known."""

    OFFICIAL = "A"
    REPORTED = "B"
    WEAK = "C"
    KNOWLEDGE = "M"
    NOT_FOUND = "N"
    INFERRED = "inf"


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        id: Its name, unique in its table.
        zh: The sentence in Chinese, without a full stop.
        en: The sentence in English, without a full stop.
        source: Where it was read.
        collected: The day it was collected.
        certainty: How it is known.
        verified: Whether it was read on the official site.
        more: What else the table says of it, as ``days`` or ``lender_types``.
    """

    id: str
    zh: str
    en: str
    source: str
    collected: dt.date
    certainty: Certainty
    verified: bool
    more: Mapping[str, object]

    @property
    def text(self) -> str:
        """The sentence in the language in use, without a full stop."""
        return self.zh if language().startswith("zh") else self.en

    def sentence(self) -> str:
        """Return the whole sentence with its source and how sure it is."""
        return _("{text}. (Source: {source}; {sure})").format(
            text=self.text, source=self.source, sure=how_sure(self.certainty, self.verified)
        )

    def names(self, key: str) -> tuple[str, ...]:
        """Return a list of names, as ``lender_types``; empty when the row has none."""
        value = self.more.get(key)
        return tuple(map(str, cast("list[object]", value))) if isinstance(value, list) else ()

    def binds(self, lender_type: str) -> bool:
        """Whether the row speaks of this type of lender; a row without types speaks of all."""
        types = self.names("lender_types")
        return not types or lender_type in types

    def number(self, key: str) -> int:
        """Return a whole number, as ``days``."""
        value = self.more[key]
        if not isinstance(value, int):
            raise TypeError(f"{self.id}.{key}")
        return value

    def word(self, key: str) -> str:
        """Return a word, as ``unit``; empty when the row has none."""
        return str(self.more.get(key, ""))


def how_sure(certainty: Certainty, verified: bool) -> str:
    """Say in a few words how sure a row is."""
    if verified:
        return _("verified on the official site")
    known = {
        Certainty.OFFICIAL: _("the text was read in a copy"),
        Certainty.REPORTED: _("as reported by news or law firms"),
        Certainty.WEAK: _("one weak page only"),
        Certainty.KNOWLEDGE: _("general knowledge, no source found"),
        Certainty.NOT_FOUND: _("looked for and not found"),
        Certainty.INFERRED: _("inferred"),
    }[certainty]
    return _("{known}, not verified on the official site").format(known=known)


_FIXED = ("id", "zh", "en", "source", "collected", "certainty", "verified")


@cache
def table(name: str) -> tuple[Row, ...]:
    """Return the rows of a table of ``rules/data``.

    Args:
        name: ``order``, ``competence``, ``procedures``, ``clock``, ``proof``, ``limits``, ``bases``,
            ``words``, ``debt`` or ``keeping``.
    """
    text = (files("complain.rules") / "data" / f"{name}.toml").read_text(encoding="utf-8")
    return tuple(_row(row) for row in tomllib.loads(text)["row"])


def _row(data: dict[str, object]) -> Row:
    collected, verified = data["collected"], data["verified"]
    if not isinstance(collected, dt.date) or not isinstance(verified, bool):
        raise TypeError(str(data["id"]))
    return Row(
        id=str(data["id"]),
        zh=str(data["zh"]),
        en=str(data["en"]),
        source=str(data["source"]),
        collected=collected,
        certainty=Certainty(str(data["certainty"])),
        verified=verified,
        more={key: value for key, value in data.items() if key not in _FIXED},
    )


def row(name: str, id: str) -> Row:
    """Return one row of a table by its id."""
    return next(found for found in table(name) if found.id == id)
