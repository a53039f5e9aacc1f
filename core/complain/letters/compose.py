"""A case becomes a letter: the facts, who knows them and how, in the order of USERS U18. Deterministic."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound, UndefinedError

from complain.case.model import Case
from complain.errors import MissingFact, PluginMistake, UsageError
from complain.i18n import _
from complain.letters import parties
from complain.letters.content import letter_content
from complain.letters.dates import chinese_date
from complain.letters.kinds import KINDS, Kind
from complain.letters.occasion import Occasion
from complain.letters.render import missing
from complain.letters.repayment import Schedule
from complain.letters.requests import filings_about, unanswered_contacts
from complain.letters.sandbox import Confined, collect, confined
from complain.letters.state import ReceiptFact
from complain.letters.trace import Sentence, clean, sentences_of, without_marks
from complain.templates_folder import template_folder

_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Letter:
    """A letter as it will be sent.

    Attributes:
        name: Which letter at which length, as ``platform/full``.
        text: The letter.
        title: Its heading.
        sentences: Each sentence with the facts it rests on (USERS U25).
    """

    name: str
    text: str
    title: str
    sentences: tuple[Sentence, ...]


def compose(
    case: Case,
    kind: str,
    *,
    length: str,
    receipts: Sequence[ReceiptFact],
    today: dt.date,
    public: bool = False,
    bases: Sequence[str] = (),
    folders: Sequence[Path] = (),
    about: str = "",
    repayment: Schedule | None = None,
) -> Letter:
    """Write a letter.

    Args:
        case: The facts.
        kind: One of `complain.letters.kinds.KINDS`.
        length: ``full``, ``compact``, ``short`` or ``brief``.
        receipts: The other filings of the matter (not the one this letter is for); ``prepared`` means that it
            is being filed together with this one.
        today: The day in China.
        public: Whether everyone can read what is filed there.
        bases: Sentences of law from rows that are verified; none are shipped today.
        folders: Further template folders.
        about: For a follow-up or withdrawal: the channel whose filing it speaks of, which then is among
            `receipts`; empty: the institution's own channels.
        repayment: For a repayment plan: the checked plan.

    Raises:
        MissingFact: A fact that the letter cannot do without is not in the case.
        UsageError: There is no such kind or length.
    """
    occasion = Occasion(
        tuple(receipts),
        today,
        chinese_date(today),
        public,
        tuple(bases),
        tuple(folders),
        about,
        repayment,
    )
    return write(case, kind_of(kind), length, occasion)


def kind_of(name: str) -> Kind:
    """Return a kind of letter by its name.

    Raises:
        UsageError: There is none.
    """
    if name not in KINDS:
        raise UsageError(
            _("There is no letter of the kind “{kind}”.").format(kind=name),
            next_step=_("One of: {kinds}").format(kinds=", ".join(KINDS)),
        )
    return KINDS[name]


def write(case: Case, kind: Kind, length: str, occasion: Occasion) -> Letter:
    """Write a letter for an occasion; see `compose`."""
    if length not in kind.lengths:
        raise UsageError(
            _("The letter “{kind}” has no length “{length}”.").format(kind=kind.id, length=length),
            next_step=_("One of: {lengths}").format(lengths=", ".join(kind.lengths)),
        )
    _check_facts(case, kind, occasion)
    prefix = "request_" if kind.layout == "request" else ""
    names = letter_content(case, kind, occasion)
    names |= {"layout": f"letters/_{prefix}{length}.txt.j2", "length": length}
    text = _tidy(_rendered(kind, names, occasion))
    return Letter(f"{kind.id}/{length}", without_marks(text), kind.title, sentences_of(text))


def _check_facts(case: Case, kind: Kind, occasion: Occasion) -> None:
    if kind.needs_lender and not parties.lenders(case):
        raise MissingFact(
            _("The lender of record is not known, and the letter “{kind}” cannot do without it.").format(
                kind=kind.id
            ),
            next_step="complain letter --kind ask-lender",
        )
    if kind.layout != "own" and not parties.lenders(case) and not clean(case.platform.name):
        raise missing("platform.name")
    if kind.id == "repayment-plan" and occasion.repayment is None:
        raise missing("repayment.toml")
    if kind.needs_filing and not _speaks_of_something(case, kind, occasion):
        raise MissingFact(
            _("Nothing has been filed that the letter “{kind}” could speak of.").format(kind=kind.id),
            next_step="complain status",
        )


def _speaks_of_something(case: Case, kind: Kind, occasion: Occasion) -> bool:
    filed = filings_about(occasion.receipts, occasion.about)
    if kind.id == "withdrawal":
        return bool(filed)
    if kind.id == "follow-up":
        waiting = any(not fact.answered for fact in filed)
        return waiting or (not occasion.about and bool(unanswered_contacts(case)))
    return bool(filed) or any(contact.number for contact in case.contacts)


@cache
def _environment(folders: tuple[Path, ...]) -> Confined:
    return confined((*folders, template_folder()), keep_sources=True)


def _rendered(kind: Kind, names: dict[str, object], occasion: Occasion) -> str:
    try:
        template = _environment(occasion.folders).get_template(f"letters/{kind.id}.txt.j2")
        return collect(template.generate(names))
    except UndefinedError as error:
        raise missing(str(error)) from error
    except TemplateNotFound as error:
        raise PluginMistake(_("There is no letter template “{name}”.").format(name=error.name)) from error
    except TemplateError as error:
        raise PluginMistake(
            _("The letter template of “{kind}” cannot be used: {reason}.").format(
                kind=kind.id, reason=error.message or type(error).__name__
            )
        ) from error


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip()
