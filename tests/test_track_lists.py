"""An unknown outcome, settled by reading the channel's own list; absence takes two looks apart."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing

import pytest

from complain.browser.launch import BrowserRun
from complain.environment import Environment, Home
from complain.filing.journal import open_journal
from complain.filing.list_reading import standing_texts
from complain.filing.list_run import look_up_case
from complain.filing.reconciling import (
    Absent,
    Found,
    Inconclusive,
    Look,
    Moment,
    ProvenAbsent,
    conclude,
    counts,
    read_entries,
)
from complain.filing.transitions import State
from fakes.browsing import browsing
from fakes.cli import EXAMPLE, ROOT, Cli

PRESSED = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)  # noon in China
PATTERN = r"(?P<number>GD-\d{4})"


def entries_show(*entries: str, known: Sequence[str] = (), complete: bool = True) -> Look:
    return read_entries(
        entries,
        shown="夜间 来电",
        pattern=PATTERN,
        known=known,
        submitted=PRESSED,
        looked=PRESSED + dt.timedelta(minutes=2),
        complete=complete,
    )


def after(seconds: float, boot: str = "one", uptime: float | None = None) -> Moment:
    ticks = seconds if uptime is None else uptime
    return Moment(PRESSED + dt.timedelta(seconds=seconds), boot, 1000 + ticks)


def test_the_one_new_entry_that_shows_what_was_sent_is_the_filing() -> None:
    assert entries_show("GD-0007 夜间来电 2026-11-23 12:01") == Found("GD-0007")
    assert entries_show("GD-0007 夜间来电 2026年11月23日") == Found("GD-0007")


@pytest.mark.parametrize(
    "entries",
    [
        ("GD-0007 夜间来电 2026-11-22 12:01",),  # older than the submit: perhaps made by hand
        ("GD-0007 夜间来电",),  # no date
        ("GD-0007 夜间来电 2026-11-23 12:01", "GD-0008 夜间来电 2026-11-23 12:02"),
        ("夜间来电 2026-11-23 12:01",),  # no number
        ("GD-0007 夜间来电 2026-10-01 办理期限 2027-01-01",),  # an older one, whose term is still to come
        ("GD-0007 夜间来电 2026-10-01 更新 2026-11-23 12:01",),  # an older one, touched today
        ("GD-0007 夜间来电 办理期限 2027-01-01",),  # nothing says when it was made
    ],
)
def test_entries_that_may_be_another_filing_prove_neither_presence_nor_absence(
    entries: tuple[str, ...],
) -> None:
    """Red when the date was not looked at, and when the first of two was taken."""
    assert isinstance(entries_show(*entries), Inconclusive)


def test_a_term_to_come_and_a_date_in_what_was_sent_do_not_count() -> None:
    def look(shown: str, entry: str) -> Look:
        later = PRESSED + dt.timedelta(minutes=2)
        return read_entries(
            [entry],
            shown=shown,
            pattern=PATTERN,
            known=(),
            submitted=PRESSED,
            looked=later,
            complete=True,
        )

    assert look("来电", "GD-0007 来电 2026-11-23 12:01 期限 2026-12-08") == Found("GD-0007")
    assert look("2026-10-01来电", "GD-0007 2026-10-01来电 2026-11-23") == Found("GD-0007")


@pytest.mark.browser
def test_a_list_whose_entries_come_after_its_sign_is_not_read_as_empty() -> None:
    """Red when the entries were read as soon as the sign was there: absence twice seen would file a second time."""
    page_html = """<h1>我的投诉</h1><ul id=u></ul><script>
      setTimeout(() => { u.innerHTML = "<li>GD-0007</li>"; }, 300); setTimeout(() => { u.innerHTML += "<li>GD-0008</li>"; }, 900);
    </script>"""

    async def read(run: BrowserRun) -> list[str]:
        page = await run.browser.new_page()
        await page.set_content(page_html)
        return await standing_texts(page, "li")

    with browsing() as browser:
        assert browser.wait(read(browser.run)) == ["GD-0007", "GD-0008"]


def test_a_number_of_another_filing_is_never_taken() -> None:
    assert entries_show("GD-0007 夜间来电 2026-11-23 12:01", known=["GD-0007"]) == Absent()


def test_a_list_that_is_not_declared_complete_proves_no_absence() -> None:
    assert isinstance(entries_show("GD-0001 别的事 2026-11-23", complete=False), Inconclusive)


def test_absence_takes_two_looks_a_minute_apart_and_a_minute_after_the_submit() -> None:
    """Red when one look was enough."""
    pressed = after(0)
    assert not counts(Absent(), after(59), pressed)
    assert isinstance(conclude(Absent(), after(61), pressed, None), Inconclusive)
    assert isinstance(conclude(Absent(), after(120), pressed, after(61)), Inconclusive)
    assert conclude(Absent(), after(121), pressed, after(61)) == ProvenAbsent()


def test_a_clock_that_is_set_forward_does_not_make_two_looks_apart() -> None:
    """Red when only the clock was asked."""
    jumped = after(3600, uptime=63)
    assert isinstance(conclude(Absent(), jumped, after(0), after(61)), Inconclusive)


def test_a_clock_that_is_set_back_does_not_prove_anything_early() -> None:
    assert isinstance(conclude(Absent(), after(-3600, uptime=130), after(0), after(61)), Inconclusive)


SUBMIT = ("submit", EXAMPLE, "--channels", "website", "--practice", "--yes", "--json")


def kill(cli: Cli, step: str) -> None:
    command = [sys.executable, "-m", "fakes.killed", step, *map(str, SUBMIT)]
    environment = cli.environment(PYTHONPATH=str(ROOT / "tests"))
    subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)


@pytest.mark.browser
@pytest.mark.parametrize("channel", ["website", "regulator"])
def test_a_filing_whose_answer_was_lost_is_found_in_the_channels_list(cli: Cli, channel: str) -> None:
    """The desk takes the filing and never answers; its list is read, nothing is sent."""
    command = ("submit", EXAMPLE, "--channels", channel, "--practice", "--yes", "--json")
    killing = [sys.executable, "-m", "fakes.killed", "before:evidence", *map(str, command)]
    environment = cli.environment(PYTHONPATH=str(ROOT / "tests"))
    subprocess.run(killing, env=environment, cwd=ROOT, capture_output=True, check=False)
    held = cli("practice", "--received", "--json").json[channel]["complaints"]
    tracked = cli("track", EXAMPLE, "--practice", "--json")
    again = cli(*command)

    (filing,) = tracked.json["filings"]
    assert len(held) == 1
    assert (filing["outcome"], filing["receipt"]["number"]) == ("filed", held[0]["number"]), tracked.said
    assert again.outcomes == {channel: "skipped"}
    assert cli("practice", "--received", "--json").json[channel]["complaints"] == held
    assert (cli.home / f"practice/archive/example-basic/{channel}/1-2/data/list.txt").is_file()
    assert cli("receipts", "verify", "--practice").exit_code == 0


@pytest.mark.browser
def test_a_filing_that_never_left_is_proven_absent_by_two_looks_and_then_filed_once(cli: Cli) -> None:
    kill(cli, "after:committing")
    clock = dt.datetime.now(dt.UTC)

    def look(minutes: int) -> str:
        at = clock + dt.timedelta(minutes=minutes)
        environment = Environment(Home(cli.home, practice=True), now=lambda: at)
        (looked,) = look_up_case(environment, "example-basic", None, lambda now: Moment(now, "", 0.0))
        return looked.report.outcome.value

    assert [look(0), look(2), look(4)] == ["unknown", "unknown", "not_filed"]
    assert cli(*SUBMIT).outcomes == {"website": "filed"}
    assert len(cli("practice", "--received", "--json").json["website"]["complaints"]) == 1
    with closing(open_journal(cli.home / "practice" / "journal.sqlite")) as journal:
        assert "reading" in {event.by.value for event in journal.events("example-basic")}


@pytest.mark.browser
def test_a_filing_that_a_desk_took_and_then_answered_with_a_log_in_page_is_found_in_its_list(
    cli: Cli,
) -> None:
    """Red when a list was asked only about what is unknown: the next ``submit`` would have filed it again."""
    kill(cli, "before:evidence")
    with closing(open_journal(cli.home / "practice" / "journal.sqlite")) as journal:
        (mark,) = journal.unsettled("example-basic")
        now = dt.datetime.now(dt.UTC)
        challenged = {"reason": "challenged", "payload": mark.data["payload"]}
        journal.record(mark.case, mark.channel, mark.attempt, mark.run, State.NEEDS_HUMAN, now, challenged)

    (filing,) = cli("track", EXAMPLE, "--practice", "--json").json["filings"]
    (held,) = cli("practice", "--received", "--json").json["website"]["complaints"]

    assert (filing["outcome"], filing["receipt"]["number"]) == ("filed", held["number"])
    assert cli(*SUBMIT).outcomes == {"website": "skipped"}
    assert cli("practice", "--received", "--json").json["website"]["complaints"] == [held]
