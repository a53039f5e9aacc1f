"""One exit code for a whole run: the worst of its filings wins."""

from __future__ import annotations

from collections.abc import Sequence

from complain.errors import ExitCode
from complain.model import FilingReport, Outcome

_RANK = (
    ExitCode.UNKNOWN,
    ExitCode.DAMAGED,
    ExitCode.FAULT,
    ExitCode.NOT_FILED,
    ExitCode.NEEDS_HUMAN,
    ExitCode.OK,
)
_CODES = {
    Outcome.UNKNOWN: ExitCode.UNKNOWN,
    Outcome.NOT_FILED: ExitCode.NOT_FILED,
    Outcome.REFUSED: ExitCode.NOT_FILED,
    Outcome.NEEDS_HUMAN: ExitCode.NEEDS_HUMAN,
}


def exit_code(
    reports: Sequence[FilingReport], *, is_interrupted: bool = False, broke_off: bool = False
) -> ExitCode:
    """Return the worst of the reports' exit codes, in the order 4, 6, 1, 5, 3 (contract).

    Args:
        reports: How the filings ended.
        is_interrupted: Whether the person stopped the run; only an unknown outcome is worse than that.
        broke_off: Whether a fault of the tool ended the run.
    """
    codes = {_CODES.get(report.outcome, ExitCode.OK) for report in reports}
    if broke_off or any(report.is_fault for report in reports):
        codes.add(ExitCode.FAULT)
    if is_interrupted and ExitCode.UNKNOWN not in codes:
        return ExitCode.INTERRUPTED
    return next((code for code in _RANK if code in codes), ExitCode.OK)
