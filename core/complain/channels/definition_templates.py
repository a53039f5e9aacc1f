"""The placeholders of a definition: known names only, no secret outside the log-in.

Rendering belongs to the filing; here only what can be known without a case is checked.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import cast

from complain.case.lines import KeyPath
from complain.channels.definition_mistakes import Finding
from complain.i18n import _

VALUE_NAMES = (
    "complaint",
    "complainant",
    "respondent",
    "loans",
    "incidents",
    "demands",
    "evidence",
    "letter",
    "receipts",
    "today",
)
_TEMPLATED = ("value", "choose", "check", "date", "cascade")


def template_mistakes(data: Mapping[str, object]) -> Iterator[Finding]:
    """Yield what is wrong with the placeholders of a parsed definition."""
    for path, source, is_login in _sources(data):
        yield from _mistakes_of(path, source, is_login)


def _sources(data: Mapping[str, object]) -> Iterator[tuple[KeyPath, str, bool]]:
    for number, page in enumerate(_list(data.get("page"))):
        if isinstance(page.get("when"), str):
            yield ("page", number, "when"), f"{{% if {page['when']} %}}{{% endif %}}", False
        for path, source in _field_sources(page.get("fields")):
            yield ("page", number, "fields", *path), source, False
    login = data.get("login")
    fields = cast("dict[str, object]", login).get("fields") if isinstance(login, dict) else None
    for path, source in _field_sources(fields):
        yield ("login", "fields", *path), source, True


def _list(value: object) -> list[dict[str, object]]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("dict[str, object]", item) if isinstance(item, dict) else {} for item in items]


def _field_sources(fields: object) -> Iterator[tuple[KeyPath, str]]:
    for position, field in enumerate(_list(fields)):
        for key in _TEMPLATED:
            value = field.get(key)
            items = cast("list[object]", value) if isinstance(value, list) else [value]
            for item in items:
                if isinstance(item, str):
                    yield (position, key), item


def _mistakes_of(path: KeyPath, source: str, is_login: bool) -> Iterator[Finding]:
    from jinja2 import Environment, TemplateSyntaxError, meta

    try:
        names = meta.find_undeclared_variables(Environment().parse(source))  # parsed, never rendered
    except TemplateSyntaxError as error:
        yield Finding(
            path,
            _("The placeholder is not well formed: {reason}.").format(reason=error.message),
            _well_formed(path),
        )
        return
    for name in sorted(names - set(("secret",) if is_login else VALUE_NAMES)):
        yield _not_of_a_login(path, name) if is_login else _unknown_name(path, name)


def _well_formed(path: KeyPath) -> str:
    if path[-1] == "when":
        return _("Write it without braces, as {example}.").format(example="respondent.lender_type == 'bank'")
    return _("Write it as {example}.").format(example="{{ complainant.email }}")


def _not_of_a_login(path: KeyPath, name: str) -> Finding:
    return Finding(
        path,
        _("“{name}” is not known in a log-in, which is filled from the keyring alone.").format(name=name),
        _("Write it as {example}, and keep the value with complain secret set.").format(
            example="{{ secret('helpdesk.user') }}"
        ),
    )


def _unknown_name(path: KeyPath, name: str) -> Finding:
    if name == "secret":
        return Finding(
            path,
            _("A secret may be used only under [login]."),
            _("Take the value from the case; a sensitive fact that is not in it is asked from the keyring."),
        )
    nearest = difflib.get_close_matches(name, VALUE_NAMES, n=1, cutoff=0.5)
    return Finding(
        path,
        _("There is no value “{name}”.").format(name=name),
        _("Did you mean “{key}”?").format(key=nearest[0])
        if nearest
        else _("The values are: {names}.").format(names=", ".join(VALUE_NAMES)),
    )
