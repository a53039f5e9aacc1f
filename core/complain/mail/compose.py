"""The letter as a mail: built once, read back, and sent as exactly these bytes.

Python's own header checks are not relied on: 3.11 before 3.11.10 lets a line break through (CVE-2024-6923), so
every header value is checked here first.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import secrets
import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.utils import format_datetime
from typing import cast

from complain.errors import MissingFact, ReadBackDiffers, UsageError
from complain.i18n import _
from complain.mail.addresses import ascii_domain, check_address, envelope_address, needs_smtputf8
from complain.model import Attachment, Draft, MailDraft

REFERENCE_HEADER = "X-Complain-Reference"
"""Own header: some providers replace the Message-ID of what they send on, none touches this one."""

LETTER_PDF_NAME = "投诉信.pdf"
_LINE_BREAKING = {"Cc", "Cs", "Zl", "Zp"}
_MEDIA_TYPE = re.compile(r"[a-z0-9]+/[a-z0-9][a-z0-9.+-]*")
_REFERENCE_LENGTH = 10
_TOKEN_BYTES = 15
# 7bit: no server on the way needs to convert anything, so what is archived is what arrives.
_ASCII_POLICY: EmailPolicy[EmailMessage] = SMTP.clone(cte_type="7bit")
_UTF8_POLICY: EmailPolicy[EmailMessage] = SMTPUTF8.clone(cte_type="7bit")


def new_message_id(domain: str) -> str:
    """Return a Message-ID that nobody has used before; it names neither this machine nor the time.

    Args:
        domain: Of the sender's own address.

    Raises:
        UsageError: It is no domain.
    """
    return f"<{secrets.token_hex(_TOKEN_BYTES)}@{ascii_domain(domain)}>"


def reference_of(message_id: str) -> str:
    """Return the short reference that belongs to a Message-ID: ten letters and digits that no one confuses.

    Args:
        message_id: With its angle brackets. The same one always gives the same reference.
    """
    digest = hashlib.sha256(message_id.encode()).digest()
    return base64.b32encode(digest).decode("ascii")[:_REFERENCE_LENGTH]


def compose(
    draft: Draft,
    *,
    sender_name: str,
    letter_pdf: bytes | None,
    date: dt.datetime,
    pdf_name: str = LETTER_PDF_NAME,
    reference: str = "",
) -> EmailMessage:
    """Return the mail that a draft becomes: the letter as plain text, the PDF, then the attachments.

    Args:
        draft: With its ``mail``; every attachment is read and must be the file that was previewed.
        sender_name: The complainant's name, shown beside the address; may be empty.
        letter_pdf: The letter as PDF, or None for none.
        date: When it is sent (aware).
        pdf_name: The file name of ``letter_pdf``.
        reference: The filing's short reference, if the letter names one; by default `reference_of` the Message-ID.

    Raises:
        UsageError: A header value would break out of its line, an address is not one address, or the text was
            damaged by reading it in a wrong encoding.
        MissingFact: There is no mail in the draft, or an attachment is gone.
        ReadBackDiffers: An attachment is not the file that was previewed.
    """
    mail = _mail_of(draft)
    message = EmailMessage(policy=_policy(mail))
    _set_headers(message, mail, sender_name, date)
    message[REFERENCE_HEADER] = check_header(reference, _("the reference")) or reference_of(mail.message_id)
    message.set_content(_checked_letter(draft.letter), subtype="plain", charset="utf-8", cte="base64")
    if letter_pdf is not None:
        _attach(message, letter_pdf, "application/pdf", pdf_name)
    for attachment in draft.attachments:
        _attach(message, _read(attachment), attachment.media_type, attachment.name)
    return message


def to_bytes(message: EmailMessage) -> bytes:
    """Return the bytes to send and to archive, with CRLF line ends.

    Args:
        message: From `compose`.
    """
    return message.as_bytes(policy=cast("EmailPolicy[EmailMessage]", message.policy))


def _mail_of(draft: Draft) -> MailDraft:
    if draft.mail is None:
        raise MissingFact(_("The draft for “{channel}” holds no mail address.").format(channel=draft.channel))
    return draft.mail


def _policy(mail: MailDraft) -> EmailPolicy[EmailMessage]:
    return _UTF8_POLICY if needs_smtputf8(mail.sender) or needs_smtputf8(mail.recipient) else _ASCII_POLICY


def _set_headers(message: EmailMessage, mail: MailDraft, sender_name: str, date: dt.datetime) -> None:
    if date.tzinfo is None:
        raise ValueError("date must be aware")
    check_header(sender_name, _("the sender's name"))
    check_header(mail.subject, _("the subject"))
    check_header(mail.message_id, _("the Message-ID"))
    message["From"] = _address(mail.sender, " ".join(sender_name.split()))
    message["To"] = _address(mail.recipient, "")
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(date)
    message["Message-ID"] = mail.message_id


def _address(address: str, name: str) -> Address:
    local, _at, domain = envelope_address(check_address(address)).rpartition("@")
    return Address(display_name=name, username=local, domain=domain)


def check_header(value: str, what: str) -> str:
    """Return ``value`` if it can stand in one header line.

    Args:
        value: The text of the header.
        what: What it is, for the sentence, as "the subject".

    Raises:
        UsageError: It has a line break or another control character, or was read in a wrong encoding.
    """
    if any(unicodedata.category(character) in _LINE_BREAKING for character in value):
        raise UsageError(
            _("In a mail, {what} must be one line; it has a line break or a control character.").format(
                what=what
            )
        )
    _refuse_lost_characters(value, what)
    return value


def _refuse_lost_characters(text: str, what: str) -> None:
    if "\ufffd" in text:
        raise UsageError(
            _(
                "Characters were lost in {what}: it was read in another encoding than it was written in."
            ).format(what=what),
            next_step=_("Save the file as UTF-8 and try again."),
        )


def _checked_letter(letter: str) -> str:
    if not letter.strip():
        raise MissingFact(_("The letter is empty."))
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\r" for c in letter):
        raise UsageError(_("The letter holds a control character that no mail can carry."))
    _refuse_lost_characters(letter, _("the letter"))
    return plain_lines(letter)


def plain_lines(text: str) -> str:
    """Return ``text`` with one kind of line end, and exactly one at the end.

    Args:
        text: A letter, with any line ends.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"


def _attach(message: EmailMessage, data: bytes, media_type: str, name: str) -> None:
    check_header(name, _("a file name"))
    if not name or "/" in name or "\\" in name:
        raise UsageError(_("The file name “{name}” cannot be sent.").format(name=name))
    main, sub = _media_type(media_type)
    # EmailMessage writes a name outside ASCII as RFC 2231 (filename*=utf-8''…).
    message.add_attachment(data, maintype=main, subtype=sub, cte="base64", filename=name)


def _media_type(media_type: str) -> tuple[str, str]:
    """``message/*`` and ``multipart/*`` may not be base64 (RFC 2046 §5.2.1): they travel as plain bytes."""
    main, _slash, sub = media_type.partition("/")
    if not _MEDIA_TYPE.fullmatch(media_type) or main in ("message", "multipart"):
        return "application", "octet-stream"
    return main, sub


def _read(attachment: Attachment) -> bytes:
    try:
        data = attachment.path.read_bytes()
    except OSError as error:
        raise MissingFact(
            _("The attachment “{name}” can no longer be read.").format(name=attachment.name)
        ) from error
    if hashlib.sha256(data).hexdigest() != attachment.sha256:
        raise ReadBackDiffers(
            _("The attachment “{name}” has changed since the preview; nothing was sent.").format(
                name=attachment.name
            )
        )
    return data
