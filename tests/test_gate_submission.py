"""One write that may leave once, decided on with the browser's own events; here they are made up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from complain.browser.cdp import Interception, paused_from
from complain.browser.dial import dial_directly
from complain.browser.gate import Gate
from complain.browser.guard import ContextGuard
from complain.browser.policy import Endpoint, NetworkPolicy, RequestRule
from complain.browser.submission import Submission
from complain.browser.turnstile import State

ORIGIN = "http://127.0.0.1:9"
POLICY = NetworkPolicy(
    ORIGIN, submit=RequestRule.parse("POST */submit"), allow=(RequestRule.parse("POST */track"),)
)
DONE = {"responseStatusCode": 200, "responseHeaders": [{"name": "content-type", "value": "text/html"}]}


class Browser:
    """The far end of a DevTools session: it takes every decision and keeps it."""

    def __init__(self) -> None:
        self.decided: list[tuple[str, str]] = []

    async def send(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run a command."""
        self.decided.append((method, str((params or {})["requestId"])))
        return {}

    def on(self, event: str, f: Callable[[dict[str, Any]], None]) -> None:
        """Has no events of its own."""

    async def detach(self) -> None:
        """Never needed."""


def event(identity: str, path: str, **more: Any) -> dict[str, Any]:
    request: dict[str, Any] = {"method": "POST", "url": ORIGIN + path, "headers": {}}
    return {"requestId": identity, "request": request, "resourceType": "Document", **more}


@asynccontextmanager
async def armed() -> AsyncGenerator[tuple[Browser, ContextGuard, Submission, Interception]]:
    gate = await Gate.open(POLICY, dial_directly, lambda: True)
    browser = Browser()
    interception = Interception(browser)
    endpoints = frozenset({Endpoint("127.0.0.1", 9)})
    guard = ContextGuard(POLICY)
    guard.submission = Submission(gate, interception, endpoints, POLICY.is_submit)
    try:
        yield browser, guard, guard.submission, interception
    finally:
        guard.submission.fail("the test is over")
        await gate.close()


def go(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 20))


def test_an_answer_that_comes_after_all_was_given_up_opens_nothing_again() -> None:
    async def work() -> None:
        async with armed() as (browser, guard, submission, interception):
            await guard.decide(paused_from(event("one", "/submit")), interception)
            submission.fail("it was not answered in time")
            await submission.answered(paused_from(event("one", "/submit", **DONE)))
            assert submission.answer is None
            assert submission.turnstile.state is State.SHUT
            assert browser.decided == [("Fetch.continueRequest", "one")] * 2

    go(work())


def test_a_declared_write_waits_while_the_submission_is_under_way() -> None:
    """It would compete for the one connection, and the submission might not leave at all."""

    async def work() -> None:
        async with armed() as (browser, guard, submission, interception):
            await guard.decide(paused_from(event("one", "/submit")), interception)
            track = asyncio.create_task(guard.decide(paused_from(event("two", "/track")), interception))
            assert await asyncio.wait({track}, timeout=0.2) == (set(), {track})
            await submission.answered(paused_from(event("one", "/submit", **DONE)))
            await track
            assert [identity for _, identity in browser.decided] == ["one", "one", "two"]

    go(work())


def test_the_end_of_a_failed_request_is_waited_for() -> None:
    async def work() -> None:
        async with armed() as (_, guard, submission, interception):
            await guard.decide(paused_from(event("one", "/submit")), interception)
            submission.fail("it was not answered in time")
            waiting = asyncio.create_task(submission.given_up(15.0))
            assert await asyncio.wait({waiting}, timeout=0.2) == (set(), {waiting})
            await submission.answered(paused_from(event("one", "/submit", responseErrorReason="Failed")))
            await waiting

    go(work())


def test_what_never_left_has_no_end_to_wait_for() -> None:
    async def work() -> None:
        async with armed() as (_, _, submission, _):
            submission.expire()
            await asyncio.wait_for(submission.given_up(15.0), 5.0)

    go(work())
