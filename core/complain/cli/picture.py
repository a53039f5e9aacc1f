"""A small picture, as a captcha or a QR code, drawn with half blocks in the terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.color import Color
from rich.style import Style
from rich.text import Text

if TYPE_CHECKING:
    from PIL import Image

UPPER_HALF = "▀"
_QUIET = 2  # modules of white round a QR code
_FINDER = 7  # modules of the square in three corners of a QR code
_SQUARE = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")


def drawn(png: bytes, columns: int) -> Text:
    """Return a picture as text: two pixels per character, one above the other.

    Args:
        png: The picture. A QR code is drawn with one pixel per module, so that all of it fits a small window.
        columns: Most characters in a line; a wider picture is made smaller.
    """
    from PIL import Image

    image = Image.open(io.BytesIO(png)).convert("RGB")
    image = _one_pixel_per_module(image) or image
    if image.width > columns:
        image.thumbnail((columns, image.height))
    data = image.tobytes()
    pixels = [tuple(data[at : at + 3]) for at in range(0, len(data), 3)]
    text = Text(no_wrap=True)
    for row in range(0, image.height - 1, 2):
        for column in range(image.width):
            text.append(
                UPPER_HALF,
                _style(pixels[row * image.width + column], pixels[(row + 1) * image.width + column]),
            )
        text.append("\n")
    return text


def _style(above: tuple[int, ...], below: tuple[int, ...]) -> Style:
    return Style(color=Color.from_rgb(*above[:3]), bgcolor=Color.from_rgb(*below[:3]))


def _one_pixel_per_module(image: Image.Image) -> Image.Image | None:
    """Return a QR code as small as it can be; None for any other picture."""
    from PIL import Image

    modules = _modules(image)
    if not _is_code(modules):
        return None
    side = len(modules) + 2 * _QUIET
    small = Image.new("RGB", (side, side + side % 2), "white")  # a line of text holds two rows
    for y, row in enumerate(modules):
        for x, module in enumerate(row):
            if module == "1":
                small.putpixel((x + _QUIET, y + _QUIET), (0, 0, 0))
    return small


def _modules(image: Image.Image) -> list[str]:
    """Return what would be the modules if this were a QR code, row by row, 1 for a dark one."""
    from PIL import Image, ImageChops

    dark = ImageChops.invert(image.convert("1", dither=Image.Dither.NONE))
    box = dark.getbbox()
    if box is None:
        return []
    dark = dark.crop(box)
    edge = next((x for x in range(dark.width) if not dark.getpixel((x, 1))), 0) if dark.height > 1 else 0
    count = round(dark.width * _FINDER / edge) if edge else 0
    if count > min(dark.size):
        return []
    step_x, step_y = (side / max(count, 1) for side in dark.size)
    return [
        "".join(
            "1" if dark.getpixel((int((x + 0.5) * step_x), int((y + 0.5) * step_y))) else "0"
            for x in range(count)
        )
        for y in range(count)
    ]


def _is_code(modules: list[str]) -> bool:
    """Whether a finder pattern stands in the three corners that have one."""
    last = len(modules) - _FINDER
    corners = ((0, 0), (last, 0), (0, last))
    return last > _FINDER and all(
        tuple(row[x : x + _FINDER] for row in modules[y : y + _FINDER]) == _SQUARE for x, y in corners
    )
