"""Is the archive what it was? Every file is hashed again, and archive and journal are compared in both directions.

All that differs is named, with what was expected and what was found; nothing is repaired.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from complain.archive.bag import (
    MANIFEST,
    NO_BAG_BEFORE,
    PREVIOUS,
    STAMP_FOLDER,
    TAG_MANIFEST,
    chain_number,
    find_bags,
)
from complain.archive.forgotten import forgotten_hashes
from complain.durable import PART_SUFFIX
from complain.environment import Home
from complain.i18n import _

_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](\S.*)")
_BLOCK = 1 << 20


class ArchivedRow(Protocol):
    """What the journal says of one bag (its own rows fit)."""

    @property
    def path(self) -> str:
        """Of the bag, relative to the archive."""
        ...

    @property
    def manifest_sha256(self) -> str:
        """Of the bag's tag manifest."""
        ...


class Kind(StrEnum):
    """What is not as it was."""

    CHANGED = "changed"
    MISSING = "missing"
    EXTRA = "extra"
    UNREADABLE = "unreadable"
    CHAIN = "chain"
    UNRECORDED = "unrecorded"  # a bag without a row in the journal
    LOST = "lost"  # a row in the journal without a bag
    LEFTOVER = "leftover"  # of a crash while writing; nothing that was acknowledged is in it


@dataclass(frozen=True)
class Finding:
    """One thing that differs.

    Attributes:
        kind: What is not as it was.
        path: Relative to the archive, with ``/``.
        expected: A hash, or empty.
        found: A hash, or empty.
    """

    kind: Kind
    path: str
    expected: str = ""
    found: str = ""

    @property
    def is_damage(self) -> bool:
        """Whether it speaks against the archive; the leftover of a crash does not."""
        return self.kind is not Kind.LEFTOVER

    def sentence(self) -> str:
        """Return the finding in words."""
        return _SENTENCES[self.kind]().format(path=self.path, expected=self.expected, found=self.found)


_SENTENCES = {
    Kind.CHANGED: lambda: _("{path}: the file was changed. Expected SHA-256 {expected}, found {found}."),
    Kind.MISSING: lambda: _("{path}: the file is missing."),
    Kind.EXTRA: lambda: _("{path}: this file was not there when the receipt was kept."),
    Kind.UNREADABLE: lambda: _("{path}: this cannot be read as what it should be ({found})."),
    Kind.CHAIN: lambda: _("{path}: the receipt kept before this one is gone or was changed ({expected})."),
    Kind.UNRECORDED: lambda: _("{path}: the journal knows nothing of this receipt."),
    Kind.LOST: lambda: _("{path}: the journal names this receipt, but it is not in the archive."),
    Kind.LEFTOVER: lambda: _("{path}: left over from an interrupted run; it may be deleted."),
}


def verify_archive(home: Home, journal_rows: Iterable[ArchivedRow]) -> list[Finding]:
    """Hash every file of every bag again and compare with manifests, chain and journal.

    Args:
        home: Whose archive is looked at.
        journal_rows: The bags that the journal names.

    Returns:
        All that differs, in the order of paths within each kind of check; empty when all is as it was.
    """
    archive = _Archive(home.archive)
    rows = list(journal_rows)
    return [
        *(finding for bag in archive.bags for finding in verify_bag(bag, home.archive)),
        *_chain(archive, forgotten_hashes(home.archive)),
        *_against_journal(archive, rows),
        *_leftovers(home.archive),
    ]


class _Archive:
    """The bags of an archive, each with the hash that stands for it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bags = find_bags(root)
        self.hashes = {bag: _found_hash(bag / TAG_MANIFEST) for bag in self.bags}

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def verify_bag(bag: Path, root: Path) -> list[Finding]:
    """Hash every file of one bag again.

    Args:
        bag: Its folder.
        root: The folder that paths in the findings are relative to.
    """
    inside = bag.relative_to(root).as_posix()
    findings: list[Finding] = []
    tags = _read_manifest(bag, TAG_MANIFEST, inside, findings)
    payload = _read_manifest(bag, MANIFEST, inside, findings)
    for name, expected in sorted({**payload, **tags}.items()):
        findings.extend(_compare(bag / name, f"{inside}/{name}", expected))
    findings.extend(_undeclared(bag, tags, inside))
    known = {*payload, *tags, TAG_MANIFEST}
    findings.extend(Finding(Kind.EXTRA, f"{inside}/{name}") for name in _names(bag) if name not in known)
    return findings


def _undeclared(bag: Path, tags: Mapping[str, str], inside: str) -> Iterator[Finding]:
    """What must be there although no tag manifest asks for it."""
    for name in ("bagit.txt", "bag-info.txt", MANIFEST, TAG_MANIFEST):
        if name not in tags and not (bag / name).exists():
            yield Finding(Kind.MISSING, f"{inside}/{name}")


def _read_manifest(bag: Path, name: str, inside: str, findings: list[Finding]) -> dict[str, str]:
    path = bag / name
    if not path.is_file() or path.is_symlink():
        return {}  # found missing by what names it
    entries: dict[str, str] = {}
    for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None or _leads_out(match[2]) or match[2] in entries:
            findings.append(Finding(Kind.UNREADABLE, f"{inside}/{name}", found=f"line {number}"))
        else:
            entries[match[2]] = match[1].lower()
    return entries


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "~")) or ".." in name.split("/") or "\\" in name or ":" in name


def _compare(path: Path, name: str, expected: str) -> Iterator[Finding]:
    if path.is_symlink() or (path.exists() and not path.is_file()):
        yield Finding(Kind.UNREADABLE, name, expected, found="not a file")
    elif not path.exists():
        yield Finding(Kind.MISSING, name, expected)
    else:
        found = _found_hash(path)
        if found.startswith("!"):
            yield Finding(Kind.UNREADABLE, name, expected, found[1:])
        elif found != expected:
            yield Finding(Kind.CHANGED, name, expected, found)


def _found_hash(path: Path) -> str:
    """Return a file's SHA-256, or ``!`` and the reason why it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        return f"!{error.strerror or type(error).__name__}"
    return digest.hexdigest()


def _names(bag: Path) -> list[str]:
    """Return all files of a bag but the timestamp's, which came later and is in no manifest."""
    names = (p.relative_to(bag).as_posix() for p in bag.rglob("*") if p.is_symlink() or not p.is_dir())
    return sorted(name for name in names if not name.startswith(f"{STAMP_FOLDER}/"))


def _chain(archive: _Archive, forgotten: frozenset[str]) -> Iterator[Finding]:
    """Every bag names the one before it; that one is there unchanged, or was removed by `complain forget`."""
    known = {*archive.hashes.values(), *forgotten}
    for bag in archive.bags:
        previous = _previous(bag)
        first = previous == NO_BAG_BEFORE and chain_number(bag) == 1
        if previous is not None and not first and previous not in known:
            yield Finding(Kind.CHAIN, archive.name(bag), expected=previous)


def _previous(bag: Path) -> str | None:
    """Return the hash that a bag names; None when the file is missing, which is found elsewhere."""
    path = bag / PREVIOUS
    return path.read_bytes().decode("ascii", "replace").split(" ")[0].strip() if path.is_file() else None


def _against_journal(archive: _Archive, rows: list[ArchivedRow]) -> Iterator[Finding]:
    named = {archive.root / row.path: row for row in rows}
    for path, row in sorted(named.items()):
        found = archive.hashes.get(path)
        if found is None:
            yield Finding(Kind.LOST, archive.name(path), expected=row.manifest_sha256)
        elif found != row.manifest_sha256 and not found.startswith("!"):
            yield Finding(Kind.CHANGED, f"{archive.name(path)}/{TAG_MANIFEST}", row.manifest_sha256, found)
    for bag in archive.bags:
        if bag not in named:
            yield Finding(Kind.UNRECORDED, archive.name(bag))


def _leftovers(root: Path) -> Iterator[Finding]:
    for path in sorted(root.glob(f"*/*/.*{PART_SUFFIX}")):
        yield Finding(Kind.LEFTOVER, path.relative_to(root).as_posix())
