"""What the evidence is laid beside: rows of the rules, filings of the journal, dates of the plan, as plain values."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, cast

from complain.environment import Environment

if TYPE_CHECKING:
    from complain.case.model import Case
    from complain.evidence.lawyer import DateLine
    from complain.evidence.limits import Binding, Limit, Measure
    from complain.evidence.timeline import FilingLine
    from complain.rules.clock import Deadline
    from complain.rules.facts import FilingFact
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


_EVENTS = {"submitted": "提交", "received": "收到", "accepted": "受理", "answered": "答复"}


def vanishing(first: dt.date | None, today: dt.date) -> str:
    """Say until when the operators will probably still show the earliest call (USERS U27); empty without calls.

    Args:
        first: Day of the earliest call.
        today: The day in China.
    """
    from complain.rules.clock import months_later
    from complain.rules.rows import row

    if first is None:
        return ""
    rule = row("proof", "call-list-6-months")
    day = months_later(first, rule.number("months"))
    when = f"约在{day.isoformat()}之后可能查不到" if day >= today else f"自{day.isoformat()}起可能已查不到"
    return f"{rule.zh}：最早一次来电（{first.isoformat()}）{when}（{sure(rule)}）。"


def filing_lines(environment: Environment, case: Case) -> tuple[FilingLine, ...]:
    """Return every filing of a case, as the journal shows it; a home without a journal has none.

    Args:
        environment: Says which home.
        case: As loaded.
    """
    from contextlib import closing

    from complain.channels.registry import load_registry
    from complain.filing.journal import open_journal
    from complain.filing.rule_facts import filing_facts

    if not environment.home.journal.is_file():
        return ()
    with closing(open_journal(environment.home.journal)) as journal:
        facts = filing_facts(journal, case.id, load_registry(environment).channels)
    return tuple(_filing_line(fact) for fact in facts)


def _filing_line(fact: FilingFact) -> FilingLine:
    from complain.evidence.timeline import FilingLine

    sent = fact.filed_at if fact.was_sent else None
    return FilingLine(fact.title, fact.outcome, fact.number or "", sent, fact.answered_on, fact.disputed)


def date_lines(environment: Environment, folder: Path, first: dt.date | None) -> tuple[DateLine, ...]:
    """Return what comes next in a case, earliest first, in Chinese.

    Args:
        environment: Says which home and what day it is.
        folder: The case folder.
        first: Day of the earliest call of the logs.
    """
    from complain.evidence.lawyer import DateLine
    from complain.filing.planning import make_plan

    plan = make_plan(environment, folder)
    together: dict[tuple[str, str], list[str]] = {}  # a rule stands once, with every channel it speaks of
    for date in plan.dates:
        if date.kind != "proof":
            day = date.date.isoformat() if date.date else "无确定日期"
            titles = together.setdefault((day, _date_text(date)), [])
            titles.append(plan.titles.get(date.channel, date.channel))
    lines = [
        DateLine(day, f"{'、'.join(dict.fromkeys(titles))}：{text}")
        for (day, text), titles in together.items()
    ]
    proof = vanishing(first, environment.today())
    return (*lines, *([DateLine("证据", proof)] if proof else []))


def _date_text(date: Deadline) -> str:
    from complain.rules.rows import row

    if date.kind == "reminder":
        return "未查到适用的法定期限；建议该日询问（仅为提醒）。"
    rule = row("clock", date.id)
    return f"{rule.zh}（自{_EVENTS[date.start]}之日起算；{sure(rule)}）。"
