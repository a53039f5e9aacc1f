"""Pages as PDF, made offline by Chromium; a footer on every page, also on the pages of evidence that is a PDF itself."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from complain.evidence.page import render
from complain.offline_page import print_page

if TYPE_CHECKING:
    from playwright.async_api import Browser
    from pypdf import PageObject

A4 = (595.28, 841.89)
"""Width and height in points (ISO 216: 210 mm by 297 mm)."""


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)


async def numbered(parts: Sequence[tuple[str, bytes]], browser: Browser) -> bytes:
    """Return PDFs one behind the other, with one run of page numbers and an outline.

    Args:
        parts: Each with the name that stands in its footer and in the outline.
        browser: A running Chromium, which sets the footers.
    """
    from pypdf import PdfReader, PdfWriter

    logging.getLogger("pypdf").setLevel(
        logging.ERROR
    )  # it remarks on harmless peculiarities of Chromium's PDF
    readers = [(name, PdfReader(io.BytesIO(data))) for name, data in parts]
    names = [name for name, reader in readers for _page in reader.pages]
    footers = PdfReader(io.BytesIO(await print_page(render("footers.html.j2", names=names), browser)))
    writer = PdfWriter()
    for name, reader in readers:
        writer.append(reader, outline_item=name, import_outline=False)
    for page, footer in zip(writer.pages, footers.pages, strict=True):
        _stamp(page, footer)
    finished = io.BytesIO()
    writer.write(finished)
    return finished.getvalue()


def _stamp(page: PageObject, footer: PageObject) -> None:
    """Lay a footer of an A4 page's width over the foot of a page of any size and rotation."""
    from pypdf import Transformation

    if page.rotation:
        page.transfer_rotation_to_content()
    box = page.mediabox
    scale = float(box.width) / A4[0]
    place = Transformation().scale(scale).translate(float(box.left), float(box.bottom))
    page.merge_transformed_page(footer, place)
