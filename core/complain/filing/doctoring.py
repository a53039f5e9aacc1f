"""Does each form still look as its definition says? Fills nothing, sends nothing, names everything that differs."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace

from playwright.async_api import Page

from complain.browser.buttons import find_button
from complain.browser.find import find_field
from complain.browser.launch import BrowserRun
from complain.browser.sessions import SessionStore
from complain.channels.definition import FieldTable, FormDefinition, PageTable
from complain.channels.form import FormChannel
from complain.errors import ChannelUnreachable, ComplainError, FormChanged
from complain.filing.form_commit import signals_of
from complain.filing.form_pages import open_page, shows, wait_for_sign
from complain.filing.form_policy import policy_of
from complain.i18n import _
from complain.model import Action, PlannedField
from complain.names import fold

READY_SECONDS = 10.0


@dataclass
class Examined:
    """What was found at one channel.

    Attributes:
        channel: The channel's id.
        differs: Each thing that no longer matches, one sentence.
        unseen: What could not be looked at, and why.
        unreachable: Why the page could not be opened; that is not the definition's fault.
    """

    channel: str
    differs: list[str] = field(default_factory=list[str])
    unseen: list[str] = field(default_factory=list[str])
    unreachable: str = ""


async def examine(channel: FormChannel, browser: BrowserRun, sessions: SessionStore) -> Examined:
    """Open a channel's form and compare its first page with the definition.

    Later pages cannot be reached without filling, and are named as not seen.

    Args:
        channel: The channel.
        browser: Running.
        sessions: A kept log-in is used; nobody is logged in here.
    """
    found = Examined(channel.id)
    egress = await browser.open_context(
        policy_of(channel),
        device=channel.definition.channel.device,
        storage_state=sessions.load(channel.id),
        dry_run=True,
    )
    try:
        await _look(channel, await egress.new_page(), found)
    except ChannelUnreachable as error:
        found.unreachable = error.message
    except ComplainError as error:
        found.differs.append(error.message)
    finally:
        await egress.freeze()
        await egress.close()
    return found


async def _look(channel: FormChannel, page: Page, found: Examined) -> None:
    definition = channel.definition
    await open_page(page, channel.url)
    if definition.login is not None and not await shows(page, definition.login.done):
        found.unseen.append(_("The form needs a log-in; type: complain login {id}").format(id=channel.id))
        return
    first, last = definition.pages[0], len(definition.pages) == 1
    if first.wait:
        await _note(found, wait_for_sign(page, first.wait, READY_SECONDS))
    for entry in first.fields:
        await _field(page, entry, first, found)
    await _note(found, find_button(page, definition.submit.button if last else first.next))
    if not last:
        found.unseen.append(
            _("{count} further pages are reached only by filling.").format(count=len(definition.pages) - 1)
        )
    await _signals(definition, page, found)


async def _note(found: Examined, step: Awaitable[object]) -> None:
    try:
        await step
    except FormChanged as error:
        found.differs.append(error.message)


async def _field(page: Page, entry: FieldTable, on: PageTable, found: Examined) -> None:
    if not (entry.label or entry.css):
        return
    planned = PlannedField(
        label=entry.label, action=entry.action, css=entry.css, frame=entry.frame or on.frame, ask=entry.ask
    )
    try:
        control = await find_field(page, planned, within=READY_SECONDS)
    except FormChanged as error:
        found.differs.append(error.message)
        return
    if entry.action is Action.CHOOSE:
        found.differs.extend(_options(entry, control.options))


def _options(entry: FieldTable, shown: Sequence[str]) -> list[str]:
    """Name each fixed option that the page no longer shows; options that it loads later cannot be seen."""
    fixed = [option for option in entry.templates if "{" not in option]
    names = {fold(option) for option in shown}
    if not names:
        return []
    return [
        _("“{field}” no longer has the option “{option}”. Its options are: {options}.").format(
            field=entry.name, option=option, options="; ".join(shown)
        )
        for option in fixed
        if fold(option) not in names
    ]


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
