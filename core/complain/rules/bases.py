"""Which legal bases a letter may quote: those of its demands that somebody has read on the official site (U24)."""

from __future__ import annotations

from complain.case.model import Case
from complain.rules.clock import lender_types
from complain.rules.rows import Row, table


def verified_bases(case: Case) -> tuple[Row, ...]:
    """Return the verified rows for what is demanded, where they bind every lender of the case.

    Args:
        case: Its demands name the grounds, its loans the types of lenders.
    """
    grounds = {demand.kind.value for demand in case.demands}
    types = lender_types(case)
    return tuple(
        row for row in table("bases") if row.verified and row.word("ground") in grounds and _binds(row, types)
    )


def _binds(row: Row, types: tuple[str, ...]) -> bool:
    return not row.names("lender_types") or (bool(types) and all(row.binds(name) for name in types))
