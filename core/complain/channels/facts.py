"""Which facts a form cannot do without: found by reading its placeholders, without rendering them."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import Environment, nodes

from complain.case.model import Case
from complain.channels.definition import FormDefinition

_ROOTS = ("complainant", "complaint", "respondent")


def missing_facts(definition: FormDefinition, case: Case) -> list[str]:
    """Return the facts that a form's values always need and the case lacks, as ``complainant.email``.

    A page that has a condition is left out, and so is a placeholder that itself allows for a missing fact (in an
    ``if``, an ``or`` or a ``default``): whether those need it is known only when they are rendered.

    Args:
        definition: The form.
        case: The facts.
    """
    needed = dict.fromkeys(
        fact
        for page in definition.pages
        if not page.when
        for field in page.fields
        for template in field.templates
        for fact in _facts(Environment().parse(template))  # parsed, never rendered
    )
    return [fact for fact in needed if _is_missing(case, fact)]


def _facts(node: nodes.Node) -> Iterator[str]:
    if _allows_for_nothing(node):
        return
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name in _ROOTS:
        yield f"{node.node.name}.{node.attr}"
    for child in node.iter_child_nodes():
        yield from _facts(child)


def _allows_for_nothing(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Filter):
        return node.name in ("default", "d")
    return isinstance(node, nodes.If | nodes.CondExpr | nodes.Or | nodes.And | nodes.Test)


def _is_missing(case: Case, fact: str) -> bool:
    root, name = fact.split(".")
    value = getattr(getattr(case, root), name, True)  # what a view adds to the case is always there
    return value is None or value == ""
