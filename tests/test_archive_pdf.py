"""Receipts as one PDF: whole, escaped, once each, and readable wherever they are printed."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from complain.archive.bag import write_bag
from complain.archive.index import KeptReceipt, read_receipt
from complain.browser.installed import installed_browsers
from complain.cli.main import run
from complain.environment import Home
from complain.evidence.keeping import KeptEvidence
from complain.evidence.pages_of_evidence import evidence_pages
from complain.filing.receipt_printing import receipts_html, with_appendices
from fakes.bags import NOW, content, keep


def picture(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(buffer, "PNG")
    return buffer.getvalue()


def pdf(pages: int, width: int = 100) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=width, height=100)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def kept(root: Path, files: Mapping[str, bytes | Path], channel: str = "website") -> KeptReceipt:
    return read_receipt(write_bag(root, content(channel=channel, files=files)))


def test_everything_on_the_page_is_escaped(tmp_path: Path) -> None:
    evil = "</pre><script>alert(1)</script>"

    page = receipts_html([kept(tmp_path, {"letter.txt": evil.encode(), f"{evil}.txt": b""})], NOW)

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_every_file_is_named_with_its_hash_and_the_letter_is_there(tmp_path: Path) -> None:
    one = kept(tmp_path, {"letter.txt": "本人的信".encode(), "a.json": b"{}"})

    page = receipts_html([one], NOW)

    assert all(file.sha256 in page and file.name in page for file in one.files)
    assert "本人的信" in page
    assert one.sha256 in page


@pytest.mark.parametrize(
    ("size", "pieces"), [((400, 300), 1), ((390, 844), 1), ((100, 1000), 8), ((1, 1), 1)]
)
def test_a_long_picture_is_cut_into_pieces_that_fit_a_page(
    tmp_path: Path, size: tuple[int, int], pieces: int
) -> None:
    page = receipts_html([kept(tmp_path, {"result.png": picture(*size)})], NOW)

    assert page.count("<img ") == pieces


def test_what_is_no_picture_is_listed_and_not_shown(tmp_path: Path) -> None:
    page = receipts_html([kept(tmp_path, {"result.png": b"not a picture", "x.jpg": b""})], NOW)

    assert "<img " not in page
    assert "data/result.png" in page


def test_evidence_that_went_to_several_channels_is_shown_once(tmp_path: Path) -> None:
    files: dict[str, bytes | Path] = {"attachments/1.png": picture(9, 9), "attachments/2.pdf": pdf(2)}
    receipts = [kept(tmp_path, files), kept(tmp_path, files, channel="in-app")]

    assert receipts_html(receipts, NOW).count("<img ") == 1
    assert len(PdfReader(io.BytesIO(with_appendices(pdf(1), receipts))).pages) == 3


def test_pdf_files_of_a_bag_follow_under_their_names(tmp_path: Path) -> None:
    receipts = [
        kept(tmp_path, {"a.pdf": pdf(1, 200), "b.pdf": pdf(2, 300), "broken.pdf": b"%PDF-1.7 not really"})
    ]

    reader = PdfReader(io.BytesIO(with_appendices(pdf(1), receipts)))

    assert [int(page.mediabox.width) for page in reader.pages] == [100, 200, 300, 300]
    assert [item.title for item in reader.outline if not isinstance(item, list)] == [
        "one/website/1/data/a.pdf",
        "one/website/1/data/b.pdf",
    ]


BROKEN = (
    pytest.param(b"trailer\n<<", b"trailer0<<", id="trailer"),
    pytest.param(b"/Type /Pages", b"/ ype /Pages", id="tree"),
)


@pytest.mark.parametrize(("whole", "broken"), BROKEN)
def test_a_pdf_that_breaks_only_when_it_is_appended_keeps_no_receipt_and_no_summary_from_being_printed(
    tmp_path: Path, whole: bytes, broken: bytes
) -> None:
    assert whole in pdf(1)
    damaged = pdf(1).replace(whole, broken)
    receipts = [kept(tmp_path, {"a.pdf": pdf(2), "damaged.pdf": damaged})]
    assert len(PdfReader(io.BytesIO(with_appendices(pdf(1), receipts))).pages) == 3
    assert "damaged.pdf" in receipts_html(receipts, NOW)

    (tmp_path / "contract.pdf").write_bytes(damaged)
    (pages,) = evidence_pages([KeptEvidence(1, "contract.pdf", "合同", len(damaged), "")], tmp_path)
    assert (pages.pdf, pages.place) == (b"", "电子文件，另附")


@pytest.mark.browser
@pytest.mark.skipif(next(installed_browsers(), None) is None, reason="no browser is installed")
def test_the_command_writes_a_pdf_with_the_chinese_letter_in_it(tmp_path: Path) -> None:
    keep(Home(tmp_path / "home", practice=True))
    target = tmp_path / "out.pdf"

    code = run(
        ["receipts", "export", "one", "--practice", "--home", str(tmp_path / "home"), "-o", str(target)]
    )

    shown = "".join(page.extract_text() for page in PdfReader(target).pages)
    text = unicodedata.normalize("NFKC", shown)  # fonts share glyphs of radicals and of characters
    assert code == 0
    assert "本人的信" in text
    assert "WZ-1" in text
