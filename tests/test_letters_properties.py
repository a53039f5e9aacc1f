"""Whatever the case: a letter fits or is refused, keeps every demand, and never leaks a third party."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complain.case.kinds import DemandKind, IncidentKind, Reached
from complain.errors import DoesNotFit, UsageError
from complain.letters.compose import compose
from complain.letters.demands import SENTENCES
from complain.letters.fit import Count, LetterLimit, fit, measure
from complain.letters.kinds import KINDS, LENGTHS
from complain.letters.repayment import RepaymentPlan, even_instalments, past_warning, schedule
from letter_cases import TODAY, case_of, receipt, small_loan

KINDS_OF_COMPLAINT = ("platform", "regulator", "local-bureau", "association", "escalation")
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
words = st.text("停止联系第三人并书面答复本人，说明abc 12𠮷😀；", min_size=1, max_size=60).filter(
    lambda t: t.strip(" ；，")
)


def _listed(kind: DemandKind) -> dict[str, str]:
    return {"kind": kind.value}


def _own(text: str) -> dict[str, str]:
    return {"kind": "other", "text": text}


def _incident(at: dt.datetime, kind: IncidentKind, reached: Reached, basis: str) -> dict[str, str]:
    return {
        "at": at.isoformat(),
        "kind": kind.value,
        "reached": reached.value,
        "how": "call",
        "basis": basis,
    }


demands = st.lists(
    st.one_of(
        st.builds(_listed, st.sampled_from([k for k in DemandKind if k is not DemandKind.OTHER])),
        st.builds(_own, words),
    ),
    min_size=1,
    max_size=8,
)
incidents = st.lists(
    st.builds(
        _incident,
        st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 11, 22)),
        st.sampled_from(IncidentKind),
        st.sampled_from(Reached),
        st.sampled_from(["first-hand", "told", "inferred"]),
    ),
    min_size=1,
    max_size=30,
)


def _demand_texts(demands: list[dict[str, str]]) -> list[str]:
    return [
        (d.get("text") or SENTENCES[DemandKind(d["kind"])]).strip().rstrip("。；;.").strip() for d in demands
    ]


@few
@given(
    demands=demands,
    incidents=incidents,
    kind=st.sampled_from(KINDS_OF_COMPLAINT),
    count=st.sampled_from(["chars", "utf16", "bytes"]),
    most=st.integers(50, 6000),
)
def test_a_letter_never_exceeds_the_limit_and_never_loses_a_demand(
    demands: list[dict[str, str]], incidents: list[dict[str, str]], kind: str, count: Count, most: int
) -> None:
    case = case_of(demands=demands, incidents=incidents)
    try:
        letter = fit(case, kind, LetterLimit(max=most, count=count), receipts=(), today=TODAY)
    except DoesNotFit as refusal:
        shortest = compose(case, kind, length="brief", receipts=(), today=TODAY)
        over = measure(shortest.text, count) - most
        assert over > 0
        assert f"{over} more than the {most}" in refusal.message
        assert refusal.next_step == f"complain letter --kind {kind} --length brief"
        return
    assert measure(letter.text, count) <= most
    assert all(text in letter.text for text in _demand_texts(demands))


@few
@given(demands=demands, incidents=incidents, kind=st.sampled_from(KINDS_OF_COMPLAINT))
def test_every_length_holds_every_demand_and_every_other_filing(
    demands: list[dict[str, str]], incidents: list[dict[str, str]], kind: str
) -> None:
    case = case_of(demands=demands, incidents=incidents)
    others = (receipt(number="A-1"), receipt("hotline", title="热线", stage=2, number="R-2"))
    for length in LENGTHS:
        text = compose(case, kind, length=length, receipts=others, today=TODAY).text
        assert all(demand in text for demand in _demand_texts(demands))
        assert "A-1" in text
        assert "R-2" in text


def test_the_longest_version_that_fits_is_chosen_and_one_character_less_takes_the_next() -> None:
    case = small_loan()
    sizes = {n: len(compose(case, "platform", length=n, receipts=(), today=TODAY).text) for n in LENGTHS}
    for length, size in sizes.items():
        chosen = fit(case, "platform", LetterLimit(max=size), receipts=(), today=TODAY)
        assert chosen.name == f"platform/{length}"
    for longer, shorter in itertools.pairwise(LENGTHS):
        chosen = fit(case, "platform", LetterLimit(max=sizes[longer] - 1), receipts=(), today=TODAY)
        assert chosen.name == f"platform/{shorter}"
    with pytest.raises(DoesNotFit, match="1 more than the"):
        fit(case, "platform", LetterLimit(max=sizes["brief"] - 1), receipts=(), today=TODAY)


def test_a_letter_that_is_too_short_for_the_channel_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="wants at least 9000"):
        fit(small_loan(), "platform", LetterLimit(min=9000), receipts=(), today=TODAY)


NAMES = (
    "王小丽",
    "13711112222",
    "037155556666",
    "410101199003071230",
    "wang@example.com",
    "6222021234567890128",
)


@few
@given(
    name=st.sampled_from(NAMES),
    place=st.sampled_from(["note", "told_by", "words", "summary", "asked", "evidence", "shows", "demand"]),
    kind=st.sampled_from(sorted(KINDS)),
    lead=st.sampled_from(["", "表姐", "同事，电话", "我的联系人"]),
)
def test_what_a_person_typed_of_a_third_party_never_reaches_a_letter(
    name: str, place: str, kind: str, lead: str
) -> None:
    if name == "王小丽" and place not in ("note", "told_by"):
        return  # a name in free text cannot be told from other words; numbers can
    text = f"{lead}{name}"
    incident = {
        "at": "2026-10-12T10:05:00",
        "kind": "third-party-contact",
        "reached": "family",
        "reached_note": text if place == "note" else "母亲",
        "told_by": text if place == "told_by" else "母亲",
        "how": "call",
        "words": text if place == "words" else "还钱",
    }
    case = case_of(
        incidents=[incident],
        complaint={"subject": "联系亲属", "summary": text if place == "summary" else ""},
        contacts=[{"channel": "热线", "number": "GD1", "asked": text if place == "asked" else "停止"}],
        evidence=[
            {
                "file": "evidence/a.png",
                "title": text if place == "evidence" else "截图",
                "shows": text if place == "shows" else "来电",
            }
        ],
        demands=[{"kind": "other", "text": text if place == "demand" else "书面答复"}],
    )
    if kind == "repayment-plan":
        return
    for length in KINDS[kind].lengths:
        letter = compose(case, kind, length=length, receipts=(receipt(),), today=TODAY)
        assert name not in letter.text


def test_the_complainants_own_numbers_and_the_callers_are_not_masked() -> None:
    case = case_of(
        complaint={
            "subject": "来电",
            "summary": "本人电话13900001234，对方13711112222来电，工单202611230000001。",
        },
        incidents=[
            {"at": "2026-10-12T10:05:00", "reached": "self", "how": "call", "number": "13711112222"},
        ],
    )
    text = compose(case, "platform", length="full", receipts=(), today=TODAY).text
    assert "本人电话13900001234，对方13711112222来电，工单202611230000001" in text


def test_where_everyone_can_read_no_number_of_anyone_is_printed() -> None:
    for kind in KINDS_OF_COMPLAINT:
        for length in LENGTHS:
            text = compose(
                small_loan(), kind, length=length, receipts=(receipt(),), today=TODAY, public=True
            ).text
            for private in ("13900001234", "lin@example.com", "XHJ-2026-000123", "02100000001"):
                assert private not in text, (kind, length, private)


def test_nor_does_a_quotation_or_an_earlier_contact_print_one_there() -> None:
    words = "你的号码13900001234我们一直在打"
    case = case_of(
        incidents=[{"at": "2026-10-12T10:05:00", "reached": "self", "how": "call", "words": words}],
        contacts=[{"at": "2026-10-13", "channel": "客服热线", "asked": words, "answer": "已联系13900001234"}],
    )
    for length in LENGTHS:
        for public in (True, False):
            text = compose(case, "platform", length=length, receipts=(), today=TODAY, public=public).text
            told = length in ("full", "compact")  # the shorter ones count, and quote nothing
            assert (words in text, "已联系13900001234" in text) == (told and not public,) * 2, (
                length,
                public,
            )
            assert ("已联系（电话已隐去）" in text) == (told and public)


@given(
    cents=st.integers(1, 10**9),
    count=st.integers(1, 120),
    first=st.dates(dt.date(2026, 1, 1), dt.date(2035, 12, 31)),
)
def test_an_even_table_adds_up_to_the_cent(cents: int, count: int, first: dt.date) -> None:
    total = Decimal(cents) / 100
    table = even_instalments(total, first, count)
    amounts = [one.amount for one in table]
    assert sum(amounts) == total
    assert max(amounts) - min(amounts) <= Decimal("0.01")
    days = [one.date for one in table]
    assert days == sorted(set(days))
    assert all(day.day == first.day or (day + dt.timedelta(days=1)).day == 1 for day in days)


def _plan(**changes: object) -> RepaymentPlan:
    values: dict[str, object] = {
        "lender": "示范小额贷款有限公司",
        "reason": "收入减少",
        "income": "4200",
        "expenses": "2900",
        "available": "1100",
        "first": dt.date(2026, 12, 31),
        "count": 12,
    }
    return RepaymentPlan.model_validate({**values, **changes})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"available": "1400"}, "more than income less expenses"),
        ({"count": 6}, "more than the 1100"),
        (
            {
                "instalments": (
                    {"date": dt.date(2026, 12, 1), "amount": "1000"},
                    {"date": dt.date(2026, 12, 31), "amount": "1000"},
                    {"date": dt.date(2027, 1, 31), "amount": "10544.40"},
                )
            },
            "more than the 1100",
        ),
        (
            {
                "total": "1500",
                "waiver": "减免费用",
                "instalments": (
                    {"date": dt.date(2026, 12, 1), "amount": "750"},
                    {"date": dt.date(2026, 12, 31), "amount": "750"},
                ),
            },
            "In one month 1500 is to be paid",
        ),
        ({"proof": (4,)}, "There is no evidence 4"),
        ({"shown_in": (9,)}, "There is no evidence 9"),
        ({"total": "9000"}, "needs a requested waiver"),
        ({"total": "13000", "waiver": "减免费用"}, "the loans show 12544.40"),
        ({"lender": "别的公司"}, "No loan of the case"),
        ({"first": None}, "either its instalments"),
        (
            {"instalments": ({"date": dt.date(2026, 12, 1), "amount": "100"},)},
            "add up to 100, not to 12544.40",
        ),
    ],
)
def test_a_plan_that_cannot_hold_is_refused(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        schedule(small_loan(), _plan(**changes))


def test_a_plan_that_begins_in_the_past_is_warned_of() -> None:
    assert "lies before today" in past_warning(_plan(first=TODAY - dt.timedelta(days=1)), TODAY)
    assert past_warning(_plan(first=TODAY), TODAY) == ""


def test_the_plan_of_a_lender_adds_up_to_what_its_loans_show() -> None:
    made = schedule(small_loan(), _plan())
    assert made.total == made.shown == Decimal("12544.40")
    text = compose(
        small_loan(), "repayment-plan", length="full", receipts=(), today=TODAY, repayment=made
    ).text
    assert "合计12,544.40元，与上列显示金额合计一致" in text
    assert "投诉书" not in text
    assert "与任何投诉互不为条件" in text
