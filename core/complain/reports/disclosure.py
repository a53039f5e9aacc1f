"""Who will know what: each item of personal data that a submission carries, and whether the other side has it.

A complaint is not anonymous, and a new phone number or address helps whoever collects. So each item is told
apart: already there, not certain, new. In doubt it counts as less known, never as more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from complain.i18n import _, ngettext
from complain.model import Action, Draft

if TYPE_CHECKING:
    from complain.case.model import Case


class Known(StrEnum):
    """Whether the recipient has an item already."""

    HELD = "held"
    UNSURE = "unsure"
    NEW = "new"


@dataclass(frozen=True)
class Disclosure:
    """One item that a submission makes known.

    Attributes:
        recipient: Who receives it.
        onward: To whom they may pass it on; empty for nobody that is known.
        item: What it is, never the value itself.
        known: Whether the recipient has it already.
        note: What the person should think of; empty for nothing.
    """

    recipient: str
    onward: str
    item: str
    known: Known
    note: str = ""


@dataclass(frozen=True)
class _Item:
    name: str
    at_institution: Known
    note: str = ""


def known_label(known: Known) -> str:
    """Return how the table says it."""
    return {Known.HELD: _("They have it"), Known.UNSURE: _("Not certain"), Known.NEW: _("New to them")}[known]


def disclosures(
    case: Case, draft: Draft, *, recipient: str, onward: str = "", stage: int = 1
) -> list[Disclosure]:
    """List what this draft tells its recipient about the person.

    Args:
        case: The facts.
        draft: What would be sent, fitted to the channel.
        recipient: Who receives it, by full name.
        onward: To whom they may pass it; by stage when empty.
        stage: 1 for the institution's own channels, which hold the contract; 2 for bodies outside it, to which
            everything is new.
    """
    passed_on = onward or _usual_onward(stage)
    return [
        Disclosure(
            recipient, passed_on, item.name, item.at_institution if stage == 1 else Known.NEW, item.note
        )
        for item in (*_identity(case, draft), *_matter(case, draft))
    ]


def _usual_onward(stage: int) -> str:
    if stage == 1:
        return _("the lender named in the contract, and its collection agency")
    return _("the institution complained of, to check the facts")


def _identity(case: Case, draft: Draft) -> Iterator[_Item]:
    person, text, sources = case.complainant, _all_text(draft), _sources(draft)
    wanted = (
        ("name", _Item(_("Name"), Known.HELD)),
        (
            "phone",
            _Item(
                _("Mobile number"),
                Known.UNSURE,
                _("New to them unless you gave them this very number before."),
            ),
        ),
        ("email", _Item(_("E-mail address"), Known.UNSURE)),
        ("id_number", _Item(_("Identity number"), Known.HELD)),
        (
            "address",
            _Item(_("Address"), Known.UNSURE, _("Leave it out where the form does not ask for it.")),
        ),
        ("reachable_at", _Item(_("When you can be reached"), Known.NEW)),
    )
    for name, item in wanted:
        value = getattr(person, name, None)
        if any(f"complainant.{name}" in source for source in sources) or (value and str(value) in text):
            yield item


def _matter(case: Case, draft: Draft) -> Iterator[_Item]:
    text = _all_text(draft)
    if any(_mentions(text, loan.product, loan.contract_number) for loan in case.loans):
        yield _Item(_("The loans: product, contract number, amounts named"), Known.HELD)
    if case.incidents and draft.letter:
        yield _Item(_("What happened: times, calling numbers, words"), Known.UNSURE)
    if any(incident.reached != "self" for incident in case.incidents) and draft.letter:
        yield _Item(_("Which people around you were contacted (relation only)"), Known.NEW)
    if case.contacts and draft.letter:
        yield _Item(_("Your earlier contacts with the institution"), Known.HELD)
    if draft.attachments:
        count = len(draft.attachments)
        yield _Item(
            ngettext(
                "{count} attached file, all that is seen in it",
                "{count} attached files, all that is seen in them",
                count,
            ).format(count=count),
            Known.NEW,
            _("Look at each picture once more: other people’s names and numbers should be blacked out."),
        )


def _mentions(text: str, *values: str | None) -> bool:
    return any(value and value in text for value in values)


def _all_text(draft: Draft) -> str:
    values = (
        value
        for page in draft.pages
        for field in page.fields
        if field.action is not Action.FILES
        for value in field.values
    )
    return "\n".join([draft.letter, *values])


def _sources(draft: Draft) -> frozenset[str]:
    return frozenset(field.source for page in draft.pages for field in page.fields)
