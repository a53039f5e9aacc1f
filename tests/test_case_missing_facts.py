"""``complain check`` names what a form always needs, and nothing that it can do without."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from complain.case.load import load_case
from complain.case.model import Case
from complain.channels.definition import load_definition
from complain.channels.facts import missing_facts

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
FORM = """\
[channel]
id = "office"
url = "http://127.0.0.1:9/form"
[[page]]
{when}
fields = [{{ label = "内容", {action} }}]
[submit]
button = "提交"
[outcome]
success = '编号(?P<number>[0-9]+)'
"""


@pytest.fixture
def bare(tmp_path: Path) -> Case:
    """A case that holds no more than the contract's keys."""
    (tmp_path / "case.toml").write_text(
        'id = "bare"\n[complainant]\nname = "张示例"\nphone = "13800000000"\nemail = "a@example.com"\n'
        '[complaint]\nsubject = "催收"\n[[loans]]\nproduct = "示例分期"\n[[incidents]]\nat = 2026-10-12\n'
        '[[demands]]\nkind = "hours"\n',
        encoding="utf-8",
    )
    return load_case(tmp_path, now=NOW)


def missing(folder: Path, case: Case, action: str, when: str = "") -> list[str]:
    (folder / "form.toml").write_text(FORM.format(action=action, when=when), encoding="utf-8")
    return missing_facts(load_definition(folder / "form.toml"), case)


@pytest.mark.parametrize(
    ("action", "facts"),
    [
        ('value = "{{ complainant.id_number }}"', ["complainant.id_number"]),
        ('value = "{{ complainant.name }} {{ complainant.address }}"', ["complainant.address"]),
        ('value = "{{ respondent.lender|trim }}"', ["respondent.lender"]),
        ('choose = ["投诉", "{{ respondent.agency }}"]', ["respondent.agency"]),
        ('value = "{{ complaint.summary }} {{ complaint.summary }}"', ["complaint.summary"]),
        ('value = "{{ complaint.subject }}"', []),
        ('value = "{{ letter }}"', []),
        ('value = "{{ complainant.address or complainant.phone }}"', []),
        ("value = \"{{ complainant.address|default('') }}\"", []),
        ('value = "{% if complainant.address %}{{ complainant.address }}{% endif %}"', []),
        ('value = "{{ respondent.lender_type_name }}"', []),
        ("check = true", []),
        ('files = "evidence"', []),
    ],
)
def test_only_what_a_value_always_needs_is_missing(
    tmp_path: Path, bare: Case, action: str, facts: list[str]
) -> None:
    assert missing(tmp_path, bare, action) == facts


def test_a_page_with_a_condition_is_not_judged(tmp_path: Path, bare: Case) -> None:
    action = 'value = "{{ complainant.address }}"'

    assert missing(tmp_path, bare, action, 'when = "complainant.address"') == []
    assert missing(tmp_path, bare, action) == ["complainant.address"]
