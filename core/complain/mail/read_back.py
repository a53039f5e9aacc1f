"""What was previewed is what is sent: the bytes of a mail, parsed again and compared with the draft."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from email import message_from_string
from email.message import EmailMessage
from email.policy import SMTP

from complain.errors import ReadBackDiffers
from complain.i18n import _
from complain.mail.addresses import envelope_address
from complain.mail.compose import LETTER_PDF_NAME, REFERENCE_HEADER, plain_lines, reference_of
from complain.model import Draft

_HEADERS = sorted(
    ["from", "to", "subject", "date", "message-id", "mime-version", "content-type", REFERENCE_HEADER.lower()]
)
_ENCODING = "content-transfer-encoding"  # on a mail without attachments only


def check_mail(
    data: bytes,
    draft: Draft,
    letter_pdf: bytes | None,
    pdf_name: str = LETTER_PDF_NAME,
    reference: str = "",
) -> None:
    """Compare the bytes that will be sent with what was previewed.

    Args:
        data: From `complain.mail.compose.to_bytes`.
        draft: What was previewed, with its ``mail``.
        letter_pdf: The PDF that was previewed, or None.
        pdf_name: Its file name.
        reference: As given to `complain.mail.compose.compose`.

    Raises:
        ReadBackDiffers: They differ; the message names the first part that does.
    """
    # As text: the parser for bytes does not read headers in UTF-8 (RFC 6532).
    message = message_from_string(data.decode("utf-8"), policy=SMTP)
    pdf = [] if letter_pdf is None else [(pdf_name, _sha256(letter_pdf))]
    for what, same in _comparisons(message, draft, pdf, reference):
        if not same:
            raise ReadBackDiffers(
                _("The mail differs from the preview in {what}; nothing was sent.").format(what=what)
            )


def _comparisons(
    message: EmailMessage, draft: Draft, pdf: list[tuple[str, str]], reference: str
) -> Iterator[tuple[str, bool]]:
    mail = draft.mail
    if mail is None:
        raise ValueError("draft without mail")
    names = sorted(name.lower() for name in message)
    yield _("its header lines"), names in (_HEADERS, sorted([*_HEADERS, _ENCODING]))
    yield _("the sender"), _addresses(message, "From") == [envelope_address(mail.sender)]
    yield _("the recipient"), _addresses(message, "To") == [envelope_address(mail.recipient)]
    yield _("the subject"), str(message["Subject"]) == mail.subject
    yield _("the Message-ID"), str(message["Message-ID"]) == mail.message_id
    yield _("the reference"), str(message[REFERENCE_HEADER]) == (reference or reference_of(mail.message_id))
    yield _("the letter"), _letter(message) == plain_lines(draft.letter)
    yield _("the attachments"), _attached(message) == pdf + [(a.name, a.sha256) for a in draft.attachments]


def _addresses(message: EmailMessage, header: str) -> list[str]:
    value = message[header]
    return [] if value is None else [address.addr_spec for address in value.addresses]


def _letter(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return "" if body is None else plain_lines(str(body.get_content()))


def _attached(message: EmailMessage) -> list[tuple[str, str]]:
    return [(part.get_filename() or "", _sha256(_payload(part))) for part in message.iter_attachments()]


def _payload(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
