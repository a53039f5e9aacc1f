"""Bags that the person had removed: only their hashes, so that the chain of the others can still be followed.

A hash tells nothing of the case that is gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from complain.durable import make_folder, write_durably

FORGOTTEN_FILE = ".forgotten.json"


def forgotten_hashes(archive_root: Path) -> frozenset[str]:
    """Return the tag manifests' hashes of all bags that were removed on the person's word.

    Args:
        archive_root: The home's archive.
    """
    path = archive_root / FORGOTTEN_FILE
    if not path.is_file():
        return frozenset()
    hashes: list[str] = json.loads(path.read_text(encoding="utf-8"))
    return frozenset(hashes)


def remember_forgotten(archive_root: Path, hashes: Iterable[str]) -> None:
    """Add bags to the list, durably; called before the bags are removed.

    Args:
        archive_root: The home's archive.
        hashes: Of the bags' tag manifests.
    """
    known = sorted({*forgotten_hashes(archive_root), *hashes})
    if known:
        write_durably(
            make_folder(archive_root) / FORGOTTEN_FILE, (json.dumps(known, indent=1) + "\n").encode()
        )
