"""Bags that the person had removed: only their hashes, so that the chain of the others can still be followed.

A hash tells nothing of the case that is gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from complain.durable import make_folder, write_durably
from complain.errors import ArchiveDamaged
from complain.i18n import _

FORGOTTEN_FILE = ".forgotten.json"


def forgotten_hashes(archive_root: Path) -> frozenset[str]:
    """Return the tag manifests' hashes of all bags that were removed on the person's word.

    Args:
        archive_root: The home's archive.

    Raises:
        ArchiveDamaged: The list cannot be understood.
    """
    path = archive_root / FORGOTTEN_FILE
    if not path.is_file():
        return frozenset()
    try:
        hashes: list[str] = json.loads(path.read_text(encoding="utf-8"))
        return frozenset(hashes)
    except (ValueError, TypeError):
        raise ArchiveDamaged(
            _("The list of receipts that you had removed is damaged: {path}.").format(path=path),
            next_step=_("Restore it from a backup; without it, look at each receipt: complain receipts list"),
        ) from None


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
