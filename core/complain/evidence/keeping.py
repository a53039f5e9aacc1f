"""Keeping evidence: a copy in the case folder, its hash, its number. The original is never touched."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from complain.case.folder import CASE_FILE, case_folder
from complain.case.model import Case
from complain.durable import PART_SUFFIX, make_folder, sync_descriptor, sync_folder
from complain.errors import UsageError
from complain.evidence.case_file import append_entries
from complain.i18n import _

FOLDER = "evidence"
_BLOCK = 1 << 20
_UNSAFE = re.compile(r"[\x00-\x1f<>:\"/\\|?*]+")


@dataclass(frozen=True)
class KeptEvidence:
    """One entry of the case's evidence.

    Attributes:
        number: Its place in the case file, from 1.
        file: Relative to the case folder.
        title: What the person calls it, else the file's name.
        size: Bytes.
        sha256: Of the file as it lies in the case folder.
        is_new: Whether it was added just now.
        redacted: The copy with parts blacked out that others get instead; empty: none.
    """

    number: int
    file: str
    title: str
    size: int
    sha256: str
    is_new: bool = False
    redacted: str = ""

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        return {
            "number": self.number,
            "file": self.file,
            "title": self.title,
            "size": self.size,
            "sha256": self.sha256,
            "new": self.is_new,
        }


def list_evidence(case: Case, folder: Path) -> tuple[KeptEvidence, ...]:
    """Return the case's evidence in its order, hashed now.

    Args:
        case: As loaded; that its files exist was checked then.
        folder: The case folder.

    Raises:
        UsageError: A file cannot be read.
    """
    home = case_folder(folder)
    return tuple(
        KeptEvidence(
            number, entry.file, entry.name, *_measured(home / entry.file), redacted=entry.redacted or ""
        )
        for number, entry in enumerate(case.evidence, 1)
    )


def add_evidence(
    case: Case, folder: Path, files: Sequence[Path], title: str = ""
) -> tuple[KeptEvidence, ...]:
    """Copy files into the case folder, and enter them in ``case.toml`` once all copies are on the disk.

    Args:
        case: As loaded.
        folder: The case folder.
        files: They are read only. One whose content is evidence already is not added again.
        title: What the person calls them; several files are numbered. Empty: the files' names.

    Returns:
        One entry per file, in their order; those that were there already have `is_new` False.

    Raises:
        UsageError: A file cannot be read, or the case file cannot be added to; nothing was entered then.
    """
    home = case_folder(folder)
    known = {entry.sha256: entry for entry in list_evidence(case, folder)}
    number = len(case.evidence)
    answer: list[KeptEvidence] = []
    for place, (file, (_size, digest)) in enumerate([(file, _measured(file)) for file in files], 1):
        if digest not in known:
            number += 1
            named = f"{title}（{place}）" if title and len(files) > 1 else title
            known[digest] = _copied(home, file, number, named, digest)
        answer.append(known[digest])
    _enter(folder, [entry for entry in known.values() if entry.is_new], titled=bool(title))
    return tuple(answer)


def _enter(folder: Path, fresh: Sequence[KeptEvidence], *, titled: bool) -> None:
    entries = [{"file": entry.file, **({"title": entry.title} if titled else {})} for entry in fresh]
    if entries:
        append_entries(folder, "evidence", entries)


def _measured(path: Path) -> tuple[int, str]:
    try:
        with path.open("rb") as file:
            return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(
            _("{file} cannot be read: {reason}.").format(file=path, reason=error.strerror)
        ) from error


def _copied(home: Path, original: Path, number: int, title: str, digest: str) -> KeptEvidence:
    inside = _inside(home, original)
    target = original if inside else _copy(home, original, number)
    size, copied = _measured(target)
    if copied != digest:
        raise UsageError(
            _("{file} changed while it was copied; nothing was entered.").format(file=original),
            next_step="complain evidence add",
        )
    relative = inside or f"{FOLDER}/{target.name}"
    return KeptEvidence(number, relative, title or target.name, size, copied, is_new=True)


def _inside(home: Path, original: Path) -> str:
    """Return the relative name of a file that lies in the case folder already; empty for any other."""
    place, root = original.resolve(), home.resolve()
    if place == root / CASE_FILE:
        raise UsageError(_("{file} is the case itself, and no evidence.").format(file=CASE_FILE))
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else ""


def _copy(home: Path, original: Path, number: int) -> Path:
    folder = make_folder(home / FOLDER)
    descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=PART_SUFFIX, dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as copy:
            for block in _blocks(original):
                copy.write(block)
            copy.flush()
            sync_descriptor(copy.fileno())
        target = _reserved(folder, number, _UNSAFE.sub("-", original.name))
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(folder)
    return target


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _reserved(folder: Path, number: int, name: str) -> Path:
    """Create an empty file of a name that nothing had: what is there is never overwritten."""
    stem, suffix = Path(name).stem[:80], Path(name).suffix
    tries = 1
    while True:
        more = f"-{tries}" if tries > 1 else ""
        target = folder / f"{number:02d}-{stem}{more}{suffix}"
        with suppress(FileExistsError):
            target.touch(mode=0o600, exist_ok=False)
            return target
        tries += 1
