"""QR codes that hold text itself: a phone gets it by scanning, without any network (USERS U6)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import segno

MOST_BYTES = 300
"""UTF-8 bytes per code: at error level L this is version 11 of ISO/IEC 18004 (61 modules), which a phone
still reads from a screen at arm's length."""
_SCALE = 5
_SENTENCE = re.compile(r".*?(?:[。！？；!?]+[”’」』）)]*\s*|\n+|\Z)", re.DOTALL)
_PHRASE = re.compile(r".*?(?:[，、：,;: ]|\Z)", re.DOTALL)


def split_text(text: str, most: int = MOST_BYTES) -> tuple[str, ...]:
    """Return a text in parts that, put together again, are exactly the text.

    Args:
        text: Any text.
        most: UTF-8 bytes that one part may have. Parts end with a sentence where that is possible, else with
            a phrase, else with a character.
    """
    parts: list[str] = []
    for piece in _pieces(text, most):
        if parts and _size(parts[-1]) + _size(piece) <= most:
            parts[-1] += piece
        else:
            parts.append(piece)
    return tuple(parts)


def _pieces(text: str, most: int) -> Iterator[str]:
    for sentence in filter(None, _SENTENCE.findall(text)):
        if _size(sentence) <= most:
            yield sentence
            continue
        for phrase in filter(None, _PHRASE.findall(sentence)):
            yield from (phrase,) if _size(phrase) <= most else phrase


def _size(text: str) -> int:
    return len(text.encode())


def text_codes(text: str) -> tuple[bytes, ...]:
    """Return one PNG per part of a text, in order."""
    return tuple(code(part) for part in split_text(text))


def code(text: str) -> bytes:
    """Return a text as the PNG of a QR code.

    Args:
        text: At most a few hundred bytes. It is stored as plain UTF-8: left to itself, the encoder would take
            some Chinese texts for Japanese ones.
    """
    picture = io.BytesIO()
    segno.make(text, error="l", mode="byte", encoding="utf-8", micro=False).save(
        picture, kind="png", scale=_SCALE, border=4
    )
    return picture.getvalue()


def address_text(kind: str, address: str) -> str:
    """Return what a code for an address holds, so that a phone offers to open, dial or write.

    Args:
        kind: Kind of entry point, as ``telephone``.
        address: A page's address, a number or a mailbox.
    """
    prefix = {"telephone": "tel:", "mail": "mailto:"}.get(kind, "")
    return prefix + address
