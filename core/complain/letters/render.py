"""Values of forms, and the names that templates and forms may use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache

from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError, TemplateRuntimeError

from complain.case.model import Case
from complain.case.third_parties import discreet, own_values
from complain.errors import MissingFact, PluginMistake
from complain.i18n import _
from complain.letters import views
from complain.letters.sandbox import MOST_SOURCE, Confined, collect, confined, refuse_all_but_plain
from complain.letters.state import ReceiptFact


@cache
def _values() -> Confined:
    return confined(keep_sources=False)


def render_value(source: str, names: Mapping[str, object]) -> str:
    """Render one value of a form, as ``{{ complainant.email }}``.

    Args:
        source: The template; it may read facts, choose (``if``) and list (``for``), nothing else. ``secret()``
            is known only when the caller hands it in.
        names: What it may use; see `letter_names`.

    Raises:
        MissingFact: A fact is not in the case; the message names it.
        PluginMistake: The template is not well formed or does something that is not allowed.
    """
    if len(source) > MOST_SOURCE:
        raise _refused(_("it is longer than {most} characters").format(most=MOST_SOURCE))
    try:
        tree = _values().parse(source)
        refuse_all_but_plain(tree, names)
        return str(collect(_values().from_string(tree).generate(dict(names))))
    except UndefinedError as error:
        raise missing(str(error)) from error
    except (TemplateSyntaxError, TemplateRuntimeError, SecurityError) as error:
        raise _refused(error.message or type(error).__name__) from error
    except (RecursionError, TypeError, ValueError, OverflowError) as error:
        raise _refused(type(error).__name__) from error


def missing(fact: str) -> MissingFact:
    """Return the error for a fact that the case does not hold."""
    return MissingFact(
        _("The case does not hold “{fact}”, and the text needs it.").format(fact=fact),
        next_step="complain check",
    )


def _refused(reason: str) -> PluginMistake:
    return PluginMistake(
        _("A placeholder cannot be used: {reason}.").format(reason=reason),
        next_step="complain plugin lint",
    )


def letter_names(
    case: Case,
    *,
    receipts: Sequence[ReceiptFact],
    today: dt.date,
    filings: Sequence[ReceiptFact] = (),
    public: bool = False,
) -> dict[str, object]:
    """Return the names that letters and form values may use.

    Args:
        case: The case.
        receipts: Filings of earlier stages, as the journal shows them.
        today: The day in China.
        filings: Every other filing of the matter that is to be disclosed besides `receipts`.
        public: Whether everyone can read them: then free text holds no number of anyone.

    Returns:
        ``complaint complainant respondent loans incidents demands evidence receipts filings today``; the engine
        adds ``letter``.
    """
    own = () if public else own_values(case)
    case = discreet(case, public=public)
    known = {fact.channel for fact in receipts}
    return {
        "complaint": views.complaint_view(case),
        "complainant": views.complainant_view(case),
        "respondent": views.respondent_view(case),
        "loans": tuple(views.loan_view(loan, n) for n, loan in enumerate(case.loans, 1)),
        "incidents": tuple(
            views.incident_view(row, n, own, case.recordings) for n, row in enumerate(case.incidents, 1)
        ),
        "demands": tuple(views.demand_view(demand, n) for n, demand in enumerate(case.demands, 1)),
        "evidence": tuple(views.evidence_view(item, n) for n, item in enumerate(case.evidence, 1)),
        "receipts": tuple(receipts),
        "filings": (*receipts, *(fact for fact in filings if fact.channel not in known)),
        "today": today,
    }
