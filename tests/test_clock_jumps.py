"""A clock that is set while a run goes on changes no outcome: the order of rows counts, never their times."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from complain.channels.base import Channel
from complain.environment import Environment, Home
from complain.filing.hands import AnswerFunction
from complain.filing.journal import Journal, open_journal
from complain.filing.recovery import SETTLE_SECONDS, recover
from complain.filing.review import Review
from complain.filing.run import SubmitRequest, run_submit
from complain.filing.transitions import State
from complain.model import Outcome
from fakes.cli import EXAMPLE, Cli
from fakes.fault_channels import fault_house

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
JUMPS = (0, -7200, 86_400, -40 * 86_400, 3600)


class YesUi:
    """Says yes to the review; nobody else is there."""

    can_ask = False

    def step(self, channel: Channel, words: str) -> None:
        """Show nothing."""

    def warn(self, sentence: str) -> None:
        """Show nothing."""

    def hand(self) -> AnswerFunction | None:
        """Nobody answers challenges."""
        return None

    async def sign(self, why: str) -> bool:
        """Nobody signs here."""
        return False

    async def confirm(self, review: Review, preview: Path) -> bool | None:
        """Go on."""
        return True


@pytest.mark.browser
def test_a_run_whose_clock_is_set_at_every_step_files_once_and_knows_it_later(
    cli: Cli, tmp_path: Path
) -> None:
    """Red when the last row was taken by its time and not by its place."""
    assert cli("sign", EXAMPLE, stdin="属实\n").exit_code == 0
    jumps = itertools.cycle(JUMPS)
    with fault_house(tmp_path / "channels", ["none"]) as house:
        environment = Environment(
            Home(cli.home),
            plugin_dirs=(house.plugins,),
            now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(seconds=next(jumps)),
        )
        request = SubmitRequest(folder=EXAMPLE, channels="none", yes=True)
        first = run_submit(request, environment, YesUi())
        second = run_submit(request, environment, YesUi())
        stored = house.trials["none"].stored

    assert [one.outcome for one in (*first.filings, *second.filings)] == [Outcome.FILED, Outcome.SKIPPED]
    assert stored == 1


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(open_journal(tmp_path / "journal.sqlite")) as opened:
        yield opened


@pytest.mark.parametrize(("jump", "longest"), [(-86_400, SETTLE_SECONDS + 30), (86_400, SETTLE_SECONDS - 1)])
def test_a_start_up_after_a_clock_jump_makes_a_commit_unknown_and_waits_no_longer_than_needed(
    journal: Journal, jump: float, longest: float
) -> None:
    """Red when the wait was not bounded: a clock set back a day made it a day."""
    attempt = journal.begin("c", "website", "r", NOW, {})
    for state in (State.PREPARED, State.CONFIRMED):
        journal.record("c", "website", attempt, "r", state, NOW)
    mark = {"browser_pid": 2**22 - 1, "browser_started": "an earlier start of this machine"}
    journal.record("c", "website", attempt, "r", State.COMMITTING, NOW, mark)

    started = time.monotonic()
    recover(journal, "c", "r2", NOW + dt.timedelta(seconds=jump))

    assert time.monotonic() - started < longest
    last = journal.last("c", "website")
    assert last is not None
    assert last.state is State.UNKNOWN
