"""To whom a letter goes, and of which loan it speaks."""

from __future__ import annotations

from complain.case.model import Case
from complain.letters.kinds import Kind
from complain.letters.occasion import Occasion
from complain.letters.parties import lenders
from complain.letters.trace import Sourced, clean


def addressee(case: Case, kind: Kind, occasion: Occasion) -> str:
    """Return the addressee of a letter; empty for papers of the person's own.

    Args:
        case: The facts.
        kind: Which letter.
        occasion: A follow-up or withdrawal at an outside body goes to whoever has that filing.
    """
    about = next((f for f in occasion.receipts if f.channel == occasion.about and f.stage != 1), None)
    if about is not None:
        return Sourced(f"受理单位（经“{clean(about.title)}”提交）", about.fact)
    found, platform = list(lenders(case)), clean(case.platform.name)
    match kind.reader:
        case "fixed":
            return _fixed(kind, known=bool(found))
        case "nobody":
            return ""
        case "lenders":
            name = occasion.repayment.plan.lender if occasion.repayment else "、".join(found)
            return Sourced(clean(name), "loans")
        case "processors":
            everyone = [*found, *([platform] if platform and platform not in found else [])]
            return Sourced("、".join(everyone), "loans platform.name")
        case "protection":
            return Sourced(f"{'、'.join(found) or platform}消费者权益保护部门", "loans platform.name")
        case "customer-service":
            # who asks for the lender's name does not name it in the same breath
            return _customer_service([] if kind.id == "ask-lender" and platform else found, platform)


def _fixed(kind: Kind, *, known: bool) -> str:
    """Return the body's name; who regulates a lender that is not known cannot be said, so 12345 passes it on."""
    if kind.id == "local-bureau" and not known:
        return Sourced("12345政务服务便民热线（请转交有权处理的单位）", "loans")
    return kind.addressee


def _customer_service(found: list[str], platform: str) -> Sourced:
    if not platform:
        return Sourced("、".join(found), "loans")
    others = [name for name in found if name != platform]
    forward = f"；请一并转达放款主体{'、'.join(others)}" if others else ""
    return Sourced(f"{platform}客户服务部门{forward}", "platform.name loans")


def matter(case: Case) -> Sourced:
    """Return the lender with its product, for each loan; the platform where no lender is known."""
    platform = clean(case.platform.name)
    named = [
        clean(loan.lender) + (f"“{clean(loan.product)}”" if clean(loan.product) else "")
        for loan in case.loans
        if clean(loan.lender)
    ]
    products = "、".join(f"“{clean(loan.product)}”" for loan in case.loans if clean(loan.product))
    whole = "、".join(dict.fromkeys(named)) if named else platform + products
    through = f"（平台：{platform}）" if named and platform and platform not in lenders(case) else ""
    return Sourced(whole + through, "loans platform.name")
