"""Does each form still look as its definition says? Fills nothing, sends nothing, names everything that differs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from itertools import takewhile

from playwright.async_api import Page

from complain.browser.egress import Egress
from complain.browser.find import locate
from complain.browser.launch import BrowserRun
from complain.browser.library import wait_for_change
from complain.browser.recognise import look_around
from complain.browser.sessions import SessionStore
from complain.channels.definition import FormDefinition, PageTable
from complain.channels.form import FormChannel
from complain.errors import ChannelUnreachable, ComplainError, FormChanged
from complain.filing.drift_page import POLL_SECONDS, PageDrift, planned_entry
from complain.filing.form_commit import signals_of
from complain.filing.form_pages import open_page, shows, shows_at_rest, wait_for_sign
from complain.filing.form_policy import policy_of
from complain.filing.track_record import TrackRecord
from complain.filing.visiting import Account, log_in_to_look
from complain.i18n import _

READY_SECONDS = 10.0


@dataclass
class Examined:
    """What was found at one channel.

    Attributes:
        channel: The channel's id.
        differs: Each thing that no longer matches, one sentence.
        unseen: What could not be looked at, and why.
        unreachable: Why the page could not be opened; that is not the definition's fault.
        record: How the definition has done since it last changed.
        definition: Its file.
    """

    channel: str
    differs: list[str] = field(default_factory=list[str])
    unseen: list[str] = field(default_factory=list[str])
    unreachable: str = ""
    record: TrackRecord = field(default_factory=TrackRecord)
    definition: str = ""

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        plain = {key: value for key, value in vars(self).items() if key != "record"}
        return {**plain, "since_changed": self.record.as_json()}


async def examine(
    channel: FormChannel,
    browser: BrowserRun,
    sessions: SessionStore,
    *,
    patience: float = READY_SECONDS,
    account: Account | None = None,
) -> Examined:
    """Open a channel's form and compare its first page with the definition.

    Later pages cannot be reached without filling, and are named as not seen.

    Args:
        channel: The channel.
        browser: Running.
        sessions: A kept log-in is used.
        patience: Seconds that the page's fields may take to appear.
        account: Logs in where no log-in is kept (practice); None: nobody is logged in.
    """
    found = Examined(channel.id, definition=str(channel.path))
    egress = await browser.open_context(
        policy_of(channel),
        device=channel.definition.channel.device,
        storage_state=sessions.load(channel.id),
        dry_run=True,
    )
    try:
        page = await egress.new_page()
        await open_page(page, channel.url)
        if await _is_in(channel, page, account, sessions, egress):
            await _look(channel, page, found, patience)
        else:
            found.unseen.append(_("The form needs a log-in; type: complain login {id}").format(id=channel.id))
    except ChannelUnreachable as error:
        found.unreachable = error.message
    except ComplainError as error:
        found.differs.append(error.message)
    finally:
        await egress.freeze()
        await egress.close()
    return found


async def _is_in(
    channel: FormChannel, page: Page, account: Account | None, sessions: SessionStore, egress: Egress
) -> bool:
    login = channel.definition.login
    if login is None or await shows_at_rest(page, login.done):
        return True
    return account is not None and await log_in_to_look(account, channel, sessions, egress, page)


async def _look(channel: FormChannel, page: Page, found: Examined, patience: float) -> None:
    definition = channel.definition
    number = await _first_shown(definition, page, patience)
    found.unseen.extend(
        _("Page {number} is there only in some cases, and not now: {condition}").format(
            number=place, condition=one.when
        )
        for place, one in enumerate(definition.pages[:number], 1)
    )
    if number < len(definition.pages):
        await _look_at(channel, page, definition.pages[number], found, patience)
    if found.differs:
        found.differs.extend(await _barred(definition, page))
    if len(definition.pages) > number + 1:
        further = len(definition.pages) - number - 1
        found.unseen.append(_("{count} further pages are reached only by filling.").format(count=further))
    await _signals(definition, page, found)


async def _look_at(
    channel: FormChannel, page: Page, table: PageTable, found: Examined, patience: float
) -> None:
    if table.wait:
        await _note(found, wait_for_sign(page, table.wait, patience))
    drift = PageDrift(page, channel.definition, table, policy_of(channel, table.allow), patience)
    found.differs.extend([sentence async for sentence in drift.differences()])
    found.unseen.extend(drift.unseen)


async def _first_shown(definition: FormDefinition, page: Page, patience: float) -> int:
    """Return the 0-based number of the page that the form begins with: one with a condition may be left out."""
    clock = asyncio.get_running_loop().time
    end = clock() + patience
    firsts = [*takewhile(lambda one: one.when, definition.pages)]
    firsts = list(definition.pages[: len(firsts) + 1])
    while len(firsts) > 1:
        for number, table in enumerate(firsts):
            if await _is_there(page, table):
                return number
        if clock() >= end:
            return len(firsts) - 1 if not firsts[-1].when else len(firsts)
        await wait_for_change(page, POLL_SECONDS)
    return 0


async def _is_there(page: Page, table: PageTable) -> bool:
    planned = [planned_entry(entry, table) for entry in table.fields if entry.label or entry.css]
    return any(one.found for one in await locate(page, planned))


async def _note(found: Examined, step: Awaitable[object]) -> None:
    try:
        await step
    except FormChanged as error:
        found.differs.append(error.message)


async def _barred(definition: FormDefinition, page: Page) -> list[str]:
    """Say that something stands before the form, when its fields are not there."""
    said = [
        _("The page says “{words}” before anything is submitted.").format(words=phrase)
        for phrase in definition.outcome.challenge
        if await shows(page, phrase)
    ]
    asks = any(one.around.type == "password" and not one.around.aside for one in await look_around(page))
    if definition.login is None and asks:
        said.append(_("The page now asks for a log-in, and the definition has none."))
    return said


async def _signals(definition: FormDefinition, page: Page, found: Examined) -> None:
    """A success sign that the form itself already shows proves nothing after a submit."""
    signals = signals_of(definition)
    form = await signals.before(page)
    empty = replace(form.shown, text="", elements=(), url="about:blank")
    signal = signals.judge(empty, form.shown)
    if signal is not None and signal.kind == "success":
        found.differs.append(
            _("The success sign already matches the form itself: “{words}”.").format(words=signal.words)
        )
