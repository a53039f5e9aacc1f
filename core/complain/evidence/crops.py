"""Rows that a person read from a picture, as they are seen in it: so that a count can be traced to the picture."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complain.case.folder import case_folder
from complain.case.model import Case
from complain.evidence.blacking_out import upright
from complain.evidence.calls import SourceKind
from complain.evidence.keeping import KeptEvidence, list_evidence
from complain.evidence.kept_calls import Area, KeptLog

if TYPE_CHECKING:
    from PIL.Image import Image

_WIDEST = 1200
"""Pixels of a crop: 180 mm of an A4 page at 170 dots to the inch."""


@dataclass(frozen=True)
class Crop:
    """One row of a picture.

    Attributes:
        row: Its name, as ``A1``.
        evidence: Number of the picture in the case.
        address: The crop itself, as a ``data:`` address.
    """

    row: str
    evidence: int
    address: str


def crops(case: Case, folder: Path, logs: Sequence[KeptLog]) -> tuple[Crop, ...]:
    """Return the marked rows of the pictures, in the order of the logs.

    Where the person made a copy with parts blacked out, it is cut from that copy: what was covered stays covered.

    Args:
        case: Names the pictures.
        folder: The case folder.
        logs: Those without a picture, and rows without a place in it, are left out.
    """
    if not any(log.areas for log in logs):
        return ()
    pictures = {entry.sha256: entry for entry in list_evidence(case, folder)}
    return tuple(
        crop
        for log in logs
        if log.kind is SourceKind.PICTURE and log.sha256 in pictures
        for crop in _of(log, pictures[log.sha256], case_folder(folder))
    )


def _of(log: KeptLog, entry: KeptEvidence, home: Path) -> Iterator[Crop]:
    seen = upright((home / (entry.redacted or entry.file)).read_bytes())
    if seen is None:
        return
    for call in log.calls:
        area = log.areas.get(call.row)
        if area is not None and (address := _address(seen, area)):
            yield Crop(f"{log.label}{call.row}", entry.number, address)


def _address(seen: Image, area: Area) -> str:
    left, top, width, height = area
    right, bottom = min(left + width, seen.width), min(top + height, seen.height)
    if right <= left or bottom <= top:
        return ""  # it was marked in a picture of another size
    piece = seen.crop((left, top, right, bottom))
    piece.thumbnail((_WIDEST, _WIDEST))
    buffer = io.BytesIO()
    piece.save(buffer, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
