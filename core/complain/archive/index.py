"""What the archive holds, read from the bags themselves: there is no second list that could disagree."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from complain.archive.bag import MANIFEST, TAG_MANIFEST, find_bags, read_info, tag_manifest_sha256

RECEIPT_FILE = "receipt.json"
"""The payload file with what the channel gave: ``number``, ``filed_at``, ``by``; absent where nothing was filed."""

OUTCOME_LINE = "Complain-Outcome"
"""The line of ``bag-info.txt`` that says how the filing stood when it was archived."""

_BAG_NAME = re.compile(r"(\d+)(?:-\d+)?")


@dataclass(frozen=True)
class KeptFile:
    """One file of a bag, as its manifest says.

    Attributes:
        name: Relative to the bag.
        size: Bytes on disk now; 0 when the file is gone.
        sha256: From the manifest.
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class KeptReceipt:
    """One bag.

    Attributes:
        case: The case's id.
        channel: The channel's id.
        attempt: The attempt's number, and ``-2`` and so on for what became known of it later.
        path: The bag's folder.
        outcome: How the filing ended when it was archived; empty when the bag does not say.
        number: The channel's receipt number, if there was one.
        filed_at: When the answer was seen; None when the bag does not say.
        sha256: Of the tag manifest; empty when it is gone.
        info: ``bag-info.txt``.
        files: The payload.
    """

    case: str
    channel: str
    attempt: str
    path: Path
    outcome: str
    number: str | None
    filed_at: dt.datetime | None
    sha256: str
    info: Mapping[str, str]
    files: tuple[KeptFile, ...]

    @property
    def identity(self) -> str:
        """``CASE/CHANNEL/ATTEMPT``, as the person names it."""
        return f"{self.case}/{self.channel}/{self.attempt}"

    def as_json(self) -> dict[str, object]:
        """The object that ``receipts list --json`` prints."""
        return {
            "id": self.identity,
            "case": self.case,
            "channel": self.channel,
            "attempt": self.attempt,
            "outcome": self.outcome or None,
            "number": self.number,
            "filed_at": None if self.filed_at is None else self.filed_at.isoformat(),
            "path": str(self.path),
            "sha256": self.sha256 or None,
        }


def kept_receipts(archive_root: Path, case: str | None = None) -> list[KeptReceipt]:
    """Return the bags, sorted by case, channel and attempt; damaged ones as far as they can be read.

    Args:
        archive_root: The home's archive.
        case: Only those of this case; None: all.
    """
    bags = [read_receipt(bag) for bag in find_bags(archive_root, case) if _BAG_NAME.fullmatch(bag.name)]
    return sorted(bags, key=_order)


def _order(kept: KeptReceipt) -> tuple[str, str, list[int]]:
    return kept.case, kept.channel, [int(part) for part in kept.attempt.split("-")]


def read_receipt(bag: Path) -> KeptReceipt:
    """Return what one bag says of itself.

    Args:
        bag: Its folder, named ``…/CASE/CHANNEL/ATTEMPT``.
    """
    said = _said(bag / "data" / RECEIPT_FILE)
    info = read_info(bag)
    return KeptReceipt(
        case=bag.parent.parent.name,
        channel=bag.parent.name,
        attempt=bag.name,
        path=bag,
        outcome=info.get(OUTCOME_LINE, ""),
        number=said.get("number"),
        filed_at=_moment(said.get("filed_at")),
        sha256=tag_manifest_sha256(bag) if (bag / TAG_MANIFEST).is_file() else "",
        info=info,
        files=tuple(_files(bag)),
    )


def _said(path: Path) -> dict[str, str | None]:
    """Return a receipt file's texts; nothing where it is gone or broken, which `receipts verify` names."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(document, dict):
        return {}
    pairs = cast("dict[str, object]", document).items()
    return {key: value for key, value in pairs if isinstance(value, str)}


def _moment(text: str | None) -> dt.datetime | None:
    """Return a time with its zone; None for none, and for a damaged one, which `receipts verify` names."""
    try:
        moment = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _files(bag: Path) -> Iterable[KeptFile]:
    path = bag / MANIFEST
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        sha256, _gap, name = line.partition("  ")
        file = bag / name
        yield KeptFile(name, file.stat().st_size if file.is_file() else 0, sha256)


def select_receipts(kept: Iterable[KeptReceipt], identifier: str) -> list[KeptReceipt]:
    """Return the bags that a person means.

    Args:
        kept: All bags.
        identifier: ``CASE``, ``CASE/CHANNEL`` or ``CASE/CHANNEL/ATTEMPT``.
    """
    wanted = tuple(part for part in identifier.split("/") if part)
    return [one for one in kept if wanted and (one.case, one.channel, one.attempt)[: len(wanted)] == wanted]
