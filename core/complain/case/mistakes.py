"""From what pydantic found to sentences: which file, which line, which key, what is wrong, what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from complain.case.folder import id_phrase
from complain.case.lines import KeyLines, KeyPath
from complain.case.model import Case
from complain.errors import Mistake
from complain.i18n import _

Phrase = tuple[str, str]


def key_text(path: KeyPath) -> str:
    """Return a key as a person counts it: the second loan's principal is ``loans[2].principal``."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def mistakes_of(error: ValidationError, file: str, lines: KeyLines) -> Iterator[Mistake]:
    """Yield every finding of pydantic as a `Mistake`, in the file's order of tables.

    Args:
        error: From validating a case.
        file: As the person named it.
        lines: Places of the keys.
    """
    for found in error.errors(include_url=False, include_input=False):
        path = tuple(found["loc"])
        if found["type"] == "too_short" and lines.has((*path, 0)):
            continue  # there are entries, but none without a mistake of its own
        yield Mistake(file, lines.line(path), key_text(path), *_phrase(found, path))


def phrase(error: ValidationError) -> Phrase:
    """Return what is wrong with a single value, and what would be right.

    Args:
        error: From validating one value by itself.
    """
    found = error.errors(include_url=False, include_input=False)[0]
    return _phrase(found, tuple(found["loc"]))


def _phrase(found: ErrorDetails, path: KeyPath) -> Phrase:
    kind = found["type"]
    if kind == "extra_forbidden":
        return _unknown_key(path)
    if kind == "missing":
        return _missing(path)
    if kind == "enum":
        return _not_in_list(path)
    if kind == "string_too_long":
        return _too_long(found.get("ctx", {}).get("max_length"))
    return _phrases().get(kind) or _of_wrong_kind()


def _phrases() -> dict[str, Phrase]:
    return {**_value_phrases(), **_number_phrases(), **_time_phrases(), **_shape_phrases()}


def _value_phrases() -> dict[str, Phrase]:
    return {
        "case_id": id_phrase(),
        "phone": (
            _("This is not a telephone number."),
            _("Write 11 digits starting with 1, or a landline with its area code."),
        ),
        "email": (
            _("This is not an e-mail address."),
            _("Write it with the sign @ and a domain, as on the account itself."),
        ),
        "id_length": (
            _("An identity number has 18 characters: 17 digits, then a digit or X."),
            _("Compare it with the card, or leave it out: it is asked for where a form needs it."),
        ),
        "id_birth": (
            _("The date of birth inside this identity number does not exist."),
            _("Compare digits 7 to 14 with the card."),
        ),
        "id_checksum": (
            _("This identity number cannot be right: its last character does not fit the others."),
            _("Compare every digit with the card."),
        ),
        "path_outside": (
            _("Evidence must lie inside the case folder."),
            _("Copy the file into the case folder and write its name from there, as evidence/01.png."),
        ),
        "one_line": (_("This must be one line."), _("Remove the line break.")),
        "told_before": (
            _("It was told before it happened."),
            _("Correct told_on, or the time of the incident."),
        ),
        "told_basis": (
            _("Somebody is named who told it, but it is not marked as told."),
            _('Write basis = "told", or remove told_by and told_on.'),
        ),
        "demand_empty": (
            _("The demand says nothing."),
            _("Write what you ask for as text, or choose a kind."),
        ),
    }


def _number_phrases() -> dict[str, Phrase]:
    return {
        "money": (_("This is not an amount of money."), _("Write yuan as a number, as 1234.50.")),
        "money_decimals": (
            _("An amount has at most two decimals."),
            _("Write yuan and fen, as 1234.50."),
        ),
        "money_negative": (
            _("An amount cannot be negative."),
            _("Write what is owed as a positive number."),
        ),
        "money_large": (_("This amount cannot be right."), _("Write yuan, as 1234.50.")),
    }


def _time_phrases() -> dict[str, Phrase]:
    return {
        "date": (_("This is not a date."), _("Write year, month and day, as 2026-10-01.")),
        "time": (
            _("This is not a date with a time."),
            _("Write day and time, as 2026-10-01 21:30, or the day only, as 2026-10-01."),
        ),
        "date_impossible": (
            _("There is no such day or time."),
            _("Write it as 2026-10-01, or with the time as 2026-10-01 21:30."),
        ),
        "date_future": (_("This lies in the future."), _("Correct the year, the month or the day.")),
        "date_ancient": (
            _("This lies before the year 2000."),
            _("Correct the year: write four digits, as 2026."),
        ),
    }


def _shape_phrases() -> dict[str, Phrase]:
    one_table = (
        _("Here a table is needed."),
        _("Write [name] above its keys, or [[name]] for each of several."),
    )
    text = (_("This must be a text."), _("Put it between straight quotation marks."))
    number = (
        _("This must be a number of an evidence file."),
        _("Count the [[evidence]] tables from 1, as evidence = [1, 3]."),
    )
    several = (_("Here a list is needed."), _("Write [[name]] above each entry."))
    return {
        "string_type": text,
        "string_too_short": (_("This is empty."), _("Write it between the quotation marks.")),
        "too_short": (_("There is none."), _("Add at least one, each under its own [[name]].")),
        "model_type": one_table,
        "model_attributes_type": one_table,
        "tuple_type": several,
        "list_type": several,
        "int_type": number,
        "int_parsing": number,
        "int_from_float": number,
        "greater_than_equal": number,
        "bool_type": (_("This must be true or false."), _("Write true or false, without quotation marks.")),
        "bool_parsing": (
            _("This must be true or false."),
            _("Write true or false, without quotation marks."),
        ),
    }


def _of_wrong_kind() -> Phrase:
    return _("This value is not of the right kind."), _("docs/case-toml.md shows each key with an example.")


def _too_long(limit: object) -> Phrase:
    return (
        _("This is longer than {limit} characters.").format(limit=limit),
        _("Shorten it; the full account belongs in complaint.summary."),
    )


def _missing(path: KeyPath) -> Phrase:
    if path == ("id",):
        return id_phrase()
    name = path[-1]
    tables = {"incidents": "[[incidents]]", "demands": "[[demands]]"}
    if len(path) == 1 and isinstance(name, str):
        header = tables.get(name, f"[{name}]")
        return _("The table {table} is missing.").format(table=header), _("Add it, with its keys below it.")
    return _("This is missing."), _("Add the line {key} = … to this table.").format(key=name)


def _unknown_key(path: KeyPath) -> Phrase:
    known = sorted(_model_at(path[:-1]).model_fields)
    near = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
    if near:
        return _("There is no such key."), _("Did you mean {key}?").format(key=near[0])
    return _("There is no such key."), _("Known here: {keys}.").format(keys=", ".join(known))


def _not_in_list(path: KeyPath) -> Phrase:
    allowed = _allowed(path)
    return _("This value is not known here."), _("Write one of: {values}.").format(values=", ".join(allowed))


def _allowed(path: KeyPath) -> list[str]:
    from enum import StrEnum

    annotation = _model_at(path[:-1]).model_fields[str(path[-1])].annotation
    members = annotation if isinstance(annotation, type) and issubclass(annotation, StrEnum) else ()
    return [member.value for member in members]


def _model_at(path: KeyPath) -> type[BaseModel]:
    model: type[BaseModel] = Case
    for part in path:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
