"""When the disk takes no more: what was sent is told the person at once, and nothing further is sent."""

from __future__ import annotations

import sqlite3
import traceback
from pathlib import Path

from complain.filing.evidence import EvidenceFolder
from complain.filing.settlement import Settlement
from complain.i18n import _
from complain.masking import mask

WRITE_FAULTS = (OSError, sqlite3.Error)
"""What a full or broken disk raises, whoever writes."""


def is_whole(text: str) -> bool:
    """Whether a text from a page can be written down; scripts can make half a character."""
    return text == text.encode(errors="replace").decode()


def note_fault(evidence: EvidenceFolder, error: BaseException) -> Path | None:
    """Keep the traceback of a fault, masked; None when even that cannot be written.

    Args:
        evidence: Of the filing.
        error: What went wrong.
    """
    try:
        evidence.save_text("fault.txt", mask("".join(traceback.format_exception(error))))
    except OSError:
        return None
    return evidence.files["fault.txt"]


def nothing_was_sent(error: BaseException, details: Path | None) -> str:
    """Return the sentence on a fault before anything was sent."""
    is_disk = isinstance(error, WRITE_FAULTS) and not isinstance(
        error, TimeoutError
    )  # of a page: an OSError too
    if is_disk or details is None:
        return _("What is being done could not be written down ({why}), so nothing was sent.").format(
            why=why(error)
        )
    return _("The tool or a plugin has a fault ({kind}); nothing was sent. Details: {file}").format(
        kind=type(error).__name__, file=details
    )


def sent_but_unwritten(settlement: Settlement, command: str, error: BaseException) -> tuple[str, str]:
    """Return reason and task for a commit whose outcome could not be recorded; a number is told here or never.

    Args:
        settlement: What was seen.
        command: Enters what the person saw.
        error: Why it could not be written.
    """
    if settlement.number is None:
        unwritten = _("What came of it could not be written down ({why}).").format(why=why(error))
        task = _("Make room on the disk, look in the channel, then enter what you saw: {command}")
        return " ".join(filter(None, (settlement.reason, unwritten))), task.format(command=command)
    reason = _(
        "The channel gave the number {number}. Note it now: it could not be written down ({why})."
    ).format(number=settlement.number, why=why(error))
    return reason, _("Make room on the disk, then type: {command}").format(command=command)


def why(error: BaseException) -> str:
    """Return the system's own words for a failure, without a path that may name a person."""
    return (error.strerror if isinstance(error, OSError) else None) or mask(str(error))
