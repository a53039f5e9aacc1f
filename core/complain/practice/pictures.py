"""The pictures that a desk shows to a person: an image captcha and a QR code."""

from __future__ import annotations

import io
import secrets

import segno
from captcha.image import ImageCaptcha

CAPTCHA_LENGTH = 4
_LETTERS = "ACDEFHJKLMNPRTUVWXY3479"  # without pairs that look alike
_PAINTER = ImageCaptcha(width=120, height=44, font_sizes=(30, 34, 38))


def captcha_text() -> str:
    """Return fresh letters for a captcha."""
    return "".join(secrets.choice(_LETTERS) for _position in range(CAPTCHA_LENGTH))


def captcha_png(text: str) -> bytes:
    """Return a PNG that shows ``text`` crookedly, 120 by 44 pixels."""
    return _PAINTER.generate(text, format="png").getvalue()


def qr_png(text: str) -> bytes:
    """Return a PNG with ``text`` as a QR code."""
    buffer = io.BytesIO()
    segno.make(text, error="m").save(buffer, kind="png", scale=6, border=2)
    return buffer.getvalue()
