"""What is sent of the evidence: no place or device in a picture, nothing dropped without a word, originals untouched."""

from __future__ import annotations

import hashlib
import io
import random
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from complain.case.model import Evidence
from complain.errors import UsageError
from complain.letters.fit_attachments import AttachmentLimits, fit_attachments

SECRET = b"GPS-SEEDED-CANARY"


def _picture(size: tuple[int, int] = (300, 200), *, noisy: bool = False) -> Image.Image:
    image = Image.new("RGB", size, "white")
    if noisy:
        pixels = random.Random(7).randbytes(size[0] * size[1] * 3)
        image = Image.frombytes("RGB", size, pixels)
    image.paste((10, 200, 30), (0, 0, size[0] // 2, size[1] // 4))
    return image


def _jpeg(image: Image.Image, *, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, comment=SECRET, quality=90)
    return buffer.getvalue() + SECRET  # phones append data after the picture's end


def _png(image: Image.Image) -> bytes:
    info = PngInfo()
    info.add_text("Location", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    image.save(buffer, "PNG", pnginfo=info, exif=exif)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a case folder with an ``evidence`` folder, beside a ``work`` folder."""
    (tmp_path / "case" / "evidence").mkdir(parents=True)
    (tmp_path / "work").mkdir()
    return tmp_path / "case"


def _keep(folder: Path, name: str, data: bytes) -> Evidence:
    (folder / "evidence" / name).write_bytes(data)
    return Evidence(file=f"evidence/{name}", title=f"标题{name}")


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_a_picture_loses_place_and_device_but_not_a_pixel(folder: Path, name: str) -> None:
    original = _jpeg(_picture()) if name.endswith("jpg") else _png(_picture())
    assert SECRET in original
    item = _keep(folder, name, original)
    (sent,), said = fit_attachments(folder, [item], AttachmentLimits(), folder.parent / "work")
    data = sent.path.read_bytes()
    assert SECRET not in data
    assert Image.open(io.BytesIO(data)).tobytes() == Image.open(io.BytesIO(original)).tobytes()
    assert not Image.open(io.BytesIO(data)).getexif()
    assert said == []
    assert (folder / "evidence" / name).read_bytes() == original
    assert sent.original_sha256 == hashlib.sha256(original).hexdigest()
    assert (sent.sha256, sent.size) == (hashlib.sha256(data).hexdigest(), len(data))


def test_a_picture_that_the_camera_turned_is_sent_upright(folder: Path) -> None:
    item = _keep(folder, "turned.jpg", _jpeg(_picture((300, 200)), orientation=6))
    (sent,), said = fit_attachments(folder, [item], AttachmentLimits(), folder.parent / "work")
    assert Image.open(io.BytesIO(sent.path.read_bytes())).size == (200, 300)
    assert SECRET not in sent.path.read_bytes()
    assert "turned copy" in said[0]


@pytest.mark.parametrize("types", [("jpg",), ("png", "jpg"), ("jpeg", "png")])
def test_a_picture_that_is_too_large_is_made_smaller_and_said(folder: Path, types: tuple[str, ...]) -> None:
    item = _keep(folder, "big.png", _png(_picture((1600, 1200), noisy=True)))
    limits = AttachmentLimits(size=900_000, types=types)
    (sent,), said = fit_attachments(folder, [item], limits, folder.parent / "work")
    assert sent.size <= 900_000
    assert sent.media_type == "image/jpeg"
    assert max(Image.open(io.BytesIO(sent.path.read_bytes())).size) >= 1000
    assert len(said) == 1
    assert "the original is kept" in said[0].replace("\n", " ")


def test_a_grey_picture_of_16_bits_keeps_its_greys_when_it_is_encoded_anew(folder: Path) -> None:
    """Red when a scan of this kind was sent as a white sheet."""
    rows = b"".join((x * 200).to_bytes(2, "little") for x in range(300)) * 200
    scan = Image.frombytes("I;16", (300, 200), rows)
    limits = AttachmentLimits(types=("jpg",))
    ((attachment,), _said) = fit_attachments(
        folder, [_keep(folder, "scan.png", _png(scan))], limits, folder.parent / "work"
    )
    with Image.open(attachment.path) as sent:
        greys = [sent.convert("L").getpixel((x, 100)) for x in (0, 150, 299)]

    assert greys == pytest.approx([0, 117, 233], abs=3)


def test_a_picture_that_would_not_stay_readable_is_left_out_and_said(folder: Path) -> None:
    item = _keep(folder, "big.jpg", _jpeg(_picture((1600, 1200), noisy=True)))
    sent, said = fit_attachments(folder, [item], AttachmentLimits(size=5_000), folder.parent / "work")
    assert sent == ()
    assert "标题big.jpg" in said[0]
    assert "not be readable" in said[0]


def test_every_file_is_attached_or_named(folder: Path) -> None:
    items = [
        _keep(folder, "1.png", _png(_picture())),
        _keep(folder, "2.pdf", b"%PDF-1.4 " + b"x" * 3000),
        _keep(folder, "3.mp4", b"video"),
        _keep(folder, "4.jpg", b"not a picture"),
        _keep(folder, "5.pdf", b"%PDF-1.4"),
        _keep(folder, "6.png", _png(_picture())),
        _keep(folder, "7.png", _png(_picture())),
    ]
    limits = AttachmentLimits(max=3, size=2_000, types=("jpg", "png", "pdf"))
    sent, said = fit_attachments(folder, items, limits, folder.parent / "work")
    assert [a.name for a in sent] == ["证据1.png", "证据5.pdf", "证据6.png"]
    unsent = [item.title for item in items if item.title not in {a.title for a in sent}]
    assert [sum(title in sentence for sentence in said) for title in unsent] == [1] * len(unsent)


def test_a_pdf_is_sent_byte_for_byte_and_its_metadata_is_spoken_of(folder: Path) -> None:
    item = _keep(folder, "bill.pdf", b"%PDF-1.4 bytes")
    (sent,), said = fit_attachments(folder, [item], AttachmentLimits(types=("pdf",)), folder.parent / "work")
    assert sent.path.read_bytes() == b"%PDF-1.4 bytes"
    assert sent.original_sha256 == ""
    assert "is not removed" in said[0]


@pytest.mark.parametrize("file", ["evidence/none.png", "evidence/link.png"])
def test_a_file_that_is_not_in_the_folder_is_a_mistake(folder: Path, file: str) -> None:
    outside = folder.parent / "outside.png"
    outside.write_bytes(_png(_picture()))
    (folder / "evidence" / "link.png").symlink_to(outside)
    with pytest.raises(UsageError, match="is not in the case's folder"):
        fit_attachments(folder, [Evidence(file=file)], AttachmentLimits(), folder.parent / "work")


def test_a_picture_made_to_exhaust_memory_is_left_out(folder: Path) -> None:
    header = bytearray(_png(_picture()))
    header[16:24] = (60_000).to_bytes(4, "big") + (60_000).to_bytes(4, "big")
    sent, said = fit_attachments(
        folder, [_keep(folder, "bomb.png", bytes(header))], AttachmentLimits(), folder.parent / "work"
    )
    assert sent == ()
    assert "cannot be opened" in said[0]
