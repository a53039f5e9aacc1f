"""Masking for reports: personal numbers everywhere, and each sensitive value wherever it occurs again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from complain.masking import mask, mask_value

SHORTEST_NAME = 2
"""A sensitive value of fewer characters is not looked for inside other texts: it would be found everywhere."""


@dataclass(frozen=True)
class Masker:
    """Masks texts of one report.

    Attributes:
        values: Sensitive values that must not be readable anywhere in the report.
        reveal: Whether nothing is masked, because the person asked to see everything.
    """

    values: tuple[str, ...] = ()
    reveal: bool = False

    @classmethod
    def hiding(cls, values: Iterable[str], *, reveal: bool) -> Masker:
        """Return a masker for these values; the longest first, so that no part of one stays readable.

        A text of several lines is a letter, which must stay readable: in it the other values are masked.
        """
        distinct = {value.strip() for value in values}
        usable = (value for value in distinct if len(value) >= SHORTEST_NAME and "\n" not in value)
        return cls(tuple(sorted(usable, key=lambda value: (-len(value), value))), reveal)

    def text(self, text: str) -> str:
        """Return a text without personal numbers and without the sensitive values."""
        if self.reveal:
            return text
        for value in self.values:
            text = text.replace(value, mask_value(value))
        return mask(text)

    def value(self, value: str, *, sensitive: bool) -> str:
        """Return one value; a sensitive one shows its length and ends only."""
        if self.reveal:
            return value
        if not sensitive:
            return self.text(value)
        return self.text(value) if "\n" in value else mask_value(value)
