"""What a person calls each key and each member of a list: for questions, comments and lists of what is missing."""

from __future__ import annotations

import re
from enum import StrEnum

from complain.case.kinds import (
    Answer,
    Basis,
    DemandKind,
    How,
    IncidentKind,
    LenderSource,
    LenderType,
    Reached,
)
from complain.i18n import _


def label(key: str) -> str:
    """Return what a person calls a key of the case, or the key itself when it has no name.

    Args:
        key: As ``complainant.email``; places in lists (``loans[2].fees``, ``loans.0.fees``) are left out of
            account.
    """
    plain = re.sub(r"\[\d+\]|\.\d+(?=\.|$)", "", key)
    return _labels().get(plain, key)


def _labels() -> dict[str, str]:
    return {**_party_labels(), **_loan_labels(), **_incident_labels(), **_other_labels()}


def _party_labels() -> dict[str, str]:
    return {
        "id": _("short name of the case"),
        "complainant": _("the complainant"),
        "complainant.name": _("your name"),
        "complainant.phone": _("your telephone number"),
        "complainant.email": _("your e-mail address"),
        "complainant.id_number": _("your identity number"),
        "complainant.address": _("your postal address"),
        "complainant.reachable_at": _("hours in which you answer your own phone"),
        "platform": _("the app or site"),
        "platform.name": _("company or brand of the app or site"),
        "platform.app": _("name of the app"),
        "respondent.name": _("who is complained about"),
        "collection_agency": _("the collection agency"),
        "collection_agency.name": _("name of the collection agency"),
        "collection_agency.known_from": _("how you know the agency"),
    }


def _loan_labels() -> dict[str, str]:
    return {
        "loans": _("loans"),
        "loans.product": _("name of the loan product"),
        "loans.contract_number": _("number of the contract or loan note"),
        "loans.lender": _("lender named in the contract"),
        "loans.lender_type": _("kind of lender"),
        "loans.lender_source": _("where you know the lender from"),
        "loans.principal": _("principal in yuan"),
        "loans.interest": _("interest in yuan"),
        "loans.fees": _("late and other fees in yuan"),
        "loans.as_of": _("day on which you looked up the figures"),
        "loans.overdue_since": _("first overdue day"),
        "loans.assignment_notice": _("notice that the debt was assigned"),
    }


def _incident_labels() -> dict[str, str]:
    return {
        "incidents": _("what happened"),
        "incidents.at": _("day and time"),
        "incidents.time_known": _("whether the time of day is known"),
        "incidents.kind": _("what was wrong with it"),
        "incidents.number": _("their number or account"),
        "incidents.reached": _("whom they reached"),
        "incidents.reached_note": _("relation of that person to you"),
        "incidents.how": _("by what means"),
        "incidents.answered": _("whether the call was answered"),
        "incidents.words": _("their words"),
        "incidents.disclosed_debt": _("whether your debt was disclosed"),
        "incidents.basis": _("how you know of it"),
        "incidents.told_by": _("who told you"),
        "incidents.told_on": _("day on which you were told"),
        "incidents.evidence": _("evidence that shows it"),
    }


def _other_labels() -> dict[str, str]:
    return {
        "complaint": _("the complaint"),
        "complaint.subject": _("subject in one line"),
        "complaint.summary": _("what happened, in your own words"),
        "repayment.reason": _("why repayment is late"),
        "repayment.extension": _("the extension you ask for"),
        "repayment.grace": _("the grace period you ask for"),
        "repayment.waiver": _("the waiver you ask for"),
        "contacts": _("earlier contacts with the institution"),
        "contacts.at": _("day of the contact"),
        "contacts.channel": _("where you turned to"),
        "contacts.with_whom": _("with whom"),
        "contacts.number": _("their reference number"),
        "contacts.asked": _("what you asked for"),
        "contacts.answer": _("what they answered"),
        "demands": _("demands"),
        "demands.kind": _("kind of demand"),
        "demands.text": _("the demand in your words"),
        "evidence": _("evidence"),
        "evidence.file": _("file"),
        "evidence.redacted": _("copy with parts blacked out"),
        "evidence.title": _("what you call it"),
        "evidence.shows": _("what it shows"),
        "evidence.taken_on": _("day on which it was made"),
    }


def word(member: StrEnum) -> str:
    """Return what a person calls a member of one of the case's lists.

    Args:
        member: Of a list in `complain.case.kinds`.
    """
    # By class first: members of two lists that have the same value are equal.
    words = {**_loan_words(), **_incident_words()}.get(type(member), {})
    return words.get(member.value) or {"other": _("something else"), "unknown": _("not known")}[member.value]


Words = dict[type[StrEnum], dict[str, str]]


def _loan_words() -> Words:
    return {
        Answer: {"yes": _("yes"), "no": _("no")},
        LenderType: {
            "bank": _("bank"),
            "consumer-finance": _("consumer finance company"),
            "small-loan": _("small-loan company"),
        },
        LenderSource: {
            "contract": _("the contract"),
            "credit-report": _("the credit report"),
            "customer-service": _("customer service said so"),
        },
        DemandKind: _demand_words(),
    }


def _incident_words() -> Words:
    return {
        IncidentKind: {
            "third-party-contact": _("somebody else was contacted about my debt"),
            "night-call": _("contact at night (22:00 to 8:00)"),
            "frequent-calls": _("many calls on one day"),
            "threat": _("a threat"),
            "insult": _("an insult"),
            "impersonation": _("they posed as a court, the police or another authority"),
        },
        Reached: {
            "self": _("myself"),
            "family": _("family"),
            "friend": _("a friend"),
            "colleague": _("a colleague"),
            "employer": _("my employer"),
            "other": _("another person"),
        },
        How: {
            "call": _("telephone call"),
            "sms": _("SMS"),
            "wechat": _("WeChat"),
            "visit": _("visit in person"),
        },
        Basis: {
            "first-hand": _("I lived through it myself"),
            "told": _("somebody told me"),
            "inferred": _("I infer it"),
        },
    }


def _demand_words() -> dict[str, str]:
    return {
        "stop-third-parties": _("no more contact with people who have nothing to do with the debt"),
        "hours": _("no contact between 22:00 and 8:00, and no more calls than the rules allow"),
        "name-agency": _("tell me the collection agency and its mandate in writing"),
        "data-account": _("account for my personal data used in collection, and where contacts came from"),
        "data-deletion": _("delete data of third parties that the contract does not need"),
        "written-reply": _("a written reply"),
        "call-records": _("the records of the calls made to me"),
        "repayment-talks": _("somebody with authority talks with me about repayment"),
        "preserve-recordings": _("keep the recordings of the calls I name"),
        "other": _("something else, in my own words"),
    }
