"""From a settled filing to a durable bag, and only then a row that speaks of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from complain.archive.bag import BagContent, tag_manifest_sha256, write_bag
from complain.archive.provenance import provenance
from complain.environment import Environment
from complain.filing.journal import BagRow, Event, Journal
from complain.model import Draft

EVIDENCE_RUN = "evidence_run"
"""Key of an event's data: the folder of ``runs/`` whose evidence the next bag holds, should a crash come between."""


def archive_filing(
    environment: Environment,
    journal: Journal,
    *,
    case: str,
    channel: str,
    attempt: int,
    draft: Draft | None,
    files: Mapping[str, Path],
    info: Mapping[str, str],
) -> Path:
    """Write the bag of one attempt and record it.

    Args:
        environment: Says where the archive is.
        journal: Gets the row after the bag is durable.
        case: The case's id.
        channel: The channel's id.
        attempt: Which try.
        draft: What was sent, for its attachments; None where ``files`` holds them, or there are none.
        files: Evidence, name to path.
        info: Further lines for ``bag-info.txt``.

    Returns:
        The bag's folder.
    """
    now = environment.now()
    payload: dict[str, bytes | Path] = dict(files)
    if draft is not None:
        payload.update({f"attachments/{n:02d}-{a.name}": a.path for n, a in enumerate(draft.attachments, 1)})
    payload["journal.json"] = _json([_plain(event) for event in journal.events(case, channel)])
    content = BagContent(case, channel, attempt, payload, {**provenance(now), **info})
    bag = write_bag(environment.home.archive, content)
    journal.add_bag(
        BagRow(
            case,
            channel,
            attempt,
            bag.relative_to(environment.home.archive).as_posix(),
            tag_manifest_sha256(bag),
        ),
        now,
    )
    return bag


def receipt_json(channel: str, number: str | None, filed_at: dt.datetime, by: str) -> bytes:
    """Return ``receipt.json``: a second copy of what the journal says."""
    return _json({"channel": channel, "number": number, "filed_at": filed_at.isoformat(), "by": by})


def _plain(event: Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "attempt": event.attempt,
        "run": event.run,
        "state": event.state,
        "by": event.by,
        "at": event.at.isoformat(),
        "data": dict(event.data),
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str).encode()
