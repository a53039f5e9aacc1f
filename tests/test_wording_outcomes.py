"""The sentences about an outcome say no more than is true, and in Chinese they are the agreed ones."""

from __future__ import annotations

import datetime as dt

import pytest

from complain import wording
from complain.model import FilingReport, Outcome, Receipt
from fakes.reports import chinese

AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
RECEIPT = Receipt("website", "GD-2026-7", AT)


def say(outcome: Outcome, **more: object) -> str:
    report = FilingReport("website", outcome, **more)  # type: ignore[arg-type]
    return wording.outcome_sentence(report, "平台网站投诉", "我的投诉")


@pytest.mark.parametrize(
    ("outcome", "more", "expected"),
    [
        (Outcome.PREPARED, {}, "已填好，尚未提交"),
        (Outcome.FILED, {"receipt": RECEIPT}, "已提交，编号：GD-2026-7（是否受理，以对方通知为准）"),
        (
            Outcome.FILED_UNVERIFIED,
            {},
            "页面显示提交成功，但未看到编号。请勿重复提交，可到该途径的“我的投诉”中查看",
        ),
        (
            Outcome.UNKNOWN,
            {},
            "暂时无法确定是否已提交。请先不要再次提交：到“我的投诉”查看，再登记结果",
        ),
        (Outcome.NOT_FILED, {"reason": "网络不通。"}, "已确认没有提交。原因：网络不通。可以重试"),
        (Outcome.NEEDS_HUMAN, {"task": "请登录。"}, "需要您本人操作：请登录。已准备的内容都已保存"),
        (Outcome.REFUSED, {"reason": "不予受理"}, "对方没有接收，页面原文：“不予受理”"),
        (Outcome.SKIPPED, {"reason": "已经提交过"}, "本次没有办理：已经提交过"),
    ],
)
def test_every_outcome_has_the_agreed_chinese_sentence(
    monkeypatch: pytest.MonkeyPatch, outcome: Outcome, more: dict[str, object], expected: str
) -> None:
    with chinese(monkeypatch):
        assert say(outcome, **more) == expected


def test_a_filed_report_without_a_number_never_claims_one() -> None:
    assert say(Outcome.FILED) == say(Outcome.FILED_UNVERIFIED)


def test_a_number_in_the_persons_own_word_is_not_told_as_read() -> None:
    own = Receipt("website", "GD-1", AT, by="person")

    said = say(Outcome.FILED, receipt=own)

    assert "GD-1" in said
    assert said != say(Outcome.FILED, receipt=Receipt("website", "GD-1", AT))


def test_a_mail_without_a_number_speaks_of_no_page() -> None:
    report = FilingReport("association", Outcome.FILED_UNVERIFIED)

    assert "page" not in wording.outcome_sentence(report, "消费者协会", by_mail=True)


def test_an_unknown_outcome_names_the_channel_where_no_better_place_is_known() -> None:
    said = wording.outcome_sentence(FilingReport("website", Outcome.UNKNOWN), "平台网站投诉")

    assert "平台网站投诉" in said


def test_the_last_question_names_every_recipient_and_the_word_to_type(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with chinese(monkeypatch):
        asked = wording.confirm_text(["甲公司", "乙公司"])

    assert asked == (
        "即将以您本人的名义向“甲公司”“乙公司”提交。这不是匿名投诉：对方会看到上表所列信息，并可能转给被投诉机构。"
        "提交后可能无法修改。输入“提交”继续；直接按回车则不提交。"
    )


@pytest.mark.parametrize("answer", ["提交", " submit ", "“提交”", "Submit"])
def test_the_confirming_word_is_understood_in_both_languages(answer: str) -> None:
    assert wording.is_confirmed(answer)


@pytest.mark.parametrize("answer", ["", "y", "yes", "是", "提", "不提交", "\n"])
def test_nothing_but_the_confirming_word_submits(answer: str) -> None:
    assert not wording.is_confirmed(answer)


def test_truth_and_debt_are_told_in_the_agreed_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with chinese(monkeypatch):
        truth, debt = wording.truth_text(), wording.debt_text()

    assert truth == (
        "□ 本人已逐项核对。亲身经历的，已如实陈述；他人转述、推测或暂无证据的，均已注明。本人知悉应对所述内容的真实性负责。"
    )
    assert debt == (
        "投诉针对的是催收方式，本身不会暂停还款，也不会停止计息、逾期记录或诉讼。请保持本人电话可接通，继续与机构协商；"
        "收到法院文书，请先看期限。如需要，可另行准备还款方案申请。"
    )


@pytest.mark.parametrize(
    ("dry_run", "practice", "expected"),
    [
        (True, False, "预演（只填写，不提交）"),
        (False, True, "演练（不会发给任何真实机构）"),
        (False, False, "提交前预览"),
    ],
)
def test_every_report_says_first_what_kind_of_run_it_is(
    monkeypatch: pytest.MonkeyPatch, dry_run: bool, practice: bool, expected: str
) -> None:
    with chinese(monkeypatch):
        assert wording.head_line(dry_run=dry_run, practice=practice) == expected
