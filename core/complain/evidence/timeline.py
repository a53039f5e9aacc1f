"""Everything that happened on one line each, earliest first: incidents, talks with the institution, filings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from complain.case.kinds import HOW_NAMES, Answer, Basis, How
from complain.case.model import Case, Contact, Incident
from complain.environment import CHINA
from complain.evidence import words
from complain.masking import mask
from complain.model import Outcome


@dataclass(frozen=True)
class FilingLine:
    """One filing, as the journal shows it; plain values, handed in.

    Attributes:
        title: Where, as a person calls it.
        outcome: How it stands.
        number: As the channel gave it; empty when it gave none.
        filed_at: Aware; None when it was not sent.
        answered_on: The day of an answer, or None.
        disputed: Whether the person disagrees with the answer.
    """

    title: str
    outcome: Outcome
    number: str = ""
    filed_at: dt.datetime | None = None
    answered_on: dt.date | None = None
    disputed: bool = False


@dataclass(frozen=True)
class TimelineLine:
    """One line.

    Attributes:
        day: The day.
        tag: 逾期, 经过, 沟通 or 办理.
        text: What happened, without a full stop.
        basis: 亲历, 转述 or 推测; empty for what is no incident.
        sources: Where it stands in the case, as 经过3; empty for a filing.
        proof: The evidence, or that there is none; empty for what is no incident.
    """

    day: dt.date
    tag: str
    text: str
    basis: str = ""
    sources: str = ""
    proof: str = ""


def timeline(case: Case, filings: Iterable[FilingLine]) -> tuple[TimelineLine, ...]:
    """Return the lines, earliest first; calls of one day that differ in nothing but their time share one.

    Args:
        case: As loaded.
        filings: From the journal.
    """
    lines = [*_overdue(case), *_incidents(case), *_contacts(case.contacts), *_filings(filings)]
    return tuple(sorted(lines, key=lambda line: line.day))


def _overdue(case: Case) -> Iterator[TimelineLine]:
    for place, loan in enumerate(case.loans, 1):
        if loan.overdue_since:
            name = loan.product or loan.lender or f"借款{place}"
            yield TimelineLine(loan.overdue_since, "逾期", f"{name}首次逾期", sources=f"借款{place}")


Place = tuple[int, Incident]


def _incidents(case: Case) -> Iterator[TimelineLine]:
    groups: dict[object, list[Place]] = {}
    for place, incident in enumerate(case.incidents, 1):
        groups.setdefault(_alike(place, incident), []).append((place, incident))
    ordered = [sorted(group, key=lambda entry: entry[1].at) for group in groups.values()]
    for group in sorted(ordered, key=lambda group: group[0][1].at):
        yield _incident_line(group)


def _alike(place: int, one: Incident) -> object:
    if one.words or not one.time_known:
        return place
    fields = (one.kind, one.number, one.reached, one.reached_note, one.how, one.answered, one.disclosed_debt)
    return (one.at.date(), *fields, one.basis, one.told_by, one.told_on, one.evidence)


def _incident_line(group: Sequence[Place]) -> TimelineLine:
    one = group[0][1]
    return TimelineLine(
        day=one.at.date(),
        tag="经过",
        text="，".join(part for part in _parts([incident for _place, incident in group]) if part),
        basis=words.BASES[one.basis],
        sources="经过" + "、".join(str(place) for place, _incident in group),
        proof=f"证据{'、'.join(map(str, one.evidence))}" if one.evidence else "暂无证据",
    )


def _parts(group: Sequence[Incident]) -> Iterator[str]:
    one = group[0]
    yield "、".join(f"{incident.at:%H:%M}" for incident in group) if one.time_known else "时刻不详"
    count = f"{len(group)}次" if len(group) > 1 else ""
    yield f"{HOW_NAMES[one.how]}联系{_whom(one)}{count}" + (f"（{one.number}）" if one.number else "")
    if one.how is How.CALL:
        yield ("均" if len(group) > 1 else "") + words.ANSWERED[one.answered]
    yield words.KINDS[one.kind]
    if one.reached.is_third_party and one.basis is not Basis.INFERRED:
        yield f"透露欠款：{words.ANSWERS[one.disclosed_debt]}"
    if one.words:
        words_heard, cut = _shortened(mask(one.words))
        yield f"本人记录的原话：“{words_heard}”{cut}"
    if one.basis is Basis.TOLD:
        yield f"由{mask(one.told_by or '他人')}{_on(one.told_on)}告知"


def _whom(one: Incident) -> str:
    note = f"（{mask(one.reached_note)}）" if one.reached_note else ""
    return words.REACHED[one.reached] + note


def _on(day: dt.date | None) -> str:
    return f"于{day.isoformat()}" if day else ""


def _shortened(text: str) -> tuple[str, str]:
    """Return a text that fits a line, and the remark that it is not the whole."""
    plain = text.replace("\n", " ")
    return (plain, "") if len(plain) <= 60 else (f"{plain[:59]}…", "（节选，全文见案件材料）")


def _contacts(contacts: Iterable[Contact]) -> Iterator[TimelineLine]:
    for place, contact in enumerate(contacts, 1):
        if contact.at:
            yield TimelineLine(contact.at, "沟通", contact_words(contact), sources=f"沟通{place}")


def contact_words(contact: Contact) -> str:
    """Return a contact with the institution in one sentence without a full stop."""
    answer = f"答复：{_in_line(contact.answer)}" if contact.answer else "尚无收到答复的记录"
    number = f"（工单号{contact.number}）" if contact.number else ""
    asked = f"提出：{_in_line(contact.asked)}" if contact.asked else "未记录所提要求"
    return "；".join((f"向{contact.channel or '机构'}反映{number}", asked, answer))


def _in_line(text: str) -> str:
    return "".join(_shortened(text)).rstrip("。")


def _filings(filings: Iterable[FilingLine]) -> Iterator[TimelineLine]:
    for filing in filings:
        number = f"，编号{filing.number}" if filing.number else ""
        if filing.filed_at is not None:
            day = filing.filed_at.astimezone(CHINA).date()
            yield TimelineLine(day, "办理", f"{filing.title}：{words.OUTCOMES[filing.outcome]}{number}")
        if filing.answered_on is not None:
            objection = "，本人有异议" if filing.disputed else ""
            yield TimelineLine(filing.answered_on, "办理", f"{filing.title}已答复{number}{objection}")


def undisclosed(incident: Incident) -> bool:
    """Whether it is open if a third party was told of the debt."""
    return incident.reached.is_third_party and incident.disclosed_debt is Answer.UNKNOWN
