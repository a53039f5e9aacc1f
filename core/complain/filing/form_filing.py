"""A form in a real browser: opened, filled, read back, shown; and submitted once, by the tool itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_exponential,
    wait_random,
)

from complain.browser.buttons import find_button, press
from complain.browser.compare import agrees
from complain.browser.fill import fill_fields
from complain.browser.picture import picture_filled
from complain.browser.policy import NetworkPolicy
from complain.browser.readback import FilledField, read_back
from complain.browser.uploads import Uploads
from complain.channels.form import FormChannel
from complain.errors import ChannelUnreachable, FormChanged, PersonNeeded
from complain.filing.evidence import EvidenceFolder
from complain.filing.form_challenge import challenge_of, put_answer, send_for_code
from complain.filing.form_commit import FormCommit
from complain.filing.form_evidence import keep_failure
from complain.filing.form_leaving import LeftPage, after_press, left_differences, with_kept
from complain.filing.form_login import log_in
from complain.filing.form_options import FormOptions
from complain.filing.form_pages import open_page, shows, unworkable, wait_until_fillable
from complain.filing.form_policy import policy_of
from complain.filing.form_shown import differs, shown_fields
from complain.filing.form_waiting import Dialogs, bounded
from complain.filing.hands import Hands
from complain.filing.plugin_steps import take_step
from complain.filing.prepared import CommitMark, Prepared, Progress
from complain.filing.settlement import Settlement
from complain.i18n import _
from complain.model import Action, Draft, PlannedField, PlannedPage
from complain.wording import field_words

if TYPE_CHECKING:
    from complain.browser.egress import Egress
    from complain.browser.launch import BrowserRun
    from complain.browser.process import BrowserProcess
    from complain.browser.sessions import SessionStore
    from complain.vault import Vault

OPEN_ATTEMPTS = 3
OPEN_SECONDS = 60.0
STAND_SECONDS = 0.8
"""How long all that was filled has stood before it is read for the last time.

A page may rewrite what was typed a moment later (a delayed check or search, 0.1 to 0.5 s in the widget libraries
of `tests/widgets`), and nothing tells that it is done. A person never presses so soon.
"""


@dataclass
class FormFiling:
    """One filing of one form channel."""

    channel: FormChannel
    evidence: EvidenceFolder
    drafter: Callable[[], Draft]
    browser: Callable[[], Awaitable[BrowserRun]]
    hands: Hands
    sessions: SessionStore
    vault: Vault
    options: FormOptions
    progress: Progress
    hide: Callable[[str], str]
    _draft: Draft | None = None
    _process: BrowserProcess | None = None
    _egress: Egress | None = None
    _page: Page | None = None
    _filled: list[list[FilledField]] = field(default_factory=list[list[FilledField]])
    _pictures: list[bytes] = field(default_factory=list[bytes])
    _waiting: list[str] = field(default_factory=list[str])
    _left_open: list[PlannedField] = field(default_factory=list[PlannedField])
    _prepared_at: float = 0.0
    _filled_at: float = 0.0
    _logged_in: bool = False
    _code_used: bool = False
    _is_near: bool = False
    _may_upload: bool = False
    _commit: FormCommit | None = None
    _dialogs: Dialogs = field(default_factory=Dialogs)
    _left: list[LeftPage] = field(default_factory=list[LeftPage])
    _uploads: Uploads = field(default_factory=Uploads)

    @property
    def draft(self) -> Draft:
        """What the form will get."""
        if self._draft is None:
            self._draft = self.drafter()
        return self._draft

    @property
    def page(self) -> Page:
        """The open page."""
        if self._page is None:
            raise RuntimeError("the form is not open")
        return self._page

    @property
    def egress(self) -> Egress:
        """The guarded network of this filing."""
        if self._egress is None:
            raise RuntimeError("the form is not open")
        return self._egress

    # -- before anything is sent ------------------------------------------------------------------------------

    async def prepare(self) -> Prepared:
        """Open, log in, fill and read back; retried only while the far side cannot be reached."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(ChannelUnreachable),
            stop=stop_after_attempt(OPEN_ATTEMPTS) | stop_after_delay(OPEN_SECONDS),
            wait=wait_exponential(multiplier=0.5, max=5) + wait_random(0, 1),
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                await self.close()
                await self._prepare_once()
        return self._prepared()

    async def _prepare_once(self) -> None:
        definition = self.channel.definition
        self._filled, self._pictures, self._waiting, self._left_open = [], [], [], []
        self._left = []
        self._is_near = False
        browser = await self.browser()
        self._process = browser.process
        self._egress = await browser.open_context(
            self._policy(),
            device=definition.channel.device,
            storage_state=self.sessions.load(self.channel.id),
            dry_run=self.options.dry_run,
        )
        if self._may_upload:
            self._egress.open_uploads()
        self._page = await self._egress.new_page()
        self._dialogs, self._uploads = Dialogs.of(self._page), Uploads.of(self._page)
        try:
            await self._walk()
        except PlaywrightError as error:
            await keep_failure(self.page, self.evidence)
            raise unworkable(self.channel, error) from error
        except FormChanged:
            await keep_failure(self.page, self.evidence)
            raise
        self._prepared_at = time.monotonic()
        login = self.channel.definition.login
        self._logged_in = login is not None and await shows(self.page, login.done)

    async def _walk(self) -> None:
        self.progress(_("opening"))
        await open_page(self.page, self.channel.url)
        await log_in(self)
        self._code_used = False
        await self._step("after_open", self.channel.after_open(self.page))
        for number, planned in enumerate(self.draft.pages):
            self.progress(
                _("filling page {number} of {all}").format(number=number + 1, all=len(self.draft.pages))
            )
            await self._work_page(number, planned)

    async def _work_page(self, number: int, planned: PlannedPage) -> None:
        before = len(self.egress.writes_blocked)
        try:
            await self._fill_page(number, planned)
        except FormChanged as error:
            raise with_kept(error, self.egress.writes_blocked[before:], self.egress.policy) from error

    async def _step(self, name: str, step: Awaitable[None]) -> None:
        await take_step(self.channel, self.egress, name, step)

    async def _fill_page(self, number: int, planned: PlannedPage) -> None:
        if not number:
            await wait_until_fillable(self.page, planned)
        last = number == len(self.draft.pages) - 1
        waits = planned.uploads_at_once and not self._may_upload
        late = [f for f in planned.fields if waits and f.action is Action.FILES]
        now = [f for f in planned.fields if f not in late and f.action is not Action.ASK]
        self._filled.append(
            await fill_fields(self.page, now, may_type=self._policy().may_receive_personal_data)
        )
        await self._step("after_fill", self.channel.after_fill(self.page, number))
        self._filled_at = time.monotonic()
        asks = [f for f in planned.fields if f.action is Action.ASK]
        self._left_open.extend(late)
        unanswered = [*late, *[ask for ask in asks if not await self._answer_early(ask, last)]]
        await self.compare(number)
        self._pictures.append(
            await picture_filled(
                self.page, self._filled[number], mask=not self.options.reveal, hide=self.hide
            )
        )
        self.evidence.save(f"filled-{number + 1}.png", self._pictures[-1])
        if not last:
            await self._leave(number, planned, unanswered)

    async def _answer_early(self, ask: PlannedField, last: bool) -> bool:
        """Answer a challenge while filling, where it may be; say whether it was."""
        if last or (self.options.dry_run and (ask.send or not self.hands.available)):
            self._left_open.append(ask)
            self._waiting.append(
                _("“{field}” is given by you when it is sent.").format(field=field_words(ask))
            )
            return False
        await self.answer(ask)
        return True

    async def _leave(self, number: int, planned: PlannedPage, unanswered: list[PlannedField]) -> None:
        await self._step("before_next", self.channel.before_next(self.page, number))
        left = await LeftPage.of(self._filled[number])
        if planned.next:  # else the next page comes by itself
            await press(await find_button(self.page, planned.next))
        following = self.draft.pages[number + 1]
        try:
            await wait_until_fillable(self.page, following, left)
            self._left.append(left)
        except FormChanged as error:
            if not unanswered:
                raise after_press(planned.next, error) from error
            names = "、".join(field_words(ask) for ask in unanswered)
            raise PersonNeeded(
                _("The next page cannot be reached without “{names}”.").format(names=names)
            ) from error

    async def answer(self, ask: PlannedField) -> None:
        """Get an answer from a person and put it where it belongs.

        Raises:
            PersonNeeded: Nobody answered; nothing was sent.
            PluginMistake: A text was given, and the definition names no field for it.
        """
        self.progress(_("waiting for you"))
        async with self.hands.turn:
            answer = await self._answer_of_person(ask)
        await put_answer(self.page, ask, answer)

    async def _answer_of_person(self, ask: PlannedField) -> str | bool:
        challenge = await challenge_of(self.page, self.channel, ask)
        if self.options.headed:
            await bounded(self.page.bring_to_front())
        self.hands.require(challenge)
        if ask.send:
            challenge = await send_for_code(self.page, self.egress, ask.send, challenge)
        # A first, unseen delivery would use up a code or a captcha: then a refusal of it proves nothing.
        self._code_used = self._code_used or ask.ask in ("sms", "captcha")
        return await self.hands.answer(challenge)

    async def compare(self, number: int) -> None:
        """Read back page ``number`` and those before it that still stand, and see that uploads have arrived.

        Raises:
            ReadBackDiffers: The page holds another value than the planned one.
            FormChanged: An upload did not arrive.
        """
        await self._uploads.require([item for page in self._filled for item in page])
        differences = await read_back(self.page, self._filled[number])
        if self._gives_way(number):
            differences = [one for one in differences if one.found is not None]
        differences += await left_differences(self._left, self._filled)
        if not differences:
            return
        raise differs(differences[0], self.channel.id)

    def _gives_way(self, number: int) -> bool:
        """Whether page ``number`` goes by itself once it is answered, and held until then what was planned."""
        goes = number < len(self.draft.pages) - 1 and not self.draft.pages[number].next
        held = [one for one in self._filled[number] if one.shown]  # one may be gone before it can be read
        return goes and all(agrees(one.field, one.found, one.shown) for one in held)

    def _policy(self) -> NetworkPolicy:
        return policy_of(self.channel, (rule for page in self.draft.pages for rule in page.allow))

    def _prepared(self) -> Prepared:
        last = len(self.draft.pages) - 1
        return Prepared(
            fields=shown_fields(self._filled, self._left_open, last),
            pictures=tuple(self._pictures),
            waiting=tuple(self._waiting),
            requests_left=tuple(f"{sent.method} {sent.url}" for sent in self.egress.writes_left),
            hosts=tuple(sorted(self.egress.hosts_contacted)),
            refused_hosts=tuple(sorted(self.egress.hosts_refused)),
            warnings=self.draft.warnings,
            uploads_late=any(field.action is Action.FILES for field in self._left_open),
        )

    # -- after the confirm ------------------------------------------------------------------------------------

    async def _stale(self) -> bool:
        """Whether the filled form has waited longer than the channel allows, or the log-in is gone."""
        waited = time.monotonic() - self._prepared_at
        if waited > self.channel.definition.channel.fresh.total_seconds():
            return True
        login = self.channel.definition.login
        return self._logged_in and login is not None and not await shows(self.page, login.done)

    async def finish(self) -> None:
        """Upload what must wait for the confirm, get one-time codes, and read everything back once more.

        A form that has become stale is filled again from the same draft: what was confirmed is what is filed.
        """
        await self._take(self._finish)

    async def approach(self) -> None:
        """Do of `finish` all but the last look, where no person has to be asked."""
        asks = [field for page in self.draft.pages for field in page.fields if field.action is Action.ASK]
        if not self.hands.is_person or not (asks or self.channel.definition.login):
            await self._take(self._near)

    async def _take(self, step: Callable[[], Awaitable[None]]) -> None:
        if await self._stale():
            self.progress(_("filling again: the form has waited too long"))
            await self.prepare()
        try:
            await step()
        except PlaywrightError as error:
            raise unworkable(self.channel, error) from error

    async def _near(self) -> None:
        """Complete the last page, and take the picture of it as it will be sent."""
        last = len(self.draft.pages) - 1
        await self._fill_uploads_of_earlier_pages()
        late = [f for f in self._left_open if f.action is Action.FILES]
        if late:
            self.egress.open_uploads()
            self._filled[last].extend(
                await fill_fields(self.page, late, may_type=self._policy().may_receive_personal_data)
            )
            self._filled_at = time.monotonic()
        for ask in [f for f in self._left_open if f.action is Action.ASK]:
            await self.answer(ask)
        await asyncio.sleep(max(0.0, self._filled_at + STAND_SECONDS - time.monotonic()))
        await self.compare(last)
        self.evidence.save(
            "before-submit.png",
            await picture_filled(self.page, self._filled[last], mask=False, is_fine=True),
        )
        self._is_near = True

    async def _fill_uploads_of_earlier_pages(self) -> None:
        """Fill the form anew, files and all, where some are chosen on a page that was left before the confirm."""
        late = {id(f) for f in self._left_open if f.action is Action.FILES}
        if any(id(f) in late for page in self.draft.pages[:-1] for f in page.fields):
            self._may_upload = True
            await self.prepare()

    async def _finish(self) -> None:
        last = len(self.draft.pages) - 1
        if not self._is_near:
            await self._near()
        self._commit = FormCommit(
            channel=self.channel,
            page=self.page,
            egress=self.egress,
            evidence=self.evidence,
            button=await find_button(self.page, self.channel.definition.submit.button),
            dialogs=self._dialogs,
            filled=self._filled[last],
            earlier=[item for page in self._filled[:last] for item in page],
            settle=self.options.settle,
            code_used=self._code_used,
            progress=self.progress,
            compare=partial(self.compare, last),
        )
        await self._commit.get_ready()

    def mark(self) -> CommitMark:
        """Return the browser's process, so that a later run knows when it is surely gone."""
        assert self._process is not None
        return CommitMark({"browser_pid": self._process.pid, "browser_started": self._process.started})

    async def commit(self) -> Settlement:
        """Press the button once and settle what comes of it."""
        if self._commit is None:
            raise RuntimeError("finish() comes before commit()")
        return await self._commit.run()

    async def close(self) -> None:
        """Freeze the network in a dry run, then let go of the context."""
        if self._egress is None:
            return
        egress, self._egress, self._page = self._egress, None, None
        await egress.freeze()
        await egress.close()
