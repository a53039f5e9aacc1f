"""Pictures as they are sent: without the place, the device and the time that the camera wrote into them.

What tells where a picture was taken is removed without touching a pixel; a picture is encoded anew only when it
must be smaller, of another type, or turned upright. The original is never touched.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from PIL import Image, ImageOps, UnidentifiedImageError

PictureType = Literal["jpg", "png"]

LEAST_LONG_SIDE = 1000
"""Pixels. A phone's screenshot narrower than this is hard to read in print; nothing is made smaller than it."""

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"iCCP",
    b"sBIT",
    b"pHYs",
    b"bKGD",
}
_ORIENTATION = 0x0112
_QUALITIES = (92, 85, 75, 65)


class UnreadablePicture(Exception):
    """The bytes are no picture that can be opened safely."""


@dataclass(frozen=True)
class Picture:
    """A picture ready to be sent.

    Attributes:
        data: The bytes.
        type: ``jpg`` or ``png``.
        encoded_anew: Whether the pixels were encoded anew.
    """

    data: bytes
    type: PictureType
    encoded_anew: bool


def prepared_picture(data: bytes, types: tuple[PictureType, ...], most: int | None) -> Picture | None:
    """Return a picture without metadata that fits, or None when it cannot be made to fit and stay readable.

    Args:
        data: The original.
        types: What the channel takes, the preferred first; ``jpg``, ``png`` or both.
        most: Bytes; None for no limit.

    Raises:
        UnreadablePicture: It cannot be opened.
    """
    image = _open(data)
    stripped = _stripped(data, image)
    if stripped is not None and stripped.type in types and (most is None or len(stripped.data) <= most):
        return stripped
    upright = ImageOps.exif_transpose(image)
    for candidate in _encodings(upright, types):
        if most is None or len(candidate.data) <= most:
            return candidate
    return None


def _open(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data))
            image.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadablePicture(type(error).__name__) from error
    except Image.DecompressionBombWarning as error:
        raise UnreadablePicture(type(error).__name__) from error
    return image


def _stripped(data: bytes, image: Image.Image) -> Picture | None:
    """Take the metadata out without touching a pixel; None when that cannot be done, or would not show the same."""
    if image.getexif().get(_ORIENTATION, 1) != 1 or getattr(image, "n_frames", 1) != 1:
        return None
    if image.format == "JPEG":
        plain = Picture(_plain_jpeg(data), "jpg", encoded_anew=False)
    elif image.format == "PNG":
        plain = Picture(_plain_png(data), "png", encoded_anew=False)
    else:
        return None
    return plain if _shows_the_same(plain.data, image) else None


def _shows_the_same(data: bytes, image: Image.Image) -> bool:
    try:
        copy = _open(data)
    except UnreadablePicture:
        return False
    return copy.mode == image.mode and copy.tobytes() == image.tobytes()


def _plain_jpeg(data: bytes) -> bytes:
    """Copy a JPEG without APP1 to APP15 and comments, but with its colour profile and Adobe's transform flag."""
    kept = [data[:2]]
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker, length = data[position + 1], struct.unpack(">H", data[position + 2 : position + 4])[0]
        segment = data[position : position + 2 + length]
        if marker == 0xDA:  # start of scan: the pixels, up to the first end of image
            end = _end_of_image(data, position)
            kept.append(data[position:end])
            break
        if _is_kept_segment(marker, segment):
            kept.append(segment)
        position += 2 + length
    return b"".join(kept)


def _is_kept_segment(marker: int, segment: bytes) -> bool:
    if marker == 0xE2:
        return segment[4:].startswith(b"ICC_PROFILE\0")
    return marker in (0xE0, 0xEE) or not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _end_of_image(data: bytes, start: int) -> int:
    """Return the position after the marker that ends the picture; what phones append after it is left out."""
    end = data.find(b"\xff\xd9", start)
    return len(data) if end < 0 else end + 2


def _plain_png(data: bytes) -> bytes:
    return _PNG_SIGNATURE + b"".join(chunk for kind, chunk in _png_chunks(data) if kind in _PNG_KEPT)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(_PNG_SIGNATURE)
    while position + 12 <= len(data):
        length = struct.unpack(">I", data[position : position + 4])[0]
        kind = data[position + 4 : position + 8]
        yield kind, data[position : position + 12 + length]
        if kind == b"IEND":
            return
        position += 12 + length


def _encodings(image: Image.Image, types: tuple[PictureType, ...]) -> Iterator[Picture]:
    """Yield encodings from the best to the smallest that is still readable."""
    plain = _on_white(image)
    while True:
        if types[0] == "png" or "jpg" not in types:
            yield Picture(_encoded(plain, "PNG"), "png", encoded_anew=True)
        if "jpg" in types:
            for quality in _QUALITIES:
                yield Picture(_encoded(plain, "JPEG", quality), "jpg", encoded_anew=True)
        longest = max(plain.size)
        if longest <= LEAST_LONG_SIDE:
            return
        scale = max(LEAST_LONG_SIDE / longest, 0.8)
        plain = ImageOps.scale(plain, scale, Image.Resampling.LANCZOS)


def _on_white(image: Image.Image) -> Image.Image:
    """Return the pixels alone, on white: a new picture, because Pillow saves comments of the old one again."""
    if image.mode.startswith("I"):  # 16 bits a pixel, as scanners save: Pillow would make all but black white
        deep: Any = image.convert("I")
        image = deep.point(_of_8_bits).convert("L")
    plain = Image.new("RGB", image.size, "white")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        plain.paste(layer, mask=layer.getchannel("A"))
    else:
        plain.paste(image.convert("RGB"))
    return plain


def _of_8_bits(grey: Any) -> Any:
    return grey * (1 / 256)


def _encoded(image: Image.Image, format: str, quality: int = 0) -> bytes:
    buffer = io.BytesIO()
    if format == "JPEG":
        image.save(buffer, format, quality=quality, optimize=True)
    else:
        image.save(buffer, format, optimize=True)
    return buffer.getvalue()
