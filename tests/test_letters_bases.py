"""A law enters a letter only from a verified row, under the row's name, and what is signed holds it too (USERS U24)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from complain.case.load import load_case
from complain.case.model import Case
from complain.environment import Environment, Home
from complain.filing.legal_bases import letter_bases
from complain.filing.letter_writing import LetterRequest, make_letter
from complain.filing.signing import signing_digest, statement
from complain.rules import bases
from complain.rules.evaluate import wrong_addressee
from complain.rules.rows import Row, table
from fakes.cli import copy_example
from letter_cases import bank, consumer_finance, no_evidence, small_loan

LAW = "个人信息保护法第四十四条"


def _verify(monkeypatch: pytest.MonkeyPatch, *ids: str) -> None:
    rows = tuple(dataclasses.replace(row, verified=row.id in ids) for row in table("bases"))

    def of(name: str) -> tuple[Row, ...]:
        return rows if name == "bases" else table(name)

    monkeypatch.setattr(bases, "table", of)


def test_no_row_is_verified_so_no_letter_quotes_a_law() -> None:
    for make in (bank, consumer_finance, small_loan, no_evidence):
        assert letter_bases(make()) == ()


def test_a_verified_row_enters_the_letters_of_those_who_demand_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _verify(monkeypatch, "pipl-45", "small-loan-collection", "complaints-measures")
    sources = {make: [one.source for one in letter_bases(make())] for make in (bank, small_loan, no_evidence)}
    assert sources[small_loan] == ["bases.pipl-45", "bases.small-loan-collection"]
    assert sources[bank] == ["bases.complaints-measures"]  # it demands no account of data
    assert sources[no_evidence] == []  # whom it binds is not known


def test_and_it_stands_in_the_letter_in_the_table_and_in_what_is_signed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = copy_example(tmp_path / "case")
    environment, case = Environment(Home(tmp_path / "home")), load_case(folder)
    for kind in ("platform", "association"):
        assert "、依据\n" not in make_letter(environment, LetterRequest(folder, kind=kind)).letter.text
    unquoted = signing_digest(case, folder)
    assert LAW not in statement(case)
    _verify(monkeypatch, "pipl-45")
    for kind in ("platform", "association"):
        letter = make_letter(environment, LetterRequest(folder, kind=kind)).letter
        assert f"、依据\n1. {LAW}" in letter.text
        assert [s.sources for s in letter.sentences if LAW in s.text] == [("bases.pipl-45",)]
    assert LAW in statement(case)
    assert signing_digest(case, folder) != unquoted


@pytest.mark.parametrize(
    ("make", "body", "rows"),
    [
        (small_loan, "regulator", 1),
        (bank, "local-bureau", 1),
        (consumer_finance, "local-bureau", 1),
        (bank, "regulator", 0),
        (small_loan, "local-bureau", 0),
        (no_evidence, "local-bureau", 1),
        (small_loan, "association", 0),
    ],
)
def test_a_body_that_is_probably_not_competent_is_said_beside_its_letter(
    make: Callable[[], Case], body: str, rows: int
) -> None:
    assert len(wrong_addressee(make(), body)) == rows


def test_the_warning_comes_with_the_letter_and_is_not_in_it(tmp_path: Path) -> None:
    folder = copy_example(tmp_path / "case")
    made = make_letter(Environment(Home(tmp_path / "home")), LetterRequest(folder, kind="regulator"))
    assert made.cautions[:1] == wrong_addressee(made.case, "regulator")
    assert all(caution not in made.letter.text for caution in made.cautions)
