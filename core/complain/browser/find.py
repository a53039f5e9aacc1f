"""Finding fields as a person does: by what stands on, in or beside them.

One scan of each document looks for all fields at once (``scripts/match.js``). Exactly one match, or the filing
stops: nothing is guessed.
"""

from __future__ import annotations

import asyncio
import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

from complain.browser.library import call, call_everywhere, frames_of, wait_for_change
from complain.browser.policy import without_query
from complain.errors import FormChanged
from complain.i18n import _
from complain.model import Action, PlannedField

APPEAR_SECONDS = 5.0
"""How long a field may take to appear: pages fetch parts of a form after a choice."""
POLL_SECONDS = 0.25
MOST_NAMED = 12
"""No more candidates than this are named in an error."""


class Described(msgspec.Struct, frozen=True):
    """A control as the page's scan describes it (``describe`` in ``scripts/match.js``)."""

    key: int
    kind: str
    name: str
    disabled: bool
    required: bool
    maxlength: int | None
    multiple: bool
    collects: bool
    one_line: bool
    numeric: bool
    action: list[str]
    sent_as: str = ""
    options: list[str] = []


class Match(msgspec.Struct, frozen=True):
    """What one scan found for one field; a lower ``order`` is a better way of finding."""

    order: int
    tier: str
    found: list[Described]
    others: list[Described]


@dataclass(frozen=True)
class Found:
    """A field on the page.

    Attributes:
        name: The field's name, as planned.
        frame: The document that holds it.
        key: By which the page's library knows it until the next navigation.
        kind: What it is: ``text``, ``select``, ``radios``, ``combobox``, ...
        tier: How it was found: ``exact label``, ``partial near``, ``css``, ...
        shown_name: What the page calls it.
        disabled: Whether the page refuses input now.
        required: Whether the page says that it must be filled.
        maxlength: Most UTF-16 units that the page takes, or None.
        multiple: Whether it takes several files or options.
        collects: Whether files are added to a list, one after the other.
        one_line: Whether it is a text field that cannot hold a newline.
        numeric: Whether it is an input of numbers, which writes them its own way.
        action_origins: Where its form would send it; empty for the document's own origin.
        sent_as: The name under which a form sends its text; empty when it has none.
        options: What can be chosen, as far as the page already shows it.
    """

    name: str
    frame: Frame
    key: int
    kind: str
    tier: str
    shown_name: str
    disabled: bool
    required: bool
    maxlength: int | None
    multiple: bool
    collects: bool
    one_line: bool
    numeric: bool
    action_origins: tuple[str, ...]
    sent_as: str = ""
    options: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether the page's name is the planned one, not one that contains it."""
        return not self.tier.startswith("partial")

    @property
    def origin(self) -> str:
        """The origin of the document that holds it."""
        return origin_of(self.frame)


@dataclass(frozen=True)
class Located:
    """All that one scan of the page found for one field."""

    field: PlannedField
    found: tuple[Found, ...]
    others: tuple[str, ...] = ()


def origin_of(frame: Frame) -> str:
    """Return scheme, host and port of a document; one without an address of its own has its parent's.

    A ``data:`` document has the opaque origin ``null``.
    """
    url = frame.url.removeprefix("blob:")
    parts = urlsplit(url)
    if parts.scheme == "about" and frame.parent_frame is not None:
        return origin_of(frame.parent_frame)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return "null"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def order_for(field: PlannedField) -> dict[str, object]:
    """Return the field as the page's library takes it."""
    return {
        "label": field.label,
        "css": field.css,
        "action": field.action.value,
        "values": list(field.values),
    }


async def locate(page: Page, fields: Sequence[PlannedField]) -> list[Located]:
    """Look for all ``fields`` in one scan of every document, without waiting.

    Args:
        page: The open page.
        fields: Those planned for it.
    """
    by_frame: dict[str, list[PlannedField]] = {}
    for field in fields:
        by_frame.setdefault(field.frame, []).append(field)
    located: dict[int, Located] = {}
    for frame_name, group in by_frame.items():
        frames = await _frames_named(page, frame_name)
        orders = [order_for(field) for field in group]
        answers = await call_everywhere(frames, "find", orders, returns=list[Match])
        for position, field in enumerate(group):
            matches = [(frame, matched[position]) for frame, matched in answers]
            located[id(field)] = await _best(field, matches)
    return [located[id(field)] for field in fields]


async def _best(field: PlannedField, matches: Sequence[tuple[Frame, Match]]) -> Located:
    best = min((match.order for _frame, match in matches if match.found), default=None)
    found = [
        _found(field, frame, match.tier, one)
        for frame, match in matches
        if match.order == best
        for one in match.found
    ]
    if len({item.frame for item in found}) > 1:
        found = [item for item in found if await _is_frame_shown(item.frame)] or found
    others = [one.name for _frame, match in matches for one in match.others]
    return Located(field, tuple(found), tuple(others))


def _found(field: PlannedField, frame: Frame, tier: str, one: Described) -> Found:
    return Found(
        name=field.name,
        frame=frame,
        key=one.key,
        kind=one.kind,
        tier=tier,
        shown_name=one.name,
        disabled=one.disabled,
        required=one.required,
        maxlength=one.maxlength,
        multiple=one.multiple,
        collects=one.collects,
        one_line=one.one_line,
        numeric=one.numeric,
        action_origins=tuple(one.action),
        sent_as=one.sent_as,
        options=tuple(one.options),
    )


async def _is_frame_shown(frame: Frame) -> bool:
    while frame.parent_frame is not None:
        try:
            if not await (await frame.frame_element()).is_visible():
                return False
        except PlaywrightError:
            return False
        frame = frame.parent_frame
    return True


async def _frames_named(page: Page, name: str) -> list[Frame]:
    """The documents that a ``frame`` key means: a selector of the frame element, or a glob of its address."""
    if not name:
        return frames_of(page)
    if "://" in name or name.startswith("*"):
        return [frame for frame in frames_of(page) if fnmatch.fnmatchcase(frame.url, name)]
    inner = [frame for frame in frames_of(page) if frame.parent_frame is not None]
    return [frame for frame in inner if await _is_selected(frame, name)]


async def _is_selected(frame: Frame, selector: str) -> bool:
    try:
        handle = await frame.frame_element()
        return bool(await handle.evaluate("(element, selector) => element.matches(selector)", selector))
    except PlaywrightError:
        return False


async def find_field(page: Page, field: PlannedField, *, within: float = APPEAR_SECONDS) -> Found:
    """Return the one control that ``field`` means.

    Args:
        page: The open page.
        field: As planned.
        within: Seconds that it may take to appear.

    Raises:
        FormChanged: No control, or several, has that name; the message names the candidates.
    """
    return (await wait_for_first(page, [field], within=within))[0].found[0]


async def wait_for_first(
    page: Page, fields: Sequence[PlannedField], *, within: float = APPEAR_SECONDS, is_moving: bool = True
) -> list[Located]:
    """Return what a scan found for ``fields``, once the first of them is there.

    Args:
        page: The open page.
        fields: At least one.
        within: Seconds that the first may take to appear.
        is_moving: Whether the page may still be changing; then a match that is only partial must outlast the
            change, since the exact one may be on its way.

    Raises:
        FormChanged: The first is not there, or is there several times.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + within
    located = await locate(page, fields)
    while not _is_settled(located[0], is_moving):
        if clock() >= end:
            raise await _not_one(page, located[0])
        if is_moving and located[0].found:
            is_moving = not await _quiet(located[0].found[0].frame)
        else:
            await wait_for_change(page, POLL_SECONDS)
        located = await locate(page, fields)
    return located


def _is_settled(located: Located, is_moving: bool) -> bool:
    return len(located.found) == 1 and (located.found[0].is_exact or not is_moving)


async def _quiet(frame: Frame) -> bool:
    try:
        await call(frame, "settled", returns=bool)
    except PlaywrightError:
        return False
    return True


async def _not_one(page: Page, located: Located) -> FormChanged:
    name = located.field.name
    next_step = _("Look at the page and correct the field's label, or give it css.")
    if located.found:
        names = "; ".join(f"{item.shown_name or '?'} ({item.kind})" for item in located.found[:MOST_NAMED])
        return FormChanged(
            _("The form has {count} fields that “{name}” could mean: {names}.").format(
                count=len(located.found), name=name, names=names
            ),
            next_step=next_step,
        )
    if located.others:
        return FormChanged(
            _("The form has a field “{other}”, but it is not one in which “{name}” can be {action}.").format(
                other=located.others[0], name=name, action=_doing(located.field)
            ),
            next_step=next_step,
        )
    if located.field.frame and not await _frames_named(page, located.field.frame):
        return await _no_frame(page, located.field)
    names = "; ".join((await shown_names(page))[:MOST_NAMED])
    return FormChanged(
        _("The form has no field “{name}”. Its fields are: {names}.").format(
            name=name, names=names or _("none")
        ),
        next_step=next_step,
    )


async def _no_frame(page: Page, field: PlannedField) -> FormChanged:
    names = [await _frame_name(frame) for frame in frames_of(page) if frame.parent_frame is not None]
    return FormChanged(
        _("The form has no frame “{frame}”, in which “{name}” would be. Its frames are: {names}.").format(
            frame=field.frame, name=field.name, names="; ".join(filter(None, names[:MOST_NAMED])) or _("none")
        ),
        next_step=_("Look at the page and correct “frame”, or leave it out."),
    )


async def _frame_name(frame: Frame) -> str:
    """How a definition could name it: its id, else its address without the query."""
    try:
        name = await (await frame.frame_element()).get_attribute("id")
    except PlaywrightError:
        return ""
    return f"#{name}" if name else without_query(frame.url)


def _doing(field: PlannedField) -> str:
    return {
        "value": _("typed"),
        "choose": _("chosen"),
        "check": _("ticked"),
        "files": _("uploaded"),
        "date": _("entered as a date"),
        "cascade": _("chosen level by level"),
        "ask": _("typed"),
    }[field.action.value]


async def options_of(found: Found) -> tuple[str, ...]:
    """Return what can be chosen in a field, of its first level where it has several; nothing is chosen.

    Args:
        found: The field; a list that must be opened to be read is opened, and closed again. A field whose list
            cannot be opened, or that has none, gives nothing.
    """
    try:
        return tuple(await call(found.frame, "listOptions", found.key, returns=list[str]))
    except PlaywrightError:
        if found.frame.page.is_closed():
            raise
        return ()


async def controls(page: Page) -> list[Found]:
    """Return every control on the page that could be filled, with what the page calls it.

    Args:
        page: The open page.
    """
    answers = await call_everywhere(frames_of(page), "inventory", returns=list[Described])
    blank = PlannedField("", Action.VALUE)
    return [_found(blank, frame, "", one) for frame, described in answers for one in described]


async def shown_names(page: Page) -> list[str]:
    """Return the names of all fields on the page, each once, in page order."""
    names = [item.shown_name for item in await controls(page)]
    return list(dict.fromkeys(name for name in names if name))
