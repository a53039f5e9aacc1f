"""From pydantic's errors to sentences: file, line, key, what is wrong, what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complain.case.lines import KeyLines, KeyPath
from complain.errors import Mistake
from complain.i18n import _

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

KnownKeys = Mapping[tuple[str, ...], Sequence[str]]


@dataclass(frozen=True)
class Finding:
    """A mistake before its line is known.

    Attributes:
        path: Where, with 0-based positions.
        problem: What is wrong, one sentence.
        remedy: What would be right, one sentence.
    """

    path: KeyPath
    problem: str
    remedy: str


def written(path: KeyPath) -> str:
    """Return a path as a person counts: ``page[1].fields[3].label``."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def findings_of(error: ValidationError, known: KnownKeys) -> list[Finding]:
    """Return one finding per error of a validation.

    Args:
        error: What pydantic raised.
        known: The keys of every table, by the table's path without positions.
    """
    details = error.errors(include_url=False)
    return [_finding(detail, known) for detail in details if not _is_echo(detail, details)]


def _is_echo(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """A list whose every item is wrong is reported as too short as well."""
    return detail["type"] == "too_short" and any(
        other["loc"][: len(detail["loc"])] == detail["loc"] and other is not detail for other in details
    )


def as_mistakes(path: Path, findings: Iterable[Finding], lines: KeyLines) -> list[Mistake]:
    """Return the findings as mistakes of the file at ``path``, in the order of their lines."""
    mistakes = {
        Mistake(str(path), lines.nearest(item.path), written(item.path), item.problem, item.remedy)
        for item in findings
    }
    return sorted(mistakes, key=lambda item: (item.line or 0, item.key, item.problem))


def _finding(detail: ErrorDetails, known: KnownKeys) -> Finding:
    path: KeyPath = tuple(detail["loc"])
    context: dict[str, Any] = detail.get("ctx", {})
    if detail["type"] == "complain":
        return Finding(path, str(context["problem"]), str(context["remedy"]))
    if detail["type"] == "extra_forbidden":
        return _unknown_key(path, known)
    if detail["type"] == "missing":
        return Finding(
            path,
            _("The key “{key}” is missing.").format(key=path[-1]),
            _("Add it; docs/form-toml.md describes it."),
        )
    return Finding(path, *_wrong_value(detail["type"], context))


def _unknown_key(path: KeyPath, known: KnownKeys) -> Finding:
    key = str(path[-1])
    keys = list(known.get(tuple(part for part in path[:-1] if isinstance(part, str)), ()))
    nearest = difflib.get_close_matches(key, keys, n=1, cutoff=0.5)
    remedy = (
        _("Did you mean “{key}”?").format(key=nearest[0])
        if nearest
        else _("The keys here are: {keys}.").format(keys=", ".join(keys))
    )
    return Finding(path, _("There is no key “{key}” here.").format(key=key), remedy)


def _wrong_value(kind: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Pydantic names its error types in https://docs.pydantic.dev/latest/errors/validation_errors/."""
    simple = {
        "string_type": (_("This must be a text."), _('Put it in quotation marks: "…".')),
        "int_type": (_("This must be a whole number."), _("Write it without quotation marks.")),
        "bool_type": (_("This must be true or false."), _("Write it without quotation marks.")),
        "tuple_type": (_("This must be a list."), _('Write it as ["…", "…"].')),
        "model_type": (_("This must be a table."), _("Write it as { key = value }.")),
        "date_type": (_("This must be a day."), _("Write it as 2026-11-23, without quotation marks.")),
        "too_short": (_("The list is empty."), _("Give at least one.")),
    }
    if kind in simple:
        return simple[kind]
    if kind == "literal_error":
        return _("This value is not known."), _("Write one of: {values}.").format(values=context["expected"])
    if kind in ("greater_than", "greater_than_equal"):
        return _("The number is too small."), _("Write a larger one.")
    return _("This value cannot be used ({kind}).").format(kind=kind), _("See docs/form-toml.md.")
