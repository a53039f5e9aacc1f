"""Filling what is recognised on a form that nobody has described, and outlining the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

from complain.browser.fill import fill_fields, refuse_foreign
from complain.browser.find import locate
from complain.browser.library import call
from complain.browser.readback import FilledField, read_back
from complain.browser.recognise import Seen, Verdict
from complain.errors import ComplainError
from complain.i18n import _
from complain.model import Action, Attachment, PlannedField

MARK = "data-complain-field"
_SET = """([key, name, value]) => {
  const element = window[Symbol.for("complain")].unitElement(key);
  if (value) element.setAttribute(name, value); else element.removeAttribute(name);
}"""


@dataclass(frozen=True)
class Value:
    """What goes into one recognised field.

    Attributes:
        text: To be typed; empty for files.
        source: The placeholder, as a ``form.toml`` would write it.
        attachments: The files; none for text.
    """

    text: str = ""
    source: str = ""
    attachments: tuple[Attachment, ...] = ()

    def planned(self, name: str, css: str) -> PlannedField:
        """Return the field to fill."""
        action = Action.FILES if self.attachments else Action.VALUE
        values = tuple(str(one.path) for one in self.attachments) or (self.text,)
        return PlannedField(name, action, values, css=css, source=self.source, attachments=self.attachments)


@dataclass(frozen=True)
class Learnt:
    """A field that was filled, and how it could be found again.

    Attributes:
        name: What the page calls it.
        filled: The field and what it then held.
        seen: The control.
        label: A label that finds this very control on this page; empty when none does.
        css: A selector for it where no label does; empty when there is none.
    """

    name: str
    filled: FilledField
    seen: Seen
    label: str = ""
    css: str = ""


@dataclass(frozen=True)
class Left:
    """A field that was left to the person.

    Attributes:
        name: What the page calls it.
        why: One sentence.
        seen: The control.
    """

    name: str
    why: str
    seen: Seen


@dataclass(frozen=True)
class Assisted:
    """What became of all fields of a page, in page order."""

    filled: tuple[Learnt, ...]
    left: tuple[Left, ...]


async def fill_recognised(
    page: Page,
    verdicts: Sequence[Verdict],
    value_for: Callable[[Verdict], Value],
    may_type: Callable[[str], bool],
) -> Assisted:
    """Fill every recognised field, read all back, and outline those that are left.

    Args:
        page: The open page.
        verdicts: As `recognise` gives them.
        value_for: What goes into a field; a `ComplainError` leaves the field, with its message as the reason.
        may_type: Whether personal data may go to an origin.
    """
    learnt: list[Learnt] = []
    left: list[Left] = []
    for number, verdict in enumerate(verdicts, 1):
        if verdict.entry is None:
            left += _told(verdict.seen, verdict.why)
            continue
        try:
            refuse_foreign(page, replace(verdict.seen.found, name=verdict.seen.name), may_type)
            learnt.append(await _fill(page, verdict.seen, value_for(verdict), str(number), may_type))
        except ComplainError as error:
            left.append(Left(verdict.seen.name, error.message, verdict.seen))
        except PlaywrightError:
            if page.is_closed():
                raise
            left.append(
                Left(verdict.seen.name, _("The page changed while it was being filled."), verdict.seen)
            )
    kept, lost = await _checked(page, learnt)
    left += lost
    await _outline([item.seen for item in left])
    return Assisted(tuple(kept), tuple(left))


def _told(seen: Seen, why: str) -> list[Left]:
    """A field that nobody sees is not spoken of, and of a choice the group, not each option."""
    is_option = seen.found.kind in ("radio", "box") and len(seen.around.unit) > 0
    return [] if seen.around.aside or is_option else [Left(seen.name, why, seen)]


async def _fill(page: Page, seen: Seen, value: Value, number: str, may_type: Callable[[str], bool]) -> Learnt:
    """Fill this very control: it is marked for a moment, since a name might find another one."""
    found = seen.found
    field = value.planned(seen.name, f'[{MARK}="{number}"]')
    label, css = await _found_again(page, seen, field)
    await _mark(found.frame, found.key, number)
    try:
        (filled,) = await fill_fields(page, [field], may_type=may_type)
    finally:
        if not found.frame.is_detached():
            await _mark(found.frame, found.key, "")
    return Learnt(seen.name, filled, seen, label, css)


async def _mark(frame: Frame, key: int, number: str) -> None:
    await frame.evaluate(_SET, [key, MARK, number])


async def _found_again(page: Page, seen: Seen, field: PlannedField) -> tuple[str, str]:
    """The label, or the selector, that finds this control and no other."""
    ident = seen.around.ident.split()
    tries = [replace(field, css="", label=seen.found.shown_name)] if seen.found.shown_name else []
    tries += [replace(field, css=f'[name="{one}"], [id="{one}"]') for one in ident[:1] if '"' not in one]
    for attempt in tries:
        (located,) = await locate(page, [attempt])
        only = located.found[0] if len(located.found) == 1 else None
        if (
            only is not None
            and (only.key, only.frame) == (seen.found.key, seen.found.frame)
            and only.is_exact
        ):
            return ("", attempt.css) if attempt.css else (attempt.label, "")
    return "", ""


async def _checked(page: Page, learnt: Sequence[Learnt]) -> tuple[list[Learnt], list[Left]]:
    kept: list[Learnt] = []
    lost: list[Left] = []
    for item in learnt:
        if await read_back(page, [item.filled]):
            why = _("It does not hold what was typed into it; look at it.")
            lost.append(Left(item.name, why, item.seen))
        else:
            kept.append(item)
    return kept, lost


async def _outline(seen: Sequence[Seen]) -> None:
    by_frame: dict[Frame, list[dict[str, object]]] = {}
    for number, one in enumerate(seen, 1):
        mark: dict[str, object] = {"key": one.found.key, "covered": False, "number": number, "text": ""}
        by_frame.setdefault(one.found.frame, []).append(mark)
    for frame, marks in by_frame.items():
        try:
            await call(frame, "drawBoxes", marks, returns=int)
        except PlaywrightError:
            if frame.page.is_closed():
                raise
