"""The repayment plan that a person proposes: a table of dates and amounts that adds up to the cent (USERS U14, U15).

It is a document and a filing of its own, never joined to a complaint. It stands in ``repayment.toml`` beside
``case.toml``.
"""

from __future__ import annotations

import calendar
import datetime as dt
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from complain.case.model import Case, Loan
from complain.errors import CaseMistakes, MissingFact, Mistake, UsageError
from complain.i18n import _
from complain.letters.trace import clean

FILE = "repayment.toml"
_CENT = Decimal("0.01")
Money = Annotated[Decimal, Field(ge=0, decimal_places=2, max_digits=12)]


class _Table(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True
    )


class Instalment(_Table):
    """One instalment.

    Attributes:
        date: When it is paid.
        amount: Yuan.
    """

    date: dt.date
    amount: Annotated[Decimal, Field(gt=0, decimal_places=2, max_digits=12)]


class RepaymentPlan(_Table):
    """What the person proposes to one lender.

    Attributes:
        lender: The lender of record, as the case names it; one plan, one lender.
        reason: Why repayment is late, in the person's own words; only what is true.
        since: Since when, or None.
        proof: 1-based numbers of the case's evidence that prove the reason.
        shown_in: 1-based numbers of the evidence that shows the amounts.
        income: Monthly income, yuan.
        expenses: Necessary monthly expenses, yuan.
        available: What is left for repaying each month, yuan; never more than income less expenses.
        instalments: In the order of their dates; empty: `first` and `count` make an even table.
        first: Day of the first instalment of an even table.
        count: Number of instalments of an even table.
        total: Yuan; None: all that the loans show. Less than that needs `waiver`.
        extension: Requested extension (延期), own words; empty for none.
        grace: Requested grace period (宽限), own words; empty for none.
        waiver: Requested waiver (减免), own words; empty for none.
    """

    lender: Annotated[str, Field(min_length=1)]
    reason: Annotated[str, Field(min_length=1)]
    since: dt.date | None = None
    proof: tuple[Annotated[int, Field(ge=1)], ...] = ()
    shown_in: tuple[Annotated[int, Field(ge=1)], ...] = ()
    income: Money
    expenses: Money
    available: Money
    instalments: tuple[Instalment, ...] = ()
    first: dt.date | None = None
    count: Annotated[int, Field(ge=1, le=120)] | None = None
    total: Money | None = None
    extension: str = ""
    grace: str = ""
    waiver: str = ""


@dataclass(frozen=True)
class Schedule:
    """A plan that holds: every instalment is affordable and the sum is right.

    Attributes:
        plan: What the person wrote.
        loans: The lender's loans with their numbers in the case, from 1.
        shown: What the loans show together, yuan.
        instalments: The table.
        total: Its sum, yuan.
    """

    plan: RepaymentPlan
    loans: tuple[tuple[int, Loan], ...]
    shown: Decimal
    instalments: tuple[Instalment, ...]
    total: Decimal


def limitation_warning() -> str:
    """Return what must be said before a plan is written (USERS U14)."""
    return _(
        "Handing in a repayment plan usually counts as agreeing to pay, and the limitation period may start anew. If "
        "your last payment, a promise to pay or their last demand lies nearly three years back or more, or a lawsuit "
        "is pending, ask 12348 or a lawyer first."
    )


def past_warning(plan: RepaymentPlan, today: dt.date) -> str:
    """Return the sentence that a plan begins in the past; empty when it does not.

    Args:
        plan: What the person proposes.
        today: The day in China.
    """
    first = plan.instalments[0].date if plan.instalments else plan.first
    if first is None or first >= today:
        return ""
    return _("The first instalment ({day}) lies before today ({today}).").format(
        day=first.isoformat(), today=today.isoformat()
    )


def load_plan(folder: Path) -> RepaymentPlan:
    """Read ``repayment.toml`` of a case folder.

    Args:
        folder: The case folder.

    Raises:
        UsageError: There is none.
        CaseMistakes: It has mistakes; all are named.
    """
    file = folder / FILE
    if not file.is_file():
        raise UsageError(
            _("There is no {file} in the case's folder; it holds the plan that you propose.").format(
                file=FILE
            ),
            next_step=_("Write {file} as docs/letters.md shows.").format(file=FILE),
        )
    try:
        return RepaymentPlan.model_validate(tomllib.loads(file.read_text("utf-8"), parse_float=Decimal))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes = [Mistake(str(file), None, "", _("It is not valid TOML."), str(error))]
    except ValidationError as error:
        mistakes = [
            Mistake(str(file), None, ".".join(str(part) for part in one["loc"]), one["msg"], "")
            for one in error.errors(include_input=False, include_url=False)
        ]
    raise CaseMistakes(_("{file} has mistakes:").format(file=FILE), mistakes)


def schedule(case: Case, plan: RepaymentPlan) -> Schedule:
    """Check a plan against the case and return its table.

    Args:
        case: Its loans show what is owed.
        plan: What the person proposes.

    Raises:
        MissingFact: A loan of the lender lacks a figure.
        UsageError: The lender or a piece of evidence is not in the case, a month's instalments are more than what
            is left, or the sum is wrong.
    """
    loans = tuple(
        (n, loan) for n, loan in enumerate(case.loans, 1) if clean(loan.lender) == clean(plan.lender)
    )
    if not loans:
        raise _refused(_("No loan of the case has the lender “{lender}”.").format(lender=plan.lender))
    shown = sum((_shown(n, loan) for n, loan in loans), Decimal(0))
    instalments = _instalments(plan, shown if plan.total is None else plan.total)
    total = sum((one.amount for one in instalments), Decimal(0))
    _check(plan, instalments, shown, total)
    _check_evidence(case, plan)
    return Schedule(plan, loans, shown, instalments, total)


def _shown(number: int, loan: Loan) -> Decimal:
    figures = {"principal": loan.principal, "interest": loan.interest, "fees": loan.fees}
    for name, value in figures.items():
        if value is None:
            raise MissingFact(
                _("The case does not hold “{fact}”, and the text needs it.").format(
                    fact=f"loans[{number}].{name}"
                ),
                next_step="complain check",
            )
    return sum((value for value in figures.values() if value is not None), Decimal(0))


def _instalments(plan: RepaymentPlan, total: Decimal) -> tuple[Instalment, ...]:
    if plan.instalments:
        return plan.instalments
    if plan.first is None or plan.count is None:
        raise _refused(_("A plan needs either its instalments, or the first day and their number."))
    return even_instalments(total, plan.first, plan.count)


def even_instalments(total: Decimal, first: dt.date, count: int) -> tuple[Instalment, ...]:
    """Split a sum into monthly instalments that differ by at most one cent and add up to it exactly.

    Args:
        total: Yuan, whole cents.
        first: Day of the first; later ones fall on the same day of the month, or on the month's last day.
        count: How many.
    """
    cents = int(total / _CENT)
    small, larger = divmod(cents, count)
    amounts = [small + (index < larger) for index in range(count)]
    return tuple(
        Instalment(date=_months_later(first, index), amount=Decimal(amount) * _CENT)
        for index, amount in enumerate(amounts)
        if amount
    )


def _months_later(day: dt.date, months: int) -> dt.date:
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _check(plan: RepaymentPlan, instalments: tuple[Instalment, ...], shown: Decimal, total: Decimal) -> None:
    left = plan.income - plan.expenses
    if plan.available > left:
        raise _refused(
            _("“available” ({available}) is more than income less expenses ({left}).").format(
                available=plan.available, left=left
            )
        )
    largest = max(_monthly(instalments).values())
    if largest > plan.available:
        raise _refused(
            _(
                "In one month {amount} is to be paid, more than the {available} that is left each month."
            ).format(amount=largest, available=plan.available)
        )
    if [one.date for one in instalments] != sorted({one.date for one in instalments}):
        raise _refused(_("The instalments are not in the order of their dates, or two fall on one day."))
    wanted = shown if plan.total is None else plan.total
    if total != wanted:
        raise _refused(
            _("The instalments add up to {total}, not to {wanted}.").format(total=total, wanted=wanted)
        )
    if total > shown or (total < shown and not plan.waiver):
        raise _refused(
            _("The plan pays {total}, the loans show {shown}; a lower sum needs a requested waiver.").format(
                total=total, shown=shown
            )
        )


def _monthly(instalments: tuple[Instalment, ...]) -> dict[tuple[int, int], Decimal]:
    sums: dict[tuple[int, int], Decimal] = {}
    for one in instalments:
        month = (one.date.year, one.date.month)
        sums[month] = sums.get(month, Decimal(0)) + one.amount
    return sums


def _check_evidence(case: Case, plan: RepaymentPlan) -> None:
    for number in (*plan.proof, *plan.shown_in):
        if number > len(case.evidence):
            raise _refused(
                _("There is no evidence {number}: the case holds {count}.").format(
                    number=number, count=len(case.evidence)
                )
            )


def _refused(message: str) -> UsageError:
    return UsageError(message, next_step=_("Change {file}.").format(file=FILE))
