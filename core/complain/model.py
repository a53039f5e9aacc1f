"""The plain values that cross a boundary between parts: outcomes, drafts, receipts, challenges.

Everything here is a frozen dataclass or an enumeration, without third-party imports, so that any part may
use it and a plugin's author can build one by hand.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal


class Outcome(StrEnum):
    """How one filing stands (contract).

    ``PREPARED`` filled, not submitted. ``FILED`` with the channel's own receipt number. ``FILED_UNVERIFIED``
    the success signal was seen but no number. ``UNKNOWN`` the submit may have arrived. ``NOT_FILED`` provably
    nothing was sent. ``NEEDS_HUMAN`` a task waits. ``REFUSED`` the channel said no. ``SKIPPED`` not due,
    already filed or not configured.
    """

    PREPARED = "prepared"
    FILED = "filed"
    FILED_UNVERIFIED = "filed_unverified"
    UNKNOWN = "unknown"
    NOT_FILED = "not_filed"
    NEEDS_HUMAN = "needs_human"
    REFUSED = "refused"
    SKIPPED = "skipped"


class Action(StrEnum):
    """What is done with one field of a form."""

    VALUE = "value"
    CHOOSE = "choose"
    CHECK = "check"
    FILES = "files"
    DATE = "date"
    CASCADE = "cascade"
    ASK = "ask"


ChallengeKind = Literal["sms", "captcha", "qr", "slider", "confirm"]


def is_done_in_window(kind: ChallengeKind, *, has_picture: bool) -> bool:
    """Say whether a challenge can only be met in a browser that the person sees.

    Args:
        kind: Its kind.
        has_picture: Whether the tool can show what is needed by itself.
    """
    return kind == "slider" or (kind != "sms" and not has_picture)


@dataclass(frozen=True)
class Attachment:
    """A file as it will be sent.

    Attributes:
        path: The file on this machine.
        name: The file name that the far side will see.
        media_type: As ``image/png``.
        size: Bytes.
        sha256: Of the bytes that will be sent.
        title: What the person calls it.
        original_sha256: Of the original, when the sent copy was re-encoded; else empty.
    """

    path: Path
    name: str
    media_type: str
    size: int
    sha256: str
    title: str = ""
    original_sha256: str = ""


@dataclass(frozen=True)
class PlannedField:
    """One field of a form and what is to stand in it.

    Attributes:
        label: What a person reads beside the field; empty when only ``css`` finds it.
        action: What is done with it.
        values: The text, options, ISO dates, cascade levels or file paths; ``("true",)`` for a plain check;
            empty for ``ask``.
        css: A selector, where the page names nothing.
        frame: A selector or URL glob of the frame that holds it; empty for "anywhere on the page".
        ask: The kind of challenge when only a person can give the value.
        send: The button that sends the code (``ask`` only).
        picture: Selector of the picture to show (``ask`` only).
        source: Where the value came from, as ``complainant.email``.
        sensitive: Masked in pictures and tables unless asked for.
        attachments: The files (``files`` only).
    """

    label: str
    action: Action
    values: tuple[str, ...] = ()
    css: str = ""
    frame: str = ""
    ask: ChallengeKind | None = None
    send: str = ""
    picture: str = ""
    source: str = ""
    sensitive: bool = False
    attachments: tuple[Attachment, ...] = ()

    @property
    def name(self) -> str:
        """The label, or the selector where there is no label."""
        return self.label or self.css


@dataclass(frozen=True)
class PlannedPage:
    """One page of a form: its fields in page order, and the button that leads on.

    Attributes:
        fields: In page order.
        next: Name of the button that leads to the next page; empty on the last.
        wait: A text or ``css=`` selector that shows that the page is ready; empty for none.
        frame: A selector or URL glob of the frame that all fields are in; empty for "anywhere".
        allow: Requests (``"METHOD glob"``) that this page needs before the submit.
        uploads_at_once: Whether the page sends a file as soon as it is chosen: that waits for the confirm.
    """

    fields: tuple[PlannedField, ...]
    next: str = ""
    wait: str = ""
    frame: str = ""
    allow: tuple[str, ...] = ()
    uploads_at_once: bool = False


@dataclass(frozen=True)
class MailDraft:
    """A letter as a mail.

    Attributes:
        sender: The complainant's own address.
        recipient: The one address that it goes to.
        subject: Without line breaks.
        message_id: Made and journalled before anything is sent.
    """

    sender: str
    recipient: str
    subject: str
    message_id: str


@dataclass(frozen=True)
class ProofRow:
    """One statement and what it rests on.

    Attributes:
        statement: As it stands in the letter.
        records: Which rows of the case it rests on.
        evidence: Numbers of the evidence, or that there is none.
        basis: How the person knows of it; for what is no incident, empty.
    """

    statement: str
    records: str
    evidence: str
    basis: str


@dataclass(frozen=True)
class Draft:
    """All that one channel will get, fitted to its limits.

    Attributes:
        channel: The channel's id.
        letter: The text as it will be sent.
        letter_name: Which letter at which length was chosen, as ``platform/full``.
        pages: The form's pages; empty for mail and hand-over.
        attachments: As they will be sent.
        mail: For mail channels.
        warnings: Sentences for the person.
        dated: How the day of the letter is written in it; the same letter on another day is the same letter.
        proof: What each factual statement of the letter rests on, for the preview; it is not sent.
    """

    channel: str
    letter: str
    letter_name: str = ""
    pages: tuple[PlannedPage, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    mail: MailDraft | None = None
    warnings: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
    proof: tuple[ProofRow, ...] = ()

    @property
    def payload_hash(self) -> str:
        """SHA-256 over what would be sent, its date left out: equal hashes are the same filing."""
        import hashlib  # a third of this module's start-up time

        payload = {
            "letter": self.letter,
            "fields": [
                [
                    f.label,
                    f.css,
                    f.action,
                    list(f.values) if f.action is not Action.FILES else [a.sha256 for a in f.attachments],
                ]
                for page in self.pages
                for f in page.fields
            ],
            "attachments": [a.sha256 for a in self.attachments],
            "mail": None if self.mail is None else [self.mail.recipient, self.mail.subject],
        }
        text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        for day in self.dated:
            text = text.replace(day, "〔日期〕")
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Receipt:
    """What the channel gave.

    Attributes:
        channel: The channel's id.
        number: As read where the channel declares it, or None.
        filed_at: When the answer was seen (aware, UTC).
        path: The bag that holds the proof; None until it is archived.
        by: ``channel`` when read from the channel's own answer, ``person`` when it is the person's own word.
    """

    channel: str
    number: str | None
    filed_at: dt.datetime
    path: Path | None = None
    by: Literal["channel", "person"] = "channel"


@dataclass(frozen=True)
class Challenge:
    """Something that only a person can do: an SMS code, a captcha, a QR scan.

    Attributes:
        kind: What it is.
        channel: The channel's id.
        prompt: What to do, one sentence.
        picture: PNG bytes, or None.
    """

    kind: ChallengeKind
    channel: str
    prompt: str
    picture: bytes | None = None


@dataclass(frozen=True)
class FilingReport:
    """How one filing of a run ended: what the terminal, ``--json`` and the preview tell.

    Attributes:
        channel: The channel's id.
        outcome: See `Outcome`.
        receipt: None unless filed.
        reason: Why it was not filed, refused or skipped; one sentence.
        task: What waits for a person; one sentence.
        preview: The run's preview report, or None.
        warnings: Sentences.
        afterwards: Warnings of what went wrong after the submit: they were in no preview.
        is_fault: Whether a fault of the tool itself stopped it.
    """

    channel: str
    outcome: Outcome
    receipt: Receipt | None = None
    reason: str = ""
    task: str = ""
    preview: Path | None = None
    warnings: tuple[str, ...] = field(default_factory=tuple)
    afterwards: tuple[str, ...] = ()
    is_fault: bool = False

    def as_json(self) -> dict[str, object]:
        """The object that ``--json`` prints for this filing (contract)."""
        receipt = None
        if self.receipt is not None:
            receipt = {
                "number": self.receipt.number,
                "filed_at": self.receipt.filed_at.isoformat(),
                "path": None if self.receipt.path is None else str(self.receipt.path),
            }
        return {
            "channel": self.channel,
            "outcome": self.outcome.value,
            "receipt": receipt,
            "reason": self.reason or None,
            "task": self.task or None,
            "preview": None if self.preview is None else str(self.preview),
            "warnings": [*self.warnings, *self.afterwards],
        }


def as_plain(value: object) -> dict[str, object]:
    """Return a dataclass as a dictionary of plain values, for JSON evidence files."""
    return asdict(value)  # type: ignore[call-overload,no-any-return]
