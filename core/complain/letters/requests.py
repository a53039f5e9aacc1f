"""The sentences of requests, follow-ups and papers of the person's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from complain.case.kinds import HOW_NAMES, Basis, How
from complain.case.model import Case, Incident
from complain.letters.dates import chinese_date, chinese_time
from complain.letters.history import contact_lines
from complain.letters.incidents import person
from complain.letters.state import ReceiptFact, filing_name, filing_sentence, sent
from complain.letters.trace import Sourced, clean


def request_names(
    case: Case, receipts: Sequence[ReceiptFact], today: dt.date, about: str
) -> dict[str, object]:
    """Return the names that requests and papers use.

    Args:
        case: The facts.
        receipts: The filings of the matter.
        today: The day in China.
        about: The channel that the letter speaks of; empty: the institution's own.
    """
    filed = filings_about(receipts, about)
    contacts = [] if about else unanswered_contacts(case)
    return {
        "filed": [_whole(filing_name(fact)) for fact in filed],
        "unanswered": [
            *contacts,
            *(_whole(filing_sentence(fact, today)) for fact in filed if not fact.answered),
        ],
        "calls": _calls(case),
        "no_calls": Sourced("本人目前没有可以列明的通话或信息。", "incidents"),
        "overdue_days": _overdue_days(case, today),
    }


def filings_about(receipts: Sequence[ReceiptFact], about: str) -> list[ReceiptFact]:
    """Return the filings that a follow-up or withdrawal speaks of."""
    return [fact for fact in sent(receipts) if (fact.channel == about if about else fact.stage == 1)]


def unanswered_contacts(case: Case) -> list[Sourced]:
    """Return the earlier contacts that have a number and no answer."""
    numbers = [n for n, contact in enumerate(case.contacts, 1) if contact.number and not contact.answer]
    unanswered = {f"contacts[{n}]" for n in numbers}
    return [line for line in contact_lines(case) if line.source in unanswered]


def _whole(sentence: Sourced) -> Sourced:
    return Sourced(f"{sentence}。", sentence.source)


def _calls(case: Case) -> list[Sourced]:
    """What the institution itself may have recorded: calls and messages, never what is only inferred."""
    rows = [
        (incident.at, n, incident)
        for n, incident in enumerate(case.incidents, 1)
        if incident.basis is not Basis.INFERRED and incident.how in (How.CALL, How.SMS, How.WECHAT)
    ]
    rows.sort(key=lambda row: row[:2])
    return [Sourced(_call(incident), f"incidents[{n}]") for _at, n, incident in rows]


def _call(incident: Incident) -> str:
    told = "〔转述〕" if incident.basis is Basis.TOLD else ""
    when = chinese_time(incident.at, time_known=incident.time_known)
    number = f"对方号码{clean(incident.number)}" if incident.number else "对方号码未记录"
    return f"{told}{when}，{HOW_NAMES[incident.how]}，联系对象为{person(incident)}，{number}。"


def _overdue_days(case: Case, today: dt.date) -> list[Sourced]:
    return [
        Sourced(
            f"第{n}笔：自{chinese_date(loan.overdue_since)}起逾期，截至{chinese_date(today)}共{days}天。",
            f"loans[{n}] today",
        )
        for n, loan in enumerate(case.loans, 1)
        if loan.overdue_since is not None and (days := (today - loan.overdue_since).days) >= 0
    ]
