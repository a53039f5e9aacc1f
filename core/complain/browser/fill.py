"""Filling the fields of a page: fast inside the page, with real mouse and keys where that does not take.

The fast hand does a whole run of fields in one call. What the page then holds is read in the same call; a field
that holds something else is done again with real input. Whatever still differs is left for the read-back to
report: nothing is cut or bent to fit.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import msgspec
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import FilePayload, Page, Request
from playwright.async_api import TimeoutError as PlaywrightTimeout

from complain.browser.compare import agrees, planned_text
from complain.browser.fill_problems import check_problem
from complain.browser.fill_real import do_for_real, type_for_real
from complain.browser.find import Found, find_field, locate, order_for, origin_of, wait_for_first
from complain.browser.library import call, element
from complain.browser.readback import FilledField, read_values
from complain.errors import FormChanged, OriginRefused, ReadBackDiffers
from complain.i18n import _
from complain.model import Action, PlannedField

ANSWER_SECONDS = 30.0
"""How long an upload that the page has begun may take."""

MOST_TRIES = 4
"""A page that replaces the same field this often while it is filled is given up."""


_WORTH_A_REAL_TRY = ("", "by hand", "no popup", "no such day")
"""A widget that did not open for the fast hand may open for the real one; a missing option stays missing."""


class _Result(msgspec.Struct, frozen=True):
    problem: str
    wanted: str = ""
    options: list[str] = []


class _Filled(msgspec.Struct, frozen=True):
    results: list[_Result]
    values: list[list[str] | None]


async def fill_fields(
    page: Page, fields: Sequence[PlannedField], *, may_type: Callable[[str], bool]
) -> list[FilledField]:
    """Fill ``fields`` in their order and return what the page then held.

    Args:
        page: The open page.
        fields: Those planned for it; ``ask`` fields are left alone.
        may_type: Whether personal data may go to an origin (``https://host[:port]``).

    Raises:
        FormChanged: A field or an option is missing or doubled, or cannot be filled.
        OriginRefused: The document of a field, or the place its form sends to, is not the channel's.
    """
    waiting = [field for field in fields if field.action is not Action.ASK]
    filled: list[FilledField] = []
    runs, tries, is_moving = 0, 0, True
    while waiting:
        run = await _next_run(page, waiting, is_moving)
        for _field, found in run:
            refuse_foreign(page, found, may_type)
        done, runs = await _fill_run(run), runs + 1
        tries = 0 if done else tries + 1
        if tries >= MOST_TRIES:
            raise FormChanged(
                _("The field “{name}” keeps being replaced while it is filled.").format(name=run[0][0].name)
            )
        is_moving = any(item.field.action is not Action.VALUE for item in done) or not done
        filled += done
        waiting = waiting[len(done) :]
    # The values of a single run were read after all of it was filled.
    return filled if runs < 2 and all(map(_took, filled)) else await _mend(page, filled)


def refuse_foreign(page: Page, found: Found, may_type: Callable[[str], bool]) -> None:
    """Refuse a field whose data would go to a place that the channel does not name.

    Args:
        page: The open page.
        found: The field.
        may_type: See `fill_fields`.

    Raises:
        OriginRefused: One of the page's origin, the document's origin and the form's target is foreign.
    """
    for origin in (origin_of(page.main_frame), found.origin, *found.action_origins):
        if not may_type(origin):
            raise OriginRefused(
                _(
                    "The field “{name}” would send what is typed to {origin}, which the channel does not name."
                ).format(name=found.name, origin=origin),
                next_step=_("If that is right, add it to “origins” of the channel's definition."),
            )


async def _next_run(
    page: Page, waiting: Sequence[PlannedField], is_moving: bool
) -> list[tuple[PlannedField, Found]]:
    """The fields from the first on that one call can fill: all found, in one document, no file."""
    located = await wait_for_first(page, waiting, is_moving=is_moving)
    first = located[0]
    run = [(first.field, first.found[0])]
    for item in located[1:]:
        is_same = len(item.found) == 1 and item.found[0].frame == run[0][1].frame and item.found[0].is_exact
        if not is_same or Action.FILES in (item.field.action, first.field.action):
            break
        run.append((item.field, item.found[0]))
    return run


async def _fill_run(run: Sequence[tuple[PlannedField, Found]]) -> list[FilledField]:
    if run[0][0].action is Action.FILES:
        return [await _upload(*run[0])]
    orders = [{**order_for(field), "key": found.key} for field, found in run]
    answer = await call(run[0][1].frame, "fill", orders, returns=_Filled)
    filled: list[FilledField] = []
    for (field, found), result, values in zip(run, answer.results, answer.values, strict=False):
        item = FilledField(field, found, tuple(values or ()))
        if result.problem not in _WORTH_A_REAL_TRY:
            check_problem(found, result.problem, result.wanted, result.options)
        took = item if not result.problem and _took(item) else await _again(item)
        if took is None:
            break
        filled.append(took)
    return filled


def _took(item: FilledField) -> bool:
    return agrees(item.field, item.found, item.shown)


def _cannot_take(item: FilledField) -> bool:
    """Typing again would be cut again, or break a one-line field's form off with a newline."""
    text, limit = planned_text(item.field), item.found.maxlength
    is_cut = limit is not None and len(text.encode("utf-16-le")) // 2 > limit
    return is_cut or item.found.kind == "file" or ("\n" in text and item.found.one_line)


async def _again(item: FilledField) -> FilledField | None:
    """Do a field that did not take once more, with real input; None when the page has replaced it meanwhile."""
    if item.field.action is Action.VALUE and _cannot_take(item):
        return item
    try:
        if item.field.action is Action.VALUE and item.found.kind in ("text", "editor"):
            await type_for_real(item.found, planned_text(item.field))
        else:
            await do_for_real(item.found, order_for(item.field))
        shown = await _held_later(item.found)
    except PlaywrightTimeout as error:
        raise FormChanged(
            _("The field “{name}” could not be reached: something on the page covers it.").format(
                name=item.field.name
            )
        ) from error
    except PlaywrightError:
        if item.found.frame.page.is_closed():
            raise
        return None
    return replace(item, shown=tuple(shown))


async def _held_later(found: Found) -> list[str]:
    """Return what a field holds once the page's own update has run; nothing when it is gone."""
    (values,) = await call(found.frame, "readLater", [found.key], returns=list[list[str] | None])
    return values or []


async def _mend(page: Page, filled: list[FilledField]) -> list[FilledField]:
    """Fill again, once, what a later choice has undone."""
    mended: list[FilledField] = []
    for item, values in zip(filled, await read_values(page, filled), strict=True):
        is_undone = _took(item) and (values is None or not agrees(item.field, item.found, values))
        if is_undone and item.field.action is not Action.FILES:
            item = await _again(replace(item, found=await find_field(page, item.field))) or item
        mended.append(item)
    return mended


async def _upload(field: PlannedField, found: Found) -> FilledField:
    handle = await element(found.frame, "unitElement", found.key)
    if handle is None:
        raise FormChanged(_("The field “{name}” has gone while it was filled.").format(name=field.name))
    payloads = [
        FilePayload(name=one.name, mimeType=one.media_type, buffer=one.path.read_bytes())
        for one in field.attachments
    ]
    values: list[str] = []
    for number, batch in enumerate(_batches(field, found, payloads), 1):
        count = number if len(batch) == 1 else len(batch)
        async with _writes_answered(found.frame.page):
            await handle.set_input_files(batch)
            await call(found.frame, "filesListed", found.key, count, returns=list[str])
        values = await call(found.frame, "filesListed", found.key, count, returns=list[str])
    return FilledField(field, found, tuple(values))


@asynccontextmanager
async def _writes_answered(page: Page) -> AsyncGenerator[None]:
    """Wait at the end for the answer to every write that the page has begun meanwhile.

    A widget that uploads at once may say only some time after the list shows a file that it is on its way.
    """
    answers: list[asyncio.Task[object]] = []

    def begun(request: Request) -> None:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            answers.append(asyncio.ensure_future(request.response()))

    page.on("request", begun)
    try:
        yield
        if answers:
            await asyncio.wait(answers, timeout=ANSWER_SECONDS)
    finally:
        page.remove_listener("request", begun)
        for answer in answers:
            answer.cancel()
        await asyncio.gather(*answers, return_exceptions=True)


def _batches(field: PlannedField, found: Found, payloads: list[FilePayload]) -> list[list[FilePayload]]:
    """All at once where the input takes several, one by one where the widget collects them."""
    if found.multiple or len(payloads) < 2:
        return [payloads]
    if found.collects:
        return [[payload] for payload in payloads]
    raise FormChanged(
        _("The field “{name}” takes one file, not {count}.").format(
            name=field.name, count=len(field.attachments)
        ),
        next_step=_("Write attachments = {example} under [limits].").format(example="{ max = 1 }"),
    )


async def type_answer(page: Page, field: PlannedField, answer: str) -> None:
    """Type what a person gave for an ``ask`` field, with real keys.

    Args:
        page: The open page.
        field: The ``ask`` field.
        answer: The text.

    Raises:
        FormChanged: The field is missing or doubled.
        ReadBackDiffers: The page holds another text afterwards.
    """
    found = await find_field(page, field)
    await type_for_real(found, answer)
    held = await _held_later(found) or [""]
    if held[0].strip() != answer.strip():
        raise ReadBackDiffers(_("The field “{name}” did not take the answer.").format(name=field.name))


async def is_left_empty(page: Page, field: PlannedField) -> bool:
    """Tell whether an ``ask`` field still holds nothing; one that is no longer there was done with.

    Args:
        page: The open page.
        field: The ``ask`` field.
    """
    (located,) = await locate(page, [field])
    if len(located.found) != 1:
        return False
    return not "".join(await _held_later(located.found[0])).strip()
