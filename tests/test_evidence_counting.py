"""Counts of calls: each is its rows, kinds and lenders are never added, merging never adds (USERS U20, U26)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complain.case.load import load_case
from complain.case.model import Case
from complain.cli.evidence_facts import calls_a_day, limits
from complain.environment import CHINA
from complain.evidence.call_report import CallReport, call_report
from complain.evidence.calls import BrokenRow, Call, CallLog, Direction, Reason, SourceKind, State
from complain.evidence.drafting import draft_incidents
from complain.evidence.kept_calls import KeptLog, Ticked, keep
from complain.evidence.limits import Lender
from complain.evidence.merging import APART, MergedCall, merge
from complain.evidence.reachability import Record
from complain.evidence.rownames import in_print, read_back
from complain.evidence.tally import by_state, day_counts, hour_counts, incoming, is_between
from fakes.call_logs import COLLECTOR, OTHER_COLLECTOR, at
from fakes.cli import copy_example

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)
SMALL, CONSUMER = "示范小额贷款有限公司", "样例消费金融有限公司"


def call(
    row: int,
    when: str,
    state: State = State.CONNECTED,
    number: str = COLLECTOR,
    direction: Direction = Direction.INCOMING,
) -> Call:
    return Call(row, number, at(when), direction, state, 30)


def log(
    calls: Sequence[Call],
    label: str = "A",
    kind: SourceKind = SourceKind.PHONE,
    broken: Sequence[BrokenRow] = (),
) -> KeptLog:
    times = [one.at for one in calls]
    first, last = (min(times), max(times)) if times else (None, None)
    return KeptLog(label, "f", "0", kind, NOW, len(calls), first, last, tuple(broken), (), tuple(calls))


MOMENT = st.integers(0, 4000).map(lambda s: at("2026-10-12 21:30:00") + dt.timedelta(seconds=s))
CALLS = st.lists(
    st.builds(
        Call,
        row=st.just(0),
        number=st.sampled_from([COLLECTOR, OTHER_COLLECTOR]),
        at=MOMENT,
        direction=st.sampled_from(Direction),
        state=st.sampled_from(State),
        seconds=st.none(),
    ),
    max_size=25,
).map(lambda found: [Call(row, c.number, c.at, c.direction, c.state) for row, c in enumerate(found, 1)])


@settings(deadline=None, max_examples=150)
@given(CALLS, CALLS, CALLS)
def test_merging_never_adds_and_loses_no_row(one: list[Call], two: list[Call], three: list[Call]) -> None:
    logs = [log(one, "A"), log(two, "B", SourceKind.OPERATOR), log(three, "C", SourceKind.OPERATOR)]
    merged = merge(logs)
    assert max(len(one), len(two), len(three)) <= len(merged) <= len(one) + len(two) + len(three)
    names = [str(name) for found in merged for name in found.rows]
    assert sorted(names) == sorted(f"{kept.label}{c.row}" for kept in logs for c in kept.calls)
    rows = {f"{kept.label}{c.row}": c for kept in logs for c in kept.calls}
    for found in merged:
        members = [rows[str(name)] for name in found.rows]
        assert len({name.label for name in found.rows}) == len(found.rows), "one row per file"
        assert {c.number for c in members} == {found.number}
        assert max(c.at for c in members) - min(c.at for c in members) <= APART
        assert len({c.direction for c in members} - {Direction.UNKNOWN}) <= 1


@settings(deadline=None, max_examples=100)
@given(CALLS, CALLS)
def test_every_count_is_the_number_of_its_rows_and_states_partition_the_calls(
    one: list[Call], two: list[Call]
) -> None:
    calls = incoming(merge([log(one), log(two, "B")]))
    for states in [count.all_day for count in day_counts(calls)] + [c.states for c in hour_counts(calls)]:
        for tally in (states.connected, states.missed, states.unknown):
            assert tally.count == len(set(tally.names)) == len(read_back(in_print(tally.names)))
    days = day_counts(calls)
    listed = [
        n for d in days for t in (d.all_day.connected, d.all_day.missed, d.all_day.unknown) for n in t.names
    ]
    assert sorted(listed) == sorted(c.name for c in calls)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["A", "B", "经过"]), st.integers(1, 40)), unique=True))
def test_printed_row_names_are_read_back_whole(rows: list[tuple[str, int]]) -> None:
    names = [f"{label}{row}" for label, row in sorted(rows)]
    assert read_back(in_print(names)) == names


def test_the_nearest_rows_are_the_same_call_and_a_call_only_in_one_log_stays_its_own() -> None:
    phone = log([call(1, "2026-10-12 10:00:00", State.MISSED), call(2, "2026-10-12 10:00:50")])
    operator = log([call(7, "2026-10-12 10:00:52")], "B", SourceKind.OPERATOR)
    assert [found.name for found in merge([operator, phone])] == ["A1", "A2=B7"]


@pytest.mark.parametrize(("apart", "count"), [(60, 1), (61, 2)])
def test_sixty_seconds_are_the_same_call_and_sixty_one_are_two(apart: int, count: int) -> None:
    other = call(1, "2026-10-12 10:00:00")
    later = Call(1, other.number, other.at + dt.timedelta(seconds=apart), other.direction, other.state)
    assert len(merge([log([other]), log([later], "B")])) == count


def test_logs_that_contradict_each_other_leave_the_state_open() -> None:
    [found] = merge(
        [log([call(1, "2026-10-12 10:00:00")]), log([call(1, "2026-10-12 10:00:03", State.MISSED)], "B")]
    )
    assert found.state is State.UNKNOWN and found.is_contradicted


def test_an_outgoing_and_an_incoming_call_of_one_minute_are_two() -> None:
    back = call(1, "2026-10-12 10:00:20", direction=Direction.OUTGOING)
    assert len(merge([log([call(1, "2026-10-12 10:00:00")]), log([back], "B")])) == 2


@pytest.mark.parametrize(
    ("time", "is_night"),
    [
        ("21:59:59", False),
        ("22:00:00", True),
        ("23:59:59", True),
        ("00:00:00", True),
        ("07:59:59", True),
        ("08:00:00", False),
    ],
)
def test_the_night_is_from_22_to_8(time: str, is_night: bool) -> None:
    assert is_between(at(f"2026-10-12 {time}"), 22, 8) is is_night


# -- limits ---------------------------------------------------------------------------------------------------


@pytest.fixture
def case_folder(tmp_path: Path) -> Path:
    return copy_example(tmp_path / "case")


def kept(
    folder: Path, calls: Sequence[Call], ticked: Sequence[Ticked], broken: Sequence[BrokenRow] = ()
) -> None:
    digest = str(len(list((folder / "calls").glob("*"))) if (folder / "calls").is_dir() else 0)
    keep(folder, CallLog("log.xml", digest, SourceKind.PHONE, tuple(calls), tuple(broken)), ticked, NOW)


def report(folder: Path, members: Sequence[str] = (), case: Case | None = None) -> CallReport:
    return call_report(case or load_case(folder), folder, limits(), members=members, made_at=NOW)


def over(made: CallReport, limit: str) -> dict[str, list[tuple[str, int]]]:
    return {
        f.lender.name: [(f"{o.day:%m-%d}", o.tally.count) for o in f.over]
        for f in made.findings
        if f.limit.id == limit and f.lender
    }


def day_of(
    number: str, start: int, state: State = State.CONNECTED, hour: int = 9, count: int = 4
) -> list[Call]:
    return [call(start + n, f"2026-10-13 {hour + n:02d}:00:00", state, number) for n in range(count)]


def test_three_answered_calls_are_within_the_reference_and_four_are_above(case_folder: Path) -> None:
    three = [call(n, f"2026-10-12 1{n}:00:00") for n in range(1, 4)]
    kept(case_folder, [*three, *day_of(COLLECTOR, 10)], [Ticked(COLLECTOR, "自称催收", SMALL)])
    assert over(report(case_folder), "gbt-45251-calls") == {SMALL: [("10-13", 4)]}


def test_missed_calls_and_other_lenders_calls_are_never_added(case_folder: Path) -> None:
    calls = [
        *day_of(COLLECTOR, 1, count=3),
        *day_of(COLLECTOR, 10, State.MISSED, hour=12, count=5),
        *day_of(COLLECTOR, 20, State.UNKNOWN, hour=17, count=2),
        *day_of(OTHER_COLLECTOR, 30, hour=14, count=3),
        call(40, "2026-10-13 20:00:00", direction=Direction.OUTGOING),
        call(41, "2026-10-13 20:10:00", direction=Direction.UNKNOWN),
    ]
    kept(
        case_folder,
        calls,
        [Ticked(COLLECTOR, "自称催收", SMALL), Ticked(OTHER_COLLECTOR, "短信写明", CONSUMER)],
    )
    made = report(case_folder)
    assert over(made, "gbt-45251-calls") == {SMALL: [], CONSUMER: []}
    [day] = next(c for c in made.counts if c.lender.name == SMALL).days
    assert (day.all_day.connected.count, day.all_day.missed.count, day.all_day.unknown.count) == (3, 5, 2)


def test_a_number_whose_lender_is_not_known_is_a_group_of_its_own(case_folder: Path) -> None:
    calls = [*day_of(COLLECTOR, 1, count=2), *day_of(OTHER_COLLECTOR, 10, hour=14, count=2)]
    kept(case_folder, calls, [Ticked(COLLECTOR, "自称催收", SMALL), Ticked(OTHER_COLLECTOR, "短信写明")])
    made = report(case_folder)
    assert over(made, "gbt-45251-calls") == {SMALL: [], "": []} and made.unclear_lender


def test_the_association_limit_is_laid_beside_a_members_missed_calls_per_number_only(tmp_path: Path) -> None:
    folder = copy_example(
        tmp_path / "bank", **{'lender_type = "small-loan"': 'lender_type = "bank"', SMALL: "示例银行"}
    )
    calls = [
        *day_of(COLLECTOR, 1, State.MISSED, count=7),
        *day_of(OTHER_COLLECTOR, 20, State.MISSED, count=6),
        *day_of(OTHER_COLLECTOR, 30, hour=16, count=3),
    ]
    kept(
        folder,
        calls,
        [Ticked(COLLECTOR, "自称催收", "示例银行"), Ticked(OTHER_COLLECTOR, "自称", "示例银行")],
    )
    unstated, member = report(folder), report(folder, ["示例银行"])
    assert over(unstated, "cba-unanswered") == {} and [limit.id for limit in unstated.not_applied]
    [finding] = [f for f in member.findings if f.limit.id == "cba-unanswered"]
    assert [(o.number, o.tally.count) for o in finding.over] == [(COLLECTOR, 7)]
    assert not member.not_applied


def test_the_association_limit_never_touches_another_type_of_lender(case_folder: Path) -> None:
    kept(case_folder, day_of(COLLECTOR, 1, State.MISSED, count=8), [Ticked(COLLECTOR, "自称催收", SMALL)])
    made = report(case_folder, [SMALL])
    assert not [f for f in made.findings if f.limit.id.startswith("cba")] and not made.not_applied


def test_third_parties_are_counted_by_incidents_and_inferences_apart(case_folder: Path) -> None:
    made = report(case_folder)
    third = [f for f in made.findings if f.limit.measure == "third-party"]
    assert {f.limit.id for f in third} == {
        "gbt-45251-third-parties",
        "small-loan-third-parties",
        "consumer-finance-third-parties",
    }
    assert {(f.contacted, f.guessed) for f in third} == {((6, 7), (10,))}


def test_without_a_log_the_cases_own_calls_are_counted_and_named_as_incidents(case_folder: Path) -> None:
    made = report(case_folder)
    assert made.from_incidents
    assert [c.name for c in made.calls] == ["经过1", "经过2", "经过3", "经过4", "经过5", "经过9"]
    kept(case_folder, [call(1, "2026-10-12 22:47:30")], [Ticked(COLLECTOR, "自称催收", SMALL)])
    assert [c.name for c in report(case_folder).calls] == ["A1"], "a log replaces them; they are never added"


# -- reachability ---------------------------------------------------------------------------------------------


def reachable(folder: Path) -> dict[int, tuple[Record, int, int, int]]:
    return {
        e.place: (e.record, e.answered.count, e.called_back.count, e.tried.count)
        for e in report(folder).reachable
    }


def test_an_answered_call_or_a_call_back_in_the_three_days_before_is_on_record(case_folder: Path) -> None:
    calls = [
        call(1, "2026-10-12 14:20:00"),  # three days before incident 6 (2026-10-15 14:20), to the second
        call(2, "2026-10-17 09:00:00", direction=Direction.OUTGOING),
        call(3, "2026-10-17 10:00:00", State.MISSED, direction=Direction.OUTGOING),
    ]
    kept(case_folder, calls, [Ticked(COLLECTOR, "自称催收", SMALL)])
    assert reachable(case_folder) == {6: (Record.FOUND, 1, 0, 0), 7: (Record.FOUND, 0, 1, 1)}


def test_nothing_on_record_is_said_only_of_days_that_a_whole_log_covers(case_folder: Path) -> None:
    missed = [call(1, "2026-10-10 10:00:00", State.MISSED), call(2, "2026-10-17 10:00:00", State.MISSED)]
    ticked = [Ticked(COLLECTOR, "自称催收", SMALL)]
    kept(case_folder, missed, ticked)
    assert {p: r[0] for p, r in reachable(case_folder).items()} == {6: Record.NONE, 7: Record.MISSING}


def test_a_log_with_unreadable_rows_cannot_say_that_nothing_is_on_record(case_folder: Path) -> None:
    missed = [call(1, "2026-10-10 10:00:00", State.MISSED), call(2, "2026-10-20 10:00:00", State.MISSED)]
    kept(case_folder, missed, [Ticked(COLLECTOR, "自称", SMALL)], [BrokenRow(9, Reason.TIME)])
    assert {entry[0] for entry in reachable(case_folder).values()} == {Record.MISSING}


# -- drafts ---------------------------------------------------------------------------------------------------


def drafts(case: Case, calls: Sequence[Call], of: Sequence[Lender]) -> list[tuple[str, str]]:
    merged: tuple[MergedCall, ...] = incoming(merge([log(calls)]))
    return [(d.call.name, d.kind.value) for d in draft_incidents(case, merged, of, calls_a_day())]


def test_night_calls_and_answered_calls_of_crowded_days_are_drafted(case_folder: Path) -> None:
    of = [
        Lender(SMALL, "small-loan", frozenset({COLLECTOR})),
        Lender("", "unknown", frozenset({OTHER_COLLECTOR})),
    ]
    calls = [
        *[call(n, f"2026-10-20 1{n}:00:00") for n in range(4)],
        call(8, "2026-10-20 18:00:00", State.MISSED),
        *[
            call(20 + n, f"2026-10-21 1{n}:00:00", number=number)
            for n in range(3)
            for number in (COLLECTOR, OTHER_COLLECTOR)
        ],
        call(30, "2026-10-22 22:00:00", State.MISSED),
    ]
    found = drafts(load_case(case_folder), calls, of)
    assert found == [*[(f"A{n}", "frequent-calls") for n in range(4)], ("A30", "night-call")]


def test_a_call_that_the_case_has_is_not_drafted_again(case_folder: Path) -> None:
    of = [Lender(SMALL, "small-loan", frozenset({COLLECTOR}))]
    calls = [call(1, "2026-10-12 22:47:59"), call(2, "2026-10-12 22:49:00")]
    assert drafts(load_case(case_folder), calls, of) == [("A2", "night-call")]


def test_states_have_no_sum() -> None:
    assert not hasattr(by_state(()), "count") and not hasattr(by_state(()), "total")
