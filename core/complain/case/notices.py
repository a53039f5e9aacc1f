"""What is no mistake in a case, yet weakens it or could be read against the person: told by ``complain check``."""

from __future__ import annotations

from collections.abc import Iterator

from complain.case.kinds import Answer, Basis, How, IncidentKind, LenderType
from complain.case.model import Case, Incident
from complain.i18n import _

_LONG_SUBJECT = 30  # DOMAIN.md §1: the shortest title limit seen in a form


def notices(case: Case) -> list[str]:
    """Return one sentence for each thing worth a second look.

    Args:
        case: As loaded.
    """
    found = [*_about_loans(case), *_about_text(case)]
    for number, incident in enumerate(case.incidents, 1):
        found += [
            _("Incident {number}: {notice}").format(number=number, notice=text) for text in _about(incident)
        ]
    return [*found, *_about_evidence(case)]


def _about_loans(case: Case) -> Iterator[str]:
    if not any(loan.lender for loan in case.loans):
        yield _(
            "No lender is named. The lender in the contract or the credit report decides which body is competent; "
            "a letter that asks the platform to name it can be written."
        )
    elif any(loan.lender and loan.lender_type is LenderType.UNKNOWN for loan in case.loans):
        yield _("The kind of lender is not known, so it cannot be said which regulator is competent.")


def _about_text(case: Case) -> Iterator[str]:
    if len(case.complaint.subject) > _LONG_SUBJECT:
        yield _("The subject is longer than {limit} characters; some forms take no more.").format(
            limit=_LONG_SUBJECT
        )
    if not case.complainant.reachable_at:
        yield _(
            "The letter cannot say when you answer your own phone, which is the best reason not to call others."
        )


def _about(incident: Incident) -> Iterator[str]:
    if incident.kind is IncidentKind.NIGHT_CALL and not incident.time_known:
        yield _("it is called a contact at night, but no time is given.")
    if incident.kind is IncidentKind.NIGHT_CALL and incident.time_known and 8 <= incident.at.hour < 22:
        yield _("it is called a contact at night, but the time lies between 8:00 and 22:00.")
    if incident.kind is IncidentKind.THIRD_PARTY_CONTACT and not incident.reached.is_third_party:
        yield _("it is called a contact with somebody else, but it does not say whom.")
    if incident.basis is Basis.TOLD and not (incident.told_by and incident.told_on):
        yield _("it was told to you, but it does not say by whom and when.")
    if incident.reached.is_third_party and incident.basis is Basis.FIRST_HAND:
        yield _("somebody else was reached, yet it is marked as lived through by yourself.")
    if incident.words and incident.how is How.CALL and incident.answered is Answer.NO:
        yield _("words are quoted from a call that was not answered.")


def _about_evidence(case: Case) -> Iterator[str]:
    if not case.evidence:
        yield _("There is no evidence yet. Screenshots, recordings and call lists carry a complaint.")
    bare = [n for n, incident in enumerate(case.incidents, 1) if not incident.evidence]
    if case.evidence and bare:
        numbers = _(", ").join(str(number) for number in bare)
        yield _("No evidence is named for incidents {numbers}; the letter says so.").format(numbers=numbers)
