"""One filing as one BagIt bag (RFC 8493), written whole or not at all.

The bag is built under a temporary name beside its place, every file and folder is flushed to the disk, then the
folder is renamed and its parent flushed. What a crash leaves is no bag or a whole one, and at most a folder whose
name ends in ``.part``.

A later RFC 3161 timestamp belongs into the folder `STAMP_FOLDER` of the bag: it stamps ``tagmanifest-sha256.txt``
and is therefore outside of all manifests.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

from complain.archive.names import distinct_paths, safe_name
from complain.durable import PART_SUFFIX, make_folder, sync_descriptor, sync_folder
from complain.i18n import _

STAMP_FOLDER = "tsa"
"""Where a timestamp over the tag manifest is kept: the query, the reply, the certificates."""

MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
PREVIOUS = "data/prev.sha256"
CHAIN_NUMBER = "Chain-Number"
NO_BAG_BEFORE = "0" * 64
"""Stands in `PREVIOUS` of the first bag of a home."""

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_BLOCK = 1 << 20
_LONGEST_WAIT = 120.0
"""Seconds for another run to finish its bag; one that is stopped (Ctrl-Z) must not hold up the telling of a filing."""


@dataclass(frozen=True)
class BagContent:
    """What one bag is to hold.

    Attributes:
        case: The case's id.
        channel: The channel's id.
        attempt: The attempt's number in the journal.
        files: Payload, by name relative to ``data/``, as bytes or as a file to copy. Unsafe names are changed.
        info: Lines for ``bag-info.txt``, as ``Bagging-Date``; see `complain.archive.provenance`.
    """

    case: str
    channel: str
    attempt: int
    files: Mapping[str, bytes | Path]
    info: Mapping[str, str]


def bag_path(archive_root: Path, case: str, channel: str, attempt: int, number: int = 1) -> Path:
    """Return where a bag stands, whether or not it is there.

    Args:
        archive_root: The home's archive.
        case: The case's id.
        channel: The channel's id.
        attempt: The attempt's number in the journal.
        number: 2 and more for what became known of the attempt later, as a number that came by mail.
    """
    name = str(attempt) if number == 1 else f"{attempt}-{number}"
    return archive_root / safe_name(case) / safe_name(channel) / name


def tag_manifest_sha256(bag: Path) -> str:
    """Return the hash that stands for the whole bag: that of its tag manifest."""
    return hashlib.sha256((bag / TAG_MANIFEST).read_bytes()).hexdigest()


def write_bag(archive_root: Path, content: BagContent) -> Path:
    """Write a bag durably and return its folder; a bag that is there already is never touched.

    Args:
        archive_root: The home's archive.
        content: What it holds.

    Raises:
        OSError: It could not be written, a file to copy could not be read, or another run holds the archive; nothing
            is left behind.
    """
    make_folder(bag_path(archive_root, content.case, content.channel, content.attempt).parent)
    with _only_writer(archive_root):
        final = _free_place(archive_root, content)
        _build(final, archive_root, content)
    return final


def _free_place(archive_root: Path, content: BagContent) -> Path:
    places = (
        bag_path(archive_root, content.case, content.channel, content.attempt, number) for number in count(1)
    )
    return next(place for place in places if not place.exists())


@contextmanager
def _only_writer(archive_root: Path) -> Generator[None]:
    """Hold the archive: two runs may not both follow the same bag.

    Raises:
        TimeoutError: Another process holds it for longer than any bag takes to write.
    """
    from filelock import FileLock, Timeout  # not needed by those who only read

    lock = FileLock(archive_root / ".writing.lock", mode=0o600, timeout=_LONGEST_WAIT)
    try:
        lock.acquire()
    except Timeout:
        raise TimeoutError(errno.EAGAIN, _("another run is writing to the archive")) from None
    try:
        yield
    finally:
        lock.release()


def _build(final: Path, archive_root: Path, content: BagContent) -> None:
    temporary = final.with_name(f".{final.name}{PART_SUFFIX}")
    shutil.rmtree(temporary, ignore_errors=True)  # of an earlier crash
    try:
        temporary.mkdir(mode=0o700)
        _fill(temporary, archive_root, content)
        for folder in (*_folders_below(temporary), temporary):
            sync_folder(folder)
        temporary.rename(final)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync_folder(final.parent)


def _fill(folder: Path, archive_root: Path, content: BagContent) -> None:
    number, previous = _link(archive_root, content.case)
    files = {PREVIOUS: previous, **_payload(content.files)}
    written = {name: _write_file(folder / name, source) for name, source in files.items()}
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": _info({**_identity(content), **content.info, **_sums(number, written)}),
        MANIFEST: _manifest(written),
    }
    tagged = {name: _write_file(folder / name, data) for name, data in tags.items()}
    _write_file(folder / TAG_MANIFEST, _manifest(tagged))


def _payload(files: Mapping[str, bytes | Path]) -> dict[str, bytes | Path]:
    names = distinct_paths([Path(PREVIOUS).name, *files])
    return {f"data/{names[name]}": source for name, source in files.items()}


def _link(archive_root: Path, case: str) -> tuple[int, bytes]:
    """Return the new bag's number and the line that names the bag before it.

    The path of a bag of another case is left out: an export of this case must not tell of the other.
    """
    bags = find_bags(archive_root)
    # A bag whose tag manifest is gone cannot be followed; it must not keep the next receipt from being kept.
    last = max(
        ((chain_number(bag), bag) for bag in bags if (bag / TAG_MANIFEST).is_file()),
        default=None,
    )
    if last is None:
        return 1, f"{NO_BAG_BEFORE}  -\n".encode()
    number, bag = last
    same_case = bag.parent.parent.name == safe_name(case)
    path = bag.relative_to(archive_root).as_posix() if same_case else "-"
    return number + 1, f"{tag_manifest_sha256(bag)}  {path}\n".encode()


def chain_number(bag: Path) -> int:
    """Return a bag's place in the order of bags of its home, 0 when it cannot be read."""
    text = read_info(bag).get(CHAIN_NUMBER, "")
    return int(text) if text.isdecimal() else 0


def find_bags(archive_root: Path, case: str | None = None) -> list[Path]:
    """Return the folders of bags, sorted by path; damaged ones too, unfinished ones not.

    Args:
        archive_root: The home's archive.
        case: Only those of this case; None: all.
    """
    return sorted(
        path
        for path in archive_root.glob("*/*/*" if case is None else f"{safe_name(case)}/*/*")
        if path.is_dir() and not any(part.startswith(".") for part in path.relative_to(archive_root).parts)
    )


def read_info(bag: Path) -> dict[str, str]:
    """Return the lines of ``bag-info.txt``; empty when the file is missing or not text."""
    try:
        text = (bag / "bag-info.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.partition(":") for line in text.splitlines())
    return {label.strip(): value.strip() for label, colon, value in pairs if colon}


def _info(lines: Mapping[str, str]) -> bytes:
    # RFC 8493 section 2.2.2: "Label: value"; a line break within a value would start another label.
    return "".join(
        f"{' '.join(label.replace(':', ' ').split())}: {' '.join(value.split())}\n"
        for label, value in lines.items()
    ).encode()


@dataclass(frozen=True)
class _Written:
    sha256: str
    size: int


def _identity(content: BagContent) -> dict[str, str]:
    return {"External-Identifier": f"{content.case}/{content.channel}/{content.attempt}"}


def _sums(number: int, written: Mapping[str, _Written]) -> dict[str, str]:
    size = sum(one.size for one in written.values())
    return {CHAIN_NUMBER: str(number), "Payload-Oxum": f"{size}.{len(written)}"}


def _manifest(written: Mapping[str, _Written]) -> bytes:
    return "".join(f"{written[name].sha256}  {name}\n" for name in sorted(written)).encode()


def _write_file(path: Path, source: bytes | Path) -> _Written:
    """Write one file and flush it; its hash is that of the bytes as they passed."""
    make_folder(path.parent)
    digest, size = hashlib.sha256(), 0
    with _create(path) as file:
        for block in _blocks(source):
            file.write(block)
            digest.update(block)
            size += len(block)
        file.flush()
        sync_descriptor(file.fileno())
    return _Written(digest.hexdigest(), size)


def _create(path: Path) -> BinaryIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def _blocks(source: bytes | Path) -> Iterable[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _folders_below(folder: Path) -> list[Path]:
    """Return all folders below ``folder``, deepest first."""
    return sorted((p for p in folder.rglob("*") if p.is_dir()), key=lambda p: len(p.parts), reverse=True)
