"""The guard: inside the browser, only reads and declared writes leave, and one submission when it is armed.

One guard per browser stands at the browser's own target, where every HTTP request of every context passes; one
`ContextGuard` per context takes the decisions. A write whose context cannot be told is blocked, and so is every
write when deciding itself fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, cast
from urllib.parse import unquote_plus

from playwright.async_api import Browser, BrowserContext, Frame, Page
from playwright.async_api import Error as PlaywrightError

from complain.browser.capture import SentRequest
from complain.browser.cdp import (
    Interception,
    Paused,
    Session,
    Targets,
    browser_session,
    context_id,
    frame_ids,
    page_session,
)
from complain.browser.policy import READS, NetworkPolicy, endpoint_of, origin_of, without_query
from complain.browser.quiet import brings_speculation, quieten_worker
from complain.browser.submission import Submission
from complain.errors import GuardUnavailable
from complain.i18n import _

_LOOK_UP_SECONDS = 10.0


class ContextGuard:
    """Decides what may leave one browser context.

    Args:
        policy: What the channel names.
    """

    def __init__(self, policy: NetworkPolicy) -> None:
        self.policy = policy
        self.context_id = ""
        self.context: BrowserContext | None = None
        self.left: list[SentRequest] = []
        self.blocked: list[SentRequest] = []
        self.uploads_open = False
        self.login_origins: list[str] = []
        self.frozen = False
        self.private: tuple[str, ...] = ()
        self.submission: Submission | None = None
        self.purpose = ""

    def may_be_mine(self, paused: Paused) -> bool:
        """Tell whether this context would let the write leave if it is its own."""
        return not self.frozen and bool(self._belongs_to_submission(paused) or self._declared(paused))

    def tells_a_stranger(self, paused: Paused) -> bool:
        """Tell whether a read carries a private value to an origin that may not have it."""
        if not self.private or self.policy.may_receive_personal_data(paused.url):
            return False
        if origin_of(paused.url) in self.login_origins:
            return False
        said = (paused.url, *(value for _name, value in paused.headers))
        # Chinese sites write addresses in UTF-8 or GBK.
        read = [unquote_plus(text, code) for text in said for code in ("utf-8", "gb18030")]
        return any(value in text for value in self.private for text in read)

    def files_by(self, paused: Paused) -> bool:
        """Tell whether the channel declares this very request, a GET maybe, as the one that files."""
        if self.submission is not None and self.submission.continues_in(paused):
            return True
        return self.policy.submit is not None and self.policy.is_submit(paused.method, paused.url)

    def _belongs_to_submission(self, paused: Paused) -> bool:
        return self.submission is not None and self.submission.is_one(paused)

    def _declared(self, paused: Paused) -> str:
        """Return why a write may leave without being the submission; empty when it may not."""
        policy, method, url = self.policy, paused.method, paused.url
        if self.files_by(paused):
            return ""
        if policy.is_declared(method, url, uploads=False):
            return "allow"
        if self.uploads_open and policy.is_declared(method, url):
            return "uploads"
        return "login" if origin_of(url) in self.login_origins else ""

    async def decide(self, paused: Paused, interception: Interception) -> None:
        """Let a write of this context leave, or block it, and keep a note of it."""
        if self.frozen:
            await self._keep(paused, interception)
        elif self.submission is not None and self._belongs_to_submission(paused):
            await self._submit(self.submission, paused)
        elif why := self._declared(paused):
            await self._release(paused, why, interception)
        else:
            await self._keep(paused, interception)

    async def _submit(self, submission: Submission, paused: Paused) -> None:
        # Noted before it leaves: a list of what left may hold one too many, never one too few.
        note = SentRequest(paused.method, without_query(paused.url), self.purpose)
        self.left.append(note)
        if not await submission.take(paused):
            self.left.remove(note)
            self.blocked.append(note)

    async def _release(self, paused: Paused, why: str, interception: Interception) -> None:
        self.left.append(SentRequest(paused.method, without_query(paused.url), why))
        await pass_on_around(paused, interception, [self])

    async def _keep(self, paused: Paused, interception: Interception) -> None:
        self.blocked.append(SentRequest(paused.method, without_query(paused.url)))
        await interception.block(paused)


async def pass_on_around(paused: Paused, interception: Interception, guards: Iterable[ContextGuard]) -> None:
    """Let a request leave that is no submission: before one, or after it, as it would compete for its connection.

    Args:
        paused: The request.
        interception: Where it waits.
        guards: The contexts in which a submission may be under way.
    """
    submissions = [guard.submission for guard in guards if guard.submission is not None]
    before = [submission for submission in submissions if await submission.hold(paused)]
    left = await interception.pass_on(paused, with_answer=bool(before))
    if not left:
        for submission in before:
            submission.earlier_ended(paused)


class BrowserGuard:
    """Stands before the network of one browser. Use `install`."""

    def __init__(self, session: Session) -> None:
        self.interception = Interception(session)
        self.fault: BaseException | None = None
        self._targets = Targets(session)
        self._contexts: list[ContextGuard] = []
        self._owners: dict[str, ContextGuard] = {}
        self._watched: set[str] = set()
        self._seen: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    async def install(cls, browser: Browser) -> BrowserGuard:
        """Pause every request of ``browser`` from now on.

        Raises:
            GuardUnavailable: The browser does not allow it.
        """
        try:
            guard = cls(await browser_session(browser))
            await guard.interception.start(guard._on_paused, guard._spawn)
        except PlaywrightError as error:
            raise GuardUnavailable(
                _("The guard could not be installed in the browser, so nothing was started."),
                next_step="complain doctor",
            ) from error
        return guard

    async def add(self, guard: ContextGuard, page: Page) -> None:
        """Decide for a context by ``guard`` from now on.

        Args:
            guard: The context's guard.
            page: Its first page, still empty.
        """
        session = await page_session(page)
        guard.context_id, guard.context = await context_id(session), page.context
        await session.detach()
        self._contexts.append(guard)

    def remove(self, guard: ContextGuard) -> None:
        """Stop deciding for a context; what it still sends is blocked."""
        if guard in self._contexts:
            self._contexts.remove(guard)
        self._owners = {frame: owner for frame, owner in self._owners.items() if owner is not guard}

    @contextmanager
    def watching(self, *urls: str) -> Generator[Callable[[str], bool]]:
        """Look out for requests for ``urls``; the value tells whether one came by."""
        self._watched.update(urls)
        try:
            yield self._seen.__contains__
        finally:
            self._watched.difference_update(urls)
            self._seen.difference_update(urls)

    def raise_fault(self) -> None:
        """Speak of a decision that failed, if there was one.

        Raises:
            GuardUnavailable: The guard met something that it was not made for; it blocked it.
        """
        if self.fault is not None:
            raise GuardUnavailable(
                _("The guard in the browser failed, so nothing more may be sent: {kind}.").format(
                    kind=type(self.fault).__name__
                ),
                next_step="complain doctor",
            ) from self.fault

    def _spawn(self, decision: Awaitable[None]) -> None:
        task = asyncio.create_task(cast("Coroutine[Any, Any, None]", decision))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _on_paused(self, paused: Paused) -> None:
        try:
            await self._route(paused)
        except Exception as error:
            # Whatever went wrong: this request is blocked, and the next step of the run speaks of it.
            self.fault = error
            await self.interception.block(paused)

    async def _route(self, paused: Paused) -> None:
        if paused.url in self._watched:
            self._seen.add(paused.url)
        if paused.has_answer:
            await self._answered(paused)
        elif self._is_read(paused):
            await self._read(paused)
        else:
            await self._write(paused)

    def _is_read(self, paused: Paused) -> bool:
        if not paused.is_http:
            return True
        if paused.method in READS:
            return not any(guard.files_by(paused) for guard in self._contexts)
        return self._may_ask_first(paused)

    def _may_ask_first(self, paused: Paused) -> bool:
        """Tell whether this is the preflight of a request that may leave: its address alone can tell a lot."""
        asked = paused.preflight_for
        if asked in READS:
            return True
        meant = replace(paused, method=asked)
        return bool(asked) and any(guard.may_be_mine(meant) for guard in self._contexts)

    async def _read(self, paused: Paused) -> None:
        if paused.is_http and any(guard.tells_a_stranger(paused) for guard in self._contexts):
            self._note_blocked(paused)
            await self.interception.block(paused)
            return
        if paused.kind == "Document" and paused.frame not in self._owners:
            self._spawn(self._learn_owner(paused.frame))
        await pass_on_around(paused, self.interception, self._contexts if paused.is_http else ())

    async def _write(self, paused: Paused) -> None:
        candidates = [guard for guard in self._contexts if guard.may_be_mine(paused)]
        owner = await self._owner(paused.frame) if candidates else None
        if owner is not None and owner in candidates:
            await owner.decide(paused, self.interception)
        else:
            self._note_blocked(paused)
            await self.interception.block(paused)

    def _note_blocked(self, paused: Paused) -> None:
        for guard in self._contexts:
            if guard.policy.may_contact(endpoint_of(paused.url)):
                guard.blocked.append(SentRequest(paused.method, without_query(paused.url)))

    async def _answered(self, paused: Paused) -> None:
        for guard in self._contexts:
            if guard.submission is not None and guard.submission.owns(paused):
                await guard.submission.answered(paused)
                return
            if guard.submission is not None:
                guard.submission.earlier_ended(paused)
        if brings_speculation(paused):
            await self.interception.block(paused)
        elif paused.status is None or not await quieten_worker(paused, self.interception):
            await self.interception.pass_on(paused)

    async def _learn_owner(self, frame: str) -> None:
        """Look a frame up while its page can still answer; during a synchronous request it cannot."""
        await self._owner(frame)

    async def _owner(self, frame: str) -> ContextGuard | None:
        if frame not in self._owners:
            with suppress(TimeoutError, PlaywrightError):
                async with asyncio.timeout(_LOOK_UP_SECONDS):
                    await self._look_up(frame)
        return self._owners.get(frame)

    async def _look_up(self, frame: str) -> None:
        found = await self._targets.context_of_target(frame)
        for guard in self._contexts:
            if found == guard.context_id or (found is None and await _holds_frame(guard.context, frame)):
                self._owners[frame] = guard
                return


async def _holds_frame(context: BrowserContext | None, frame: str) -> bool:
    """Tell whether a frame is inside a page of ``context``; cross-site frames have a session of their own."""
    for page in context.pages if context is not None else ():
        places: list[Page | Frame] = [page, *page.frames[1:]]
        for place in places:
            with suppress(
                PlaywrightError
            ):  # a frame that shares its page's process has no session of its own
                session = await page_session(place)
                try:
                    if frame in await frame_ids(session):
                        return True
                finally:
                    await session.detach()
    return False
