"""Placeholders, down to the last attribute: each names a fact that exists, and does only what a value may do."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import fields

from jinja2 import TemplateError, nodes
from jinja2.exceptions import SecurityError

from complain.case.lines import KeyPath
from complain.channels.definition_checks import Table, fields_of, tables, texts
from complain.channels.definition_mistakes import Finding
from complain.i18n import _
from complain.letters import views
from complain.letters.sandbox import confined, refuse_all_but_plain
from complain.letters.state import ReceiptFact

_ONE: Mapping[str, type[object]] = {
    "complaint": views.ComplaintView,
    "complainant": views.ComplainantView,
    "respondent": views.RespondentView,
}
_MANY: Mapping[str, type[object]] = {
    "loans": views.LoanView,
    "incidents": views.IncidentView,
    "demands": views.DemandView,
    "evidence": views.EvidenceView,
    "receipts": ReceiptFact,
}
_TEMPLATED = ("value", "choose", "check", "date", "cascade")


def attributes() -> dict[str, tuple[str, ...]]:
    """Return the attributes of every name that a value may use, as a person may write them."""
    return {
        name: tuple(f.name for f in fields(view) if f.name != "fact")  # type: ignore[arg-type]  # all are dataclasses
        for name, view in {**_ONE, **_MANY}.items()
    }


def value_findings(data: Table) -> Iterator[Finding]:
    """Yield what is wrong with the placeholders of a parsed definition."""
    known = attributes()
    for number, page in enumerate(tables(data.get("page"))):
        if isinstance(condition := page.get("when"), str):
            yield from _findings(("page", number, "when"), f"{{% if {condition} %}}{{% endif %}}", known)
    for path, field in fields_of(data):
        for key in _TEMPLATED:
            for item in texts(field.get(key)):
                if "{{" in item or "{%" in item:
                    yield from _findings((*path, key), item, known)


def _findings(path: KeyPath, source: str, known: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    environment = confined(keep_sources=False)
    try:
        tree = environment.parse(source)
        refuse_all_but_plain(tree, {"secret": str})
        environment.from_string(source)
    except SecurityError as error:
        yield Finding(
            path,
            _("The placeholder cannot be used: {reason}.").format(reason=error.message),
            _("A value may read a fact, choose (if) and list (for)."),
        )
        return
    except TemplateError as error:
        if "{" in source and path and not _is_syntax(error):
            yield Finding(
                path,
                _("The placeholder cannot be used: {reason}").format(reason=error.message),
                _("docs/form-toml.md lists the filters that there are."),
            )
        return
    yield from _unknown_attributes(path, tree, known)


def _is_syntax(error: TemplateError) -> bool:
    """Syntax is named by the definition's own check; an unknown filter or test is not."""
    return type(error).__name__ == "TemplateSyntaxError"


def _unknown_attributes(
    path: KeyPath, tree: nodes.Template, known: Mapping[str, tuple[str, ...]]
) -> Iterator[Finding]:
    names = {name: name for name in known}
    for loop in tree.find_all(nodes.For):
        if isinstance(loop.target, nodes.Name) and isinstance(loop.iter, nodes.Name):
            names[loop.target.name] = loop.iter.name
    for node in tree.find_all(nodes.Getattr):
        base = node.node.node if isinstance(node.node, nodes.Getitem) else node.node
        owner = names.get(base.name, "") if isinstance(base, nodes.Name) else ""
        if owner in known and node.attr not in known[owner]:
            yield _unknown(path, owner, node.attr, known[owner])
    for called in tree.find_all(nodes.Filter):
        if called.name == "map" and isinstance(called.node, nodes.Name) and called.node.name in known:
            wanted = _attribute(called)
            if wanted and wanted not in known[called.node.name]:
                yield _unknown(path, called.node.name, wanted, known[called.node.name])


def _attribute(called: nodes.Filter) -> str:
    for keyword in called.kwargs:
        if keyword.key == "attribute" and isinstance(keyword.value, nodes.Const):
            return str(keyword.value.value)
    return ""


def _unknown(path: KeyPath, owner: str, attribute: str, known: tuple[str, ...]) -> Finding:
    nearest = difflib.get_close_matches(attribute, known, n=1, cutoff=0.5)
    return Finding(
        path,
        _("“{owner}” has no “{attribute}”.").format(owner=owner, attribute=attribute),
        _("Did you mean “{key}”?").format(key=f"{owner}.{nearest[0]}")
        if nearest
        else _("It has: {names}.").format(names=", ".join(known)),
    )
