"""What may still come of a filing, as the answer to a mail, is waited for while the others are submitted."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from complain.archive.index import kept_receipts
from complain.case.load import load_case
from complain.channels.base import Channel
from complain.environment import Environment, Home
from complain.errors import Interrupted
from complain.filing.adopting import adopt
from complain.filing.exit_codes import exit_code
from complain.filing.interrupting import Interruptible
from complain.filing.journal import Journal, open_journal
from complain.filing.prepared import Prepared
from complain.filing.selection import Selection
from complain.filing.settlement import Settlement
from complain.filing.transitions import By, State
from complain.mail.tracking import uncut
from complain.model import Outcome
from fakes.cli import EXAMPLE
from fakes.scripted import Desk, Desks, House, Person, Step, accepted, at, submit

SENT_AT = dt.datetime(2026, 11, 1, 9, 30, tzinfo=dt.UTC)
SENT = Settlement(State.FILED_UNVERIFIED, reason="The mail server took the letter.", filed_at=SENT_AT)
NUMBERED = dataclasses.replace(SENT, state=State.FILED, number="XFZ-1", reason="")
CASE = load_case(EXAMPLE).id


@pytest.fixture
def house(tmp_path: Path) -> Generator[House]:
    with closing(open_journal(tmp_path / "journal.sqlite")) as journal:
        yield House(tmp_path, journal)


def sent_by_mail(answer: Step) -> Step:
    """Return a commit that is accepted at once, and whose answer comes later."""

    async def commit() -> Settlement:
        return dataclasses.replace(SENT, later=answer)

    return commit


async def numbered() -> Settlement:
    return NUMBERED


async def never() -> Settlement:
    await asyncio.Event().wait()
    raise AssertionError("nothing ends this wait")


def rows(journal: Journal, channel: str) -> list[tuple[State, By]]:
    return [(event.state, event.by) for event in journal.events(CASE, channel)][-2:]


def test_the_next_filing_is_submitted_while_the_answer_to_a_mail_is_awaited(house: House) -> None:
    """Red when a run stood still for up to half a minute after each mail."""
    other_filed = asyncio.Event()

    async def answer_after_the_other() -> Settlement:
        await asyncio.wait_for(other_filed.wait(), 10)
        return NUMBERED

    async def filed() -> Settlement:
        other_filed.set()
        return await accepted()

    desks = {"mail": Desk(commit=sent_by_mail(answer_after_the_other)), "form": Desk(commit=filed)}
    reports = submit(house.run(Desks(desks)))

    assert (reports["mail"].outcome, reports["form"].outcome) == (Outcome.FILED, Outcome.FILED)
    receipt = reports["mail"].receipt
    assert receipt is not None and receipt.path is not None
    assert (receipt.number, receipt.filed_at, reports["mail"].afterwards) == ("XFZ-1", SENT_AT, ())
    assert rows(house.journal, "mail") == [
        (State.FILED_UNVERIFIED, By.RUN),
        (State.FILED, By.READING),
    ]
    assert json.loads((receipt.path / "data" / "receipt.json").read_text())["number"] == "XFZ-1"


def test_the_journal_has_what_was_accepted_before_its_answer_is_awaited(house: House) -> None:
    """Red when a run that was killed while it waited left an accepted letter ``unknown``."""
    seen: list[State] = []

    async def look_and_answer() -> Settlement:
        last = house.journal.last(CASE, "mail")
        assert last is not None
        seen.append(last.state)
        return SENT

    reports = submit(house.run(Desks({"mail": Desk(commit=sent_by_mail(look_and_answer))})))

    assert seen == [State.FILED_UNVERIFIED]
    report = reports["mail"]
    assert (report.outcome, report.is_fault, report.task, report.afterwards) == (
        Outcome.FILED_UNVERIFIED,
        False,
        "",
        (),
    )


def test_a_bounce_while_it_is_awaited_makes_it_refused(house: House) -> None:
    """Red when the bag of a letter that bounced said when it was filed."""

    async def bounced() -> Settlement:
        return Settlement(State.REFUSED, reason="550 No such mailbox.")

    reports = submit(house.run(Desks({"mail": Desk(commit=sent_by_mail(bounced))})))

    assert (reports["mail"].outcome, reports["mail"].reason) == (Outcome.REFUSED, "550 No such mailbox.")
    assert rows(house.journal, "mail") == [(State.FILED_UNVERIFIED, By.RUN), (State.REFUSED, By.READING)]
    (kept,) = kept_receipts(house.home / "archive", CASE)
    assert not (kept.path / "data" / "receipt.json").exists()


def test_ctrl_c_while_only_an_answer_is_awaited_ends_the_wait_and_tells_what_was_accepted(
    house: House,
) -> None:
    desks = {"mail": Desk(commit=sent_by_mail(never)), "form": Desk()}
    run = house.run(Desks(desks))

    async def stopped() -> Settlement:
        run.stop.asked = True
        return await accepted()

    desks["form"].commit = stopped
    reports = submit(run)

    assert (reports["mail"].outcome, reports["form"].outcome) == (Outcome.FILED_UNVERIFIED, Outcome.FILED)
    receipt = reports["mail"].receipt
    assert receipt is not None and receipt.path is not None and receipt.path.is_dir()


def test_a_run_cancelled_in_the_wait_archives_and_tells_what_was_accepted(house: House) -> None:
    waiting = asyncio.Event()

    async def wait() -> Settlement:
        waiting.set()
        return await never()

    run = house.run(Desks({"mail": Desk(commit=sent_by_mail(wait))}))

    async def cancel_in_the_wait() -> None:
        going = asyncio.ensure_future(run.submit(Selection(at("mail"), named=True, only_due=False)))
        await asyncio.wait_for(waiting.wait(), 10)
        run.stop.asked = True
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)

    asyncio.run(cancel_in_the_wait())

    (report,) = run.reports
    assert (report.outcome, report.is_fault) == (Outcome.FILED_UNVERIFIED, False)
    assert report.receipt is not None and report.receipt.path is not None and report.receipt.path.is_dir()


def test_an_answer_that_cannot_be_read_leaves_the_filing_as_it_was_accepted(house: House) -> None:
    async def broken() -> Settlement:
        raise RuntimeError("the mailbox is gone")

    reports = submit(house.run(Desks({"mail": Desk(commit=sent_by_mail(broken)), "form": Desk()})))

    assert (reports["mail"].outcome, reports["form"].outcome) == (Outcome.FILED_UNVERIFIED, Outcome.FILED)


def test_a_number_that_cannot_be_written_down_is_told_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The far side of this is a disk that is full at the second row, and at no other."""
    record = Journal.record

    def full_at_a_reading(self: Journal, *args: object, by: By = By.RUN, **options: object) -> None:
        if by is By.READING:
            raise sqlite3.OperationalError("database or disk is full")
        record(self, *args, by=by, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "record", full_at_a_reading)
    reports = submit(house.run(Desks({"mail": Desk(commit=sent_by_mail(numbered))})))

    report = reports["mail"]
    assert (report.outcome, int(exit_code([report]))) == (Outcome.FILED_UNVERIFIED, 1)
    assert "XFZ-1" in (report.reason or "")
    assert "--filed XFZ-1" in (report.task or "")


def test_what_fails_in_telling_one_filing_keeps_no_other_from_being_told(house: House) -> None:
    """Red when the second one's number was neither written down nor told."""
    desks = {name: Desk(commit=sent_by_mail(numbered)) for name in ("first", "second")}
    person = Person()
    step = person.step

    def fails_at_the_first(channel: Channel, words: str) -> None:
        step(channel, words)
        if channel.id == "first" and house.journal.archived(CASE):
            raise ValueError("the terminal is gone")

    person.step = fails_at_the_first  # type: ignore[method-assign]
    run = house.run(Desks(desks), person=person)
    with pytest.raises(ValueError, match="terminal"):
        submit(run)

    told = {report.channel: report for report in run.reports}
    receipt = told["second"].receipt
    assert (told["second"].outcome, receipt and receipt.number) == (Outcome.FILED, "XFZ-1")
    assert not run.stop.committing


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_pressing_ctrl_c_twice_in_the_wait_still_tells_what_was_accepted(house: House, number: int) -> None:
    """The mailbox's thread cannot be cut; the second signal comes while its end is waited for."""
    waiting = threading.Event()

    def slow_look() -> Settlement:
        waiting.set()
        ended.wait(10)
        return SENT

    ended = threading.Event()

    async def answer() -> Settlement:
        return await uncut(slow_look)

    person = Person()
    run = house.run(Desks({"mail": Desk(commit=sent_by_mail(answer))}), person=person)

    async def stopped_twice() -> None:
        loop = asyncio.get_running_loop()

        def press_twice() -> None:
            waiting.wait(10)
            os.kill(os.getpid(), number)
            for _look in range(1000):
                if run.stop.committing or ended.wait(0.005):
                    break
            os.kill(os.getpid(), number)
            loop.call_soon_threadsafe(lambda: loop.call_later(0.05, ended.set))

        presses = threading.Thread(target=press_twice)
        presses.start()
        with Interruptible(run):
            await run.submit(Selection(at("mail"), named=True, only_due=False))
        presses.join()

    with pytest.raises(Interrupted):
        asyncio.run(stopped_twice())

    (report,) = run.reports
    assert (report.outcome, report.is_fault) == (Outcome.FILED_UNVERIFIED, False)
    assert report.receipt is not None and report.receipt.path is not None and report.receipt.path.is_dir()
    assert any("complain track" in said for said in person.said)


def test_a_bag_that_a_crash_kept_from_being_written_is_one_and_tells_the_last_outcome(house: House) -> None:
    """Red when the answer's row was taken for another filing: the bag spoke of what was known before it."""
    run = house.run(Desks({"mail": Desk(commit=sent_by_mail(numbered))}))
    environment = Environment(Home(house.home))
    with pytest.MonkeyPatch.context() as patch:

        def dies(*_args: object, **_options: object) -> Path:
            raise OSError(28, "No space left on device")

        patch.setattr("complain.filing.settling.archive_filing", dies)
        submit(run)
    adopt(environment, house.journal, CASE)

    (kept,) = kept_receipts(environment.home.archive, CASE)
    assert "Complain-Outcome: filed\n" in (kept.path / "bag-info.txt").read_text(encoding="utf-8")


def test_what_is_ready_soonest_and_asks_nobody_is_submitted_first(house: House) -> None:
    """What was filled must stand a while before it is sent: nobody else waits for that meanwhile."""
    order: list[str] = []

    def noting(name: str) -> Step:
        async def commit() -> Settlement:
            order.append(name)
            return await accepted()

        return commit

    desks = {
        "asks": Desk(commit=noting("asks"), prepared=Prepared(waiting=("A code.",))),
        "uploads": Desk(commit=noting("uploads"), prepared=Prepared(uploads_late=True)),
        "pages": Desk(commit=noting("pages"), prepared=Prepared(pictures=(b"", b""))),
        "page": Desk(commit=noting("page"), prepared=Prepared(pictures=(b"",))),
    }
    reports = submit(house.run(Desks(desks)))

    assert order == ["page", "pages", "uploads", "asks"]
    assert list(reports) == list(desks)
