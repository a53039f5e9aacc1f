"""``docs/case-toml.md`` says what the schema says, and its example loads."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from pathlib import Path
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from complain.case.load import load_case
from complain.case.model import Case

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs" / "case-toml.md").read_text(encoding="utf-8")


def _model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model(part))), None)


def _documented() -> dict[str, dict[str, str]]:
    """Table name -> key -> row of the document."""
    tables: dict[str, dict[str, str]] = {}
    for section in re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)[1:]:
        heading = re.match(r"\[{0,2}(\w+)", section)
        rows = re.findall(r"^\| `(\w+)` \|(.*)$", section, flags=re.MULTILINE)
        if heading and rows:
            tables[heading[1]] = dict(rows)
    return tables


def _fields() -> dict[str, dict[str, FieldInfo]]:
    tables: dict[str, dict[str, FieldInfo]] = {"id": {"id": Case.model_fields["id"]}}
    for name, field in Case.model_fields.items():
        model = _model(field.annotation)
        if model is not None:
            tables[name] = dict(model.model_fields)
    return tables


def test_every_table_and_key_of_the_schema_is_documented_and_no_other() -> None:
    expected = {table: set(fields) for table, fields in _fields().items()}

    assert {table: set(rows) for table, rows in _documented().items()} == expected


def test_exactly_the_required_keys_are_marked_as_required() -> None:
    for table, fields in _fields().items():
        marked = {
            key for key, row in _documented()[table].items() if "**必填**" in row and "*required*" in row
        }
        assert marked == {key for key, field in fields.items() if field.is_required()}, table


def test_every_value_of_a_closed_list_is_documented_at_its_key() -> None:
    for table, fields in _fields().items():
        for key, field in fields.items():
            kind = field.annotation
            if isinstance(kind, type) and issubclass(kind, StrEnum) and kind.__name__ != "Answer":
                written = set(re.findall(r'`"([a-z-]+)"`', _documented()[table][key]))
                assert written == {member.value for member in kind}, f"{table}.{key}"


def test_a_list_of_tables_is_headed_with_double_brackets() -> None:
    for name, field in Case.model_fields.items():
        if _model(field.annotation) is not None:
            heading = f"## [[{name}]]" if "tuple" in str(field.annotation) else f"## [{name}]"
            assert heading in DOCUMENT


def test_the_least_case_in_the_document_loads(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    assert example is not None
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "01.png").write_bytes(b"picture")
    (tmp_path / "case.toml").write_text(example[1], encoding="utf-8")

    assert load_case(tmp_path, now=dt.datetime(2026, 11, 23, tzinfo=dt.UTC)).id == "case-2026"
