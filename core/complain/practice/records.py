"""What passes between a desk's pages and its memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class UploadedFile:
    """A file as it arrived at a desk."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the bytes that arrived, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Submission:
    """What one press of the submit button brought.

    Attributes:
        desk: The channel's id.
        account: Who was logged in, or the sender's address.
        subject: What the list of complaints shows.
        fields: Name -> value, as received.
        files: As received with the same request.
        uploaded: Ids of files that were uploaded before.
    """

    desk: str
    account: str | None
    subject: str
    fields: Mapping[str, str]
    files: Sequence[UploadedFile] = ()
    uploaded: Sequence[int] = ()

    @property
    def content_hash(self) -> str:
        """Equal for two submissions of the same text by the same account."""
        text = json.dumps([self.account, sorted(self.fields.items())], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class VisitorSession:
    """One visitor's cookie and what the server keeps for it between pages.

    Attributes:
        token: The cookie's value.
        desk: The channel's id.
        account: Who is logged in; None before the login.
        pages: What the visitor entered on earlier pages, by field; not a draft: it dies with the session.
    """

    token: str
    desk: str
    account: str | None = None
    pages: dict[str, str] = field(default_factory=dict[str, str])
