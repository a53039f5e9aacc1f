"""QR codes hold the text itself: put together again they are exactly the field."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from complain.reports.pack import write_pack
from complain.reports.qr import MOST_BYTES, address_text, code, split_text, text_codes
from fakes.reports import LETTER, NAME, PHONE, SHORT_LETTER, pack

zxingcpp = pytest.importorskip("zxingcpp", reason="reading QR codes needs zxing-cpp")


def read(png: bytes) -> str:
    """Read a code as a phone does."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))
    return str(found.text)


@given(st.text())
def test_parts_put_together_are_exactly_the_text(text: str) -> None:
    assert "".join(split_text(text)) == text


@given(st.text(alphabet="催收。，投诉\n abc😀", max_size=2000))
def test_no_part_is_larger_than_a_phone_reads(text: str) -> None:
    assert all(0 < len(part.encode()) <= MOST_BYTES for part in split_text(text))


def test_parts_end_with_a_sentence_where_that_is_possible() -> None:
    text = "第一句话在这里结束。" * 40

    assert [part[-1] for part in split_text(text)] == ["。"] * len(split_text(text))


@pytest.mark.parametrize(
    "text",
    [
        LETTER,
        "13800138000",
        "ABC-123",
        "カタカナと日本語の漢字",  # left to itself the encoder takes this for Shift JIS
        "一",
        "😀" * 200,
        "没有句号的长文字" * 100,
    ],
)
def test_a_scanned_text_is_exactly_the_field(text: str) -> None:
    assert "".join(read(png) for png in text_codes(text)) == text


def test_a_code_stays_small_enough_for_a_screen() -> None:
    largest = Image.open(io.BytesIO(code("催" * (MOST_BYTES // 3))))

    assert largest.width <= 5 * (61 + 8)  # five pixels a module, version 11, four modules of margin


def test_an_address_opens_dials_or_writes() -> None:
    assert address_text("telephone", "12378") == "tel:12378"
    assert address_text("mail", "a@example.com") == "mailto:a@example.com"
    assert address_text("site", "https://www.example.cn/") == "https://www.example.cn/"


def test_the_codes_on_the_page_hold_each_field_in_order(tmp_path: Path) -> None:
    page = write_pack(tmp_path / "p", pack()).read_text(encoding="utf-8")

    blocks = re.findall(r'<details class="codes">(.*?)</details>', page, re.DOTALL)
    scanned = [
        "".join(read(base64.b64decode(png)) for png in re.findall(r"base64,([^\"]+)", b)) for b in blocks
    ]

    assert scanned == [NAME, PHONE, LETTER, SHORT_LETTER]


def test_the_way_in_has_a_code_that_a_phone_opens(tmp_path: Path) -> None:
    page = write_pack(tmp_path / "p", pack()).read_text(encoding="utf-8")

    (png,) = re.findall(r'class="code" src="data:image/png;base64,([^"]+)"', page)

    assert read(base64.b64decode(png)) == "https://www.example.cn/"
