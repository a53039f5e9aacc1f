"""Which mails belong to ours: by Message-ID, by our own header, by the reference in the text."""

from __future__ import annotations

import re
from email.message import EmailMessage, Message

from complain.mail.compose import REFERENCE_HEADER
from complain.mail.reading import visible_text
from complain.mail.reports import originals


def carries(message: Message, message_id: str, reference: str) -> bool:
    """Say whether a mail is a copy of ours.

    Args:
        message: A mail or its head.
        message_id: Ours, with angle brackets.
        reference: Ours; some providers replace the Message-ID, none this header.
    """
    return header(message, "Message-ID") == message_id or header(message, REFERENCE_HEADER) == reference


def concerns(message: EmailMessage, message_id: str, reference: str) -> bool:
    """Say whether a mail answers ours or reports on it; a copy of ours does not.

    Args:
        message: Any mail.
        message_id: Ours, with angle brackets.
        reference: Ours.
    """
    if carries(message, message_id, reference):
        return False
    return names_message(message, message_id, reference) or _mentions(message, reference)


def names_message(message: EmailMessage, message_id: str, reference: str) -> bool:
    """Say whether a mail names ours where machines do: in its thread or as the enclosed original.

    Args:
        message: Any mail.
        message_id: Ours, with angle brackets.
        reference: Ours.
    """
    thread = header(message, "In-Reply-To") + header(message, "References")
    return message_id in thread or any(
        carries(original, message_id, reference) for original in originals(message)
    )


def _mentions(message: EmailMessage, reference: str) -> bool:
    whole = re.compile(rf"(?<![A-Za-z0-9]){re.escape(reference)}(?![A-Za-z0-9])")
    return bool(reference) and bool(
        whole.search(header(message, "Subject")) or whole.search(visible_text(message))
    )


def header(message: Message, name: str) -> str:
    """Return a header's value, empty when there is none or it cannot be read.

    Args:
        message: A mail or its head.
        name: As ``Subject``.
    """
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if any("\udc80" <= character <= "\udcff" for character in raw):
        return _eight_bit(raw)
    try:
        return str(message.get(name, "")).strip()
    except (ValueError, IndexError, AttributeError, TypeError):
        # Python's header parser raises these on what strangers write; a header nobody can read matches nothing.
        return ""


def _eight_bit(raw: str) -> str:
    """A header in bare UTF-8 (RFC 6532) or, against every RFC, in GBK."""
    data = raw.encode("ascii", "surrogateescape")
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace").strip()
