"""A letter speaks of other filings only as the journal shows them: the four true states, and nothing beyond them."""

from __future__ import annotations

import datetime as dt

import pytest

from complain.errors import MissingFact
from complain.filing.letter_writing import too_early
from complain.letters.compose import compose
from complain.letters.kinds import KINDS, LENGTHS
from complain.letters.signable import DATE, signable, signature_hash
from complain.letters.state import STAGE_ONE_NUMBER, Standing, filing_sentence, standing
from complain.model import Outcome
from letter_cases import TODAY, case_of, no_evidence, receipt, small_loan

FILED = dt.date(2026, 11, 1)


@pytest.mark.parametrize(
    ("fact", "expected", "sentence"),
    [
        (receipt(), Standing.PENDING, "2026年11月23日通过“App 内投诉”提交，编号A-1001，尚在处理期"),
        (
            receipt(day=FILED, answer_by=dt.date(2026, 12, 1)),
            Standing.PENDING,
            "2026年11月1日通过“App 内投诉”提交，编号A-1001，尚在处理期",
        ),
        (
            receipt(day=FILED, answer_by=dt.date(2026, 11, 16)),
            Standing.UNANSWERED,
            "2026年11月1日通过“App 内投诉”提交，编号A-1001，截至2026年11月23日尚未收到答复",
        ),
        (
            receipt(day=FILED, answer_by=dt.date(2026, 11, 16), answer_by_verified=True),
            Standing.OVERDUE,
            "2026年11月1日通过“App 内投诉”提交，编号A-1001，已超过2026年11月16日的答复期限，逾期未答复",
        ),
        (
            receipt(day=FILED, answered=True, answered_on=dt.date(2026, 11, 9), disputed=True),
            Standing.DISPUTED,
            "2026年11月1日通过“App 内投诉”提交，编号A-1001，已于2026年11月9日收到答复，本人对答复有异议",
        ),
        (
            receipt(number=None, outcome=Outcome.FILED_UNVERIFIED),
            Standing.PENDING,
            "2026年11月23日通过“App 内投诉”提交，未取得编号，尚在处理期",
        ),
        (
            receipt(number=None, outcome=Outcome.UNKNOWN),
            Standing.PENDING,
            "2026年11月23日通过“App 内投诉”提交，是否提交成功尚待核实",
        ),
        (
            receipt(number=None, day=None, outcome=Outcome.PREPARED),
            Standing.PENDING,
            "拟同时通过“App 内投诉”提交",
        ),
        (
            receipt(number=STAGE_ONE_NUMBER, day=None, outcome=Outcome.PREPARED),
            Standing.PENDING,
            "通过“App 内投诉”提交，编号〔第一阶段编号〕，尚在处理期",
        ),
    ],
)
def test_each_state_has_its_own_sentence(fact: object, expected: Standing, sentence: str) -> None:
    from complain.letters.state import ReceiptFact

    assert isinstance(fact, ReceiptFact)
    assert standing(fact, TODAY) is expected
    assert filing_sentence(fact, TODAY) == sentence


@pytest.mark.parametrize(
    "outcome", [Outcome.NOT_FILED, Outcome.NEEDS_HUMAN, Outcome.REFUSED, Outcome.SKIPPED]
)
def test_what_was_never_filed_is_never_told_as_filed(outcome: Outcome) -> None:
    fact = receipt(outcome=outcome)
    for kind in ("platform", "regulator", "association"):
        for length in LENGTHS:
            text = compose(case_of(contacts=[]), kind, length=length, receipts=(fact,), today=TODAY).text
            assert "A-1001" not in text
            assert "App 内投诉" not in text


def test_minutes_after_a_filing_no_letter_claims_silence() -> None:
    for kind in ("regulator", "local-bureau", "association"):
        for length in LENGTHS:
            text = compose(case_of(contacts=[]), kind, length=length, receipts=(receipt(),), today=TODAY).text
            assert "尚在处理期" in text
            assert "未收到答复" not in text
            assert "多次投诉" not in text


def test_without_any_filing_the_letter_says_that_nothing_was_filed() -> None:
    text = compose(case_of(contacts=[]), "regulator", length="full", receipts=(), today=TODAY).text
    assert "此前本人尚未就本事项向被投诉人投诉。" in text


def test_several_desks_of_one_firm_say_that_they_are_one_matter() -> None:
    second = compose(small_loan(), "platform", length="short", receipts=(receipt(),), today=TODAY).text
    assert "同一事项，首次编号A-1001，本次不构成新的投诉事项" in second
    together = receipt("website", title="官网", day=None, number=None, outcome=Outcome.PREPARED)
    first = compose(small_loan(), "platform", length="short", receipts=(together,), today=TODAY).text
    assert "本函拟同时通过“官网”提交，均为同一事项，不构成新的投诉事项。" in first


def test_every_other_filing_stands_with_day_and_number_in_every_length_and_request() -> None:
    others = (
        receipt("website", title="官网", number="W-7", day=dt.date(2026, 11, 4)),
        receipt("hotline", title="热线", number="H-8", day=dt.date(2026, 11, 5)),
        receipt("association", title="消协", stage=2, number="XH-9", day=dt.date(2026, 11, 6)),
    )
    for kind in (
        "platform",
        "association",
        "escalation",
        "ask-lender",
        "data-request",
        "preserve-recordings",
    ):
        for length in KINDS[kind].lengths:
            text = compose(small_loan(), kind, length=length, receipts=others, today=TODAY).text
            for title, number, day in (("官网", "W-7", 4), ("热线", "H-8", 5), ("消协", "XH-9", 6)):
                assert f"2026年11月{day}日通过“{title}”提交，编号{number}" in text, (kind, length)


def test_a_request_of_ones_own_is_never_called_the_same_matter_as_a_complaint() -> None:
    for kind in ("ask-lender", "data-request", "preserve-recordings"):
        for length in KINDS[kind].lengths:
            text = compose(small_loan(), kind, length=length, receipts=(receipt(),), today=TODAY).text
            assert "为同一事项" not in text
            assert "本申请与上述投诉分别提出，不构成新的投诉事项。" in text
            alone = compose(small_loan(), kind, length=length, receipts=(), today=TODAY).text
            assert "投诉分别提出" not in alone


@pytest.mark.parametrize("day", ["2026-11-23", "2026-10-16", None])
def test_an_answer_that_is_not_in_the_case_is_not_called_a_refusal_to_answer(day: str | None) -> None:
    contact = {"channel": "客服热线", "number": "GD1", "asked": "停止"} | ({"at": day} if day else {})
    for length in LENGTHS:
        text = compose(case_of(contacts=[contact]), "platform", length=length, receipts=(), today=TODAY).text
        assert "未获答复" not in text
        assert "尚无收到答复的记录" in text


def test_a_letter_says_of_the_originals_only_what_the_case_knows() -> None:
    text = compose(small_loan(), "platform", length="full", receipts=(), today=TODAY).text
    assert "原件由本人保管" not in text
    assert "需要核对原件的，请与本人联系" in text


def test_who_regulates_an_unknown_lender_is_not_guessed() -> None:
    for length in ("full", "compact"):
        text = compose(no_evidence(), "local-bureau", length=length, receipts=(), today=TODAY).text
        assert "致：12345政务服务便民热线（请转交有权处理的单位）" in text
        assert "地方金融管理局" not in text


def test_where_everyone_can_read_the_person_is_not_named() -> None:
    for kind in ("platform", "association", "escalation"):
        for length in LENGTHS:
            text = compose(
                small_loan(), kind, length=length, receipts=(receipt(),), today=TODAY, public=True
            ).text
            assert small_loan().complainant.name not in text
            assert "本人" in text


def test_what_may_not_have_arrived_is_never_called_filed() -> None:
    lost = receipt(outcome=Outcome.UNKNOWN, number=None)
    second = compose(small_loan(), "platform", length="short", receipts=(lost,), today=TODAY).text
    assert (
        "此前曾通过“App 内投诉”提交同一事项，是否提交成功尚待核实；如已收到，本次不构成新的投诉事项。"
        in second
    )
    assert "已提交的投诉" not in second
    certain = receipt("website", title="官网", number="W-1")
    third = compose(small_loan(), "platform", length="short", receipts=(lost, certain), today=TODAY).text
    assert "与已提交的投诉为同一事项，首次编号W-1，本次不构成新的投诉事项。" in third
    for length in ("full", "short"):
        back = compose(small_loan(), "withdrawal", length=length, receipts=(lost,), today=TODAY).text
        assert "通过“App 内投诉”提交，是否提交成功尚待核实。" in back


def test_a_letter_to_an_outside_body_needs_the_lender_of_record() -> None:
    with pytest.raises(MissingFact, match="lender of record") as caught:
        compose(no_evidence(), "regulator", length="full", receipts=(), today=TODAY)
    assert caught.value.next_step == "complain letter --kind ask-lender"


@pytest.mark.parametrize("kind", ["follow-up", "withdrawal"])
def test_a_follow_up_or_withdrawal_needs_something_to_speak_of(kind: str) -> None:
    with pytest.raises(MissingFact, match="Nothing has been filed"):
        compose(case_of(contacts=[]), kind, length="full", receipts=(), today=TODAY)


def test_a_follow_up_does_not_ask_after_what_was_answered() -> None:
    answered = receipt(answered=True, answered_on=TODAY)
    with pytest.raises(MissingFact):
        compose(case_of(contacts=[]), "follow-up", length="full", receipts=(answered,), today=TODAY)


def test_a_follow_up_at_an_outside_body_speaks_of_that_filing_only() -> None:
    facts = (receipt(), receipt("regulator", title="监管投诉", stage=2, number="JG-1"))
    letter = compose(small_loan(), "follow-up", length="full", receipts=facts, today=TODAY, about="regulator")
    assert "致：受理单位（经“监管投诉”提交）" in letter.text
    assert "JG-1" in letter.text
    assert "A-1001" not in letter.text


def test_what_is_signed_holds_neither_day_nor_number_nor_state() -> None:
    letters = signable(small_loan())
    assert list(letters) == ["platform", "regulator", "local-bureau", "association"]
    for kind, text in letters.items():
        assert f"日期：{DATE}" in text
        assert (STAGE_ONE_NUMBER in text) is (kind != "platform")


def test_the_signature_covers_every_length_and_changes_with_any_fact() -> None:
    assert signature_hash(small_loan()) == signature_hash(small_loan())
    changed = small_loan().model_copy(update={"demands": small_loan().demands[:-1]})
    assert signature_hash(changed) != signature_hash(small_loan())


def test_a_letter_that_cannot_be_written_is_not_signed() -> None:
    assert "regulator" not in signable(no_evidence())


@pytest.mark.parametrize(
    ("file", "proof"),
    [
        ("evidence/a.png", "（通话情况见证据1，通话内容暂无录音）"),
        ("evidence/a.m4a", "（见证据1）"),
    ],
)
def test_a_list_of_calls_is_never_given_as_proof_of_what_was_said(file: str, proof: str) -> None:
    evidence = [{"file": file}, {"file": "evidence/b.png"}, {"file": "evidence/c.png"}]
    letter = compose(case_of(evidence=evidence), "platform", length="full", receipts=(), today=TODAY)
    line = next(line for line in letter.text.splitlines() if "今天不还就上门" in line)
    assert line.endswith(f"{proof}。")
    assert (
        "她欠我们钱，让她马上还。”（见证据2）。" in letter.text
    )  # what others told is shown by what they wrote


def test_who_asks_for_the_lender_does_not_name_it_as_addressee() -> None:
    letter = compose(case_of(), "ask-lender", length="full", receipts=(), today=TODAY)
    assert letter.text.splitlines()[2] == "致：星河分期平台（虚构）客户服务部门"


def test_an_escalation_of_what_is_still_being_handled_is_warned_of() -> None:
    pending = receipt(answer_by=TODAY + dt.timedelta(days=15))
    late = receipt(answer_by=TODAY - dt.timedelta(days=1), day=TODAY - dt.timedelta(days=16))
    assert len(too_early("escalation", (pending,), TODAY)) == 1
    assert too_early("escalation", (late,), TODAY) == ()
    assert too_early("escalation", (receipt(answered=True),), TODAY) == ()
    assert too_early("follow-up", (pending,), TODAY) == ()
