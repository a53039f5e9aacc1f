"""What the page says after the press: the strongest new sign wins, and a number is never fished."""

from __future__ import annotations

import pytest

from complain.browser.signals import Signal, Signals, Snapshot

NUMBER = r"工单编号[:：]\s*(?P<number>[A-Z0-9-]+)"


def judge(signals: Signals, before: str, after: str) -> Signal | None:
    """What a page that showed ``before`` says when it shows ``after``."""
    return signals.judge(Snapshot(before, (), "http://x/form"), Snapshot(after, (), "http://x/form"))


def test_a_new_number_is_success() -> None:
    assert judge(Signals(pattern=NUMBER), "表单", "提交成功\n工单编号：\n  A-1") == Signal(
        "success", "A-1", "工单编号： A-1"
    )


def test_a_success_text_that_was_there_before_is_none() -> None:
    assert judge(Signals(pattern="提交成功"), "提交成功率 99%", "提交成功率 99%") is None


def test_a_number_that_was_listed_before_is_not_the_receipt() -> None:
    signal = judge(Signals(pattern=NUMBER), "工单编号：A-1", "工单编号：A-1 工单编号：A-2")
    assert signal is not None and signal.number == "A-2"


def test_two_new_numbers_are_no_number() -> None:
    signal = judge(Signals(pattern=NUMBER), "", "工单编号：A-1 工单编号：A-2")
    assert signal is not None and (signal.kind, signal.number) == ("success", None)


def test_success_without_a_declared_number_has_none() -> None:
    signal = judge(Signals(pattern="提交成功"), "", "提交成功 编号 12345678")
    assert signal is not None and signal.number is None


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        ("请输入验证码 不予受理 请勿重复提交 工单编号：A-1", "challenge"),
        ("不予受理 请勿重复提交 工单编号：A-1", "duplicate"),
        ("不予受理 工单编号：A-1", "refusal"),
        ("工单编号：A-1", "success"),
        ("别的", None),
    ],
)
def test_challenge_beats_refusal_beats_success(after: str, kind: str | None) -> None:
    signals = Signals(NUMBER, refusal=("不予受理",), duplicate=("请勿重复提交",), challenge=("请输入验证码",))
    signal = judge(signals, "表单", after)
    assert (signal.kind if signal else None) == kind


def test_a_hint_that_stood_on_the_form_is_no_refusal() -> None:
    signals = Signals("成功", refusal=("请勿重复提交",))
    assert judge(signals, "提示：请勿重复提交", "提示：请勿重复提交") is None


def test_the_same_text_once_more_is_a_refusal_with_the_pages_own_line() -> None:
    signals = Signals("成功", refusal=("请勿重复提交",))
    signal = judge(signals, "提示：请勿重复提交", "您已投诉过，请勿重复提交！\n提示：请勿重复提交")
    assert signal == Signal("refusal", None, "您已投诉过，请勿重复提交！")


def test_the_address_can_be_the_sign() -> None:
    signals = Signals(url=r"ticket=(?P<number>[A-Z]+-\d+)")
    before, after = Snapshot("", (), "http://x/form"), Snapshot("", (), "http://x/done?ticket=HD-7")
    assert signals.judge(before, after) == Signal("success", "HD-7", "ticket=HD-7")
    assert signals.judge(after, after) is None


def test_one_element_can_be_the_sign() -> None:
    signals = Signals(pattern=r"(?P<number>[A-Z]+-\d+)", css="#ref")
    before, after = Snapshot("HD-1", (), "x"), Snapshot("HD-1 HD-2", ("HD-2",), "x")
    signal = signals.judge(before, after)
    assert signal is not None and signal.number == "HD-2"


def test_an_element_without_a_pattern_gives_no_number() -> None:
    signal = Signals(css="#ref").judge(Snapshot("", (), "x"), Snapshot("HD-2", ("HD-2",), "x"))
    assert signal is not None and (signal.kind, signal.number) == ("success", None)


def test_words_of_a_refusal_that_the_page_said_before_it_had_the_answer_are_none() -> None:
    signals = Signals(NUMBER, refusal=("不予受理",))
    before, unanswered = Snapshot("表单", (), "x"), Snapshot("恶意投诉将不予受理，确定吗？", (), "x")
    after = Snapshot("恶意投诉将不予受理，确定吗？ 工单编号：A-1", (), "x")

    signal = signals.judge(before, after, unanswered)
    assert signal is not None and (signal.kind, signal.number) == ("success", "A-1")
    refused = signals.judge(before, Snapshot("恶意投诉将不予受理，确定吗？ 不予受理", (), "x"), unanswered)
    assert refused is not None and refused.kind == "refusal"


@pytest.mark.parametrize(("after", "receipt"), [("不予受理 工单编号：A-1", True), ("不予受理", False)])
def test_a_refusal_beside_a_new_receipt_is_marked(after: str, receipt: bool) -> None:
    signal = judge(Signals(NUMBER, refusal=("不予受理",)), "表单", after)
    assert signal is not None and (signal.kind, signal.has_receipt_too) == ("refusal", receipt)
