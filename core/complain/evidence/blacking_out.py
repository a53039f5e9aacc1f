"""Blacking out parts of a picture: the pixels themselves are burnt in a copy; the original is never touched (USERS U5)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from complain.case.folder import case_folder
from complain.case.model import Case
from complain.durable import make_folder, write_durably
from complain.errors import UsageError
from complain.evidence.case_file import set_in_entry
from complain.evidence.kept_calls import Area
from complain.i18n import _

if TYPE_CHECKING:
    from PIL.Image import Image

FOLDER = "evidence"
_LEAST = 4  # pixels: a smaller area is a slip of the hand


def upright(data: bytes) -> Image | None:
    """Return a picture as it is seen, pixels only; None when the bytes are no picture.

    Args:
        data: The file. What a camera wrote beside the pixels (place, device, time) is left behind.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as opened:
            seen = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    plain = Image.new("RGB", seen.size)  # Pillow would write the old one's comment and profile again
    plain.paste(seen)
    return plain


def blacked_out(data: bytes, areas: Sequence[Area]) -> bytes:
    """Return a picture with areas black, as a PNG that holds nothing but pixels.

    Args:
        data: The original.
        areas: In pixels of the upright picture; parts outside it are ignored.

    Raises:
        UsageError: The file is no picture.
    """
    from PIL import ImageDraw

    plain = upright(data)
    if plain is None:
        raise UsageError(_("This evidence is no picture, so nothing can be blacked out in it."))
    draw = ImageDraw.Draw(plain)
    for left, top, width, height in areas:
        draw.rectangle((left, top, left + width - 1, top + height - 1), fill="black")
    buffer = io.BytesIO()
    plain.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def keep_blacked_out(case: Case, folder: Path, number: int, areas: Sequence[Area]) -> str:
    """Write the copy that is sent instead of evidence ``number`` and name it in ``case.toml``.

    It is made from the original each time; an earlier copy is replaced.

    Args:
        case: As loaded.
        folder: The case folder.
        number: Of the evidence, from 1.
        areas: In pixels of the upright picture.

    Returns:
        The copy's name, relative to the case folder.

    Raises:
        UsageError: There is no such evidence, it is no picture, or no area is large enough.
    """
    entry = case.evidence[number - 1]
    wanted = [area for area in areas if area[2] >= _LEAST and area[3] >= _LEAST]
    if not wanted:
        raise UsageError(_("No part was marked, so nothing was blacked out."))
    home = case_folder(folder)
    data = blacked_out((home / entry.file).read_bytes(), wanted)
    target = _free_name(make_folder(home / FOLDER), f"{Path(entry.file).stem[:60]}-遮盖")
    write_durably(target, data)
    relative = f"{FOLDER}/{target.name}"
    set_in_entry(folder, "evidence", number, "redacted", relative)
    if entry.redacted and entry.redacted != relative:
        (home / entry.redacted).unlink(missing_ok=True)  # the tool's own copy, replaced by the new one
    return relative


def _free_name(folder: Path, stem: str) -> Path:
    tries = 1
    while True:
        target = folder / (f"{stem}-{tries}.png" if tries > 1 else f"{stem}.png")
        with suppress(FileExistsError):
            target.touch(mode=0o600, exist_ok=False)
            return target
        tries += 1
