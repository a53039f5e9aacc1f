"""The person's own files of a case: the case folder's, which the tool only removes on a separate word."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from complain.case.folder import (
    BESIDE,
    CALLS_FOLDER,
    CASE_FILE,
    case_folder,
    case_id,
    is_case_id,
    read_case_text,
)


@dataclass(frozen=True)
class CaseFiles:
    """What a case folder holds of its case.

    Attributes:
        folder: The case folder; None when the case was named by its id.
        paths: ``case.toml``, the kept calls, and the evidence files that it names, as far as they lie there.
    """

    folder: Path | None
    paths: tuple[Path, ...] = ()


def named_case(named: Path) -> tuple[str, CaseFiles]:
    """Return the case's id and its own files.

    Args:
        named: The case folder, or the case's id when the folder is gone.

    Raises:
        UsageError: It is neither.
        CaseMistakes: The folder's ``case.toml`` cannot be read, or has no usable id.
    """
    folder = case_folder(named)
    if not (folder / CASE_FILE).is_file() and is_case_id(str(named)):
        return str(named), CaseFiles(None)
    identity = case_id(folder)
    return identity, CaseFiles(folder.absolute(), tuple(_own_files(folder.absolute())))


def _own_files(folder: Path) -> Iterator[Path]:
    yield folder / CASE_FILE
    yield from (folder / name for name in BESIDE if (folder / name).is_file())
    yield from sorted((folder / CALLS_FOLDER).glob("*.json"))
    table = tomllib.loads(read_case_text(folder))
    for entry in cast("list[object]", table.get("evidence") or []):
        named = cast("dict[str, object]", entry) if isinstance(entry, dict) else {}
        for name in (named.get("file"), named.get("redacted")):
            path = folder / name if isinstance(name, str) else None
            if path is not None and path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                yield path


def remove_case_files(files: CaseFiles) -> tuple[Path, ...]:
    """Remove a case folder's own files, and the folders that are empty then; return what could not be removed.

    Args:
        files: As `named_case` returns them.
    """
    stuck = tuple(path for path in files.paths if not _unlink(path))
    if files.folder is not None:
        for folder in sorted({*(path.parent for path in files.paths), files.folder}, reverse=True):
            if folder.is_dir() and not any(folder.iterdir()) and folder != Path.cwd():
                folder.rmdir()
    return stuck


def _unlink(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False  # reported to the person by name
    return True
