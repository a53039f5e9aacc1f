"""Receipts as one PDF that can be read and printed anywhere: a list, then each filing with its pictures."""

from __future__ import annotations

import datetime as dt
import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError
from pypdf import PdfWriter

from complain.archive.index import KeptFile, KeptReceipt
from complain.environment import CHINA, Environment
from complain.model import Outcome
from complain.offline_page import print_page
from complain.pdf_files import pages_to_append
from complain.reports.page import data_uri, render_page
from complain.wording import outcome_label

_PICTURES = (".png", ".jpg", ".jpeg")
# Of an A4 page there remain 182 mm by 245 mm beside the margins and a heading: a phone's screen (up to 1 : 2.3) is
# still legible when it is fitted into that height, anything longer is cut into pieces of the page's own shape.
_LONGEST_WHOLE = 2.4
_PIECE = 1.3


@dataclass(frozen=True)
class PrintedPicture:
    """A picture, cut so that each piece fits on a page.

    Attributes:
        name: The file's name in the bag.
        pieces: Each as an address that holds the picture.
    """

    name: str
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class PrintedReceipt:
    """One receipt as the page shows it.

    Attributes:
        identity: ``CASE/CHANNEL/ATTEMPT``.
        standing: How the filing stood, in words.
        number: The channel's number; empty for none.
        moment: When the answer was seen, in Chinese time; empty when it is not known.
        sha256: Of the whole bag.
        info: Lines of ``bag-info.txt``.
        files: The payload.
        letter: The letter as sent; empty when there is none.
        pictures: In the order of their names, without those that an earlier receipt has shown.
        appended: Names of files whose own pages follow at the end, once for all receipts.
    """

    identity: str
    standing: str
    number: str
    moment: str
    sha256: str
    info: tuple[tuple[str, str], ...]
    files: tuple[KeptFile, ...]
    letter: str
    pictures: tuple[PrintedPicture, ...]
    appended: tuple[str, ...]


async def receipts_pdf(environment: Environment, kept: Sequence[KeptReceipt]) -> bytes:
    """Return one PDF of some receipts; PDF files in their bags follow at the end.

    Args:
        environment: Says which browser sets the pages, and what time it is.
        kept: The receipts.

    Raises:
        BrowserUnavailable: There is no browser to set the pages with.
    """
    from complain.browser.launch import BrowserRun, BrowserSettings

    table = environment.config().browser
    settings = BrowserSettings(path=table.path or None, sandbox=table.sandbox, practice=environment.practice)
    page = receipts_html(kept, environment.now())
    async with BrowserRun.start(settings) as run:
        return with_appendices(await print_page(page, run.browser), kept)


def receipts_html(kept: Iterable[KeptReceipt], made_at: dt.datetime) -> str:
    """Return the page that is printed: everything in it is escaped, and it loads nothing.

    Args:
        kept: The receipts.
        made_at: Now (aware).
    """
    return render_page(
        "receipts.html.j2",
        style="receipts.css",
        receipts=list(_all_printed(kept)),
        made_at=_china(made_at),
    )


def with_appendices(pages: bytes, kept: Iterable[KeptReceipt]) -> bytes:
    """Return ``pages`` followed by the PDF files of the bags, each under its name in the outline.

    Args:
        pages: A PDF.
        kept: The receipts; files that are no readable PDF are left out.
    """
    logging.getLogger("pypdf").setLevel(
        logging.ERROR
    )  # it remarks on harmless peculiarities of Chromium's PDF
    writer = PdfWriter(clone_from=io.BytesIO(pages))
    seen: set[str] = set()
    for one in kept:
        for file in _unseen(one.files, seen):
            data = _readable_pdf(one, file)
            if data is not None:
                writer.append(
                    io.BytesIO(data), outline_item=f"{one.identity}/{file.name}", import_outline=False
                )
    finished = io.BytesIO()
    writer.write(finished)
    return finished.getvalue()


def _all_printed(kept: Iterable[KeptReceipt]) -> Iterator[PrintedReceipt]:
    seen: set[str] = set()
    for one in kept:
        yield _printed(one, _unseen(one.files, seen))


def _unseen(files: Iterable[KeptFile], seen: set[str]) -> tuple[KeptFile, ...]:
    """Return the files whose content has not come yet: the same evidence goes to every channel."""
    fresh = tuple(file for file in files if file.sha256 not in seen)
    seen.update(file.sha256 for file in fresh)
    return fresh


def _printed(one: KeptReceipt, fresh: Sequence[KeptFile]) -> PrintedReceipt:
    known = one.outcome in {outcome.value for outcome in Outcome}
    letter = one.path / "data" / "letter.txt"
    return PrintedReceipt(
        identity=one.identity,
        standing=outcome_label(Outcome(one.outcome)) if known else one.outcome,
        number=one.number or "",
        moment="" if one.filed_at is None else _china(one.filed_at),
        sha256=one.sha256,
        info=tuple(one.info.items()),
        files=one.files,
        letter=letter.read_text(encoding="utf-8", errors="replace") if letter.is_file() else "",
        pictures=tuple(_pictures(one, fresh)),
        appended=tuple(file.name for file in one.files if _readable_pdf(one, file) is not None),
    )


def _china(moment: dt.datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _readable_pdf(one: KeptReceipt, file: KeptFile) -> bytes | None:
    """Return a PDF of a bag; None when it is no PDF, is locked or is broken: then only its hash is listed."""
    path = one.path / file.name
    if path.suffix.lower() != ".pdf" or not path.is_file():
        return None
    data = path.read_bytes()
    return data if pages_to_append(data) else None


def _pictures(one: KeptReceipt, fresh: Iterable[KeptFile]) -> Iterator[PrintedPicture]:
    for file in fresh:
        path = one.path / file.name
        if path.suffix.lower() not in _PICTURES or not path.is_file():
            continue
        try:
            with Image.open(path) as picture:
                picture.load()
                yield _cut(file.name, picture)
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
            continue  # no picture after all: it stays in the list with its hash


def _cut(name: str, picture: Image.Image) -> PrintedPicture:
    is_long = picture.height > picture.width * _LONGEST_WHOLE
    step = max(1, int(picture.width * _PIECE)) if is_long else picture.height
    tops = range(0, picture.height, step)
    pieces = (picture.crop((0, top, picture.width, min(top + step, picture.height))) for top in tops)
    return PrintedPicture(name, tuple(_address(piece) for piece in pieces))


def _address(piece: Image.Image) -> str:
    buffer = io.BytesIO()
    piece.convert("RGB").save(buffer, "PNG")
    return data_uri(buffer.getvalue())
