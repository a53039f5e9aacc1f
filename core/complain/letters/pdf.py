"""A letter as a PDF: A4, page numbers, and the list of what is attached (证据目录). Made offline by Chromium."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from complain.letters.trace import clean
from complain.model import Attachment, ProofRow
from complain.offline_page import offline_page
from complain.templates_folder import template_folder

if TYPE_CHECKING:
    from playwright.async_api import Browser

_HEADING = re.compile(r"[一二三四五六七八九十]+、\S.{0,30}")
_ITEM = re.compile(r"\d{1,3}\. ")
_INSTALMENT = re.compile(r"(第\d+期)：(\d+年\d+月\d+日)，([\d,.]+元)")
_NUMBER = re.compile(r"\d+")
_FOOTER = """<div style="width:100%;text-align:center;font-size:8pt;font-family:'Noto Sans CJK SC',SimSun,sans-serif">
第 <span class="pageNumber"></span> 页 共 <span class="totalPages"></span> 页</div>"""


@dataclass(frozen=True)
class Line:
    """One line of a letter and how it is set.

    Attributes:
        kind: What it is.
        text: The line.
        cells: Of an instalment: which, when, how much.
    """

    kind: Literal["title", "heading", "item", "instalment", "sign", "text", "gap"]
    text: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """One row of the list of evidence."""

    number: str
    title: str
    name: str
    size: str
    sha256: str


async def letter_pdf(
    text: str,
    *,
    title: str,
    evidence: Sequence[Attachment],
    browser: Browser,
    proof: Sequence[ProofRow] = (),
) -> bytes:
    """Set a letter as a PDF.

    Args:
        text: The letter as it is sent.
        title: The document's title, as PDF readers show it.
        evidence: The attachments as they are sent; listed on a page of their own after the letter.
        browser: A running Chromium. A context of its own, offline and without scripts, is opened and closed.
        proof: The table of statements and what they rest on, as an annex; empty: none.

    Returns:
        The PDF's bytes.
    """
    page_text = letter_html(text, title=title, evidence=evidence, proof=proof)
    async with offline_page(page_text, browser) as page:
        return await page.pdf(
            format="A4",
            print_background=False,
            prefer_css_page_size=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOTER,
        )


def letter_html(
    text: str, *, title: str, evidence: Sequence[Attachment], proof: Sequence[ProofRow] = ()
) -> str:
    """Return the page that is printed; everything in it is escaped and it loads nothing."""
    return _template().render(
        title=clean(title),
        lines=letter_lines(text),
        evidence=[_listed(item, n) for n, item in enumerate(evidence, 1)],
        proof=proof,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(template_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("letters/letter.html.j2")


def letter_lines(text: str) -> list[Line]:
    """Return the lines of a letter and how each is set.

    Args:
        text: The letter. Its first line is the title when it is short and holds no full stop.
    """
    lines = text.split("\n")
    return [_line(line.strip(), first=index == 0) for index, line in enumerate(lines)]


def _line(line: str, *, first: bool) -> Line:
    if not line:
        return Line("gap", "")
    if first and len(line) <= 20 and not re.search("[，。：；]", line):
        return Line("title", line)
    if _HEADING.fullmatch(line):
        return Line("heading", line)
    if instalment := _INSTALMENT.fullmatch(line):
        return Line("instalment", line, instalment.groups())
    if _ITEM.match(line):
        return Line("item", line)
    return Line("sign" if "（手写签名）" in line else "text", line)


def _listed(item: Attachment, place: int) -> Listed:
    number = _NUMBER.search(item.name)  # the letter calls it by this number even when others were left out
    return Listed(
        number.group() if number else str(place),
        item.title or item.name,
        item.name,
        f"{item.size:,}",
        item.sha256,
    )
