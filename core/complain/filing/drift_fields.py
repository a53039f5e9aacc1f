"""What no longer matches at one field that was found: its kind, its limits, its options, where it would send to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from playwright.async_api import Page

from complain.browser.fill import refuse_foreign
from complain.browser.recognise import Seen
from complain.browser.vocabulary import load_vocabulary
from complain.channels.definition import AttachmentLimit, FieldTable, FormDefinition
from complain.errors import OriginRefused
from complain.filing.assist_values import types_of
from complain.i18n import _
from complain.model import Action
from complain.names import fold

_DATE_TYPES = frozenset({"date", "datetime-local", "month", "week", "time"})
# Values that are words: a field for numbers, days or addresses of another kind does not take them.
_WORDS = ("letter", "subject", "name", "summary", "text", "agency", "product")
_LIMIT_IN_WORDS = re.compile(
    r"(?:不超过|最多|不多于|限|以内|at most|max(?:imum)?)\D{0,4}(\d{2,6})\s*(?:个)?\s*(?:字|char)", re.I
)


def field_differences(
    page: Page, entry: FieldTable, seen: Seen, definition: FormDefinition, may_type: Callable[[str], bool]
) -> Iterator[str]:
    """Yield one sentence for everything about a found field that no longer matches its definition.

    Args:
        page: The open page.
        entry: As defined.
        seen: The one control that it means.
        definition: The whole form, for its limits.
        may_type: Whether personal data may go to an origin.
    """
    try:
        refuse_foreign(page, seen.found, may_type)
    except OriginRefused as error:
        yield error.message
    yield from _name(entry, seen)
    yield from _kind(entry, seen)
    yield from _closed(entry, seen)
    yield from _lengths(entry, seen, definition)
    if entry.action is Action.FILES:
        yield from _files(entry, seen, definition.limits.attachments)
    if entry.action in (Action.CHOOSE, Action.CHECK):
        yield from _options(entry, seen)


def _name(entry: FieldTable, seen: Seen) -> Iterator[str]:
    """A name that merely contains the label, and now speaks of somebody else, is another field."""
    shown, others = seen.found.shown_name, load_vocabulary().speaks_of_others
    if entry.label and not seen.found.is_exact and others([shown]) and not others([entry.label]):
        yield _("The field “{field}” is now called “{name}”, which may be about somebody else.").format(
            field=entry.name, name=shown
        )


def _kind(entry: FieldTable, seen: Seen) -> Iterator[str]:
    if entry.action is not Action.VALUE:
        return
    kind, template = seen.around.type, entry.templates[0]
    is_words = any(word in template for word in _WORDS) or not template.isascii()
    wrong = kind in _DATE_TYPES and is_words
    wrong = wrong or (kind in ("number", "range") and is_words)
    wrong = wrong or (kind == "email" and "email" not in template)
    wrong = wrong or (kind == "tel" and "letter" in template)
    wrong = wrong or (kind == "url" and "{" in template)
    wrong = wrong or (kind == "password" and "secret" not in template)
    if wrong:
        yield _("The field “{field}” is now a field of the kind “{kind}”.").format(
            field=entry.name, kind=kind
        )
    elif seen.found.one_line and "letter" in template:
        yield _("The field “{field}” now takes one line only, and the letter has several.").format(
            field=entry.name
        )


def _closed(entry: FieldTable, seen: Seen) -> Iterator[str]:
    is_typed = entry.action is Action.VALUE and seen.found.kind == "text"
    if is_typed and seen.around.readonly and not seen.around.opens_list:
        yield _("The field “{field}” no longer lets itself be typed into.").format(field=entry.name)


def _lengths(entry: FieldTable, seen: Seen, definition: FormDefinition) -> Iterator[str]:
    if entry.action is not Action.VALUE:
        return
    limit, template = definition.limits.letter, entry.templates[0]
    most, least = _most(seen), seen.around.minlength or 0
    if "letter" in template:
        needed = limit.max or 0
        # The longest UTF-8 sequence has four bytes.
        needed = needed // 4 if limit.count == "bytes" else needed
        if most is not None and most < needed:
            yield _("The field “{field}” now takes {most} characters; the definition says {limit}.").format(
                field=entry.name, most=most, limit=limit.max
            )
        if least > max(limit.min, 1):
            yield _(
                "The field “{field}” now wants at least {least} characters; the definition says {limit}."
            ).format(field=entry.name, least=least, limit=limit.min)
    elif "{" not in template and most is not None and len(template) > most:
        yield _("The field “{field}” now takes {most} characters; its value has {length}.").format(
            field=entry.name, most=most, length=len(template)
        )


def _most(seen: Seen) -> int | None:
    said = [int(match.group(1)) for hint in seen.around.hints for match in _LIMIT_IN_WORDS.finditer(hint)]
    limits = [*said, *([] if seen.found.maxlength is None else [seen.found.maxlength])]
    return min(limits, default=None)


def _files(entry: FieldTable, seen: Seen, limit: AttachmentLimit) -> Iterator[str]:
    accepted = types_of(seen.around.accept)
    refused = [one for one in limit.types if accepted and one not in accepted]
    if refused:
        yield _("The field “{field}” no longer takes files of the type {types}.").format(
            field=entry.name, types=", ".join(refused)
        )
    takes_one = not seen.found.multiple and not seen.found.collects
    if takes_one and limit.max is not None and limit.max > 1:
        yield _("The field “{field}” now takes one file; the definition says {limit}.").format(
            field=entry.name, limit=limit.max
        )


def _options(entry: FieldTable, seen: Seen) -> Iterator[str]:
    """Name each fixed option that the page no longer shows; options that it loads later cannot be seen."""
    names = {fold(option) for option in seen.found.options}
    fixed = [option for option in entry.templates if "{" not in option and option not in ("true", "false")]
    for option in fixed if names else []:
        if fold(option) not in names:
            yield _("“{field}” no longer has the option “{option}”. Its options are: {options}.").format(
                field=entry.name, option=option, options="; ".join(seen.found.options)
            )
