"""Where a value came from, in a person's words: a definition says ``{{ complainant.email }}``, a person does not."""

from __future__ import annotations

import re

from complain.i18n import _

_NAMES = re.compile(
    r"\b(complainant|complaint|respondent|incidents|demands|evidence|letter|receipts|today|loans)\b(?:\.(\w+))?"
)

_OF_THE_LOAN = frozenset({"lender", "lender_type", "lender_type_name", "product", "contract_number"})
"""What ``respondent`` passes on of the case's ``[[loans]]``."""


def source_label(source: str) -> str:
    """Return a source for people.

    Args:
        source: A template as ``{{ complainant.email }}``, a name as ``evidence``, or a fixed text.
    """
    if not source:
        return ""
    labels = dict.fromkeys(_label(match[1], match[2] or "") for match in _NAMES.finditer(_named_part(source)))
    return _(", ").join(labels) if labels else _("fixed by this channel")


def _named_part(source: str) -> str:
    """Names count inside placeholders, or when the source is nothing but a name."""
    placeholders = re.findall(r"\{[{%](.*?)[%}]\}", source, re.DOTALL)
    if placeholders:
        return " ".join(placeholders)
    return source if re.fullmatch(r"[a-z_]+(?:\[\d+\])?(?:\.\w+)*", source) else ""


def _label(name: str, fact: str) -> str:
    if name == "complainant":
        return _("your case: {fact}").format(fact=_person_fact(fact))
    if name == "respondent" and fact in _OF_THE_LOAN:
        return _("your case: the loans")
    return {
        "complaint": _("your case: subject and summary"),
        "respondent": _("your case: who is complained about"),
        "loans": _("your case: the loans"),
        "incidents": _("your case: what happened"),
        "demands": _("your case: demands"),
        "evidence": _("your case: evidence"),
        "letter": _("the letter"),
        "receipts": _("receipts of earlier filings"),
        "today": _("today’s date"),
    }[name]


def _person_fact(fact: str) -> str:
    return {
        "name": _("Name"),
        "phone": _("Mobile number"),
        "email": _("E-mail address"),
        "id_number": _("Identity number"),
        "address": _("Address"),
        "reachable_at": _("When you can be reached"),
    }.get(fact, _("about you"))
