"""docs/form-toml.md describes every key of form.toml, and nothing else; its example loads; the schema agrees."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from complain.channels.definition import KNOWN_KEYS, TABLES, json_schema, load_definition
from complain.channels.definition_templates import VALUE_NAMES

DOCUMENT = (Path(__file__).parents[1] / "docs" / "form-toml.md").read_text("utf-8")
HEADINGS: dict[tuple[str, ...], str] = {
    ("channel",): "## [channel]",
    ("limits",): "## [limits]",
    ("limits", "letter"): "### letter",
    ("limits", "attachments"): "### attachments",
    ("page",): "## [[page]]",
    ("page", "fields"): "## fields",
    ("submit",): "## [submit]",
    ("outcome",): "## [outcome]",
    ("outcome", "success"): "### success",
    ("login",): "## [login]",
    ("list",): "## [list]",
}


def documented_keys(heading: str) -> list[str]:
    """The keys in the first column of the table under a heading."""
    section = re.split(r"^#{2,3} ", DOCUMENT.split(f"\n{heading}\n", 1)[1], flags=re.MULTILINE)[0]
    return re.findall(r"^\| `([a-z_]+)` \|", section, flags=re.MULTILINE)


def example() -> str:
    """The whole example of the document."""
    return DOCUMENT.split("```toml\n", 1)[1].split("```", 1)[0]


@pytest.mark.parametrize("path", HEADINGS, ids=[".".join(path) for path in HEADINGS])
def test_every_key_is_described_and_no_other(path: tuple[str, ...]) -> None:
    assert sorted(documented_keys(HEADINGS[path])) == sorted(KNOWN_KEYS[path])


def test_every_table_has_its_section() -> None:
    assert set(TABLES) - {()} - {("login", "fields")} == set(HEADINGS)


def test_every_name_that_a_value_may_use_is_described() -> None:
    section = DOCUMENT.split("## 可用的值", 1)[1]
    assert re.findall(r"^\| `([a-z]+)` \|", section, flags=re.MULTILINE) == list(VALUE_NAMES)


def test_the_example_loads_and_has_at_most_eighteen_lines_besides_its_fields(tmp_path: Path) -> None:
    text = example()
    (tmp_path / "helpdesk.toml").write_text(text, "utf-8")
    definition = load_definition(tmp_path / "helpdesk.toml")
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) - len(definition.pages[0].fields) <= 18 + len(definition.pages) * 2
    assert max(map(len, lines)) <= 140


def test_every_key_has_a_description_for_editors() -> None:
    missing = [
        f"{'.'.join(path)}.{name}"
        for path, table in TABLES.items()
        for name, field in table.model_fields.items()
        if not field.description
    ]
    assert missing == []


def schema_accepts(text: str) -> bool:
    """Whether the schema for editors accepts a definition."""
    data = json.loads(json.dumps(tomllib.loads(text), default=str))
    try:
        jsonschema.validate(data, json_schema(), jsonschema.Draft202012Validator)
    except jsonschema.ValidationError:
        return False
    return True


def test_the_schema_for_editors_accepts_the_example() -> None:
    assert schema_accepts(example())


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('label = "分类"', 'lable = "分类"'),
        ("stage = 1", "stage = 3"),
        ('button = "提交工单"', ""),
        ("check = true", "check = 3"),
    ],
)
def test_the_schema_for_editors_refuses_what_the_tool_refuses(right: str, wrong: str) -> None:
    assert not schema_accepts(example().replace(right, wrong))
