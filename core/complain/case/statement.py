"""The facts of a case as a person reads them before signing: every key that says something, in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import cast

from complain.case.labels import label, word
from complain.case.model import Case, Incident, Table
from complain.i18n import _

_HIDDEN = frozenset({"time_known"})  # the day without a time says it already


def facts_text(case: Case) -> str:
    """Return all facts of a case, one a line, under a heading per table.

    Args:
        case: As loaded. Nothing is masked: the person checks every character.
    """
    return "\n".join(_lines(case))


def _lines(case: Case) -> Iterator[str]:
    for name in type(case).model_fields:
        value = getattr(case, name)
        if isinstance(value, Table):
            yield from _table(label(name), name, value)
        elif isinstance(value, tuple):
            for number, entry in enumerate(cast("tuple[Table, ...]", value), 1):
                yield from _table(f"{label(name)} {number}", name, entry)


def _table(heading: str, name: str, table: Table) -> Iterator[str]:
    facts = [
        "  " + _("{name}: {value}").format(name=label(f"{name}.{key}"), value=shown)
        for key in type(table).model_fields
        if key not in _HIDDEN and (shown := _shown(table, key))
    ]
    if facts:
        yield f"── {heading} ──"
        yield from facts
        yield ""


def _shown(table: Table, key: str) -> str:
    if isinstance(table, Incident) and key == "at":
        return table.when
    value = getattr(table, key)
    if isinstance(value, StrEnum):
        return "" if value.value == "unknown" else word(value)
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in cast("tuple[object, ...]", value))
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else str(value).replace("\n", "\n    ")
