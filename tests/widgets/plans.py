"""Short ways to write planned fields in tests."""

from __future__ import annotations

import hashlib
from pathlib import Path

from complain.model import Action, Attachment, PlannedField


def value(label: str, text: str, *, css: str = "", frame: str = "", sensitive: bool = False) -> PlannedField:
    """A text to type."""
    return PlannedField(label, Action.VALUE, (text,), css=css, frame=frame, sensitive=sensitive)


def choose(label: str, *options: str, css: str = "") -> PlannedField:
    """Options to choose."""
    return PlannedField(label, Action.CHOOSE, options, css=css)


def check(label: str, *boxes: str, css: str = "") -> PlannedField:
    """A box to tick, or the boxes of a group."""
    return PlannedField(label, Action.CHECK, boxes or ("true",), css=css)


def date(label: str, *days: str, css: str = "") -> PlannedField:
    """A day, or two."""
    return PlannedField(label, Action.DATE, days, css=css)


def cascade(label: str, *levels: str, css: str = "") -> PlannedField:
    """Levels to choose."""
    return PlannedField(label, Action.CASCADE, levels, css=css)


def attachment(path: Path, name: str = "") -> Attachment:
    """A file as it will be sent."""
    content = path.read_bytes()
    kind = {"png": "image/png", "pdf": "application/pdf", "jpg": "image/jpeg"}.get(
        path.suffix[1:], "text/plain"
    )
    return Attachment(path, name or path.name, kind, len(content), hashlib.sha256(content).hexdigest())


def upload(label: str, *paths: Path, css: str = "") -> PlannedField:
    """Files to upload."""
    return PlannedField(label, Action.FILES, css=css, attachments=tuple(map(attachment, paths)))


def anywhere(_origin: str) -> bool:
    """Any origin may be typed into."""
    return True
