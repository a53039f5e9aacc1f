"""Evidence as pages behind the lawyer's summary: pictures cut to pages, PDFs as they are, all else by its hash."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complain.case.folder import case_folder
from complain.evidence.blacking_out import upright
from complain.evidence.keeping import KeptEvidence
from complain.evidence.page import render
from complain.pdf_files import pages_to_append

if TYPE_CHECKING:
    from PIL.Image import Image

_TALLEST = 1.3
"""Height over width of a piece: an A4 page has room for 180 mm by 238 mm."""
_WIDEST = 1600
"""Pixels: 180 mm at 220 dots to the inch; a telephone's screen has fewer."""


@dataclass(frozen=True)
class EvidencePages:
    """One entry of the evidence and its pages.

    Attributes:
        entry: The evidence.
        html: Pages of a picture; empty when it is none.
        pdf: The PDF's own bytes; empty when it is none.
        pages: How many pages it takes; 0: it goes apart, as a recording does.
        first: The first of them in the whole document; 0 while that is not known.
    """

    entry: KeptEvidence
    html: str
    pdf: bytes
    pages: int
    first: int = 0

    @property
    def place(self) -> str:
        """Where to find it: ``第4至5页`` or ``电子文件，另附``."""
        if not self.pages:
            return "电子文件，另附"
        if not self.first:
            return f"{self.pages}页"
        last = self.first + self.pages - 1
        return f"第{self.first}页" if last == self.first else f"第{self.first}至{last}页"


def evidence_pages(kept: Sequence[KeptEvidence], folder: Path) -> tuple[EvidencePages, ...]:
    """Return each entry's pages.

    Args:
        kept: The case's evidence.
        folder: The case folder.
    """
    home = case_folder(folder)
    return tuple(_pages(entry, home / (entry.redacted or entry.file)) for entry in kept)


def _pages(entry: KeptEvidence, path: Path) -> EvidencePages:
    data = path.read_bytes()
    if data.startswith(b"%PDF"):
        count = pages_to_append(data)  # 0: it goes apart
        return EvidencePages(entry, "", data if count else b"", count)
    pieces = _pieces(data)
    if not pieces:
        return EvidencePages(entry, "", b"", 0)
    return EvidencePages(entry, render("picture.html.j2", entry=entry, pieces=pieces), b"", len(pieces))


def _pieces(data: bytes) -> list[str]:
    picture = upright(data)
    if picture is None:
        return []  # a recording, a text
    picture.thumbnail((_WIDEST, _WIDEST * 40))
    is_long = picture.height > picture.width * 2.4
    step = int(picture.width * _TALLEST) if is_long else picture.height
    tops = range(0, picture.height, max(1, step))
    return [_address(picture.crop((0, t, picture.width, min(t + step, picture.height)))) for t in tops]


def _address(piece: Image) -> str:
    buffer = io.BytesIO()
    piece.save(buffer, "JPEG", quality=88)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
