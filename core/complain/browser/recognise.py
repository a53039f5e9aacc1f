"""Recognising fields of a form that nobody has described: only what one name, alone, says for certain.

A wrong fill is worse than none: whatever on the page could mean that a field is somebody else's leaves it empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

from complain.browser.find import Found, controls
from complain.browser.vocabulary import Entry, Vocabulary
from complain.i18n import _

_SCRIPT = Path(__file__).parent / "scripts" / "surroundings.js"


class Surroundings(msgspec.Struct, frozen=True):
    """What stands around one control (``scripts/surroundings.js``).

    Attributes:
        key: As `Found.key`.
        type: ``text``, ``tel``, ``textarea``, ``editor``, ``select``, ``file``, ...
        names: Its labels.
        hints: Placeholder, title and description.
        ident: Its ``name`` and ``id``.
        captions: Headings over it, the nearest first.
        value: What it holds now.
        checked: Whether it is ticked.
        readonly: Whether it takes no typing.
        opens_list: Whether typing opens a list.
        starred: Whether the page marks it as required in words or by a star.
        aside: Whether a person does not see it.
        minlength: Fewest UTF-16 units that it takes.
        accept: The file types that it takes.
        form: Which form of its document it is in; -1 for none.
        form_action: Where its form says that it sends to; empty when it does not say.
        form_method: How.
        unit: Keys of the same control, seen as another unit (a radio button and its group).
    """

    key: int
    type: str
    names: list[str]
    hints: list[str]
    ident: str
    captions: list[str]
    value: str
    checked: bool
    readonly: bool
    opens_list: bool
    starred: bool
    aside: bool
    minlength: int | None
    accept: str
    form: int
    form_action: str
    form_method: str
    unit: list[int]


@dataclass(frozen=True)
class Seen:
    """A control and what stands around it."""

    found: Found
    around: Surroundings

    @property
    def name(self) -> str:
        """What the page calls it, or its own name in the page's source."""
        return self.found.shown_name or self.around.ident.strip() or self.found.kind

    @property
    def is_required(self) -> bool:
        """Whether the form demands it."""
        return self.found.required or self.around.starred

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is written on it."""
        return (self.found.shown_name, *self.around.names, *self.around.hints)


@dataclass(frozen=True)
class Verdict:
    """What became of one control.

    Attributes:
        seen: The control.
        entry: What it means; None when that is not certain.
        why: Why it is left alone; empty when it is not.
    """

    seen: Seen
    entry: Entry | None
    why: str = ""


async def look_around(page: Page) -> list[Seen]:
    """Return every control that a person can see, with what stands around it.

    Args:
        page: The open page.
    """
    by_frame: dict[Frame, list[Found]] = {}
    for found in await controls(page):
        by_frame.setdefault(found.frame, []).append(found)
    seen: list[Seen] = []
    for frame, group in by_frame.items():
        try:
            answer: object = await frame.evaluate(_SCRIPT.read_text("utf-8"), [one.key for one in group])
        except PlaywrightError:
            if frame.page.is_closed() or frame == page.main_frame:
                raise
            continue  # the frame was replaced while it was looked at
        around = {one.key: one for one in msgspec.convert(answer, type=list[Surroundings])}
        seen += [Seen(one, around[one.key]) for one in group if one.key in around]
    return seen


def recognise(seen: Sequence[Seen], vocabulary: Vocabulary) -> list[Verdict]:
    """Say for each control what it means, or why that is not certain.

    Args:
        seen: All controls of the page.
        vocabulary: What fields are called.
    """
    verdicts = [_alone(one, seen, vocabulary) for one in seen]
    counts: dict[str, int] = {}
    for verdict in verdicts:
        if verdict.entry is not None:
            counts[verdict.entry.value] = counts.get(verdict.entry.value, 0) + 1
    return [_single(verdict, counts) for verdict in verdicts]


def _single(verdict: Verdict, counts: dict[str, int]) -> Verdict:
    if verdict.entry is None or counts[verdict.entry.value] == 1:
        return verdict
    return Verdict(verdict.seen, None, _("Several fields ask for the same thing."))


def _alone(one: Seen, seen: Sequence[Seen], vocabulary: Vocabulary) -> Verdict:
    named = vocabulary.named(one.found.shown_name)
    if named is None:
        return Verdict(one, None, _("Its name is not known for certain."))
    entry, is_bare = named
    why = _unfit(one, entry) or _contradicted(one, entry, vocabulary)
    if not why and (is_bare or entry.is_personal):
        why = _somebody_else(one, vocabulary)
    if not why and is_bare:
        why = _rivalled(one, entry, seen, vocabulary)
    return Verdict(one, None if why else entry, why)


def _unfit(one: Seen, entry: Entry) -> str:
    around = one.around
    if around.aside:
        return _("It is not visible.")
    if one.found.disabled or around.readonly:
        return _("The page does not let it be typed into.")
    if around.opens_list or around.type not in entry.controls:
        return _("It is another kind of field than is usual for this.")
    if around.value.strip():
        return _("It already holds something.")
    if entry.required_only and not one.is_required:
        return _("It is not required, so it is better left empty.")
    return ""


def _contradicted(one: Seen, entry: Entry, vocabulary: Vocabulary) -> str:
    """Another name or hint of the same field that means another value."""
    for text in one.texts:
        other = vocabulary.named(text)
        if other is not None and other[0] is not entry:
            return _("It is called two different things.")
    return ""


def _somebody_else(one: Seen, vocabulary: Vocabulary) -> str:
    word = vocabulary.speaks_of_others((*one.texts[1:], one.around.ident, *one.around.captions))
    return _("It may be about somebody else (“{word}”).").format(word=word) if word else ""


def _rivalled(one: Seen, entry: Entry, seen: Sequence[Seen], vocabulary: Vocabulary) -> str:
    """A bare name beside a field of the same kind that is somebody else's could be either's."""
    if vocabulary.speaks_of_complainant(one.around.captions):
        return ""
    for other in seen:
        texts = (*other.texts, *other.around.captions)
        is_kind = any(part in vocabulary.without_prompt(text) for part in entry.about for text in other.texts)
        if other is not one and is_kind and vocabulary.speaks_of_others(texts):
            return _(
                "The form also asks for somebody else's (“{other}”), so it is not certain whose it is."
            ).format(other=other.name)
    return ""
