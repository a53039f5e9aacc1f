"""Mistakes that show only when the whole file is looked at: doubled fields, lost buttons, signals that always match.

The checks read the parsed TOML, not the models, so that they speak even when some other key is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

from complain.case.lines import KeyPath
from complain.channels.definition_mistakes import Finding
from complain.channels.definition_table import API_VERSION
from complain.channels.definition_templates import template_mistakes
from complain.i18n import _
from complain.names import fold

Table = Mapping[str, object]


def table(value: object) -> Table:
    """Return a table, or an empty one where the file holds something else."""
    return cast("Table", value) if isinstance(value, dict) else {}


def tables(value: object) -> list[Table]:
    """Return a list of tables, empty ones where the file holds something else."""
    return [table(item) for item in cast("list[object]", value)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """Return the texts of a text or a list of texts."""
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def whole_file_mistakes(data: Table) -> list[Finding]:
    """Return what is wrong between the parts of a parsed definition."""
    return [
        *_version(data),
        *_way_on(tables(data.get("page"))),
        *_doubled_labels(data),
        *_over_broad(data),
        *template_mistakes(data),
    ]


def fields_of(data: Table) -> Iterator[tuple[KeyPath, Table]]:
    """Yield every field of every page and of the log-in, with its path."""
    for number, page in enumerate(tables(data.get("page"))):
        for position, field in enumerate(tables(page.get("fields"))):
            yield ("page", number, "fields", position), field
    for position, field in enumerate(tables(table(data.get("login")).get("fields"))):
        yield ("login", "fields", position), field


def _version(data: Table) -> Iterator[Finding]:
    version = table(data.get("channel")).get("api_version", API_VERSION)
    if isinstance(version, int) and version != API_VERSION:
        yield Finding(
            ("channel", "api_version"),
            _(
                "The definition is made for version {theirs} of the format; this tool reads version {ours}."
            ).format(theirs=version, ours=API_VERSION),
            _("Use a version of the tool that reads it, or adapt the definition."),
        )


def _way_on(pages: list[Table]) -> Iterator[Finding]:
    for number, page in enumerate(pages[:-1]):
        if "next" not in page and "wait" not in pages[number + 1]:
            yield Finding(
                ("page", number),
                _("Nothing leads from this page to the next."),
                _('Add next = "…", or wait = "…" on the following page when it comes by itself.'),
            )
    if pages and "next" in pages[-1]:
        yield Finding(
            ("page", len(pages) - 1, "next"),
            _("The last page has no next page."),
            _("Put the button that files under [submit]."),
        )


def _doubled_labels(data: Table) -> Iterator[Finding]:
    seen: dict[tuple[object, ...], KeyPath] = {}
    for path, field in fields_of(data):
        label = field.get("label")
        if not isinstance(label, str) or "css" in field:
            continue
        key = (path[:-1], fold(label), field.get("frame"))
        if key in seen:
            yield Finding(
                (*path, "label"),
                _("The label “{label}” stands twice on one page.").format(label=label),
                _('Tell them apart with css = "…" or frame = "…".'),
            )
        seen[key] = path


def _over_broad(data: Table) -> Iterator[Finding]:
    outcome = table(data.get("outcome"))
    success = outcome.get("success")
    signs = {"pattern": success} if isinstance(success, str) else table(success)
    base: KeyPath = ("outcome", "success") if isinstance(success, str) else ("outcome", "success", "pattern")
    if "css" not in signs and _matches(signs.get("pattern"), " ".join(_words_of_the_form(data))):
        yield Finding(
            base,
            _("The sign of success is also on the form itself."),
            _("Use words that only the page of success shows."),
        )
    if _matches(signs.get("url"), str(table(data.get("channel")).get("url", ""))):
        yield Finding(
            ("outcome", "success", "url"),
            _("The sign of success also matches the address of the form."),
            _("Use a part of the address that only the page of success has."),
        )


def _matches(pattern: object, text: str) -> bool:
    try:
        return isinstance(pattern, str) and re.search(pattern, text) is not None
    except re.error:
        return False


def _words_of_the_form(data: Table) -> Iterator[str]:
    """What the form is known to show before anything is sent."""
    for path, field in fields_of(data):
        if path[0] == "page":
            yield from texts(field.get("label"))
            yield from texts(field.get("choose"))
    for page in tables(data.get("page")):
        yield from texts(page.get("next"))
    yield from texts(table(data.get("submit")).get("button"))
