"""The facts of a case as templates and forms see them. ``docs/form-toml.md`` lists every attribute.

A fact that the person does not know is None here: printing it is an error that names it, testing it with ``if``
is not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from complain.case.kinds import HOW_NAMES
from complain.case.model import Case, Demand, Evidence, Incident, Loan
from complain.case.third_parties import relation_word
from complain.letters.demands import demand_sentence
from complain.letters.incidents import KIND_NAMES, incident_sentence, person
from complain.letters.parties import LENDER_TYPES, amounts
from complain.letters.trace import Sourced, clean


def _known(text: str | None, source: str) -> Sourced | None:
    plain = clean(text or "")
    return Sourced(plain, source) if plain else None


@dataclass(frozen=True)
class ComplaintView:
    """``complaint``: what it is about."""

    fact: str
    subject: str | None
    summary: str | None


@dataclass(frozen=True)
class ComplainantView:
    """``complainant``: the person whose matter it is."""

    fact: str
    name: str | None
    phone: str | None
    email: str | None
    id_number: str | None
    address: str | None
    reachable_at: str | None


@dataclass(frozen=True)
class RespondentView:
    """``respondent``: who is complained about; ``name`` is the lender where it is known, else the platform."""

    fact: str
    name: str | None
    lender: str | None
    lender_type: str | None
    lender_type_name: str | None
    platform: str | None
    app: str | None
    agency: str | None
    product: str | None
    contract_number: str | None


@dataclass(frozen=True)
class LoanView:
    """One of ``loans``."""

    fact: str
    product: str | None
    contract_number: str | None
    lender: str | None
    lender_type: str
    lender_type_name: str
    amounts: str | None
    overdue_since: dt.date | None


@dataclass(frozen=True)
class IncidentView:
    """One of ``incidents``. ``person`` names the relation of a third party only."""

    fact: str
    at: dt.datetime
    date: str
    time: str | None
    kind: str
    kind_name: str
    number: str | None
    person: str
    relation: str | None
    how: str
    how_name: str
    answered: str
    words: str | None
    disclosed_debt: str
    basis: str
    sentence: str
    evidence: tuple[int, ...]


@dataclass(frozen=True)
class DemandView:
    """One of ``demands``."""

    fact: str
    kind: str
    text: str


@dataclass(frozen=True)
class EvidenceView:
    """One of ``evidence``; ``number`` is what the letter calls it by."""

    fact: str
    number: int
    title: str
    shows: str | None
    taken_on: dt.date | None


def complaint_view(case: Case) -> ComplaintView:
    """Return ``complaint``."""
    complaint = case.complaint
    return ComplaintView(
        "complaint",
        _known(complaint.subject, "complaint.subject"),
        _known(complaint.summary, "complaint.summary"),
    )


def complainant_view(case: Case) -> ComplainantView:
    """Return ``complainant``."""
    who = case.complainant

    def fact(name: str, value: str | None) -> Sourced | None:
        return _known(value, f"complainant.{name}")

    return ComplainantView(
        "complainant",
        fact("name", who.name),
        fact("phone", who.phone),
        fact("email", who.email),
        fact("id_number", who.id_number),
        fact("address", who.address),
        fact("reachable_at", who.reachable_at),
    )


def respondent_view(case: Case) -> RespondentView:
    """Return ``respondent``."""
    whole = case.respondent
    loan = next((loan for loan in case.loans if clean(loan.lender)), None)
    return RespondentView(
        "respondent",
        _known(whole.name, "loans platform.name"),
        _known(whole.lender, "loans"),
        None if loan is None else loan.lender_type.value,
        None if loan is None else LENDER_TYPES[loan.lender_type],
        _known(whole.platform, "platform.name"),
        _known(case.platform.app, "platform.app"),
        _known(whole.agency, "collection_agency.name"),
        _known(whole.product, "loans"),
        _known(whole.contract_number, "loans"),
    )


def loan_view(loan: Loan, number: int) -> LoanView:
    """Return one of ``loans``; ``number`` counts from 1."""
    fact = f"loans[{number}]"
    return LoanView(
        fact,
        _known(loan.product, fact),
        _known(loan.contract_number, fact),
        _known(loan.lender, fact),
        loan.lender_type.value,
        LENDER_TYPES[loan.lender_type],
        _known(amounts(loan), fact),
        loan.overdue_since,
    )


def incident_view(
    incident: Incident, number: int, own: Collection[str], recordings: Collection[int]
) -> IncidentView:
    """Return one of ``incidents``; ``number`` counts from 1, in the file's order."""
    fact = f"incidents[{number}]"
    return IncidentView(
        fact,
        incident.at,
        incident.at.date().isoformat(),
        f"{incident.at:%H:%M}" if incident.time_known else None,
        incident.kind.value,
        KIND_NAMES[incident.kind],
        _known(incident.number, fact),
        person(incident),
        _known(relation_word(incident.reached_note), fact),
        incident.how.value,
        HOW_NAMES[incident.how],
        incident.answered.value,
        _known(incident.words, fact),
        incident.disclosed_debt.value,
        incident.basis.value,
        incident_sentence(incident, number, own=own, recordings=recordings),
        incident.evidence,
    )


def demand_view(demand: Demand, number: int) -> DemandView:
    """Return one of ``demands``; ``number`` counts from 1."""
    return DemandView(f"demands[{number}]", demand.kind.value, demand_sentence(demand, number))


def evidence_view(evidence: Evidence, number: int) -> EvidenceView:
    """Return one of ``evidence``; ``number`` counts from 1."""
    fact = f"evidence[{number}]"
    return EvidenceView(
        fact,
        number,
        Sourced(clean(evidence.name), fact),
        _known(evidence.shows, fact),
        evidence.taken_on,
    )
