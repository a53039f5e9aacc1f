"""What ``complain track`` opens before it reads the channels' own lists: lock, journal, desks, a browser."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing

from complain.browser.launch import BrowserRun, BrowserSettings
from complain.browser.sessions import SessionStore
from complain.channels.form import FormChannel
from complain.channels.registry import Registry, load_registry
from complain.config import Config
from complain.environment import Environment, has_screen
from complain.filing.adopting import adopt
from complain.filing.evidence import EvidenceFolder
from complain.filing.forgetting import note_run
from complain.filing.form_options import FormOptions
from complain.filing.hands import AnswerFunction, Hands
from complain.filing.journal import Event, Journal, open_journal
from complain.filing.list_following import OPEN_STATES, TOLD_STATES, ListFollower, Looked
from complain.filing.list_reading import ListReader
from complain.filing.lock import case_lock
from complain.filing.practice_run import practice_desks
from complain.filing.reconciling import Moment
from complain.filing.recovery import recover
from complain.filing.transitions import State
from complain.masking import mask
from complain.model import Draft
from complain.vault import Vault, open_vault


def look_up_case(
    environment: Environment,
    case: str,
    hand: AnswerFunction | None,
    moment: Callable[[dt.datetime], Moment] = Moment.now,
) -> list[Looked]:
    """Look up every filing of a case whose outcome a channel's own list may settle.

    Args:
        environment: Home, clock, configuration.
        case: The case's id.
        hand: Answers what a log-in asks; None: nobody.
        moment: Says when a look is made, given the clock's time.

    Raises:
        CaseLocked: Another run holds the case.
    """
    if not environment.home.journal.is_file():
        return []
    with (
        case_lock(environment.home.locks, case),
        closing(open_journal(environment.home.journal)) as journal,
    ):
        run = f"track-{environment.now():%Y%m%dT%H%M%SZ}"
        recover(journal, case, run, environment.now())
        adopt(environment, journal, case)
        events = [e for e in journal.standing(case).values() if _is_open(journal, e)]
        return (
            asyncio.run(_look_up(ListFollower(environment, journal, run, moment), events, hand))
            if events
            else []
        )


def _is_open(journal: Journal, event: Event) -> bool:
    """Say whether an outcome is open after a commit in the tool's own browser."""
    if event.state not in OPEN_STATES:
        return False
    rows = journal.events(event.case, event.channel)
    marks = [r for r in rows if r.attempt == event.attempt and r.state is State.COMMITTING]
    return any("browser_pid" in mark.data for mark in marks)


async def _look_up(follower: ListFollower, events: list[Event], hand: AnswerFunction | None) -> list[Looked]:
    environment, run = follower.environment, follower.run
    config, registry = environment.config(), load_registry(environment)
    wanted, is_person = ",".join(event.channel for event in events), hand is not None
    async with _desks(environment, registry, wanted, hand) as (vault, hand):
        found = [(e, registry.channels.get(e.channel)) for e in events]
        listed = [(e, c) for e, c in found if isinstance(c, FormChannel) and _may_tell(c)]
        if not listed:
            return []
        note_run(environment.home.runs / run, listed[0][0].case)
        headed = is_person and has_screen() and any(c.definition.login_needs_window for _e, c in listed)
        hands = Hands(registry, hand, config.browser.hand, sees_browser=headed or not is_person)
        async with BrowserRun.start(_browser(environment, config, headed)) as browser:

            async def running() -> BrowserRun:
                return browser

            looked = [
                await follower.follow(
                    event,
                    channel,
                    ListReader(
                        channel=channel,
                        evidence=EvidenceFolder(environment.home.runs / run / event.channel),
                        drafter=_no_draft,
                        browser=running,
                        hands=hands,
                        sessions=SessionStore(environment.home, vault),
                        vault=vault,
                        options=_options(config, headed),
                        progress=lambda _words: None,
                        hide=mask,
                    ),
                )
                for event, channel in listed
            ]
            stood = [event.state in TOLD_STATES for event, _channel in listed]
            return [one for one, told in zip(looked, stood, strict=True) if told or one.has_changed]


def _may_tell(channel: FormChannel) -> bool:
    return channel.definition.list is not None or type(channel).reconcile is not FormChannel.reconcile


def _no_draft() -> Draft:
    raise RuntimeError("nothing is drafted to read a list")


@asynccontextmanager
async def _desks(
    environment: Environment, registry: Registry, wanted: str, hand: AnswerFunction | None
) -> AsyncGenerator[tuple[Vault, AnswerFunction | None]]:
    if not environment.practice:
        yield open_vault(environment), hand
        return
    async with practice_desks(environment, registry, wanted) as desks:
        yield open_vault(environment, desks.secrets), hand or desks.phone.answer


def _browser(environment: Environment, config: Config, headed: bool) -> BrowserSettings:
    table = config.browser
    return BrowserSettings(
        path=table.path or None,
        headed=headed,
        sandbox=table.sandbox,
        practice=environment.practice,
        proxy=table.proxy or None,
    )


def _options(config: Config, headed: bool) -> FormOptions:
    table = config.browser
    return FormOptions(dry_run=True, reveal=False, settle=table.settle, patience=table.hand, headed=headed)
