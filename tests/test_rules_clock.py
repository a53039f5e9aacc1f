"""The clock: terms in days and working days over real Chinese holidays, each with its rule and its doubt."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from complain.environment import CHINA
from complain.model import Outcome
from complain.rules.clock import (
    answer_by,
    case_deadlines,
    deadlines,
    months_later,
    vanishing_proof,
)
from complain.rules.facts import FilingFact
from complain.rules.ics import calendar_file
from complain.rules.workdays import CalendarEnds, after_workdays, is_workday, next_workday
from letter_cases import bank, case_of, no_evidence, small_loan


def _filed(
    day: dt.date,
    body: str = "institution",
    *,
    outcome: Outcome = Outcome.FILED,
    received_on: dt.date | None = None,
    answered_on: dt.date | None = None,
) -> FilingFact:
    at = dt.datetime.combine(day, dt.time(23, 30), CHINA)
    return FilingFact(
        "in-app", "App 内投诉", 1, body, outcome, "A-1", at, received_on=received_on, answered_on=answered_on
    )


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        # Spring Festival, 15 to 23 February; Saturdays 14 and 28 February are worked.
        (dt.date(2026, 2, 13), 6, dt.date(2026, 2, 28)),
        # Mid-autumn, 25 to 27 September, and National Day, 1 to 7 October; Saturday 10 October is worked.
        (dt.date(2026, 9, 24), 6, dt.date(2026, 10, 10)),
        (dt.date(2026, 11, 20), 7, dt.date(2026, 12, 1)),
    ],
)
def test_working_days_step_over_holidays_and_count_make_up_days(
    start: dt.date, days: int, end: dt.date
) -> None:
    assert after_workdays(start, days) == end


@given(start=st.dates(dt.date(2020, 1, 1), dt.date(2026, 10, 1)), days=st.integers(1, 20))
def test_a_term_of_working_days_ends_on_one_and_holds_exactly_as_many(start: dt.date, days: int) -> None:
    end = after_workdays(start, days)
    between = [start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert is_workday(end)
    assert sum(map(is_workday, between)) == days


def test_beyond_the_calendar_it_is_said_and_no_date_is_made_up() -> None:
    with pytest.raises(CalendarEnds):
        after_workdays(dt.date(2026, 12, 28), 7)
    (date,) = deadlines(_filed(dt.date(2026, 12, 28), "regulator"), "bank")
    assert date.date is None
    assert "the working days of 2027 are not in the calendar yet" in date.what
    later = deadlines(_filed(dt.date(2026, 12, 20)), "bank")[0]
    assert later.date == dt.date(2027, 1, 4)
    assert "the holidays of 2027 are not in the calendar yet" in later.what


def test_a_term_in_days_that_ends_on_a_holiday_ends_on_the_next_working_day() -> None:
    assert next_workday(dt.date(2026, 10, 1)) == dt.date(2026, 10, 8)
    assert deadlines(_filed(dt.date(2026, 9, 16)), "bank")[0].date == dt.date(2026, 10, 8)


def test_a_bank_has_15_30_and_60_days_counted_from_the_submission_for_want_of_better() -> None:
    dates = deadlines(_filed(dt.date(2026, 3, 2)), "bank")
    assert [(d.id, d.date, d.kind) for d in dates] == [
        ("institution-15", dt.date(2026, 3, 17), "answer"),
        ("institution-30", dt.date(2026, 4, 1), "extension"),
        ("institution-60", dt.date(2026, 5, 6), "extension"),  # 1 May is a holiday
    ]
    assert all(not d.verified and d.start == "submitted" and d.source for d in dates)
    assert all("the term runs from receipt, so it may end later" in d.what for d in dates)


def test_the_day_of_receipt_is_used_when_it_is_known() -> None:
    date = deadlines(_filed(dt.date(2026, 3, 2), received_on=dt.date(2026, 3, 5)), "bank")[0]
    assert date.date == dt.date(2026, 3, 20)
    assert date.start == "received"
    assert "may end later" not in date.what


@pytest.mark.parametrize("lender", ["small-loan", "unknown"])
def test_where_no_term_is_known_there_is_only_a_reminder(lender: str) -> None:
    (date,) = deadlines(_filed(dt.date(2026, 3, 2)), lender)
    assert (date.kind, date.unit, date.date, date.verified) == ("reminder", "", dt.date(2026, 3, 17), False)
    assert "No legal term that applies was found" in date.what
    assert "a reminder only" in date.what


def test_an_answer_ends_the_waiting_and_starts_the_time_for_a_review() -> None:
    answered = _filed(dt.date(2026, 3, 2), answered_on=dt.date(2026, 3, 10))
    (date,) = deadlines(answered, "bank")
    assert (date.kind, date.date, date.start) == ("act", dt.date(2026, 4, 9), "answered")
    assert deadlines(answered, "small-loan") == []


@pytest.mark.parametrize(
    "outcome", [Outcome.NOT_FILED, Outcome.NEEDS_HUMAN, Outcome.REFUSED, Outcome.PREPARED]
)
def test_what_was_not_sent_starts_no_clock(outcome: Outcome) -> None:
    assert deadlines(_filed(dt.date(2026, 3, 2), outcome=outcome), "bank") == []


def test_a_day_is_a_day_in_china() -> None:
    late = FilingFact(
        "in-app", "", 1, "institution", Outcome.FILED, "A", dt.datetime(2026, 3, 2, 17, tzinfo=dt.UTC)
    )
    assert late.filed_on == dt.date(2026, 3, 3)


def test_the_first_day_by_which_an_answer_is_due() -> None:
    dates = deadlines(_filed(dt.date(2026, 3, 2)), "bank")
    first = answer_by(dates)
    assert first is not None
    assert first.date == dt.date(2026, 3, 17)


def test_lenders_of_two_types_have_the_dates_of_both() -> None:
    loans = [{"lender": "甲", "lender_type": "bank"}, {"lender": "乙", "lender_type": "small-loan"}]
    kinds = [d.kind for d in case_deadlines(case_of(loans=loans), _filed(dt.date(2026, 3, 2)))]
    assert kinds == ["answer", "extension", "extension", "reminder"]


def test_proof_that_is_about_to_vanish_is_counted_down_from_the_earliest_call_still_there() -> None:
    (date,) = vanishing_proof(small_loan(), dt.date(2026, 11, 23))
    assert date.date == dt.date(2027, 4, 8)
    assert "2026-10-08" in date.what
    assert "general knowledge" in date.what
    (next_one,) = vanishing_proof(small_loan(), dt.date(2027, 4, 9))
    assert "2026-10-12" in next_one.what, (
        "that the first call is gone is no reason to be silent on the others"
    )
    assert vanishing_proof(small_loan(), dt.date(2027, 11, 23)) == []
    assert months_later(dt.date(2026, 8, 31), 6) == dt.date(2027, 2, 28)


def test_the_calendar_file_is_readable_neutral_and_the_same_on_re_export() -> None:
    dates = deadlines(_filed(dt.date(2026, 3, 2)), "bank") + vanishing_proof(bank(), dt.date(2026, 11, 23))
    now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    data = calendar_file("bank", dates, {"in-app": "App"}, now)
    events = Calendar.from_ical(data).events
    assert [event.decoded("dtstart") for event in events] == [d.date for d in dates]
    assert len({str(event["uid"]) for event in events}) == len(dates)
    assert data == calendar_file("bank", dates, {"in-app": "App"}, now)
    for event in events:
        assert not any(word in str(event["summary"]) for word in ("债", "催收", "欠", "debt", "complaint"))


def test_no_case_without_calls_counts_down_a_call_list() -> None:
    visit = [{"at": "2026-11-01", "how": "visit", "reached": "self"}]
    assert vanishing_proof(case_of(incidents=visit), dt.date(2026, 11, 23)) == []
    assert vanishing_proof(no_evidence(), dt.date(2026, 11, 23))
