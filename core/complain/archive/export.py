"""Receipts in one zip file, for a regulator, a lawyer or a court.

The same bags give the same bytes: names are sorted, times are fixed and nothing is compressed (pictures and PDF
would not shrink, and compressors differ between systems), so that the zip itself can be named by its hash.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from complain.archive.index import KeptReceipt
from complain.archive.names import safe_path
from complain.i18n import _

TOP_FOLDER = "receipts"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that zip knows (PKWARE APPNOTE 4.4.6, MS-DOS format)
_REGULAR_FILE = 0o100600 << 16


def zip_receipts(receipts: Iterable[KeptReceipt], further: Mapping[str, bytes] | None = None) -> bytes:
    """Return a zip of whole bags and a page that says how to check them.

    Args:
        receipts: The bags; each keeps its folder ``CASE/CHANNEL/ATTEMPT``.
        further: More files, by name relative to the top folder.
    """
    files = {"README.txt": _explanation().encode(), **(further or {})}
    for receipt in receipts:
        files.update(bag_files(receipt))
    return _zip(files)


def bag_files(receipt: KeptReceipt) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a bag, each under ``CASE/CHANNEL/ATTEMPT``.

    Args:
        receipt: The bag; links in it are left out.
    """
    for path in sorted(receipt.path.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{receipt.identity}/{path.relative_to(receipt.path).as_posix()}", path.read_bytes()


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(_entry(name), files[name])
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(f"{TOP_FOLDER}/{safe_path(name)}", _FIXED_TIME)
    entry.create_system = 3  # Unix, on every system: the byte is part of the file
    entry.external_attr = _REGULAR_FILE
    return entry


def _explanation() -> str:
    return _(
        "Each folder CASE/CHANNEL/ATTEMPT is one filing, kept as a BagIt bag (RFC 8493).\n"
        "data/ holds what was sent and what came back. manifest-sha256.txt holds the SHA-256 of each of these "
        "files, tagmanifest-sha256.txt that of the manifest itself.\n"
        "To check a folder: run 'sha256sum -c manifest-sha256.txt' and 'sha256sum -c tagmanifest-sha256.txt' in it, "
        "or any BagIt tool. Equal hashes show that the files are unchanged since they were kept; they do not show "
        "that what was stated is true.\n"
    )


def default_name(receipts: Iterable[KeptReceipt]) -> Path:
    """Return a neutral file name for an export of these bags."""
    cases = sorted({receipt.case for receipt in receipts})
    return Path(f"receipts-{cases[0]}.zip" if len(cases) == 1 else "receipts.zip")
