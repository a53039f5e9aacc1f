"""What the evidence is laid beside: rows of the rules, filings of the journal, dates of the plan, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from complain.evidence.limits import Binding, Limit, Measure
    from complain.rules.rows import Row

_SURE = {
    "A": "已读到文本副本",
    "B": "据新闻或律所转述",
    "C": "仅见一个网页",
    "M": "一般常识，未见来源",
    "N": "查过，未见",
    "inf": "推断",
}


def limits() -> tuple[Limit, ...]:
    """Return the limits of collection, in Chinese, as the rules' data has them."""
    from complain.rules.rows import table

    return tuple(_limit(row) for row in table("limits"))


def _limit(row: Row) -> Limit:
    from complain.evidence.limits import Limit

    return Limit(
        id=row.id,
        measure=cast("Measure", row.word("measure")),
        binding=cast("Binding", row.word("binding")),
        text=row.zh,
        source=row.source,
        sure=sure(row),
        verified=row.verified,
        lender_types=row.names("lender_types"),
        most=_number(row, "most"),
        start=_number(row, "from"),
        until=_number(row, "until"),
    )


def _number(row: Row, key: str) -> int | None:
    return row.number(key) if key in row.more else None


def sure(row: Row) -> str:
    """Say in Chinese how sure a row is."""
    return "已在官方网站核实" if row.verified else f"{_SURE[row.certainty.value]}，未在官方网站核实"


def calls_a_day() -> int:
    """Return how many answered calls a day the recommended standard names."""
    return next(limit.most for limit in limits() if limit.measure == "effective-calls-per-day" and limit.most)
