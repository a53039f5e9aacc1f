"""``handover.toml``: a channel to be done by hand, as data. Light: it is read whenever channels are listed."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast, get_args

from complain.case.lines import KeyLines, KeyPath
from complain.channels.definition_table import parse_toml, read_text, refuse
from complain.errors import Mistake
from complain.handover import (
    Body,
    Certainty,
    EntryKind,
    EntryPoint,
    HandoverField,
    HandoverSheet,
    SheetKind,
    TelephoneSheet,
)
from complain.i18n import _

Table = Mapping[str, Any]
Check = Callable[[object], str]


def _is(kind: type, sentence: Callable[[], str]) -> Check:
    # A bool is an int in Python, and a moment is a day; neither is meant.
    return lambda value: "" if type(value) is kind else sentence()


def _one_of(values: tuple[object, ...]) -> Check:
    def check(value: object) -> str:
        known = ", ".join(str(each) for each in values)
        same = any(type(each) is type(value) and each == value for each in values)
        return "" if same else _("Write one of: {values}.").format(values=known)

    return check


def _filled(value: object) -> str:
    return "" if isinstance(value, str) and value.strip() else _("Write a text that is not empty.")


def _texts(value: object) -> str:
    items = cast("list[object]", value) if isinstance(value, list) else [None]
    return "" if all(isinstance(item, str) for item in items) else _('Write a list of texts, as ["…", "…"].')


_text = _is(str, lambda: _("Write a text in quotation marks."))
_number = _is(int, lambda: _("Write a whole number without quotation marks."))
_day = _is(dt.date, lambda: _("Write a day as 2026-11-23, without quotation marks."))

KEYS: dict[str, dict[str, Check]] = {
    "channel": {
        "id": _filled,
        "title": _filled,
        "stage": _one_of((1, 2)),
        "body": _one_of(get_args(Body)),
        "recipient": _filled,
        "receipt": _filled,
        "where": _filled,
        "kind": _one_of(get_args(SheetKind)),
        "onward": _text,
        "steps": _texts,
        "letter_max": _number,
        "attachments": _text,
        "ask_address": _text,
    },
    "entry": {
        "kind": _one_of(get_args(EntryKind)),
        "how": _filled,
        "certainty": _one_of(get_args(Certainty)),
        "seen": _day,
        "source": _filled,
        "address": _text,
        "note": _text,
        "platforms": _texts,
        "lenders": _texts,
    },
    "field": {"label": _filled, "value": _text, "page": _number, "max": _number, "note": _text},
    "telephone": {"script": _filled, "questions": _texts, "facts": lambda _value: "", "note": _text},
}
_REQUIRED = {
    "channel": ("id", "title", "stage", "body", "recipient", "receipt", "where"),
    "entry": ("kind", "how", "certainty", "seen", "source"),
    "field": ("label",),
    "telephone": ("script", "questions"),
}


@dataclass(frozen=True)
class _Wrong:
    path: KeyPath
    problem: str
    remedy: str


def is_sheet(data: Table) -> bool:
    """Whether a TOML file in a plugins folder is a hand-over sheet and not a form.

    Args:
        data: The file.
    """
    return "submit" not in data and ("entry" in data or "telephone" in data)


def load_sheet(path: Path) -> HandoverSheet:
    """Read a ``handover.toml``.

    Args:
        path: The file.

    Raises:
        DefinitionMistakes: The file has mistakes; all are named, each with its line.
    """
    text = read_text(path)
    data = parse_toml(path, text)
    wrong = list(_wrong_in(data))
    if wrong:
        raise refuse(path, _as_mistakes(path, text, wrong))
    return replace(_sheet(data), path=path)


def _as_mistakes(path: Path, text: str, wrong: Iterable[_Wrong]) -> list[Mistake]:
    lines = KeyLines(text)
    return [
        Mistake(str(path), lines.nearest(each.path), _written(each.path), each.problem, each.remedy)
        for each in wrong
    ]


def _written(path: KeyPath) -> str:
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _wrong_in(data: Table) -> Iterable[_Wrong]:
    for key in data:
        if key not in KEYS:
            yield _unknown((key,), tuple(KEYS))
    yield from _wrong_table(data.get("channel"), "channel", ("channel",))
    for name in ("entry", "field"):
        yield from _wrong_list(data.get(name), name, (name,))
    if "telephone" in data:
        yield from _wrong_table(data["telephone"], "telephone", ("telephone",))
        telephone = cast("Table", data["telephone"] if isinstance(data["telephone"], dict) else {})
        yield from _wrong_list(telephone.get("facts"), "field", ("telephone", "facts"))
    if not data.get("entry"):
        yield _Wrong(
            ("entry",), _("There is no [[entry]]."), _("Say at least one way in, and how sure it is.")
        )


def _wrong_list(value: object, name: str, path: KeyPath) -> Iterable[_Wrong]:
    if value is None:
        return
    if not isinstance(value, list):
        yield _Wrong(
            path, _("This must be a list of tables."), _("Write it as [[{name}]].").format(name=name)
        )
        return
    for index, item in enumerate(cast("list[object]", value)):
        yield from _wrong_table(item, name, (*path, index))


def _wrong_table(value: object, name: str, path: KeyPath) -> Iterable[_Wrong]:
    table: Table = cast("Table", value) if isinstance(value, dict) else {}
    for key in _REQUIRED[name]:
        if key not in table:
            yield _Wrong(path, _("“{key}” is missing.").format(key=key), _("Add it."))
    for key, item in table.items():
        if key not in KEYS[name]:
            yield _unknown((*path, key), tuple(KEYS[name]))
        elif remedy := KEYS[name][key](item):
            yield _Wrong((*path, key), _("This value cannot be used."), remedy)


def _unknown(path: KeyPath, known: tuple[str, ...]) -> _Wrong:
    nearest = difflib.get_close_matches(str(path[-1]), known, n=1)
    remedy = (
        _("Did you mean “{key}”?").format(key=nearest[0])
        if nearest
        else _("The keys here are: {keys}.").format(keys=", ".join(known))
    )
    return _Wrong(path, _("There is no key “{key}” here.").format(key=path[-1]), remedy)


def _sheet(data: Table) -> HandoverSheet:
    channel = _with_tuples(data["channel"], "steps")
    channel["entries"] = tuple(EntryPoint(**_with_tuples(e, "platforms", "lenders")) for e in data["entry"])
    channel["fields"] = tuple(HandoverField(**field) for field in data.get("field", ()))
    channel["telephone"] = _telephone(data["telephone"]) if "telephone" in data else None
    return HandoverSheet(**channel)


def _telephone(table: Table) -> TelephoneSheet:
    values = _with_tuples(table, "questions")
    values["facts"] = tuple(HandoverField(**fact) for fact in table.get("facts", ()))
    return TelephoneSheet(**values)


def _with_tuples(table: Table, *keys: str) -> dict[str, Any]:
    return {**table, **{key: tuple(table[key]) for key in keys if key in table}}


__all__ = ["EntryPoint", "HandoverField", "HandoverSheet", "TelephoneSheet", "load_sheet"]
