"""What a far side saw: its own account of every request and of every submission that it took."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import cast
from urllib.parse import parse_qs

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Arrived:
    """One request that reached a far side.

    Attributes:
        method: As sent.
        path: Without the query.
    """

    method: str
    path: str


@dataclass(frozen=True)
class Row:
    """One submission that was taken.

    Attributes:
        values: Field name to its values, in the order of arrival; empty for a body that is neither a form's nor JSON.
        files: Field name to the SHA-256 of each file.
    """

    values: Mapping[str, Sequence[str]]
    files: Mapping[str, Sequence[str]]


@dataclass
class Record:
    """What a far side saw; its own account, and the only one that counts."""

    requests: list[Arrived] = field(default_factory=list[Arrived])
    rows: list[Row] = field(default_factory=list[Row])

    @property
    def writes(self) -> list[Arrived]:
        """The requests that were no reads, without those of a log-in."""
        return [r for r in self.requests if r.method in WRITES and r.path != "/stand-in/login"]


def row_of(content_type: str, body: bytes) -> Row:
    """Return what a form's body holds.

    Args:
        content_type: As the request says.
        body: Its bytes.
    """
    if content_type.startswith("application/x-www-form-urlencoded"):
        fields = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
        return Row({name: [_plain(value) for value in values] for name, values in fields.items()}, {})
    if content_type.startswith("application/json"):
        return Row(_told(body.decode(errors="replace")), {})
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    values: dict[str, list[str]] = {}
    files: dict[str, list[str]] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        if part.get_filename() is None:
            values.setdefault(name, []).append(_plain(data.decode(errors="replace")))
        elif part.get_filename():
            files.setdefault(name, []).append(hashlib.sha256(data).hexdigest())
    return Row(values, files)


def _told(text: str) -> dict[str, list[str]]:
    """Return the texts that a JSON object holds, by their innermost name; JSON inside a text is read too."""
    values: dict[str, list[str]] = {}

    def note(name: str, value: object) -> None:
        if isinstance(value, dict):
            for key, inner in cast("dict[str, object]", value).items():
                note(key, inner)
        elif isinstance(value, list):
            for inner in cast("list[object]", value):
                note(name, inner)
        elif isinstance(value, str):
            inner = _parsed(value) if value.startswith(("{", "[")) else None
            if inner is None:
                values.setdefault(name, []).append(_plain(value))
            else:
                note(name, inner)

    note("", _parsed(text))
    return values


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")
