"""What no template may hold: law that did not come through a verified row, conclusions, demands that backfire."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import complain.letters
from complain.case.kinds import DemandKind
from complain.letters.compose import compose
from complain.letters.demands import SENTENCES
from complain.letters.kinds import KINDS
from complain.rules.rows import table
from complain.rules.words import text_warnings
from complain.templates_folder import template_folder
from letter_cases import TODAY, receipt, small_loan

TEMPLATES = sorted((template_folder() / "letters").glob("*.j2"))
CODE = sorted(Path(complain.letters.__file__).parent.glob("*.py"))
LAW = re.compile(
    r"《|》|第[\s\d一二三四五六七八九十百千零〇]+条|[一-龥]{2,}(?:保护法|办法|条例|民法典|刑法)|民法典|违反|违法|非法|依据.{0,8}法|GB/?T"
)
CONCLUSIONS = re.compile(
    r"高利贷|套路贷|黑社会|暴力催收|软暴力|敲诈|寻衅|诈骗|犯罪|严重影响|精神|抑郁|失业|极其|恶劣|无数|多次投诉无果"
)


def _words_of(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".j2":
        return re.sub(r"\{#.*?#\}", "", text, flags=re.S)
    literals = re.findall(r'"([^"\n]*[一-龥][^"\n]*)"', re.sub(r'""".*?"""|#.*', "", text, flags=re.S))
    return "\n".join(literals)


@pytest.mark.parametrize("path", TEMPLATES + CODE, ids=lambda path: path.name)
def test_no_template_quotes_law_or_draws_a_conclusion(path: Path) -> None:
    words = _words_of(path)
    assert LAW.findall(words) == []
    assert CONCLUSIONS.findall(words) == []


def test_the_lint_sees_an_article_where_there_is_one() -> None:
    assert LAW.search("根据个人信息保护法第四十五条")
    assert LAW.search("《民法典》")


@pytest.mark.parametrize("kind", [k for k in DemandKind if k is not DemandKind.OTHER])
def test_no_shipped_demand_backfires(kind: DemandKind) -> None:
    assert list(text_warnings("demand", SENTENCES[kind], is_demand=True)) == []


def test_a_legal_basis_enters_a_letter_only_when_it_is_handed_in_as_verified() -> None:
    assert not any(row.verified for row in table("bases"))
    without = compose(small_loan(), "regulator", length="full", receipts=(), today=TODAY).text
    assert "依据\n" not in without
    with_one = compose(
        small_loan(), "regulator", length="full", receipts=(), today=TODAY, bases=("某法第一条",)
    ).text
    assert "六、依据\n1. 某法第一条\n" in with_one


@pytest.mark.parametrize("kind", ["platform", "regulator", "local-bureau", "association", "escalation"])
def test_a_complaint_never_asks_for_punishment_and_never_joins_a_repayment_plan(kind: str) -> None:
    text = compose(small_loan(), kind, length="full", receipts=(receipt(),), today=TODAY).text
    assert not re.search("查处|处罚|赔偿|曝光|起诉|还款方案|停止催收", text)


def test_every_kind_has_its_template_and_every_template_its_kind() -> None:
    names = {path.name.removesuffix(".txt.j2") for path in TEMPLATES if path.name.endswith(".txt.j2")}
    assert {name for name in names if not name.startswith("_")} == set(KINDS)
