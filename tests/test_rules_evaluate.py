"""Which channel is due, which waits, which is the wrong addressee; and that no unverified row ever decides alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from complain.case.model import Case
from complain.environment import CHINA
from complain.model import Outcome
from complain.rules import evaluate as module
from complain.rules.evaluate import Ruling, evaluate, evaluate_all
from complain.rules.facts import ChannelFact, FilingFact
from complain.rules.rows import table
from letter_cases import bank, case_of, consumer_finance, no_evidence, small_loan

TODAY = dt.date(2026, 6, 1)
IN_APP = ChannelFact("in-app", 1, "institution", "App")
WEBSITE = ChannelFact("website", 1, "institution", "网站")
REGULATOR = ChannelFact("regulator", 2, "regulator", "监管")
BUREAU = ChannelFact("bureau", 2, "local-bureau", "地方局")
ASSOCIATION = ChannelFact("association", 2, "association", "消协")
ALL = (IN_APP, WEBSITE, REGULATOR, ASSOCIATION)


def _filed(
    channel: ChannelFact = IN_APP,
    day: dt.date = TODAY,
    outcome: Outcome = Outcome.FILED,
    answered_on: dt.date | None = None,
) -> FilingFact:
    at = dt.datetime.combine(day, dt.time(9), CHINA)
    return FilingFact(
        channel.id, channel.title, channel.stage, channel.body, outcome, "A-1", at, answered_on=answered_on
    )


def _due(case: Case, filings: Sequence[FilingFact], today: dt.date = TODAY) -> list[str]:
    return [id for id, ruling in evaluate_all(case, ALL, filings, today).items() if ruling.due]


def test_at_first_only_one_desk_of_the_institution_is_due() -> None:
    rulings = evaluate_all(bank(), ALL, [], TODAY)
    assert [id for id, ruling in rulings.items() if ruling.due] == ["in-app"]
    assert "“App” comes first." in rulings["website"].sentences
    assert "institution-first" in rulings["regulator"].rows


def test_an_outside_body_waits_for_the_institutions_term() -> None:
    ruling = evaluate(bank(), REGULATOR, [_filed()], TODAY)
    assert not ruling.due
    assert ruling.waits_until == dt.date(2026, 6, 16)
    assert not ruling.not_competent
    assert any("15 days" in s and "not verified" in s for s in ruling.sentences)


def test_silence_past_the_term_makes_one_outside_body_due_and_only_one() -> None:
    assert _due(bank(), [_filed()], dt.date(2026, 6, 16)) == []
    assert _due(bank(), [_filed()], dt.date(2026, 6, 17)) == ["regulator"]


def test_an_answer_makes_the_outside_body_due_at_once() -> None:
    assert _due(bank(), [_filed(answered_on=TODAY)], TODAY) == ["regulator"]


def test_for_a_small_loan_company_the_waiting_is_a_reminder_not_a_term() -> None:
    ruling = evaluate(case_of(contacts=[]), BUREAU, [_filed()], TODAY)
    assert ruling.waits_until == dt.date(2026, 6, 16)
    assert any("No legal term that applies was found (small-loan company)" in s for s in ruling.sentences)


@pytest.mark.parametrize(
    ("case", "channel", "right"),
    [
        (small_loan(), REGULATOR, "local-bureau"),
        (bank(), BUREAU, "regulator"),
        (consumer_finance(), BUREAU, "regulator"),
    ],
    ids=["small-loan", "bank", "consumer-finance"],
)
def test_the_wrong_addressee_is_named_but_only_a_verified_row_may_leave_it_out(
    case: Case, channel: ChannelFact, right: str
) -> None:
    ruling = evaluate(case, channel, [], TODAY)
    assert ruling.not_competent
    assert ruling.right_addressee == right
    assert not ruling.verified
    assert any("not verified on the official site" in s for s in ruling.sentences)


def test_a_verified_row_makes_the_ruling_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    rows = tuple(dataclasses.replace(row, verified=True) for row in table("competence"))
    monkeypatch.setattr(module, "table", {"competence": rows}.__getitem__)
    ruling = evaluate(small_loan(), REGULATOR, [], TODAY)
    assert ruling.not_competent
    assert ruling.verified


def test_a_body_that_is_competent_for_one_of_two_lenders_is_not_wrong() -> None:
    loans = [{"lender": "甲", "lender_type": "bank"}, {"lender": "乙", "lender_type": "small-loan"}]
    ruling = evaluate(case_of(loans=loans), REGULATOR, [], TODAY)
    assert not ruling.not_competent
    assert any("each type has its own addressee" in s for s in ruling.sentences)


def test_without_a_known_lender_the_regulator_waits_and_the_person_is_told_to_ask() -> None:
    ruling = evaluate(no_evidence(), REGULATOR, [_filed(answered_on=TODAY)], TODAY)
    assert not ruling.due
    assert "ask-lender" in ruling.sentences[0]


def test_a_body_that_refuses_what_another_has_is_not_due() -> None:
    filings = [_filed(day=dt.date(2026, 3, 2)), _filed(REGULATOR)]
    ruling = evaluate(bank(), ASSOCIATION, filings, TODAY)
    assert ruling.refused_elsewhere
    assert not ruling.due
    assert "association-refuses-what-another-has" in ruling.rows
    assert any("“监管”" in s for s in ruling.sentences)
    back = evaluate(bank(), REGULATOR, [filings[0], _filed(ASSOCIATION)], TODAY)
    assert back.refused_elsewhere
    assert "one-authority" in back.rows


@pytest.mark.parametrize("channel", ALL, ids=lambda channel: channel.id)
@pytest.mark.parametrize("outcome", [Outcome.FILED, Outcome.FILED_UNVERIFIED, Outcome.UNKNOWN])
def test_what_was_filed_or_may_have_been_is_never_due_again(channel: ChannelFact, outcome: Outcome) -> None:
    ruling = evaluate(bank(), channel, [_filed(channel, dt.date(2026, 1, 5), outcome)], TODAY)
    assert not ruling.due


def test_what_was_refused_or_not_sent_counts_as_not_filed() -> None:
    assert _due(bank(), [_filed(outcome=Outcome.NOT_FILED)]) == ["in-app"]


def test_an_earlier_call_with_a_number_counts_as_asking_the_institution() -> None:
    contact = {"at": "2026-05-01", "channel": "热线", "number": "GD1", "asked": "停止"}
    case = case_of(contacts=[contact], loans=[{"lender": "甲", "lender_type": "bank"}])
    ruling = evaluate(case, REGULATOR, [], TODAY)
    assert ruling.due
    assert any("number GD1 (your own word)" in s for s in ruling.sentences)
    early = evaluate(case, REGULATOR, [], dt.date(2026, 5, 10))
    assert early.waits_until == dt.date(2026, 5, 18)  # 16 May is a Saturday


def test_every_ruling_gives_a_reason() -> None:
    for case in (bank(), small_loan(), consumer_finance(), no_evidence()):
        for filings in ([], [_filed()], [_filed(), _filed(REGULATOR)]):
            for ruling in evaluate_all(case, (*ALL, BUREAU), filings, TODAY).values():
                assert isinstance(ruling, Ruling)
                assert ruling.sentences
