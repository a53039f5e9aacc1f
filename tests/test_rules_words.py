"""Words that harm are named with the reason; words that only say what is not asked for are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from complain.rules.rows import table
from complain.rules.words import case_warnings, text_warnings
from fakes.cli import Cli, copy_example
from letter_cases import bank, case_of, small_loan


@pytest.mark.parametrize("row", table("words"), ids=lambda row: row.id)
def test_every_listed_word_gives_its_reason_where_it_counts(row: object) -> None:
    from complain.rules.rows import Row

    assert isinstance(row, Row)
    for word in row.names("words"):
        is_demand = row.word("where") == "demand"
        rows = [c.row for c in text_warnings("demands[1].text", f"我要{word}。", is_demand=is_demand)]
        assert row.id in rows
        (caution,) = [c for c in text_warnings("k", f"我要{word}。", is_demand=is_demand) if c.row == row.id]
        assert word in caution.sentence
        assert row.en in caution.sentence


@pytest.mark.parametrize(
    "text",
    ["本投诉只针对催收方式，不涉及免除债务。", "不要求赔偿", "并非反催收", "停止联系与债务无关的第三人", ""],
)
def test_what_is_not_asked_for_gives_no_warning(text: str) -> None:
    assert list(text_warnings("demands[1].text", text, is_demand=True)) == []


def test_a_word_that_is_asked_for_elsewhere_in_the_text_still_warns() -> None:
    text = "不涉及免除债务，但请删除征信。"
    assert [c.words for c in text_warnings("k", text, is_demand=True)] == ["删除征信"]


@pytest.mark.parametrize(
    "text", ["反 催 收联盟", "停-息-挂-账", "反*催收", "代理\u200b维权", "停　息　挂　账", "２４小时不停"]
)
def test_a_word_that_is_parted_or_widened_to_slip_through_is_found(text: str) -> None:
    assert len(list(text_warnings("complaint.summary", text))) == 1


def test_a_clause_before_a_comma_denies_nothing_behind_it() -> None:
    for comma in "，,；;":
        text = f"不涉及本金{comma}请赔偿"
        assert [c.row for c in text_warnings("k", text, is_demand=True)] == ["backfires-money"]


def test_what_harms_only_in_a_demand_is_left_alone_in_a_story() -> None:
    assert list(text_warnings("complaint.summary", "客服说可以赔偿。")) == []


def test_the_words_of_others_are_quotations_and_give_no_warning() -> None:
    words = "你搞反催收没用，我们查处你。"
    incident = {"at": "2026-11-01", "reached": "self", "how": "call", "words": words, "evidence": [1]}
    assert case_warnings(case_of(incidents=[incident])) == []


def test_what_stands_in_quotation_marks_is_what_others_said_and_the_rest_still_warns() -> None:
    assert list(text_warnings("complaint.summary", "对方说“你这个骗子，后果自负”。")) == []
    rows = [c.row for c in text_warnings("complaint.summary", "对方说“你这个骗子”，他才是骗子。")]
    assert rows == ["insult"]


def test_what_nothing_proves_and_what_is_inferred_is_named() -> None:
    assert [(c.key, c.row) for c in case_warnings(small_loan())] == [
        ("incidents[3]", "no-evidence"),
        ("incidents[5]", "inferred"),
    ]
    assert case_warnings(bank()) == []


@pytest.mark.parametrize(
    "number", ["13900001234", "110101199003071233", "6222021234567890128", "a@example.com"]
)
def test_a_number_where_everyone_can_read_it_is_named_but_not_repeated(number: str) -> None:
    case = case_of(complaint={"subject": "来电", "summary": f"请回电{number}。"})
    assert not any(c.row == "numbers" for c in case_warnings(case))
    (caution,) = [c for c in case_warnings(case, public=True) if c.row == "numbers"]
    assert caution.key == "complaint.summary"
    assert number not in caution.sentence


@pytest.mark.browser
def test_words_that_harm_stand_beside_what_is_about_to_be_sent(cli: Cli, tmp_path: Path) -> None:
    case = copy_example(tmp_path / "case")
    file = case / "case.toml"
    text = file.read_text(encoding="utf-8").replace("本人因收入减少", "对方是骗子。本人因收入减少", 1)
    file.write_text(text, encoding="utf-8")
    ran = cli("submit", case, "--channels", "association", "--practice", "--dry-run", "--json")
    (filing,) = ran.json["filings"]
    assert filing["outcome"] == "prepared", ran.said
    assert any("“骗子”: Insults" in warning for warning in filing["warnings"])
