"""From the case to what one channel will get: letter, field values, attachments, fitted to its limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complain.case.model import Case
from complain.case.third_parties import discreet
from complain.channels.base import Channel
from complain.channels.form import FormChannel
from complain.channels.mail import MailChannel
from complain.errors import PluginMistake
from complain.filing.legal_bases import letter_bases
from complain.filing.letter_writing import is_public
from complain.i18n import _
from complain.letters.compose import Letter, compose, kind_of
from complain.letters.dates import chinese_date
from complain.letters.fit import LetterLimit, Limit, fit
from complain.letters.fit_attachments import AttachmentLimits, fit_attachments
from complain.letters.kinds import kind_for
from complain.letters.proof_table import proof_rows
from complain.letters.render import letter_names, render_value
from complain.letters.state import ReceiptFact
from complain.mail.compose import new_message_id
from complain.model import Action, Attachment, Draft, MailDraft, PlannedField, PlannedPage
from complain.rules.words import word_warnings

if TYPE_CHECKING:
    from complain.channels.definition import FieldTable, FormDefinition, PageTable

SENSITIVE = ("complainant.", "contract_number", "loans")


@dataclass(frozen=True)
class DraftInput:
    """What drafting needs besides the channel.

    Attributes:
        case: The facts, with sensitive ones from the keyring already in place.
        folder: The case folder, for evidence.
        receipts: What the journal shows of other filings of this matter.
        today: The date that letters bear.
        work: A folder for re-encoded copies of attachments.
        templates: Folders of plugins with further letters.
    """

    case: Case
    folder: Path
    receipts: tuple[ReceiptFact, ...]
    today: dt.date
    work: Path
    templates: tuple[Path, ...] = ()


def names_for(inputs: DraftInput, letter: str, stage: int, *, public: bool = False) -> Mapping[str, object]:
    """Return the names that values of a form may use; ``receipts`` are those of earlier stages (contract).

    Args:
        inputs: Facts.
        letter: The letter that was chosen.
        stage: Of the channel.
        public: Whether everyone can read what is filed there.
    """
    earlier = tuple(receipt for receipt in inputs.receipts if receipt.stage < stage)
    names = letter_names(inputs.case, receipts=earlier, today=inputs.today, public=public)
    return {**names, "letter": letter}


def draft_form(channel: FormChannel, inputs: DraftInput) -> Draft:
    """Return what a form will get.

    Raises:
        MissingFact: A value names a fact that the case does not hold.
        DoesNotFit: No version of the letter, or of an attachment, fits.
        DefinitionMistakes: The definition has mistakes.
        PluginMistake: Its conditions leave every page out.
    """
    definition = channel.definition
    letter = _fitted(channel, inputs, definition.limits.letter)
    attachments, said = _attachments(definition, inputs, public=is_public(channel))
    names = names_for(inputs, letter.text, channel.stage, public=is_public(channel))
    pages = _pages(channel, names, attachments)
    return Draft(
        channel=channel.id,
        letter=letter.text,
        letter_name=letter.name,
        pages=pages,
        attachments=attachments,
        warnings=(*said, *_harmful_words(inputs.case, public=is_public(channel))),
        dated=_dated(inputs),
        proof=tuple(proof_rows(inputs.case, letter)),
    )


def _harmful_words(case: Case, *, public: bool) -> tuple[str, ...]:
    """Say beside what is about to be sent which of its words harm; the person decides (USERS U16)."""
    return tuple(caution.sentence for caution in word_warnings(case, public=public))


def _dated(inputs: DraftInput) -> tuple[str, ...]:
    return (chinese_date(inputs.today), inputs.today.isoformat())


def _fitted(channel: Channel, inputs: DraftInput, limit: Limit) -> Letter:
    return fit(
        inputs.case,
        kind_for(channel.body),
        limit,
        receipts=inputs.receipts,
        today=inputs.today,
        public=is_public(channel),
        bases=letter_bases(inputs.case),
        folders=inputs.templates,
        channel=channel.id,
    )


def _attachments(
    definition: FormDefinition, inputs: DraftInput, *, public: bool
) -> tuple[tuple[Attachment, ...], Sequence[str]]:
    if not any(field.files for page in definition.pages for field in page.fields):
        return (), ()
    limits = definition.limits.attachments
    return fit_attachments(
        inputs.folder,
        discreet(inputs.case, public=public).evidence,
        AttachmentLimits(limits.max, limits.size, limits.types),
        inputs.work,
    )


def _applies(page: PageTable, names: Mapping[str, object]) -> bool:
    if not page.when:
        return True
    return render_value(f"{{% if {page.when} %}}yes{{% endif %}}", names) == "yes"


def _pages(
    channel: FormChannel, names: Mapping[str, object], attachments: tuple[Attachment, ...]
) -> tuple[PlannedPage, ...]:
    definition = channel.definition
    pages = tuple(
        _page(page, names, attachments, at_once=bool(page.uploads or definition.channel.uploads))
        for page in definition.pages
        if _applies(page, names)
    )
    if not pages:
        raise PluginMistake(
            _("No page of “{title}” is for this case: the “when” of each leaves it out.").format(
                title=channel.title
            ),
            next_step=_("Correct “when” in {file}.").format(file=channel.path),
        )
    return pages


def _page(
    page: PageTable, names: Mapping[str, object], attachments: tuple[Attachment, ...], *, at_once: bool
) -> PlannedPage:
    return PlannedPage(
        fields=tuple(planned_field(field, names, attachments, page.frame) for field in page.fields),
        next=page.next,
        wait=page.wait,
        frame=page.frame,
        allow=page.allow,
        uploads_at_once=at_once,
    )


def planned_field(
    field: FieldTable,
    names: Mapping[str, object],
    attachments: tuple[Attachment, ...] = (),
    frame: str = "",
) -> PlannedField:
    """Return one field with its value rendered.

    Raises:
        MissingFact: The value names a fact that is not there.
    """
    files = field.action is Action.FILES
    values = (
        tuple(str(a.path) for a in attachments)
        if files
        else tuple(render_value(t, names) for t in field.templates)
    )
    source = "evidence" if files else " ".join(field.templates)
    return PlannedField(
        label=field.label,
        action=field.action,
        values=values,
        css=field.css,
        frame=field.frame or frame,
        ask=field.ask,
        send=field.send,
        picture=field.picture,
        source=source,
        sensitive=field.sensitive or any(mark in source for mark in SENSITIVE),
        attachments=attachments if files else (),
    )


def needs_fact(channel: Channel, fact: str) -> bool:
    """Say whether a channel's values name a fact, as ``id_number``: only then is the keyring asked for it."""
    if not isinstance(channel, FormChannel):
        return False
    templates: list[Any] = [
        t for page in channel.definition.pages for field in page.fields for t in field.templates
    ]
    return any(fact in template for template in templates)


def draft_mail(channel: MailChannel, inputs: DraftInput, recipient: str) -> Draft:
    """Return the letter as a mail to one address.

    Args:
        channel: The mail channel.
        inputs: Facts and folders.
        recipient: The one address; asked for in the configuration, never defaulted.

    Raises:
        MissingFact: The case names no address of the complainant's own.
        DoesNotFit: An attachment does not fit.
    """
    letter = _fitted(channel, inputs, LetterLimit(max=channel.limits.letter))
    limits = AttachmentLimits(channel.limits.attachments, channel.limits.size, channel.limits.types)
    evidence = discreet(inputs.case, public=is_public(channel)).evidence
    fitting, said = fit_attachments(inputs.folder, evidence, limits, inputs.work)
    attachments, over = _together(fitting, channel.limits.size)
    sender = inputs.case.complainant.email
    mail = MailDraft(
        sender=sender,
        recipient=recipient,
        subject=render_value(
            channel.subject, names_for(inputs, letter.text, channel.stage, public=is_public(channel))
        ),
        message_id=new_message_id(sender.rpartition("@")[2]),
    )
    return Draft(
        channel.id,
        letter.text,
        letter.name,
        attachments=attachments,
        mail=mail,
        warnings=(*said, *over, *_harmful_words(inputs.case, public=is_public(channel))),
        dated=_dated(inputs),
        proof=tuple(proof_rows(inputs.case, letter)),
    )


def _together(
    attachments: Sequence[Attachment], most: int | None
) -> tuple[tuple[Attachment, ...], Sequence[str]]:
    """Return what a mail has room for, in the case's order, and one sentence for each file that is left out."""
    kept: list[Attachment] = []
    said: list[str] = []
    for attachment in attachments:
        if most is None or attachment.size + sum(each.size for each in kept) <= most:
            kept.append(attachment)
        else:
            sentence = _(
                "“{title}” is not attached: all files together would have more than {most} bytes, which this channel takes."
            )
            said.append(sentence.format(title=attachment.title, most=most))
    return tuple(kept), said


def draft_pack(channel: Channel, inputs: DraftInput) -> Draft:
    """Return what a person will paste at a channel that is done by hand."""
    letter = _fitted(channel, inputs, LetterLimit(max=channel.sheet.letter_max if channel.sheet else None))
    evidence = discreet(inputs.case, public=is_public(channel)).evidence
    attachments, said = fit_attachments(inputs.folder, evidence, AttachmentLimits(), inputs.work)
    return Draft(
        channel.id,
        letter.text,
        letter.name,
        attachments=attachments,
        warnings=(*said, *_harmful_words(inputs.case, public=is_public(channel))),
        dated=_dated(inputs),
        proof=tuple(proof_rows(inputs.case, letter)),
    )


def letters_of(channel: Channel, inputs: DraftInput) -> list[Letter]:
    """Return the channel's letter at every length, for a person who finds that the page takes less."""
    return [
        compose(
            inputs.case,
            kind_for(channel.body),
            length=length,
            receipts=inputs.receipts,
            today=inputs.today,
            public=is_public(channel),
            bases=letter_bases(inputs.case),
            folders=inputs.templates,
        )
        for length in kind_of(kind_for(channel.body)).lengths
    ]
