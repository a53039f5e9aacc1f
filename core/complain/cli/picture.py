"""A small picture, as a captcha or a QR code, drawn with half blocks in the terminal."""

from __future__ import annotations

import io

from rich.color import Color
from rich.style import Style
from rich.text import Text

UPPER_HALF = "▀"


def drawn(png: bytes, columns: int) -> Text:
    """Return a picture as text: two pixels per character, one above the other.

    Args:
        png: The picture.
        columns: Most characters in a line; a wider picture is made smaller.
    """
    from PIL import Image

    image = Image.open(io.BytesIO(png)).convert("RGB")
    if image.width > columns:
        image = image.resize((columns, max(2, round(image.height * columns / image.width))))
    text = Text(no_wrap=True)
    for row in range(0, image.height - 1, 2):
        for column in range(image.width):
            text.append(UPPER_HALF, _style(image.getpixel((column, row)), image.getpixel((column, row + 1))))
        text.append("\n")
    return text


def _style(above: object, below: object) -> Style:
    return Style(color=_color(above), bgcolor=_color(below))


def _color(pixel: object) -> Color:
    red, green, blue = pixel if isinstance(pixel, tuple) else (0, 0, 0)
    return Color.from_rgb(red, green, blue)
