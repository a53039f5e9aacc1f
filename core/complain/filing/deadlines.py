"""The clock of a case's filings."""

from __future__ import annotations

from collections.abc import Sequence

from complain.case.model import Case
from complain.channels.registry import Registry
from complain.environment import Environment
from complain.filing.journal import Journal
from complain.reports.next_steps import Deadline


def deadlines_of(
    environment: Environment, case: Case, journal: Journal, registry: Registry
) -> Sequence[Deadline]:
    """Return what is due, per filing."""
    return ()
