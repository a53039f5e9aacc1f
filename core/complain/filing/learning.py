"""What one assisted filing taught, as a ``form.toml``: a draft to be checked, never called verified."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from complain.browser.assisting import Learnt
from complain.i18n import _
from complain.model import Action
from complain.names import fold

# Names under which a form's own last button is known; several of them on one page are none.
SUBMIT_NAMES = frozenset(
    {"提交", "提交投诉", "确认提交", "立即提交", "我要投诉", "提交工单", "提交表单", "确认并提交", "发送"}
    | {"submit", "submit complaint", "submit your complaint", "send", "send complaint", "file complaint"}
)
"""Folded."""
_BEFORE = 16
"""Characters before the number that make the sign of success; more would hold what changes from day to day."""


@dataclass(frozen=True)
class Lesson:
    """What was seen of one form.

    Attributes:
        id: The channel's id.
        title: The page's title.
        url: Its address.
        pages: The fields that were filled, page by page.
        buttons: The names of all buttons of the last page.
        request: ``METHOD address`` of the last write that left to the form's own origin; empty for none.
        number: The receipt number that the person typed; empty for none.
        result: What the page showed then.
        day: When.
    """

    id: str
    title: str
    url: str
    pages: Sequence[Sequence[Learnt]]
    buttons: Sequence[str]
    request: str
    number: str
    result: str
    day: dt.date


def form_toml(lesson: Lesson) -> str:
    """Return the text of a definition; what was not seen is left out and named in a comment.

    Args:
        lesson: What was seen.
    """
    lines = [
        _(
            "# Learnt from one filing by hand on {day}. Nobody has checked it: try it with --dry-run first."
        ).format(day=lesson.day.isoformat()),
        "[channel]",
        f"id = {_text(lesson.id)}",
        f"title = {_text(lesson.title or lesson.id)}",
        f"url = {_text(lesson.url)}",
        "",
        *_limits(lesson),
        *(line for page in lesson.pages for line in _page(page)),
        "[submit]",
        *_button(lesson),
        *([f"request = {_text(lesson.request)}"] if lesson.request else []),
        "",
        "[outcome]",
        *_success(lesson),
    ]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML basic string


def _limits(lesson: Lesson) -> list[str]:
    for item in (item for page in lesson.pages for item in page):
        limit = item.seen.found.maxlength
        if item.filled.field.source == "{{ letter }}" and limit is not None:
            return ["[limits]", f'letter = {{ max = {limit}, count = "utf16" }}', ""]
    return []


def _page(page: Sequence[Learnt]) -> Iterable[str]:
    yield "[[page]]"
    yield "fields = ["
    for item in page:
        if not (item.label or item.css):
            yield _("  # The field “{name}” has nothing by which it could be found again.").format(
                name=item.name.replace("\n", " ")
            )
            continue
        where = f"label = {_text(item.label)}" if item.label else f"css = {_text(item.css)}"
        field = item.filled.field
        what = 'files = "evidence"' if field.action is Action.FILES else f"value = {_text(field.source)}"
        yield f"  {{ {where}, {what} }},"
    yield "]"
    yield ""


def _button(lesson: Lesson) -> list[str]:
    named = [name for name in lesson.buttons if fold(name) in SUBMIT_NAMES]
    if len(named) == 1:
        return [f"button = {_text(named[0])}"]
    shown = "; ".join(name.replace("\n", " ") for name in lesson.buttons)
    return [
        _("# Which button files it? The page has: {names}").format(names=shown or _("none")),
        '# button = "…"',
    ]


def _success(lesson: Lesson) -> list[str]:
    pattern = success_pattern(lesson.result, lesson.number)
    if pattern and "'" not in pattern:
        return [f"success = '{pattern}'"]
    return [
        _("# By what words does the page show success? Write them with the number, as in docs/form-toml.md."),
        "# success = '…(?P<number>…)'",
    ]


def success_pattern(result: str, number: str) -> str:
    """Return a pattern that finds ``number`` by the words before it; empty when the page does not show it once.

    Args:
        result: What the page showed.
        number: As the person typed it.
    """
    if not number or result.count(number) != 1 or not re.fullmatch(r"[A-Za-z0-9_-]{4,}", number):
        return ""
    line = next(line for line in result.splitlines() if number in line)
    before = line.partition(number)[0].rstrip(" :：#　")[-_BEFORE:]
    words = re.split(r"[\d,，。;；.!！]", before)[-1].strip()
    if not words:
        return ""
    return f"{re.escape(words)}\\s*[:：#]?\\s*(?P<number>{_kind_of(number)})".replace("\\ ", " ")


def _kind_of(number: str) -> str:
    kinds = (r"\d", r"[A-Z0-9]", r"[A-Z0-9-]", r"[A-Za-z0-9_-]")
    kind = next(kind for kind in kinds if re.fullmatch(f"{kind}+", number))
    return f"{kind}{{{max(4, len(number) - 2)},}}"
