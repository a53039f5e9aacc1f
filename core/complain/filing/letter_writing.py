"""A letter for ``complain letter``: which kind a channel gets, what the journal shows, how long it may be."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from complain.case.load import load_case
from complain.case.model import Case
from complain.case.third_parties import discreet
from complain.channels.base import Channel
from complain.channels.form import FormChannel
from complain.channels.registry import Registry, load_registry
from complain.environment import Environment
from complain.errors import UsageError
from complain.filing.history import receipt_facts
from complain.filing.journal import open_journal
from complain.filing.legal_bases import letter_bases
from complain.filing.rule_facts import filing_facts, with_terms
from complain.i18n import _
from complain.letters.compose import Letter, compose, kind_of
from complain.letters.fit import fit
from complain.letters.fit_attachments import AttachmentLimits, fit_attachments
from complain.letters.kinds import kind_for
from complain.letters.repayment import limitation_warning, load_plan, past_warning, schedule
from complain.letters.state import ReceiptFact, Standing, standing
from complain.rules.evaluate import wrong_addressee
from complain.rules.words import case_warnings, text_warnings

_ABOUT_ITS_OWN_FILING = ("follow-up", "withdrawal")


@dataclass(frozen=True)
class LetterRequest:
    """What was asked for.

    Attributes:
        folder: The case folder.
        channel: A channel's id; empty when only the kind is named.
        kind: A kind of letter; empty: the one that the channel gets.
        length: A length; empty: the longest that the channel takes.
    """

    folder: Path
    channel: str = ""
    kind: str = ""
    length: str = ""


@dataclass(frozen=True)
class MadeLetter:
    """A letter, and what the person should know of it.

    Attributes:
        case: The facts.
        letter: The letter.
        cautions: One sentence each; for the person, not for the letter.
        public: Whether everyone can read what is filed there.
    """

    case: Case
    letter: Letter
    cautions: tuple[str, ...]
    public: bool = False


def make_letter(environment: Environment, request: LetterRequest) -> MadeLetter:
    """Write the letter that was asked for.

    Raises:
        UsageError: There is no such channel, kind or length, or neither channel nor kind is named.
        MissingFact: The case lacks what the letter needs.
        DoesNotFit: No length fits the channel.
    """
    case = load_case(request.folder, now=environment.now())
    registry = load_registry(environment)
    channel = _channel(registry, request)
    kind = request.kind or kind_for(channel.body if channel else "institution")
    kind_of(kind)
    receipts = _receipts(environment, case, registry, channel, kind)
    letter = _written(environment, case, request, channel, kind, receipts, tuple(registry.template_folders()))
    cautions = (
        *too_early(kind, receipts, environment.today()),
        *_cautions(case, kind, is_public(channel), request.folder, environment.today()),
    )
    return MadeLetter(case, letter, cautions, is_public(channel))


def _channel(registry: Registry, request: LetterRequest) -> Channel | None:
    if not request.channel:
        if request.kind:
            return None
        raise UsageError(
            _("Say which letter: for a channel, or of a kind."),
            next_step="complain letter --channel " + next(iter(registry.channels), "ID"),
        )
    if request.channel not in registry.channels:
        raise UsageError(
            _("There is no channel “{id}”.").format(id=request.channel), next_step="complain channels"
        )
    return registry.channels[request.channel]


def _receipts(
    environment: Environment, case: Case, registry: Registry, channel: Channel | None, kind: str
) -> tuple[ReceiptFact, ...]:
    if not environment.home.journal.is_file():
        return ()
    journal = open_journal(environment.home.journal)
    try:
        facts = receipt_facts(journal, case.id, registry.channels)
        facts = with_terms(facts, case, filing_facts(journal, case.id, registry.channels))
    finally:
        journal.close()
    if channel is None or kind in _ABOUT_ITS_OWN_FILING:
        return facts
    return tuple(fact for fact in facts if fact.channel != channel.id)


def _written(
    environment: Environment,
    case: Case,
    request: LetterRequest,
    channel: Channel | None,
    kind: str,
    receipts: tuple[ReceiptFact, ...],
    folders: tuple[Path, ...],
) -> Letter:
    if isinstance(channel, FormChannel) and not request.length and not request.kind:
        limit = channel.definition.limits.letter
        return fit(
            case,
            kind,
            limit,
            receipts=receipts,
            today=environment.today(),
            public=is_public(channel),
            bases=letter_bases(case),
            folders=folders,
            channel=channel.id,
        )
    plan = schedule(case, load_plan(request.folder)) if kind == "repayment-plan" else None
    return compose(
        case,
        kind,
        length=request.length or "full",
        receipts=receipts,
        today=environment.today(),
        public=is_public(channel),
        bases=letter_bases(case),
        folders=folders,
        about=channel.id if channel and kind in _ABOUT_ITS_OWN_FILING else "",
        repayment=plan,
    )


def is_public(channel: Channel | None) -> bool:
    """Whether everyone can read what is filed there."""
    if isinstance(channel, FormChannel) and channel.definition.channel.public:
        return True
    return channel is not None and channel.body == "public"


def too_early(kind: str, receipts: tuple[ReceiptFact, ...], today: dt.date) -> tuple[str, ...]:
    """Warn of an escalation while the complaint that it escalates is still being handled."""
    own = [fact for fact in receipts if fact.stage == 1 and fact.was_sent]
    if kind != "escalation" or not own or any(standing(fact, today) is not Standing.PENDING for fact in own):
        return ()
    return (
        _(
            "The complaint is still being handled; escalating it before an answer or the day to ask may be returned."
        ),
    )


def _cautions(case: Case, kind: str, public: bool, folder: Path, today: dt.date) -> tuple[str, ...]:
    if kind == "repayment-plan":
        return (limitation_warning(), *_plan_words(folder, today))
    if kind == "negotiation-brief":
        return (limitation_warning(),)
    if kind_of(kind).layout != "complaint":
        return ()
    wrong = wrong_addressee(case, kind)
    return (*wrong, *(caution.sentence for caution in case_warnings(case, public=public)))


def _plan_words(folder: Path, today: dt.date) -> Iterator[str]:
    """Say that a plan begins in the past, and which of its words harm: as a story's, for it may ask for a waiver."""
    plan = load_plan(folder)
    if past := past_warning(plan, today):
        yield past
    for name in ("reason", "extension", "grace", "waiver"):
        for caution in text_warnings(f"repayment.{name}", getattr(plan, name)):
            yield caution.sentence


async def write_pdf(
    environment: Environment, made: MadeLetter, folder: Path, *, annex: bool = False
) -> bytes:
    """Return a letter as a PDF; a complaint's lists the evidence as it would be sent.

    Args:
        environment: Says which browser.
        made: The letter.
        folder: The case folder.
        annex: Whether a table of statements and what they rest on follows.

    Raises:
        BrowserUnavailable: There is no browser to set it with.
    """
    from complain.browser.launch import BrowserRun, BrowserSettings
    from complain.letters.pdf import letter_pdf
    from complain.letters.proof_table import proof_rows

    table = environment.config().browser
    settings = BrowserSettings(path=table.path or None, sandbox=table.sandbox, practice=environment.practice)
    with tempfile.TemporaryDirectory() as work:
        is_complaint = kind_of(made.letter.name.partition("/")[0]).layout == "complaint"
        evidence = discreet(made.case, public=made.public).evidence if is_complaint else ()
        attachments, _said = fit_attachments(folder, evidence, AttachmentLimits(), Path(work))
        async with BrowserRun.start(settings) as run:
            return await letter_pdf(
                made.letter.text,
                title=made.letter.title,
                evidence=attachments,
                browser=run.browser,
                proof=proof_rows(made.case, made.letter) if annex else (),
            )


def as_document(made: MadeLetter) -> dict[str, object]:
    """Return what ``--json`` prints."""
    return {
        "case": made.case.id,
        "letter": made.letter.name,
        "text": made.letter.text,
        "sentences": [dataclasses.asdict(sentence) for sentence in made.letter.sentences],
        "warnings": list(made.cautions),
        "exit_code": 0,
    }
