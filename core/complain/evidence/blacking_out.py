"""Blacking out parts of a picture: the pixels themselves are burnt in a copy; the original is never touched (USERS U5)."""

from __future__ import annotations

import io
import re
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
_OWN_COPY = re.compile(rf"{FOLDER}/[^/]+-遮盖(?:-\d+)?\.png")
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


def keep_blacked_out(
    case: Case, folder: Path, number: int, areas: Sequence[Area], *, onto: bytes | None = None
) -> str:
    """Write the copy that is sent instead of evidence ``number`` and name it in ``case.toml``.

    An earlier copy that the tool made is replaced; one that the person made stays where it is.

    Args:
        case: As loaded.
        folder: The case folder.
        number: Of the evidence, from 1.
        areas: In pixels of the upright picture.
        onto: The picture in which they are burnt; None: the original.

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
    data = blacked_out((home / entry.file).read_bytes() if onto is None else onto, wanted)
    target = _free_name(make_folder(home / FOLDER), f"{Path(entry.file).stem[:60]}-遮盖")
    relative = f"{FOLDER}/{target.name}"
    try:
        write_durably(target, data)
        set_in_entry(folder, "evidence", number, "redacted", relative)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    if entry.redacted and _is_own_copy(case, entry.redacted):
        (home / entry.redacted).unlink(missing_ok=True)
    return relative


def _is_own_copy(case: Case, file: str) -> bool:
    """Whether a file is a copy that this tool made, and nothing else of the case stands on it."""
    named = [entry.file for entry in case.evidence] + [entry.redacted for entry in case.evidence]
    return named.count(file) == 1 and _OWN_COPY.fullmatch(file) is not None


def _free_name(folder: Path, stem: str) -> Path:
    tries = 1
    while True:
        target = folder / (f"{stem}-{tries}.png" if tries > 1 else f"{stem}.png")
        with suppress(FileExistsError):
            target.touch(mode=0o600, exist_ok=False)
            return target
        tries += 1
