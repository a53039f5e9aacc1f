"""What a letter says, as finished sentences with their sources; the templates only put them in order."""

from __future__ import annotations

from collections.abc import Callable

from complain.case.model import Case
from complain.case.third_parties import discreet, own_values
from complain.letters import counts, history, parties
from complain.letters.addressee import addressee, matter
from complain.letters.dates import chinese_date
from complain.letters.demands import demand_sentence
from complain.letters.incidents import incident_sentence
from complain.letters.kinds import Kind
from complain.letters.occasion import Occasion
from complain.letters.render import letter_names
from complain.letters.repayment_lines import repayment_names
from complain.letters.requests import request_names
from complain.letters.trace import Sourced, clean

_NUMERALS = "一二三四五六七八九十"


def _headings() -> Callable[[str], str]:
    used = 0

    def heading(name: str) -> str:
        nonlocal used
        used += 1
        return f"{_NUMERALS[used - 1]}、{name}"

    return heading


def letter_content(case: Case, kind: Kind, occasion: Occasion) -> dict[str, object]:
    """Return every name that a letter's template may use: those of `letter_names` and the finished sentences.

    Args:
        case: The facts.
        kind: Which letter.
        occasion: The day, the other filings, and who can read it.
    """
    names = letter_names(case, receipts=occasion.receipts, today=occasion.today, public=occasion.public)
    case = discreet(case, public=occasion.public)
    names |= {
        "doc": kind,
        "heading": _headings(),
        "public": occasion.public,
        "name": _name(case, occasion, alone=True),
        "person": _name(case, occasion, alone=False),
        "bases": occasion.bases,
        "date": Sourced(occasion.date, "today"),
        "addressee": addressee(case, kind, occasion),
        "matter": matter(case),
    }
    parts = (
        _fact_names(case, occasion),
        _history_names(case, kind, occasion),
        _list_names(case, occasion),
        request_names(case, occasion.receipts, occasion.today, occasion.about),
        repayment_names(occasion.repayment, _printable(case, occasion)),
    )
    for part in parts:
        names |= part
    return names


def _name(case: Case, occasion: Occasion, *, alone: bool) -> Sourced:
    """The complainant's name; where everyone can read the letter the body asks for it in a field of its own."""
    if occasion.public:
        return Sourced("姓名从略（本页公开）" if alone else "本人", "complainant.name")
    return Sourced(f"{'' if alone else '本人'}{clean(case.complainant.name)}", "complainant.name")


def _printable(case: Case, occasion: Occasion) -> tuple[str, ...]:
    """Return the numbers that need not be masked: none where everyone can read the letter."""
    return () if occasion.public else own_values(case)


def _fact_names(case: Case, occasion: Occasion) -> dict[str, object]:
    own = _printable(case, occasion)
    rows, inferred = counts.facts(case), counts.guesses(case)
    some_evidence = any(row.incident.evidence for row in (*rows, *inferred))

    def sentence(row: counts.Numbered) -> Sourced:
        return incident_sentence(
            row.incident,
            row.number,
            own=own,
            recordings=case.recordings,
            show_numbers=not occasion.public,
            note_no_evidence=some_evidence,
        )

    words = clean(case.complaint.summary)
    return {
        "facts": [sentence(row) for row in rows],
        "guesses": [sentence(row) for row in inferred],
        "by_day": counts.calls_by_day(rows),
        "span": counts.span(rows) if rows else "",
        "counts": counts.counted(rows, with_days=False),
        "counts_with_days": counts.counted(rows, with_days=True),
        "own_words": Sourced(words, "complaint.summary") if words else "",
        "no_facts": Sourced("本人目前没有可以作为事实陈述的事项。", "incidents"),
        "no_evidence": "" if some_evidence else Sourced("以上各项目前均暂无证据材料。", "incidents evidence"),
    }


def _history_names(case: Case, kind: Kind, occasion: Occasion) -> dict[str, object]:
    receipts, today = occasion.receipts, occasion.today
    institution = history.institution_lines(receipts, today, with_planned=kind.outside)
    whom = "被投诉人" if kind.outside else "贵司"
    return {
        "history": [*history.contact_lines(case), *institution],
        "history_brief": [*history.contacts_counted(case), *institution],
        "not_complained": Sourced(f"此前本人尚未就本事项向{whom}投诉。", "contacts receipts"),
        "institution": history.institution_lines(receipts, today, with_planned=False),
        "same_matter": "" if kind.outside else history.same_matter(receipts) or "",
        "others": history.other_lines(receipts, today),
    }


def _list_names(case: Case, occasion: Occasion) -> dict[str, object]:
    shown = not occasion.public
    loans = [parties.loan_line(loan, n, show_numbers=shown) for n, loan in enumerate(case.loans, 1)]
    return {
        "parties": parties.respondent_lines(case),
        "several_loans": len(case.loans) > 1,
        "loans_listed": loans,
        "loans_short": [
            parties.loan_line(loan, n, show_numbers=shown, with_figures=False)
            for n, loan in enumerate(case.loans, 1)
        ],
        "no_loan": Sourced("本人目前未掌握合同（借据）编号、金额和放款主体。", "loans"),
        "has_amounts": any(parties.amounts(loan) for loan in case.loans),
        "asked": [demand_sentence(demand, n) for n, demand in enumerate(case.demands, 1)],
        "asked_count": Sourced(str(len(case.demands)), "demands"),
        "evidence_listed": [_evidence_line(case, n) for n in range(1, len(case.evidence) + 1)],
        "evidence_count": Sourced(str(len(case.evidence)), "evidence") if case.evidence else "",
        "evidence_none": Sourced("暂无。取得后可另行提交。", "evidence"),
    }


def _evidence_line(case: Case, number: int) -> Sourced:
    item = case.evidence[number - 1]
    title = clean(item.name)
    shows = f"（拟证明：{clean(item.shows)}）" if item.shows else ""
    made = f"，{chinese_date(item.taken_on)}形成" if item.taken_on else ""
    covered = "（所附副本遮盖了与本事项无关的内容）" if item.redacted else ""
    return Sourced(f"{number}. {title}{made}{shows}{covered}", f"evidence[{number}]")
