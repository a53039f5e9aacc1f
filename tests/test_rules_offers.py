"""What the plan offers to write next, and that it offers nothing that is not true yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from complain.case.model import Case
from complain.environment import CHINA
from complain.model import Outcome
from complain.rules.evaluate import evaluate_all
from complain.rules.facts import ChannelFact, FilingFact
from complain.rules.offers import Offer, offers
from letter_cases import bank, no_evidence, small_loan

DAY = dt.date(2026, 6, 1)
IN_APP = ChannelFact("in-app", 1, "institution", "App")
REGULATOR = ChannelFact("regulator", 2, "regulator", "监管")
FILED = FilingFact(
    "in-app",
    "App",
    1,
    "institution",
    Outcome.FILED,
    "A-1",
    dt.datetime.combine(DAY, dt.time(9), CHINA),
)


def _offers(case: Case, filings: Sequence[FilingFact], today: dt.date) -> dict[str, Offer]:
    rulings = evaluate_all(case, (IN_APP, REGULATOR), filings, today)
    return {offer.kind or offer.channel: offer for offer in offers(case, rulings, filings, today)}


def test_silence_past_the_day_offers_the_question_and_the_next_body() -> None:
    late = _offers(bank(), [FILED], dt.date(2026, 6, 17))
    assert late["follow-up"].arguments() == ("--channel", "in-app", "--kind", "follow-up")
    assert "2026-06-16" in late["follow-up"].why
    assert late["regulator"].arguments() == ("--channel", "regulator")


def test_before_that_day_neither_is_offered() -> None:
    assert set(_offers(bank(), [FILED], dt.date(2026, 6, 16))) == {"preserve-recordings"}


def test_a_filing_that_was_not_sent_is_never_asked_about() -> None:
    refused = replace(FILED, outcome=Outcome.REFUSED)
    assert "follow-up" not in _offers(bank(), [refused], dt.date(2026, 8, 1))


def test_an_answer_that_is_disputed_offers_the_escalation_and_no_question() -> None:
    answered = replace(FILED, answered_on=DAY, disputed=True)
    found = _offers(bank(), [answered], dt.date(2026, 6, 17))
    assert "escalation" in found
    assert "follow-up" not in found
    assert "escalation" not in _offers(bank(), [replace(answered, disputed=False)], dt.date(2026, 6, 17))


def test_an_unknown_lender_is_asked_for_and_a_known_one_is_not() -> None:
    assert "ask-lender" in _offers(no_evidence(), [], DAY)
    assert "ask-lender" not in _offers(small_loan(), [], DAY)


def test_recordings_are_spoken_of_on_day_one_where_there_were_calls() -> None:
    assert "preserve-recordings" in _offers(small_loan(), [], DAY)
    written_only = small_loan().model_copy(update={"incidents": ()})
    assert "preserve-recordings" not in _offers(written_only, [], DAY)
