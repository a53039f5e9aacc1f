"""PDF files that others made: which of them can be put behind pages of our own."""

from __future__ import annotations

import io


def pages_to_append(data: bytes) -> int:
    """Return how many pages a PDF has that can be put into another one; 0 for one that is locked or broken.

    Args:
        data: The file.
    """
    from pypdf import PageObject, PdfReader, PdfWriter

    try:
        writer = PdfWriter()
        writer.append(PdfReader(io.BytesIO(data)), import_outline=False)
        for page in writer.pages:
            page.merge_page(PageObject.create_blank_page(width=1, height=1))
        writer.write(io.BytesIO())
        return len(writer.pages)
    except Exception:  # what is broken shows anywhere: AttributeError, AssertionError, KeyError, …
        return 0
