"""The letter as a PDF: A4, every word of it, page numbers, the list of evidence, and nothing that runs or loads."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from unicodedata import normalize

import pytest
from playwright.async_api import async_playwright
from pypdf import PdfReader

from complain.letters.compose import compose
from complain.letters.pdf import letter_html, letter_lines, letter_pdf
from complain.model import Attachment
from letter_cases import TODAY, receipt, small_loan

CHROMIUM = Path("/usr/bin/chromium")
EVIDENCE = [
    Attachment(Path("a"), "证据2.png", "image/png", 22509, "ab" * 32, title="<script>与亲属的聊天</script>"),
]


async def _made(text: str) -> bytes:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False)
        try:
            return await letter_pdf(text, title="投诉书", evidence=EVIDENCE, browser=browser)
        finally:
            await browser.close()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.is_file(), reason="no Chromium at /usr/bin/chromium")
def test_the_pdf_holds_every_word_on_numbered_a4_pages_and_the_list_of_evidence() -> None:
    text = compose(small_loan(), "regulator", length="full", receipts=(receipt(),), today=TODAY).text
    reader = PdfReader(io.BytesIO(asyncio.run(_made(text))))
    pages = [_words(page.extract_text()) for page in reader.pages]
    assert {(round(p.mediabox.width), round(p.mediabox.height)) for p in reader.pages} == {(595, 842)}
    whole = "".join(pages)
    for line in text.split("\n"):
        assert _words(line)[:20] in whole
    for number, words in enumerate(pages, 1):
        assert words.endswith(f"第{number}页共{len(pages)}页")
    assert "证据目录" in pages[-1]
    assert "2<script>与亲属的聊天</script>证据2.png22,509" in pages[-1]


def _words(text: str) -> str:
    """The text without spaces; ideographs that a PDF gives back as their radicals are made one again."""
    return normalize("NFKC", "".join(text.split())).translate(str.maketrans("⻚⻅⻓⻔", "页见长门"))


def test_the_page_is_escaped_and_loads_nothing() -> None:
    html = letter_html("投诉书\n<img src=x onerror=alert(1)>", title="</title><script>", evidence=EVIDENCE)
    assert "<script>" not in html
    assert "<img" not in html
    assert "default-src 'none'" in html
    assert "http" not in html.replace("http-equiv", "")


def test_instalments_are_set_as_one_table_of_dates_and_amounts() -> None:
    plan = (
        "五、还款安排\n第1期：2026年12月31日，1,045.37元\n第2期：2027年1月31日，1,045.36元\n合计2,090.73元。"
    )
    html = letter_html(f"协商还款方案申请\n{plan}", title="申请", evidence=())
    assert html.count('<table class="plan">') == html.count("</tbody></table>") == 1
    assert "<tr><td>第1期</td><td>2026年12月31日</td><td>1,045.37元</td></tr>" in html
    assert html.index("</tbody></table>") < html.index('<p class="text">合计2,090.73元。</p>')


def test_title_headings_items_and_signature_are_told_apart() -> None:
    lines = letter_lines("投诉书\n\n一、当事人\n投诉人：甲\n1. 事实。\n投诉人（手写签名）：＿＿＿")
    assert [line.kind for line in lines] == ["title", "gap", "heading", "text", "item", "sign"]
    assert letter_lines("本人甲，就某事投诉。")[0].kind == "text"
