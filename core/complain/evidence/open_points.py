"""What a lawyer would ask first, and what nothing proves yet: read off the case, never filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from complain.case.kinds import Answer, Basis, LenderType
from complain.case.model import Case, Incident, Loan
from complain.evidence.call_report import CallReport
from complain.evidence.timeline import FilingLine, undisclosed
from complain.model import Outcome


def open_questions(case: Case, filings: Iterable[FilingLine], report: CallReport) -> tuple[str, ...]:
    """Return what is not known and matters, one sentence without a full stop each.

    Args:
        case: As loaded.
        filings: From the journal.
        report: What the calls show.
    """
    return tuple(
        [
            *_loan_questions(case),
            *_party_questions(case),
            *_incident_questions(case),
            *_filing_questions(filings),
            *_call_questions(report),
        ]
    )


def _loan_questions(case: Case) -> Iterator[str]:
    if not case.loans:
        yield "借款的放款主体、合同和金额均未记录"
    for place, loan in enumerate(case.loans, 1):
        missing = "、".join(_missing(loan))
        if missing:
            yield f"借款{place}：{missing}不详"


def _missing(loan: Loan) -> Iterator[str]:
    facts = {
        "放款主体": bool(loan.lender),
        "放款主体的类型（决定监管机构）": loan.lender_type is not LenderType.UNKNOWN,
        "合同或借据编号": loan.contract_number is not None,
        "本金": loan.principal is not None,
        "首次逾期日": loan.overdue_since is not None,
        "是否收到债权转让通知": loan.assignment_notice is not Answer.UNKNOWN,
    }
    yield from (name for name, is_known in facts.items() if not is_known)


def _party_questions(case: Case) -> Iterator[str]:
    if case.collection_agency is None or not case.collection_agency.name:
        yield "催收机构的名称和委托关系不详"
    elif case.collection_agency.known_from:
        yield f"催收机构名称来自“{case.collection_agency.known_from}”，委托关系未见书面材料"
    if not case.complainant.reachable_at:
        yield "本人电话可接通的时段未记录"


def _incident_questions(case: Case) -> Iterator[str]:
    yield from _asked(case, lambda one: not one.time_known, "时刻不详")
    yield from _asked(case, undisclosed, "是否向第三人透露欠款不详")
    unanswered = [f"沟通{place}" for place, contact in enumerate(case.contacts, 1) if not contact.answer]
    if unanswered:
        yield f"{'、'.join(unanswered)}：未记录机构的答复"


def _asked(case: Case, is_open: Callable[[Incident], bool], what: str) -> Iterator[str]:
    places = [f"经过{place}" for place, one in enumerate(case.incidents, 1) if is_open(one)]
    if places:
        yield f"{'、'.join(places)}：{what}"


def _filing_questions(filings: Iterable[FilingLine]) -> Iterator[str]:
    for filing in filings:
        if filing.outcome in (Outcome.UNKNOWN, Outcome.FILED_UNVERIFIED):
            yield f"{filing.title}：是否已提交、编号为何，尚待查明"


def _call_questions(report: CallReport) -> Iterator[str]:
    if report.from_incidents:
        yield "尚未导入手机通话记录或运营商详单，来电次数只能按本人记录"
    if report.unclear_lender:
        yield "有催收号码未注明为哪一家放款机构催收"
    if report.not_applied:
        yield "放款银行是否为银行业协会会员未确认，协会指引未套用"
    if report.contradicted.count:
        yield f"{report.contradicted.count}次来电在两份记录中对是否接通记载不一（{'、'.join(report.contradicted.names)}）"


def unproved(case: Case) -> tuple[str, ...]:
    """Return what rests on no evidence of the case, what was only told, and what is only inferred."""
    facts = [(place, one) for place, one in enumerate(case.incidents, 1)]
    kinds: Sequence[tuple[str, list[int]]] = (
        ("本人亲历，但尚无证据材料", [p for p, o in facts if o.basis is Basis.FIRST_HAND and not o.evidence]),
        (
            "他人转述，且无证据材料（可请转述人出具书面说明）",
            [p for p, o in facts if o.basis is Basis.TOLD and not o.evidence],
        ),
        (
            "他人转述，附有证据材料，转述人尚未出具书面说明",
            [p for p, o in facts if o.basis is Basis.TOLD and o.evidence],
        ),
        ("推测，不作为事实主张", [p for p, o in facts if o.basis is Basis.INFERRED]),
    )
    return tuple(f"{what}：{'、'.join(f'经过{p}' for p in places)}" for what, places in kinds if places)
