"""What was said before and what is said now: a contradiction shows both statements, new facts are none."""

from __future__ import annotations

import itertools

from complain.case.model import Case
from complain.filing.one_truth import contradicted
from complain.letters.agreement import contradictions
from complain.letters.compose import compose
from complain.letters.proof_table import proof_rows
from complain.letters.repayment import RepaymentPlan, schedule
from letter_cases import CASES, TODAY, case_of, receipt, small_loan

PLAN = RepaymentPlan.model_validate(
    {
        "lender": "示范小额贷款有限公司",
        "reason": "收入减少",
        "income": "4200",
        "expenses": "2900",
        "available": "1100",
        "first": TODAY.replace(day=30),
        "count": 12,
    }
)


def _text(case: Case, kind: str = "platform", number: str = "A-1001") -> str:
    return compose(case, kind, length="full", receipts=(receipt(number=number),), today=TODAY).text


def test_letters_of_one_case_agree_with_each_other() -> None:
    for name, make in CASES.items():
        kinds = ["platform", "association", "local-bureau", "data-request", "preserve-recordings"]
        texts = [_text(make(), kind) for kind in kinds]
        for first, second in itertools.combinations(texts[:3], 2):
            assert contradictions(first, second) == [], name


def _with_incident(**changes: object) -> Case:
    case = small_loan()
    first = case.incidents[0].model_copy(update=changes)
    return case.model_copy(update={"incidents": (first, *case.incidents[1:])})


def test_a_contact_that_is_told_differently_shows_both_statements() -> None:
    (found,) = contradictions(_text(small_loan()), _text(_with_incident(words="明天再说。")))
    assert "今天不还就上门" in found.first
    assert "明天再说" in found.second
    assert "2026年10月8日22:41" in found.about


def test_another_sum_for_the_same_loan_on_the_same_day_shows_both() -> None:
    case = small_loan()
    loan = case.loans[0].model_copy(update={"fees": case.loans[0].principal})
    (found,) = contradictions(_text(case), _text(case.model_copy(update={"loans": (loan,)})))
    assert ("188.00元" in found.first, "12,000.00元" in found.second) == (True, True)


def test_another_number_for_the_same_filing_shows_both() -> None:
    (found,) = contradictions(_text(small_loan()), _text(small_loan(), number="B-2"))
    assert ("A-1001" in found.first, "B-2" in found.second) == (True, True)


def test_another_day_overdue_or_work_order_shows_both() -> None:
    case = small_loan()
    loan = case.loans[0].model_copy(update={"overdue_since": TODAY.replace(month=9)})
    (overdue,) = contradictions(_text(case), _text(case.model_copy(update={"loans": (loan,)})))
    assert ("8月15日" in overdue.first, "9月23日" in overdue.second) == (True, True)
    talk = case.contacts[0].model_copy(update={"number": "GD-OTHER", "answer": "已记录"})
    (number,) = contradictions(_text(case), _text(case.model_copy(update={"contacts": (talk,)})))
    assert ("GD20261016001" in number.first, "GD-OTHER" in number.second) == (True, True)
    answered = case.contacts[0].model_copy(update={"answer": "已记录"})
    assert contradictions(_text(case), _text(case.model_copy(update={"contacts": (answered,)}))) == []


def test_fewer_calls_of_a_day_are_a_contradiction_and_more_are_none() -> None:
    more = CASES["bank"]()
    fewer = more.model_copy(update={"incidents": more.incidents[:-1]})
    assert contradictions(_text(fewer), _text(more)) == []
    (found,) = contradictions(_text(more), _text(fewer))
    assert ("已接通3次" in found.first, "已接通2次" in found.second) == (True, True)


def test_a_letter_that_says_what_it_corrects_may_go_and_one_that_does_not_may_not() -> None:
    wrong, right = _text(small_loan()), _with_incident(words="明天再说。")
    stopped = contradicted(_text(right), [("App", wrong)])
    assert "今天不还就上门" in stopped and "明天再说" in stopped
    assert "更正" in stopped and "2026年10月8日22:41" in stopped
    said = "更正：此前的投诉中，2026年10月8日22:41来电的原话有误，以本函为准。"
    told = right.complaint.model_copy(update={"summary": said})
    assert contradicted(_text(right.model_copy(update={"complaint": told})), [("App", wrong)]) == ""
    other = right.complaint.model_copy(update={"summary": "更正：联系电话。"})
    assert contradicted(_text(right.model_copy(update={"complaint": other})), [("App", wrong)]) != ""


def test_a_new_incident_and_evidence_found_later_are_no_contradiction() -> None:
    case = _with_incident(evidence=(1, 2))
    extra = case.incidents[0].model_copy(update={"at": case.incidents[0].at.replace(day=9)})
    more = case.model_copy(update={"incidents": (*case.incidents, extra)})
    assert contradictions(_text(small_loan()), _text(more)) == []


def test_the_annex_names_record_evidence_and_how_each_statement_is_known() -> None:
    case = small_loan()
    letter = compose(case, "platform", length="full", receipts=(), today=TODAY)
    rows = {row.records: row for row in proof_rows(case, letter)}
    assert (rows["经过第1项"].evidence, rows["经过第1项"].basis) == ("证据1", "亲历")
    assert (rows["经过第3项"].evidence, rows["经过第3项"].basis) == ("暂无", "转述")
    assert rows["经过第5项"].basis == "推测"
    assert rows["经过第1项"].statement in letter.text.replace("\n", "")
    assert set(rows) >= {"借款第1笔", "沟通第1项"}


def test_filings_own_words_and_the_plan_stand_in_the_annex_too() -> None:
    case = small_loan()
    letter = compose(case, "association", length="full", receipts=(receipt(),), today=TODAY)
    rows = {row.records: row for row in proof_rows(case, letter)}
    assert "A-1001" in rows["办理记录"].statement
    assert rows["经过自述"].statement.startswith("本人自述：")
    assert "虚构信息咨询公司" in rows["催收机构"].statement
    plan = schedule(case, PLAN)
    asked = compose(case, "repayment-plan", length="full", receipts=(), today=TODAY, repayment=plan)
    told = "".join(row.statement for row in proof_rows(case, asked) if "还款方案" in row.records)
    for fact in ("4,200.00元", "1,100.00元", "第12期", "合计12,544.40元", "收入减少"):
        assert fact in told


def test_every_incident_of_every_case_stands_in_the_annex() -> None:
    for make in CASES.values():
        case = make()
        letter = compose(case, "association", length="full", receipts=(), today=TODAY)
        told = " ".join(row.records for row in proof_rows(case, letter))
        assert all(f"经过第{n}项" in told for n in range(1, len(case.incidents) + 1))


def test_a_case_with_other_parties_has_nothing_to_compare() -> None:
    assert contradictions(_text(small_loan()), _text(case_of(contacts=[]), number="A-1001")) == []
