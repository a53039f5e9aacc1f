"""Reading every value back from the page, in one call per document, and saying what differs from the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

from complain.browser.compare import agrees, is_same_amount, planned_words
from complain.browser.find import Found, order_for
from complain.browser.library import call
from complain.model import PlannedField


@dataclass(frozen=True)
class FilledField:
    """A field that was filled.

    Attributes:
        field: As planned.
        found: Where on the page.
        shown: What the page held right afterwards.
    """

    field: PlannedField
    found: Found
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """A field that holds something else than planned. Both values may be personal: mask them where they are shown.

    Attributes:
        name: The field's name.
        planned: What was planned.
        found: What the page holds; None when the field is no longer there.
    """

    name: str
    planned: str
    found: str | None


class _Read(msgspec.Struct, frozen=True):
    found: bool
    values: list[str]


async def read_back(page: Page, filled: Sequence[FilledField]) -> list[Difference]:
    """Return every field that does not hold what was planned.

    Args:
        page: The open page; nothing on it is touched.
        filled: What `fill_fields` returned.
    """
    differences: list[Difference] = []
    for item, values in zip(filled, await read_values(page, filled), strict=True):
        if values is None or not agrees(item.field, item.found, values):
            held = None if values is None else "、".join(value.replace("\n", " ") for value in values)
            differences.append(Difference(item.field.name, planned_words(item.field), held))
    return differences


_PLAIN_KINDS = ("text", "select", "selects", "radios", "boxes", "radio", "box")
"""What these hold is known while nobody sees them; other widgets are read by what they show."""


async def read_left(frame: Frame, left: Sequence[FilledField]) -> list[Difference]:
    """Return what a page that was left, and still stands in its document, does not hold any more as it was filled.

    Args:
        frame: The document, the one that was filled.
        left: Its fields. One that is gone, shown, or emptied and not sent, is passed over; so is another way of
            writing the same amount, and a text with stars.
    """
    plain = [item for item in left if item.found.kind in _PLAIN_KINDS]
    keys = [item.found.key for item in plain]
    values = await call(frame, "readLeft", keys, returns=list[list[str] | None]) if plain else []
    return [
        Difference(item.field.name, planned_words(item.field), "、".join(held))
        for item, held in zip(plain, values, strict=True)
        if held is not None and not agrees(item.field, item.found, held) and not _says_the_same(item, held)
    ]


def _says_the_same(item: FilledField, held: Sequence[str]) -> bool:
    return all(
        set(one) & set("*•") or is_same_amount(one, planned)
        for one, planned in zip(held, item.field.values, strict=False)
    ) and len(held) == len(item.field.values)


async def read_values(page: Page, filled: Sequence[FilledField]) -> list[list[str] | None]:
    """Return what each field holds now; None for one that is gone.

    Args:
        page: The open page.
        filled: What `fill_fields` returned.
    """
    by_frame: dict[Frame, list[int]] = {}
    for position, item in enumerate(filled):
        by_frame.setdefault(item.found.frame, []).append(position)
    values: list[list[str] | None] = [None] * len(filled)
    for frame, positions in by_frame.items():
        orders = [{**order_for(filled[at].field), "key": filled[at].found.key} for at in positions]
        for at, read in zip(positions, await _read(frame, orders), strict=True):
            values[at] = read.values if read.found else None
    return values


async def _read(frame: Frame, orders: list[dict[str, object]]) -> list[_Read]:
    try:
        return await call(frame, "readBack", orders, returns=list[_Read])
    except PlaywrightError:
        if frame.page.is_closed() or not frame.is_detached():
            raise
        return [_Read(found=False, values=[]) for _order in orders]
