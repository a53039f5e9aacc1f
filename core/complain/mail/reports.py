"""Delivery reports (RFC 3464): a mail server tells what became of a mail, in fields and not in prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import EmailMessage, Message
from email.policy import default
from typing import cast

from complain.mail.reading import decoded

_PARSED_STATUS_TYPE = "message/delivery-status"
_STATUS_TYPES = (_PARSED_STATUS_TYPE, "message/global-delivery-status")
_HEADER_TYPES = ("text/rfc822-headers", "message/global-headers")
_WHOLE_TYPES = ("message/rfc822", "message/global")


@dataclass(frozen=True)
class DeliveryReport:
    """What a report says of one recipient.

    Attributes:
        action: ``failed``, ``delayed``, ``delivered``, ``relayed`` or ``expanded`` (RFC 3464 §2.3.3).
        status: As ``5.1.1`` (RFC 3463).
        recipients: The addresses it is about, as we named them and as the last server did; lower case.
        diagnostic: The last server's words.
    """

    action: str
    status: str
    recipients: frozenset[str]
    diagnostic: str

    def is_about(self, recipient: str) -> bool:
        """Say whether it is about the address that we wrote to, and not one that it was passed on to.

        Args:
            recipient: Our mail's address; empty for "any".
        """
        return not recipient or not self.recipients or recipient.lower() in self.recipients

    @property
    def words(self) -> str:
        """Status and diagnostic on one line."""
        return " ".join(f"{self.status} {self.diagnostic}".split())


def delivery_reports(message: EmailMessage) -> list[DeliveryReport]:
    """Return what a mail reports, one entry per recipient; empty when it is no report.

    Args:
        message: Any mail.
    """
    return [
        _report(group)
        for part in message.walk()
        if part.get_content_type() in _STATUS_TYPES
        for group in _groups(part)
        if "Action" in group
    ]


def originals(message: EmailMessage) -> Iterator[Message]:
    """Yield the mails, or their heads, that a report or a forward encloses.

    Args:
        message: Any mail.
    """
    for part in message.walk():
        kind = part.get_content_type()
        if part is message:
            continue
        if kind in (*_WHOLE_TYPES, *_HEADER_TYPES) and part.is_multipart():
            yield from cast("list[Message]", part.get_payload())
        elif kind in (*_WHOLE_TYPES, *_HEADER_TYPES):
            yield message_from_string(decoded(part), policy=default)


def _groups(part: Message) -> list[Message]:
    if part.get_content_type() == _PARSED_STATUS_TYPE and part.is_multipart():
        return cast("list[Message]", part.get_payload())
    # Python takes the groups of an unknown message/* for the head and the body of one mail.
    inner = cast("list[Message]", part.get_payload()) if part.is_multipart() else []
    text = "".join(one.as_string() for one in inner) or decoded(part)
    return [message_from_string(block, policy=default) for block in re.split(r"(?:\r?\n){2,}", text)]


def _report(group: Message) -> DeliveryReport:
    names = (_untyped(group.get(name)) for name in ("Original-Recipient", "Final-Recipient"))
    return DeliveryReport(
        action=str(group.get("Action", "")).strip().lower(),
        status=str(group.get("Status", "")).strip(),
        recipients=frozenset(name.strip("<>").lower() for name in names if name),
        diagnostic=_untyped(group.get("Diagnostic-Code")),
    )


def _untyped(field: object) -> str:
    """``rfc822; a@b.cn`` and ``smtp; 550 no`` without the type before the semicolon."""
    text = " ".join(str(field or "").split())
    kind, semicolon, rest = text.partition(";")
    return rest.strip() if semicolon and kind.strip().replace("-", "").isalnum() else text
