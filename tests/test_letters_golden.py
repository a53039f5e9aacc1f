"""Letters of four cases, read critically and kept: no sentence that a careful lawyer would strike out.

``COMPLAIN_UPDATE_GOLDEN=1`` writes the files anew; read every difference before it is kept.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from complain.case.model import Case
from complain.letters.compose import Letter, compose
from complain.letters.kinds import KINDS
from complain.letters.repayment import RepaymentPlan, Schedule, schedule
from complain.letters.state import ReceiptFact
from complain.templates_folder import template_folder
from letter_cases import CASES, TODAY, receipt

GOLDEN = Path(__file__).parent / "golden"
COMPLAINTS = ("platform", "regulator", "local-bureau", "association")

RECEIPTS: dict[str, tuple[ReceiptFact, ...]] = {
    "bank": (receipt(),),
    "consumer-finance": (
        receipt(number=None),
        receipt(
            "website",
            title="官网投诉",
            day=dt.date(2026, 11, 4),
            number="W-7",
            answer_by=dt.date(2026, 11, 19),
        ),
    ),
    "small-loan": (receipt(), receipt("association", title="消费者协会投诉", stage=2, number="XH-9")),
    "no-evidence": (),
}


def _plan(case: Case) -> Schedule | None:
    lender = case.respondent.lender
    if case.id != "small-loan":
        return None
    plan = RepaymentPlan(
        lender=lender,
        reason="8月起收入减少",
        since=dt.date(2026, 8, 1),
        shown_in=(1,),
        income=Decimal("4200"),
        expenses=Decimal("2900"),
        available=Decimal("1100"),
        first=dt.date(2026, 12, 31),
        count=12,
        grace="首期自2026年12月31日起",
    )
    return schedule(case, plan)


def _written(name: str) -> Iterator[tuple[str, Letter]]:
    case = CASES[name]()
    kinds = COMPLAINTS if name != "small-loan" else tuple(KINDS)
    for kind in kinds:
        if KINDS[kind].needs_lender and not case.respondent.lender:
            continue
        about_others = tuple(r for r in RECEIPTS[name] if r.channel != kind)
        for length in KINDS[kind].lengths:
            letter = compose(
                case, kind, length=length, receipts=about_others, today=TODAY, repayment=_plan(case)
            )
            yield f"{kind}-{length}", letter


@pytest.mark.parametrize("name", CASES)
def test_the_letters_of_a_case_are_word_for_word_those_that_were_read(name: str) -> None:
    written = dict(_written(name))
    folder = GOLDEN / name
    if os.environ.get("COMPLAIN_UPDATE_GOLDEN"):
        folder.mkdir(parents=True, exist_ok=True)
        for file, letter in written.items():
            (folder / f"{file}.txt").write_text(letter.text + "\n", encoding="utf-8")
    kept = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}
    assert sorted(kept) == sorted(written)
    for file, letter in written.items():
        assert letter.text + "\n" == kept[file], file


def _fixed_words() -> str:
    templates = "".join(
        path.read_text(encoding="utf-8") for path in sorted((template_folder() / "letters").glob("*.j2"))
    )
    kinds = "".join(f"{k.title}致：{k.addressee}{k.history}：{k.demands}{k.signer}" for k in KINDS.values())
    quoted = "".join(re.findall(r"'([^'\n]+)'", templates))
    signed = "".join(f"{kind.signer}（手写签名）：＿＿＿＿＿＿＿＿" for kind in KINDS.values())
    return re.sub(r"\s|\{[%#].*?[%#]\}|\{\{.*?\}\}", "", templates + kinds + quoted + signed)


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_rests_on_a_fact_of_the_case_or_is_the_templates_own(name: str) -> None:
    fixed = _fixed_words()
    known = re.compile(
        r"(complainant|complaint|platform|loans|incidents|contacts|demands|evidence|collection_agency|receipts"
        r"|repayment|today|respondent)(\b|\.|\[)"
    )
    for file, letter in _written(name):
        for sentence in letter.sentences:
            assert all(known.match(source) for source in sentence.sources), (file, sentence)
            if not sentence.sources:
                bare = re.sub(
                    r"\s|^[一二三四五六七八九十]+、|^\d+\.\s?|^（\d+）", "", sentence.text
                ).removeprefix("请求：")
                assert bare in fixed, (file, sentence)


@pytest.mark.parametrize("name", CASES)
def test_a_letter_is_the_same_however_often_it_is_written(name: str) -> None:
    assert dict(_written(name)) == dict(_written(name))


@pytest.mark.parametrize("kind", COMPLAINTS)
def test_a_complaint_follows_the_order_that_is_expected(kind: str) -> None:
    text = compose(
        CASES["small-loan"](), kind, length="full", receipts=RECEIPTS["small-loan"], today=TODAY
    ).text
    headings = re.findall(r"^[一二三四五六七八九十]、(.+)$", text, re.M)
    order = [
        ["当事人"],
        ["借款情况"],
        ["请求概述"],
        ["事实经过"],
        ["此前与贵司沟通情况", "此前与被投诉人沟通情况"],
        ["诉求"],
        ["证据清单"],
        ["本事项的其他投诉"],
        ["真实性声明"],
    ]
    assert len(headings) == len(order)
    assert all(heading in names for heading, names in zip(headings, order, strict=True))
    assert text.index("（手写签名）：＿") < text.index("日期：2026年11月23日")


def test_each_kind_has_at_least_two_lengths_and_the_shorter_is_shorter() -> None:
    sizes = {file: len(letter.text) for file, letter in _written("small-loan")}
    for kind in KINDS.values():
        in_order = [sizes[f"{kind.id}-{length}"] for length in kind.lengths]
        assert len(in_order) >= 2
        assert in_order == sorted(set(in_order), reverse=True)
