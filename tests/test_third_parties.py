"""Of third parties others read the relation only: no name, no number, however a person has written it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complain.case.model import Case
from complain.case.third_parties import discreet, mask_others
from complain.filing.drafting import DraftInput, names_for
from complain.letters.compose import compose
from complain.letters.kinds import KINDS, LENGTHS
from complain.letters.render import render_value
from complain.letters.repayment import RepaymentPlan, schedule
from fakes.cli import Cli, copy_example
from letter_cases import TODAY, case_of, receipt, small_loan

NUMBER = "13711112222"
WRITTEN = (
    "１３７１１１１２２２２",
    "137.1111.2222",
    "137 1111 2222",
    "137－1111－2222",
    "1371 111 2222",
    "0086 137 1111 2222",
    "+86 13711112222",
    "(010) 1234 5678",
    "（０１０）12345678",
    "010 - 1234-5678",
    "410101 19900307 1230",
    "41010119900307123Ｘ",
    "6222 0212 3456 7890 128",
    "wang@example.com",
    "wang＠example.com",
    "QQ：12345678",
    "微信号 wang_1990",
)


def _bare(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z@_]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("written", WRITTEN)
def test_a_number_is_masked_however_it_is_written(written: str) -> None:
    secret = _bare(written).removeprefix("QQ")
    for text in (f"请打{written}找她", f"{written}", f"她的电话：{written}。", f"第1次，{written}，第2次"):
        masked = mask_others(text)
        assert "已隐去）" in masked
        assert secret not in _bare(masked)
        assert mask_others(masked) == masked


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "-", ".", "·", "－", "—"]))
def test_every_mobile_number_is_masked_in_digits_of_any_width(number: str, gap: str) -> None:
    wide = number.translate({ord(str(n)): ord("０") + n for n in range(10)})
    for digits in (number, wide):
        grouped = f"{digits[:3]}{gap}{digits[3:7]}{gap}{digits[7:]}"
        assert number not in _bare(mask_others(f"母亲{grouped}接到"))


@pytest.mark.parametrize(
    "plain",
    [
        "2026-10-12 22:47，2026年10月13日",
        "工单GD20261016001，编号2026112300000017",
        "合计12,544.40元，分12期",
        "2026.10.12 与 2026.10.13",
        "微信联系，QQ联系",
        "热线95118，12345",
    ],
)
def test_days_sums_and_reference_numbers_stay(plain: str) -> None:
    assert mask_others(plain) == plain


def _everywhere(words: str) -> Case:
    """A case with the same words in every free text of it."""
    case = case_of(
        complaint={"subject": words, "summary": words},
        collection_agency={"name": "虚构信息咨询公司", "known_from": words},
        contacts=[
            {"channel": words, "with_whom": words, "number": "GD1", "asked": words, "answer": words},
            {"at": "2026-10-17", "channel": words, "number": "GD2", "asked": words},
        ],
        incidents=[
            {
                "at": "2026-10-12T10:05:00",
                "kind": "third-party-contact",
                "reached": "family",
                "reached_note": f"表姐{words}",
                "told_by": words,
                "how": "call",
                "words": words,
            },
            {"at": "2026-10-13T10:05:00", "kind": "threat", "reached": "self", "how": "sms", "words": words},
        ],
        demands=[{"kind": "other", "text": words}, {"kind": "written-reply"}],
        evidence=[
            {"file": f"evidence/{words}.png"},
            {"file": "evidence/b.png", "title": words, "shows": words},
        ],
    )
    assert words in repr(case)
    return case


def test_no_letter_prints_a_number_that_stands_in_any_free_text_of_the_case() -> None:
    case = _everywhere(f"王小丽{NUMBER}")
    plan = RepaymentPlan.model_validate(
        {
            "lender": case.respondent.lender,
            "reason": f"照料家人，电话{NUMBER}",
            "income": "4200",
            "expenses": "2900",
            "available": "1100",
            "first": TODAY.replace(day=28),
            "count": 12,
            "grace": NUMBER,
            "extension": NUMBER,
        }
    )
    for kind in KINDS.values():
        for length in kind.lengths:
            for public in (False, True):
                text = compose(
                    case,
                    kind.id,
                    length=length,
                    receipts=(receipt(),),
                    today=TODAY,
                    public=public,
                    repayment=schedule(case, plan),
                ).text
                assert NUMBER not in text, (kind.id, length, public)


def test_nor_does_a_form_s_value_nor_what_is_listed_as_attached(tmp_path: Path) -> None:
    case = _everywhere(f"母亲{NUMBER}")
    case = case.model_copy(update={"evidence": case.evidence[1:]})
    names = names_for(DraftInput(case, tmp_path, (), TODAY, tmp_path), "", 1)
    for value in (
        "{{ complaint.subject }}",
        "{{ complaint.summary }}",
        "{% for one in incidents %}{{ one.words }}{{ one.sentence }}{{ one.person }}{% endfor %}",
        "{% for one in demands %}{{ one.text }}{% endfor %}",
        "{% for one in evidence %}{{ one.title }}{{ one.shows }}{% endfor %}",
    ):
        shown = render_value(value, names)
        assert NUMBER not in shown, value
        assert "（电话已隐去）" in shown
    listed = discreet(_everywhere(f"母亲{NUMBER}")).evidence
    assert [item.name for item in listed] == ["母亲（电话已隐去）.png", "母亲（电话已隐去）"]
    assert listed[0].file == f"evidence/母亲{NUMBER}.png"


def test_a_form_that_everyone_can_read_gets_not_even_the_persons_own_number(tmp_path: Path) -> None:
    own = small_loan().complainant.phone
    inputs = DraftInput(_everywhere(f"请打{own}"), tmp_path, (), TODAY, tmp_path)
    for value in ("{{ complaint.summary }}", "{% for one in demands %}{{ one.text }}{% endfor %}"):
        assert own in render_value(value, names_for(inputs, "", 1))
        assert own not in render_value(value, names_for(inputs, "", 1, public=True))


def test_what_is_discreet_stays_so_and_keeps_what_is_the_persons_own() -> None:
    case = small_loan()
    quiet = discreet(case)
    assert discreet(quiet) == quiet
    assert quiet.complainant == case.complainant
    assert [i.number for i in quiet.incidents] == [i.number for i in case.incidents]
    assert [i.reached_note for i in quiet.incidents] == [None, "表姐", "公司前台", None, None]
    assert [i.told_by for i in quiet.incidents] == [None, "表姐", None, None, None]
    for length in LENGTHS:
        first, second = (
            compose(one, "platform", length=length, receipts=(), today=TODAY).text for one in (case, quiet)
        )
        assert first == second


def test_nor_does_the_summary_for_a_lawyer(tmp_path: Path) -> None:
    folder = copy_example(
        tmp_path / "case",
        **{
            'told_by = "母亲"': f'told_by = "母亲王小丽{NUMBER}"',
            'reached_note = "母亲"': f'reached_note = "母亲王小丽{NUMBER}"',
            'known_from = "来电人自称"': f'known_from = "来电人自称，电话{NUMBER}"',
            'title = "短信截图"': f'title = "与王小丽{NUMBER}的短信"',
            'text = "停止联系与债务无关的第三人': f'text = "停止拨打{NUMBER}，停止联系与债务无关的第三人',
            'asked = "停止联系第三人': f'asked = "不要拨打{NUMBER}，停止联系第三人',
        },
    )
    target = tmp_path / "summary.html"
    said = Cli(home=tmp_path / "home")("evidence", "report", folder, "--for-lawyer", "--html", target)
    assert said.exit_code == 0, said.said
    page = target.read_text(encoding="utf-8")
    assert NUMBER not in page
    assert "137******22" not in page
    assert "家人（母亲）" in page
    assert "由母亲于" in page
    assert page.count("（电话已隐去）") >= 4
