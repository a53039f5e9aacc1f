"""The sentences of the repayment-plan application, in the order of USERS U15."""

from __future__ import annotations

from collections.abc import Collection

from complain.case.third_parties import mask_others
from complain.letters.dates import chinese_date, yuan
from complain.letters.parties import loan_line
from complain.letters.repayment import RepaymentPlan, Schedule
from complain.letters.trace import Sourced, clean

_PLAN = "repayment"


def repayment_names(found: Schedule | None, own: Collection[str] = ()) -> dict[str, object]:
    """Return the names that the application's template uses.

    Args:
        found: A plan that holds, or None: the paper for a call then leaves blanks.
        own: Numbers that may be printed.
    """
    if found is None:
        return {"plan_rows": [], "plan_reason": ""}
    plan = found.plan
    return {
        "plan_loans": [loan_line(loan, number) for number, loan in found.loans],
        "plan_shown": Sourced(yuan(found.shown), "loans"),
        "plan_shown_in": _evidence("金额显示见证据", plan.shown_in),
        "plan_reason": _fact(plan.reason, own),
        "plan_since": Sourced(chinese_date(plan.since), _PLAN) if plan.since else "",
        "plan_proof": _evidence("证明材料见证据", plan.proof),
        "plan_no_proof": Sourced("暂无证明材料", _PLAN),
        "plan_count": Sourced(str(len(found.loans)), "loans"),
        "plan_income": Sourced(yuan(plan.income), _PLAN),
        "plan_expenses": Sourced(yuan(plan.expenses), _PLAN),
        "plan_available": Sourced(yuan(plan.available), _PLAN),
        "plan_rows": [
            Sourced(f"第{n}期：{chinese_date(one.date)}，{yuan(one.amount)}", _PLAN)
            for n, one in enumerate(found.instalments, 1)
        ],
        "plan_summary": _summary(found),
        "plan_total": _total(found),
        "plan_terms": _terms(plan, len(found.instalments), own),
    }


def _fact(text: str, own: Collection[str]) -> Sourced:
    return Sourced(mask_others(clean(text), own).replace("\n", " ").rstrip("。；;."), _PLAN)


def _evidence(lead: str, numbers: tuple[int, ...]) -> Sourced | str:
    return Sourced(f"{lead}{'、'.join(map(str, numbers))}", _PLAN) if numbers else ""


def _summary(found: Schedule) -> Sourced:
    first, last = found.instalments[0], found.instalments[-1]
    amounts = {one.amount for one in found.instalments}
    each = yuan(first.amount) if len(amounts) == 1 else f"{yuan(min(amounts))}至{yuan(max(amounts))}"
    return Sourced(
        f"自{chinese_date(first.date)}至{chinese_date(last.date)}分{len(found.instalments)}期，每期{each}",
        _PLAN,
    )


def _total(found: Schedule) -> Sourced:
    text = f"合计{yuan(found.total)}"
    if found.total == found.shown:
        return Sourced(f"{text}，与上列显示金额合计一致", f"{_PLAN} loans")
    return Sourced(
        f"{text}，比上列显示金额合计少{yuan(found.shown - found.total)}，差额为下述申请减免的部分",
        f"{_PLAN} loans",
    )


def _terms(plan: RepaymentPlan, count: int, own: Collection[str]) -> list[Sourced]:
    named = (
        ("分期", f"按上列安排分{count}期归还" if count > 1 else ""),
        ("延期", plan.extension),
        ("宽限", plan.grace),
        ("减免", plan.waiver),
    )
    return [Sourced(f"{name}：{_fact(text, own)}", _PLAN) for name, text in named if text]
