"""Every row names its source, its day and how sure it is; nothing is called verified that nobody verified."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import complain.rules
from complain.i18n import use_language
from complain.rules.rows import Certainty, Row, table

TABLES = sorted(path.stem for path in (Path(complain.rules.__file__).parent / "data").glob("*.toml"))
ROWS = [(name, row) for name in TABLES for row in table(name)]
LENDERS = {"bank", "consumer-finance", "small-loan"}


@pytest.mark.parametrize(
    ("name", "row"), ROWS, ids=lambda value: value.id if isinstance(value, Row) else value
)
def test_a_row_tells_where_it_comes_from(name: str, row: Row) -> None:
    assert row.source
    assert row.zh and not row.zh.endswith("。")
    assert row.en and not row.en.endswith(".")
    assert row.collected <= dt.date(2026, 11, 23)
    assert set(row.names("lender_types")) <= LENDERS


@pytest.mark.parametrize("name", TABLES)
def test_ids_are_unique_and_no_row_is_verified_yet(name: str) -> None:
    ids = [row.id for row in table(name)]
    assert len(ids) == len(set(ids))
    # Change this line together with the row, its official page and the day on which it was read there.
    assert [row.id for row in table(name) if row.verified] == []


def test_a_sentence_tells_source_and_certainty_in_both_languages() -> None:
    row = next(row for row in table("order") if row.certainty is Certainty.WEAK)
    sentence = row.sentence()
    assert row.en in sentence
    assert row.source in sentence
    assert "one weak page only, not verified on the official site" in sentence
    use_language("zh_CN")
    try:
        assert row.zh in row.sentence()
    finally:
        use_language("en")


def test_every_type_of_lender_has_a_competent_body_and_one_that_is_not() -> None:
    for lender in LENDERS:
        answers = {
            r.word("body"): r.word("competent")
            for r in table("competence")
            if r.word("lender_type") == lender
        }
        assert sorted(answers.values()) == ["no", "yes"]


def test_a_term_never_binds_a_small_loan_company_by_the_rule_of_banks() -> None:
    for row in table("clock"):
        if row.word("body") == "institution":
            assert not row.binds("small-loan")
            assert row.binds("bank")
