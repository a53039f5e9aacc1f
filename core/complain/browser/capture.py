"""What a request held and what came back, as evidence: secrets removed, nothing guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl

from complain.browser.policy import without_query

Headers = tuple[tuple[str, str], ...]

_SECRET_HEADER = re.compile(
    r"cookie|authori[sz]ation|token|csrf|xsrf|session|secret|api-?key|password", re.IGNORECASE
)


@dataclass(frozen=True)
class SentRequest:
    """A write that left, or that was kept from leaving, as the preview lists it.

    Attributes:
        method: Upper case.
        url: Without query and fragment, which may hold personal data.
        why: ``allow``, ``uploads``, ``login``, ``send`` or ``submit``; empty when it was kept.
    """

    method: str
    url: str
    why: str = ""


@dataclass(frozen=True)
class FormValue:
    """One value of a request's body.

    Attributes:
        name: As the form names it; for JSON the path, as ``data.phone``.
        value: The text; None for a file.
        file: The file's name; empty for a text.
    """

    name: str
    value: str | None
    file: str = ""


@dataclass(frozen=True)
class CapturedRequest:
    """A request as it was about to leave.

    Attributes:
        method: Upper case.
        url: With its query.
        headers: Without cookies, authorisation and other secrets.
        pieces: The body, in order; None stands for a file that was chosen from disk, whose bytes the browser
            does not show (the bytes are those of the attachment that was put into the form).
    """

    method: str
    url: str
    headers: Headers
    pieces: tuple[bytes | None, ...]

    @property
    def body(self) -> bytes | None:
        """The whole body; None when a file from disk is part of it."""
        whole = [piece for piece in self.pieces if piece is not None]
        return b"".join(whole) if len(whole) == len(self.pieces) else None

    @property
    def shown_body(self) -> bytes:
        """The body without the bytes of files from disk."""
        return b"".join(piece for piece in self.pieces if piece is not None)

    @property
    def media_type(self) -> str:
        """The body's declared type with parameters; empty when there is none."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), "")

    def form_values(self) -> tuple[FormValue, ...]:
        """Return the names and values of a form, multipart or JSON body; nothing for other bodies."""
        kind = self.media_type.partition(";")[0].strip().lower()
        if kind == "application/x-www-form-urlencoded":
            text = self.shown_body.decode("utf-8", "replace")
            return tuple(FormValue(name, value) for name, value in parse_qsl(text, keep_blank_values=True))
        if kind == "multipart/form-data":
            return tuple(_multipart_values(self.shown_body, self.media_type))
        if kind == "application/json" or kind.endswith("+json"):
            return tuple(_json_values(self.shown_body))
        return ()

    def summary(self, why: str = "") -> SentRequest:
        """Return the short form for a list."""
        return SentRequest(self.method, without_query(self.url), why)


@dataclass(frozen=True)
class Answer:
    """The final answer to a request; a redirect that is followed by GET is one too.

    Attributes:
        status: HTTP status.
        headers: Without ``Set-Cookie``.
        body: The bytes; None when the browser did not hand them over.
    """

    status: int
    headers: Headers
    body: bytes | None = None


def without_secrets(headers: Headers) -> Headers:
    """Return headers without those that hold cookies, keys or tokens."""
    return tuple((name, value) for name, value in headers if not _SECRET_HEADER.search(name))


def _multipart_values(body: bytes, media_type: str) -> Iterator[FormValue]:
    found = re.search(r'boundary="?([^";]+)"?', media_type)
    if found is None:
        return
    for part in body.split(b"--" + found[1].encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        # RFC 7578 section 5.1: browsers write names as plain UTF-8, which no e-mail header parser keeps.
        disposition = head.decode("utf-8", "replace")
        name = _quoted(disposition, "name")
        if "filename=" in disposition:
            yield FormValue(name, None, _quoted(disposition, "filename"))
        else:
            yield FormValue(name, content.removesuffix(b"\r\n").decode("utf-8", "replace"))


def _quoted(disposition: str, parameter: str) -> str:
    found = re.search(rf'[;\s]{parameter}="([^"]*)"', disposition)
    return "" if found is None else found[1].replace("%22", '"').replace("%0D%0A", "\n")


def _json_values(body: bytes) -> Iterator[FormValue]:
    try:
        document = json.loads(body)
    except ValueError:
        return
    yield from _leaves("", document)


def _leaves(path: str, node: object) -> Iterator[FormValue]:
    if isinstance(node, dict):
        for key, child in cast("dict[str, object]", node).items():
            yield from _leaves(f"{path}.{key}".lstrip("."), child)
    elif isinstance(node, list):
        for index, child in enumerate(cast("list[object]", node)):
            yield from _leaves(f"{path}[{index}]", child)
    else:
        yield FormValue(path, node if isinstance(node, str) else json.dumps(node))
