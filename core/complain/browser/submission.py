"""One write that may leave once: the request that files, or the one that asks for an SMS code."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from playwright.async_api import Error as PlaywrightError

from complain.browser.capture import Answer, CapturedRequest, without_secrets
from complain.browser.cdp import Interception, Paused
from complain.browser.gate import Gate
from complain.browser.policy import READS, Endpoint, endpoint_of, origin_of
from complain.browser.turnstile import Turnstile
from complain.errors import ComplainError

_QUIET_LIMIT_SECONDS = 2.0
_GRACE_SECONDS = 2.0
"""How long an answer may still be on its way to us when the one connection is already closed."""
_BODY_SECONDS = 10.0
_KEEPS_METHOD = frozenset({307, 308})
_REDIRECTS = _KEEPS_METHOD | {301, 302, 303}

Inspect = Callable[[CapturedRequest], None]
Look = Callable[[], Awaitable[None]]


class Submission:
    """Lets one matching request leave, on one fresh connection, and waits for its final answer.

    A fresh connection matters: Chromium re-sends only what it sent on a connection used before. Everything
    else that the page wants from the same hosts waits meanwhile, so that it cannot take that connection.

    Args:
        gate: The context's gate.
        interception: Where requests wait.
        endpoints: Every host and port it could go to.
        matches: Tells by method and address whether a request is the one.
        inspect: Is handed the request before it leaves; raises a `ComplainError` to keep it.
        look: Awaited when the final answer is there and the page has not got it yet.
    """

    def __init__(
        self,
        gate: Gate,
        interception: Interception,
        endpoints: frozenset[Endpoint],
        matches: Callable[[str, str], bool],
        inspect: Inspect | None = None,
        look: Look | None = None,
    ) -> None:
        self.turnstile: Turnstile = gate.arm(endpoints)
        self.released = False
        self.request: CapturedRequest | None = None
        self.answer: Answer | None = None
        self.failure = ""
        self.objection: ComplainError | None = None
        self.blocked_again = 0
        self.redirects = 0
        self._gate = gate
        self._interception = interception
        self._matches = matches
        self._inspect = inspect
        self._look = look
        self._taken = False
        self._pauses: set[str] = set()
        self._earlier: set[str] = set()
        self._none_earlier = asyncio.Event()
        self._done = asyncio.Event()  # the head of the final answer is there, or it failed
        self._complete = asyncio.Event()  # and nothing more of the answer is waited for
        self._over = asyncio.Event()  # and the browser itself says that it is over
        self._watch: asyncio.Task[None] | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether the request has been taken and has neither an answer nor failed."""
        return self._taken and not self._done.is_set()

    def is_one(self, paused: Paused) -> bool:
        """Tell whether a request is the one that this is for, or a redirect of it."""
        return paused.hop_of in self._pauses or self._matches(paused.method, paused.url)

    def owns(self, paused: Paused) -> bool:
        """Tell whether an answer is one to the request that left."""
        return paused.id in self._pauses

    def continues_in(self, paused: Paused) -> bool:
        """Tell whether a request is a redirect of the one that left, which has no final answer yet."""
        return paused.hop_of in self._pauses and not self._done.is_set()

    async def hold(self, paused: Paused) -> bool:
        """Keep another request to the same hosts back while the submission is under way.

        Returns:
            Whether it goes before the submission, which has to be told by `earlier_ended` when it is answered.
        """
        if endpoint_of(paused.url) not in self.turnstile.endpoints:
            return False
        if self.is_under_way:
            await self._done.wait()
        if self._done.is_set() or paused.preflight_for:  # of a preflight's answer the browser says nothing
            return False
        self._earlier.add(paused.id)
        return True

    def earlier_ended(self, paused: Paused) -> None:
        """Take note that the answer to a request that went before is there, or that there is none."""
        self._earlier.discard(paused.id)
        if not self._earlier:
            self._none_earlier.set()

    async def take(self, paused: Paused) -> bool:
        """Decide on a request that `is_one`: let the first one leave, block the others.

        Returns:
            Whether it left.
        """
        if paused.hop_of in self._pauses:
            return await self._follow(paused)
        if self._taken or self._done.is_set():
            self.blocked_again += 1
            await self._interception.block(paused)
            return False
        self._taken = True
        self.request = captured(paused)
        return await self._let_go(paused, self.request)

    async def _let_go(self, paused: Paused, request: CapturedRequest) -> bool:
        if not await self._is_accepted(paused, request):
            return False
        await self._wait_for_earlier()
        await self._gate.quiet(self.turnstile.endpoints, _QUIET_LIMIT_SECONDS)
        if self._done.is_set():  # given up while it waited
            await self._interception.block(paused)
            return False
        self.turnstile.lock(endpoint_of(paused.url))
        self._watch_connection()
        return await self._pass_on(paused)

    async def _wait_for_earlier(self) -> None:
        """Wait for the answers to what the browser was given before: one that is not sent yet would take the place."""
        if self._earlier:
            self._none_earlier.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_QUIET_LIMIT_SECONDS):
                    await self._none_earlier.wait()

    async def _is_accepted(self, paused: Paused, request: CapturedRequest) -> bool:
        if self._inspect is None:
            return True
        accepted = False
        try:
            self._inspect(request)
            accepted = True
        except ComplainError as objection:
            self.objection = objection
        finally:  # a fault of the inspection itself keeps the request too, and is raised
            if not accepted:
                await self._interception.block(paused)
                self.fail("it is not what was planned")
        return accepted

    async def _follow(self, paused: Paused) -> bool:
        assert self.request is not None
        if origin_of(paused.url) != origin_of(self.request.url) or self._done.is_set():
            await self._interception.block(paused)
            self.fail("it was redirected elsewhere")
            return False
        return await self._pass_on(paused)

    async def _pass_on(self, paused: Paused) -> bool:
        self._pauses.add(paused.id)
        self.released = True
        left = await self._interception.pass_on(paused, with_answer=True)
        if not left:
            self.fail("the page gave it up")
            self._over.set()
        return left

    async def answered(self, paused: Paused) -> None:
        """Take the answer's head, or the failure, to a request that left. What comes too late changes nothing."""
        if not self._done.is_set():
            await self._take_answer(paused)
        if self._done.is_set():
            self._over.set()
        await self._interception.pass_on(paused)

    async def _take_answer(self, paused: Paused) -> None:
        if paused.error or not paused.answer_headers:
            # Cut inside its head, an answer is shown as a bare "200": no far side sends that.
            self.fail(paused.error or "the answer has no head")
        elif paused.status in self._followed and paused.answer_header("location"):
            self._redirected(paused)
        else:
            await self._settle(paused)

    @property
    def _followed(self) -> frozenset[int]:
        """The statuses on which the browser makes the same request again, elsewhere."""
        assert self.request is not None
        return _REDIRECTS if self.request.method in READS else _KEEPS_METHOD

    def _redirected(self, paused: Paused) -> None:
        """Note a redirect that belongs to the same submission: on 307 and 308 its body is sent again."""
        self.redirects += paused.status in _KEEPS_METHOD
        if "close" in paused.answer_header("connection").lower():
            self.turnstile.grant(endpoint_of(paused.url))
            self._watch_connection()

    async def _settle(self, paused: Paused) -> None:
        assert paused.status is not None
        self.answer = Answer(paused.status, without_secrets(paused.answer_headers))
        self.turnstile.open()
        self._end()
        if self._look is not None:
            await self._look()
        # A script waits for the whole body anyway; a page is shown while it comes, and must not be held up.
        if paused.kind in {"XHR", "Fetch"}:
            self.answer = replace(self.answer, body=await self._body(paused))
        self._complete.set()

    async def _body(self, paused: Paused) -> bytes | None:
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                return await self._interception.body(paused)
        except (PlaywrightError, TimeoutError):
            return None

    def _watch_connection(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = asyncio.create_task(self._fail_when_lost())

    async def _fail_when_lost(self) -> None:
        await self.turnstile.lost.wait()
        await asyncio.sleep(_GRACE_SECONDS)
        self.fail("the connection was closed without an answer")

    async def wait(self, seconds: float) -> bool:
        """Wait for the final answer.

        Args:
            seconds: The longest wait.

        Returns:
            Whether it came; else it failed, or nothing came in time.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._complete.wait()
        return self.answer is not None

    async def given_up(self, seconds: float) -> None:
        """Wait until the browser has ended a request that failed: until then it may send it again, by itself.

        Args:
            seconds: The longest wait; of a request that its page gave up the browser says nothing.
        """
        if self.released and self.answer is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._over.wait()

    def expire(self) -> None:
        """Let it leave no more, if it has not yet."""
        if not self._taken:
            self.fail("it was not sent in time")

    def fail(self, reason: str) -> None:
        """Give up: nothing of it leaves any more."""
        if not self._done.is_set():
            self.failure = reason
            self.turnstile.shut()
            self._end()
            self._complete.set()

    def _end(self) -> None:
        self._done.set()
        if self._watch is not None and self._watch is not asyncio.current_task():
            self._watch.cancel()


def captured(paused: Paused) -> CapturedRequest:
    """Return a waiting request as evidence."""
    return CapturedRequest(paused.method, paused.url, without_secrets(paused.headers), paused.pieces)
