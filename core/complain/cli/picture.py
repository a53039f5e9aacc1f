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
