"""The parties and the loans, each as the case knows it: platform, lender and agency are never taken for one."""

from __future__ import annotations

from complain.case.kinds import Answer, LenderSource, LenderType
from complain.case.model import Case, Loan
from complain.letters.dates import chinese_date, yuan
from complain.letters.trace import Sourced, clean

LENDER_TYPES = {
    LenderType.BANK: "银行",
    LenderType.CONSUMER_FINANCE: "消费金融公司",
    LenderType.SMALL_LOAN: "小额贷款公司",
    LenderType.UNKNOWN: "机构类型不详",
}
LENDER_SOURCES = {
    LenderSource.CONTRACT: "依据：合同",
    LenderSource.CREDIT_REPORT: "依据：征信报告",
    LenderSource.CUSTOMER_SERVICE: "依据：客服口述，未见书面文件",
    LenderSource.UNKNOWN: "依据不详",
}
_NOTICE = {
    Answer.YES: "已收到债权转让通知",
    Answer.NO: "未收到债权转让通知",
    Answer.UNKNOWN: "是否有债权转让通知不详",
}


def lenders(case: Case) -> dict[str, list[int]]:
    """Return the known lenders of record and the numbers of their loans, from 1, in the case's order."""
    found: dict[str, list[int]] = {}
    for number, loan in enumerate(case.loans, 1):
        if clean(loan.lender):
            found.setdefault(clean(loan.lender), []).append(number)
    return found


def respondent_lines(case: Case) -> list[Sourced]:
    """Return one line per party complained of: each known lender, else the platform; then platform and agency."""
    lines = [_lender_line(case, name, numbers) for name, numbers in lenders(case).items()]
    platform = clean(case.platform.name)
    if platform and platform not in lenders(case):
        name = "合作平台" if lines else "被投诉人"
        app = f"（App：{clean(case.platform.app)}）" if case.platform.app else ""
        lines.append(Sourced(f"{name}：{platform}{app}", "platform"))
    lines.append(_agency_line(case))
    return lines


def _lender_line(case: Case, name: str, numbers: list[int]) -> Sourced:
    loan = case.loans[numbers[0] - 1]
    text = f"被投诉人：{name}（放款主体，{LENDER_TYPES[loan.lender_type]}；{LENDER_SOURCES[loan.lender_source]}）"
    return Sourced(text, " ".join(f"loans[{n}]" for n in numbers))


def _agency_line(case: Case) -> Sourced:
    agency = case.collection_agency
    if agency is None or not clean(agency.name):
        return Sourced("实施催收的机构：本人不掌握其名称", "collection_agency")
    known = f"（得知途径：{clean(agency.known_from)}）" if agency.known_from else "（得知途径未记录）"
    return Sourced(f"实施催收的机构：{clean(agency.name)}{known}", "collection_agency")


def loan_line(loan: Loan, number: int, *, show_numbers: bool = True, with_figures: bool = True) -> Sourced:
    """Return a loan in one sentence: product, number, lender, figures with their day, overdue since.

    Args:
        loan: The loan.
        number: Its place in the case, from 1.
        show_numbers: False where everyone can read the letter.
        with_figures: Whether amounts, overdue day and notice of assignment are told.
    """
    figures = [
        amounts(loan),
        f"自{chinese_date(loan.overdue_since)}起逾期" if loan.overdue_since else "",
        _NOTICE[loan.assignment_notice],
    ]
    parts = [
        f"产品“{clean(loan.product)}”" if clean(loan.product) else "产品名称不详",
        _contract(loan, show_numbers),
        f"放款主体{clean(loan.lender)}" if clean(loan.lender) else "放款主体本人尚不掌握",
        *(figures if with_figures else ()),
    ]
    return Sourced("，".join(part for part in parts if part) + "。", f"loans[{number}]")


def _contract(loan: Loan, show_numbers: bool) -> str:
    if not loan.contract_number:
        return "合同（借据）编号不详"
    return f"合同（借据）编号{clean(loan.contract_number)}" if show_numbers else ""


def amounts(loan: Loan) -> str:
    """Return the figures that the person was shown, with their day; empty when there is none."""
    named = (("本金", loan.principal), ("利息", loan.interest), ("费用", loan.fees))
    figures = "、".join(f"{name}{yuan(value)}" for name, value in named if value is not None)
    if not figures:
        return ""
    return (f"截至{chinese_date(loan.as_of)}显示" if loan.as_of else "（日期未记录）显示") + figures
