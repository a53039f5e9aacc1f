"""The documents name what there is: every kind, every attribute, every row."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from complain.letters import views
from complain.letters.kinds import KINDS
from complain.letters.repayment import RepaymentPlan
from complain.letters.state import ReceiptFact
from complain.rules.rows import table

DOCS = Path(__file__).parents[1] / "docs"
LETTERS = (DOCS / "letters.md").read_text(encoding="utf-8")
RULES = (DOCS / "rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_each_kind_stands_in_the_table_with_its_lengths(kind: object) -> None:
    from complain.letters.kinds import Kind

    assert isinstance(kind, Kind)
    row = next(line for line in LETTERS.splitlines() if line.startswith(f"| `{kind.id}` |"))
    assert row.endswith(f"| {', '.join(kind.lengths)} |")


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("complaint", views.ComplaintView),
        ("complainant", views.ComplainantView),
        ("respondent", views.RespondentView),
        ("loans", views.LoanView),
        ("incidents", views.IncidentView),
        ("demands", views.DemandView),
        ("evidence", views.EvidenceView),
    ],
)
def test_each_attribute_of_each_name_is_listed(name: str, view: type) -> None:
    row = next(line for line in LETTERS.splitlines() if line.startswith(f"| `{name}`"))
    listed = set(re.findall(r"`(\w+)`", row)) - {name}
    assert listed == {field.name for field in dataclasses.fields(view)} - {"fact"}


def test_what_is_listed_of_a_receipt_exists() -> None:
    row = next(line for line in LETTERS.splitlines() if line.startswith("| `receipts`"))
    for attribute in re.findall(r"`(\w+)`", row)[1:]:
        assert attribute in {f.name for f in dataclasses.fields(ReceiptFact)} | set(vars(ReceiptFact))


def test_each_key_of_a_repayment_plan_is_shown() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", LETTERS, re.S)
    assert set(re.findall(r"^#? ?(\w+) = ", example, re.M)) == set(RepaymentPlan.model_fields)


@pytest.mark.parametrize(
    "name",
    ["order", "competence", "procedures", "clock", "limits", "bases", "proof", "debt", "keeping", "words"],
)
def test_each_row_stands_in_the_document_with_its_certainty(name: str) -> None:
    for row in table(name):
        assert f"| `{row.id}` | {row.en} | {row.certainty} |" in RULES
