"""File names that every system, every BagIt tool and every zip reader takes.

An attachment may be called anything; losing a receipt because of a name would be worse than changing the name.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

LONGEST_BYTES = 120
"""Of one name in UTF-8: leaves room below the 255 bytes of ext4 and APFS for the folders of deep exports."""

# Controls, format characters (bidirectional overrides among them), lone surrogates; what Windows refuses; and
# the percent sign, which RFC 8493 section 2.1.3 encodes in manifests but not every tool decodes.
_REFUSED = re.compile(r'[<>:"|?*\\/%]')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))})


def safe_name(name: str) -> str:
    """Return a file name as close to ``name`` as is safe everywhere.

    Args:
        name: One name, without folders; may be empty.
    """
    # Every space but the plain one too: tools that strip a manifest's lines strip those at a name's end.
    visible = "".join("_" if _is_invisible(c) else c for c in name)
    plain = _REFUSED.sub("_", unicodedata.normalize("NFC", visible)).rstrip(". ").lstrip(" ")
    if plain.startswith("."):
        plain = f"_{plain[1:]}"
    if plain.split(".")[0].lower() in _DEVICES:
        plain = f"_{plain}"
    return _shortened(plain or "_")


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in _INVISIBLE or (character.isspace() and character != " ")


def safe_path(path: str) -> PurePosixPath:
    """Return a relative path made of safe names; steps upwards and a leading root are dropped.

    Args:
        path: With ``/`` between its parts.
    """
    parts = [safe_name(part) for part in path.split("/") if part not in ("", ".", "..")]
    return PurePosixPath(*parts) if parts else PurePosixPath("_")


def distinct_paths(paths: Iterable[str]) -> dict[str, str]:
    """Return for each path a safe one that no other equals or goes through, also where capitals do not count.

    Args:
        paths: As `safe_path` takes them.
    """
    files: set[str] = set()
    folders: set[str] = set()
    chosen: dict[str, str] = {}
    for path in paths:
        free = _free_path(safe_path(path), files, folders)
        files.add(str(free).casefold())
        folders.update(str(parent).casefold() for parent in free.parents)
        chosen[path] = str(free)
    return chosen


def _free_path(path: PurePosixPath, files: set[str], folders: set[str]) -> PurePosixPath:
    if any(str(parent).casefold() in files for parent in path.parents):
        path = PurePosixPath(safe_name("_".join(path.parts)))
    candidate, number = path, 1
    while str(candidate).casefold() in files | folders:
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix.encode()) > 10:
        stem, dot, suffix = name, "", ""
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    room = LONGEST_BYTES - len(f"-{mark}{dot}{suffix}".encode())
    return f"{stem.encode()[:room].decode(errors='ignore')}-{mark}{dot}{suffix}"
