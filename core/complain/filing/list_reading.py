"""The channel's own list in a browser that can send nothing: opened, logged in, read, kept."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from complain.browser.library import wait_for_change
from complain.browser.policy import NetworkPolicy
from complain.browser.signals import POLL_SECONDS, visible_text
from complain.channels.definition import ListTable
from complain.errors import FormChanged
from complain.filing.form_filing import FormFiling
from complain.filing.form_login import log_in
from complain.filing.form_pages import open_page, wait_for_sign
from complain.filing.form_policy import policy_of
from complain.filing.form_waiting import bounded, plain
from complain.filing.plugin_steps import take_step
from complain.filing.reconciling import Absent, Found, Inconclusive, Look, read_entries
from complain.i18n import _

READY_SECONDS = 15.0
STAND_SECONDS = 1.0
"""How long a list must stay as it is: its sign may be there before its entries are."""
_TEXTS = "nodes => nodes.map(node => node.innerText)"


@dataclass(frozen=True)
class Wanted:
    """What is looked for.

    Attributes:
        shown: What an entry of this filing holds: a part of what was sent.
        known: Numbers of other filings.
        submitted: When the button was pressed (aware).
        looked: When the list is read (aware).
    """

    shown: str
    known: Collection[str]
    submitted: dt.datetime
    looked: dt.datetime


@dataclass
class ListReader(FormFiling):
    """Reads one channel's list. Made with ``dry_run``, so that the gate and the guard let no submit out."""

    async def look(self, wanted: Wanted) -> Look:
        """Open the list and say what it shows.

        Raises:
            ChannelUnreachable: The list cannot be opened.
            FormChanged: It does not look as declared.
            PersonNeeded: Only a person can log in.
        """
        browser = await self.browser()
        self._egress = await browser.open_context(
            self._list_policy(),
            device=self.channel.definition.channel.device,
            storage_state=self.sessions.load(self.channel.id),
            dry_run=True,
        )
        self._page = await self._egress.new_page()
        try:
            return await self._look(wanted)
        except PlaywrightError as error:
            raise FormChanged(
                _("The list of “{title}” could not be read: {why}.").format(
                    title=self.channel.title, why=plain(error)
                )
            ) from error

    async def _look(self, wanted: Wanted) -> Look:
        table = self.channel.definition.list
        await open_page(self.page, self.channel.at_desk(table.url) if table else self.channel.url)
        await log_in(self)
        by_channel = await self._ask_channel(wanted)
        if by_channel is not None:
            await self._keep()
            return by_channel
        if table is None:
            return Inconclusive(_("The channel declares no list."))
        return await self._read(table, wanted)

    async def _ask_channel(self, wanted: Wanted) -> Look | None:
        """Return what a channel's own ``reconcile`` says; it speaks before the declared list."""
        asking = self.channel.reconcile(self.page, wanted.shown)
        answer = await take_step(self.channel, self.egress, "reconcile", asking)
        if answer is None:
            return None
        if isinstance(answer, str):
            return (
                Found(answer) if answer not in wanted.known else Inconclusive(_("It found another filing."))
            )
        return Found(None) if answer else Absent()

    async def _read(self, table: ListTable, wanted: Wanted) -> Look:
        await open_page(self.page, self.channel.at_desk(table.url))
        await wait_for_sign(self.page, table.wait, READY_SECONDS)
        entries = await standing_texts(self.page, table.entry)
        await self._keep()
        return read_entries(
            entries,
            shown=wanted.shown,
            pattern=table.number,
            known=wanted.known,
            submitted=wanted.submitted,
            looked=wanted.looked,
            complete=table.authoritative,
        )

    async def _keep(self) -> None:
        self.evidence.save_text("list.txt", await visible_text(self.page))
        picture = await bounded(self.page.screenshot(full_page=True, animations="disabled", timeout=5000))
        if picture:
            self.evidence.save("list.png", picture)

    def _list_policy(self) -> NetworkPolicy:
        """The channel's policy without its submit: nothing that files is even known here."""
        policy, table = policy_of(self.channel), self.channel.definition.list
        further = (self.channel.at_desk(table.url),) if table else ()
        return dataclasses.replace(policy, allow=(), uploads=(), submit=None, login=(*policy.login, *further))


async def standing_texts(page: Page, selector: str) -> list[str]:
    """Return the texts of a list's entries once they have stayed the same for a while.

    Args:
        page: The list's page.
        selector: Of one entry.
    """
    clock = asyncio.get_running_loop().time
    texts, since, end = list[str](), clock(), clock() + READY_SECONDS
    while clock() < min(since + STAND_SECONDS, end):
        read: list[str] = await page.locator(selector).evaluate_all(_TEXTS)
        if read != texts:
            texts, since = read, clock()
        await wait_for_change(page, POLL_SECONDS)
    return texts
