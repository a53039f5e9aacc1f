"""The engine by itself: far sides that answer as a script says, with the real journal, archive and preview."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from complain.case.load import load_case
from complain.environment import Environment, Home
from complain.errors import FormChanged
from complain.filing.exit_codes import exit_code
from complain.filing.form_filing import FormFiling
from complain.filing.journal import open_journal
from complain.filing.selection import Selection
from complain.filing.settlement import Settlement
from complain.filing.transitions import State
from complain.model import Action, FilingReport, Outcome, PlannedField
from fakes.cli import EXAMPLE
from fakes.scripted import Desk, Desks, House, Person, Step, accepted, at, cancelled, submit


@pytest.fixture
def house(tmp_path: Path) -> Generator[House]:
    with closing(open_journal(tmp_path / "journal.sqlite")) as journal:
        yield House(tmp_path, journal)


async def silent() -> Settlement:
    return Settlement(State.UNKNOWN, reason="No answer came.")


def test_a_cancelled_step_inside_a_submit_is_unknown_and_the_next_channel_is_filed(house: House) -> None:
    """Red when it ended the run: no outcome of any channel was told, and nobody had pressed Ctrl-C."""
    reports = submit(house.run(Desks({"a": Desk(commit=cancelled), "b": Desk()})))

    assert (reports["a"].outcome, reports["b"].outcome) == (Outcome.UNKNOWN, Outcome.FILED)
    assert "complain resolve" in reports["a"].task


def test_a_form_whose_filling_was_cancelled_is_not_prepared(house: House) -> None:
    """Red when a dry run said ``prepared`` of a form that had never been filled."""
    reports = submit(house.run(Desks({"a": Desk(prepare=cancelled)}), dry=True))

    assert (reports["a"].outcome, reports["a"].is_fault) == (Outcome.NOT_FILED, True)


def test_no_rule_hides_an_unknown_outcome(house: House) -> None:
    """Red when ``--channels due`` skipped it, with exit code 0."""
    submit(house.run(Desks({"a": Desk(commit=silent)})))
    desks = Desks({"a": Desk()}, left_out={"a": "It is not due."})
    reports = submit(house.run(desks))

    assert (reports["a"].outcome, desks.desks["a"].sent) == (Outcome.UNKNOWN, 0)
    assert int(exit_code(list(reports.values()))) == 4


def test_the_other_filings_come_close_while_one_is_being_submitted(house: House) -> None:
    """Red when each was completed only after the one before had its answer: the run took as long as all together."""
    close = {"b": asyncio.Event(), "c": asyncio.Event()}

    async def answered_late() -> Settlement:
        for event in close.values():
            await asyncio.wait_for(event.wait(), 10)
        return await accepted()

    def comes_close(name: str) -> Step:
        async def approach() -> None:
            close[name].set()

        return approach

    desks = {"a": Desk(commit=answered_late), **{name: Desk(approach=comes_close(name)) for name in close}}
    reports = submit(house.run(Desks(desks)))

    assert [reports[name].outcome for name in desks] == [Outcome.FILED] * 3
    assert [desk.sent for desk in desks.values()] == [1, 1, 1]


def test_of_two_filings_at_one_origin_one_comes_close_while_a_third_is_being_submitted(house: House) -> None:
    close, at_work = asyncio.Event(), list[str]()

    async def answered_late() -> Settlement:
        await asyncio.wait_for(close.wait(), 10)
        return await accepted()

    def working(name: str) -> Step:
        async def work() -> None:
            at_work.append(name)
            close.set()
            await asyncio.sleep(0.05)
            assert at_work == [name]
            at_work.clear()

        return work

    desks = {
        "a": Desk(commit=answered_late),
        **{name: Desk(approach=working(name), finish=working(name)) for name in ("b", "c")},
    }
    channels = at(*desks)
    for channel in channels[1:]:
        channel.url = "https://example.cn/form"
    reports = submit(house.run(Desks(desks)), *channels)

    assert [reports[name].outcome for name in desks] == [Outcome.FILED] * 3


def test_two_filings_at_one_origin_are_never_worked_at_the_same_time(house: House) -> None:
    at_work: list[str] = []

    def working(name: str, answer: Settlement | None) -> Step:
        async def work() -> Settlement | None:
            at_work.append(name)
            await asyncio.sleep(0)
            assert at_work == [name]
            at_work.clear()
            return answer

        return work

    filed = Settlement(State.FILED, number="N-1")
    desks = {
        name: Desk(approach=working(name, None), finish=working(name, None), commit=working(name, filed))
        for name in ("a", "b")
    }
    one_place = at(*desks)
    for channel in one_place:
        channel.url = "https://example.cn/form"
    reports = submit(house.run(Desks(desks)), *one_place)

    assert [reports[name].outcome for name in desks] == [Outcome.FILED] * 2


def test_ctrl_c_during_a_submit_ends_what_comes_close_beside_it(house: House) -> None:
    begun, came = asyncio.Event(), list[str]()

    async def come_close() -> None:
        begun.set()
        came.append("began")
        await asyncio.sleep(30)
        came.append("ended")

    desks = {"a": Desk(), "b": Desk(approach=come_close)}
    run = house.run(Desks(desks))

    async def answered_after_ctrl_c() -> Settlement:
        await asyncio.wait_for(begun.wait(), 10)
        run.stop.asked = True
        return await accepted()

    desks["a"].commit = answered_after_ctrl_c
    reports = submit(run)

    assert (reports["a"].outcome, reports["b"].outcome) == (Outcome.FILED, Outcome.NOT_FILED)
    assert ("stopped the run" in reports["b"].reason, came, desks["b"].sent) == (True, ["began"], 0)


def test_a_run_that_is_cancelled_between_two_submits_waits_for_nothing_that_comes_close(house: House) -> None:
    came: list[str] = []

    async def come_close() -> None:
        try:
            await asyncio.sleep(600)
        finally:
            came.append("ended")

    desks = {"a": Desk(), "b": Desk(), "c": Desk(approach=come_close)}
    run = house.run(Desks(desks))

    async def interrupted_at_the_second() -> None:
        going = asyncio.ensure_future(run.submit(Selection(at(*desks), named=True, only_due=False)))

        async def stopped() -> None:
            run.stop.asked = True
            going.cancel()
            await asyncio.sleep(0)

        desks["b"].finish = stopped
        await asyncio.wait_for(asyncio.gather(going, return_exceptions=True), 20)

    asyncio.run(interrupted_at_the_second())

    assert [report.outcome for report in run.reports] == [
        Outcome.FILED,
        Outcome.NOT_FILED,
        Outcome.NOT_FILED,
    ]
    assert (came, [desk.sent for desk in desks.values()]) == (["ended"], [1, 0, 0])


@pytest.mark.parametrize("step", ["approach", "finish"])
def test_what_cannot_come_close_is_not_sent_and_the_others_are(house: House, step: str) -> None:
    async def changed() -> None:
        raise FormChanged("The form has no field “标题”.")

    desks = {"a": Desk(), "b": Desk(), "c": Desk()}
    setattr(desks["b"], step, changed)
    reports = submit(house.run(Desks(desks)))

    assert [reports[name].outcome for name in desks] == [Outcome.FILED, Outcome.NOT_FILED, Outcome.FILED]
    assert ("标题" in reports["b"].reason, desks["b"].sent) == (True, 0)


def test_a_cancelled_step_beside_a_submit_stops_only_its_own_filing(house: House) -> None:
    reports = submit(house.run(Desks({"a": Desk(), "b": Desk(approach=cancelled), "c": Desk()})))

    assert [reports[name].outcome for name in "abc"] == [Outcome.FILED, Outcome.NOT_FILED, Outcome.FILED]


@pytest.mark.parametrize("words", ["不予受理\ud83d", "\udc80"])
def test_half_a_character_in_a_refusal_changes_no_outcome(house: House, words: str) -> None:
    """Red when the journal took no such text: a refusal became unknown, and the next channel was not filed."""

    async def refused() -> Settlement:
        return Settlement(State.REFUSED, reason=words)

    reports = submit(house.run(Desks({"a": Desk(commit=refused), "b": Desk()})))

    assert (reports["a"].outcome, reports["b"].outcome) == (Outcome.REFUSED, Outcome.FILED)


def test_ctrl_c_at_the_confirm_submits_nothing_and_says_so_of_every_channel(house: House) -> None:
    person = Person()
    run = house.run(Desks({"a": Desk(), "b": Desk(), "late": Desk()}), person=person)
    person.first = lambda: setattr(run.stop, "asked", True)
    reports = submit(run, *at("a", "b"), *at("late", stage=2))

    assert [reports[name].outcome for name in ("a", "b", "late")] == [Outcome.NOT_FILED] * 3
    assert all("stopped the run" in report.reason for report in reports.values())
    assert all(desk.sent == 0 for desk in cast("Desks", run.context.factory).desks.values())


def test_a_letter_that_was_provably_not_sent_does_not_bind_its_correction(house: House) -> None:
    """Red when it stood among the filed letters: a corrected amount contradicted what nobody had received."""
    wrong = "截至2026年10月1日，贷款本金8,000.00元。"

    async def kept_back() -> Settlement:
        return Settlement(State.NOT_FILED, reason="Nothing left this computer.")

    submit(house.run(Desks({"a": Desk(commit=kept_back, letter=wrong)})))
    reports = submit(house.run(Desks({"a": Desk(letter=wrong.replace("8,000", "9,000"))})))

    assert reports["a"].outcome is Outcome.FILED, reports["a"].reason


def test_the_same_words_in_two_cases_side_by_side_are_sent_once(house: House) -> None:
    """Red when the look was made while preparing only: both had looked before either had filed."""
    twin = load_case(EXAMPLE).model_copy(update={"id": "another-name"})
    second = Desks({"a": Desk()})
    told: list[FilingReport] = []

    async def twin_files_first() -> None:
        run = house.run(second, case=twin)
        told.extend(await run.submit(Selection(at("a"), named=True, only_due=False)))

    first = Desks({"a": Desk(finish=twin_files_first)})
    reports = submit(house.run(first))

    assert (told[0].outcome, reports["a"].outcome) == (Outcome.FILED, Outcome.NOT_FILED)
    assert (first.desks["a"].sent, second.desks["a"].sent) == (0, 1)
    assert "another-name" in reports["a"].reason


def test_a_rehearsal_of_the_same_words_goes_on_and_says_that_for_real_it_would_stop(tmp_path: Path) -> None:
    home = Home(tmp_path, practice=True)
    twin = load_case(EXAMPLE).model_copy(update={"id": "another-name"})
    with closing(open_journal(home.journal)) as journal:
        person = Person()
        for case in (load_case(EXAMPLE), twin):
            run = House(tmp_path, journal).run(Desks({"a": Desk()}), person=person, case=case)
            run.context = dataclasses.replace(run.context, environment=Environment(home))
            assert submit(run)["a"].outcome is Outcome.FILED

    assert any("For real this would stop" in sentence for sentence in person.said)


def test_a_reader_that_holds_the_journal_does_not_lock_the_run_out_for_good(house: House) -> None:
    """Red when a failed COMMIT left the transaction open: every later row was refused."""
    import sqlite3

    submit(house.run(Desks({"a": Desk()})))
    reader = sqlite3.connect(house.home / "journal.sqlite")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM events").fetchall()
    with pytest.raises(sqlite3.OperationalError):
        house.journal.begin("c", "b", "run", Environment(Home(house.home)).now(), {})
    reader.close()

    assert house.journal.begin("c", "b", "run", Environment(Home(house.home)).now(), {}) == 1


@pytest.mark.parametrize(
    ("is_person", "asks", "login", "comes_close"),
    [
        (True, False, None, True),
        (True, True, None, False),
        (True, False, "page", False),
        (False, True, "page", True),
    ],
)
def test_a_form_comes_close_early_only_where_no_person_is_asked(
    is_person: bool, asks: bool, login: str | None, comes_close: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red when a code was asked for while another submission was on its way."""
    taken: list[object] = []

    async def take(_filing: FormFiling, step: object) -> None:
        taken.append(step)

    monkeypatch.setattr(FormFiling, "_take", take)
    field = PlannedField("验证码", Action.ASK if asks else Action.VALUE)
    filing = FormFiling.__new__(FormFiling)
    filing.channel = cast("Any", SimpleNamespace(definition=SimpleNamespace(login=login)))
    filing.hands = cast("Any", SimpleNamespace(is_person=is_person))
    filing._draft = cast("Any", SimpleNamespace(pages=[SimpleNamespace(fields=[field])]))
    asyncio.run(filing.approach())

    assert bool(taken) is comes_close
