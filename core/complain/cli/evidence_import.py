"""What ``complain evidence import-calls`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from complain.i18n import _

if TYPE_CHECKING:
    from complain.evidence.drafting import DraftIncident
    from complain.evidence.importing import Imported

MOST_BROKEN = 20
"""So many broken rows are named on the screen; the kept file and the report name all."""
_MOST_DRAFTS = 20
"""So many drafted incidents are shown on the screen; ``--json`` has all."""


def import_document(imported: Imported) -> dict[str, object]:
    """Return what ``--json`` prints: of rows that were not kept, only how many there are."""
    from complain.evidence.calls import reason_sentence

    log, kept = imported.log, imported.kept
    return {
        "label": kept.label if kept else None,
        "file": log.file,
        "sha256": log.sha256,
        "rows": len(log.calls),
        "broken": [
            {"row": broken.row, "reason": broken.reason.value, "message": reason_sentence(broken.reason)}
            for broken in log.broken
        ],
        "numbers": [
            {
                "number": ticked.number,
                "reason": ticked.reason,
                "lender": ticked.lender or None,
                "rows": kept.rows_of(ticked.number),
            }
            for kept in ([imported.kept] if imported.kept else [])
            for ticked in kept.numbers
        ],
        "kept": len(kept.calls) if kept else 0,
        "drafts": [
            {"at": draft.call.at.isoformat(), "kind": draft.kind.value, "rows": draft.call.name}
            for draft in imported.drafts
        ],
        "entered": len(imported.entered),
        "exit_code": 0,
    }


def import_lines(imported: Imported) -> Iterator[str]:
    """Yield what a person reads afterwards."""
    yield from _read_lines(imported)
    if imported.kept is None:
        yield _("Nothing was ticked, so nothing was kept.")
        return
    yield _("Kept: {count} rows of {numbers} numbers, as {label} (calls/{label}.json).").format(
        count=len(imported.kept.calls), numbers=len(imported.kept.numbers), label=imported.kept.label
    )
    if imported.file_number is not None:
        yield _(
            "The whole file is evidence {number} now. Evidence is sent with a complaint: this file holds the calls with "
            "everybody. Take its entry out of case.toml unless all of them shall be seen."
        ).format(number=imported.file_number)
    yield from draft_lines(len(imported.entered), imported.drafts)


def _read_lines(imported: Imported) -> Iterator[str]:
    from complain.evidence.calls import reason_sentence

    log = imported.log
    yield _("Read: {name}, {rows} calls (SHA-256 {sha256}).").format(
        name=log.file, rows=len(log.calls), sha256=log.sha256
    )
    for broken in log.broken[:MOST_BROKEN]:
        yield _("Row {row} was not taken: {reason}").format(
            row=broken.row, reason=reason_sentence(broken.reason)
        )
    if len(log.broken) > MOST_BROKEN:
        yield _("… and {more} more rows.").format(more=len(log.broken) - MOST_BROKEN)


def draft_lines(entered: int, drafts: Sequence[DraftIncident]) -> Iterator[str]:
    """Yield what became of the incidents that calls suggest.

    Args:
        entered: How many the person confirmed.
        drafts: What the calls suggest; shown when none was confirmed.
    """
    from complain.evidence.ticking import draft_line

    if entered:
        yield _("Entered into the case: {count} incidents.").format(count=entered)
    elif drafts:
        yield _(
            "These calls could stand in the case as incidents; nothing was entered, because nobody confirmed them:"
        )
        yield from (f"  {draft_line(draft)}" for draft in drafts[:_MOST_DRAFTS])
        if len(drafts) > _MOST_DRAFTS:
            yield _("… and {more} more; --json lists them all.").format(more=len(drafts) - _MOST_DRAFTS)
        yield _("Run the command again in a terminal: there you are asked about each.")
