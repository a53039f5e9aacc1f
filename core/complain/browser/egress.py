"""One channel's browser context and everything that may leave it: the part of the browser that the engine holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress

from playwright.async_api import BrowserContext, Page
from playwright.async_api import Error as PlaywrightError

from complain.browser.capture import SentRequest
from complain.browser.commit import Commit
from complain.browser.gate import Gate
from complain.browser.guard import BrowserGuard, ContextGuard
from complain.browser.policy import Endpoint, NetworkPolicy, endpoint_of, is_write, origin_of
from complain.browser.submission import Inspect, Look, Submission
from complain.errors import GuardUnavailable
from complain.i18n import _

_QUIET_LIMIT_SECONDS = 2.0
_GIVEN_UP_SECONDS = 5.0
"""How long the browser may take to say that a request is over whose connection was closed; at once, as a rule."""
_NOT_IN_TIME = "it was not answered in time"


class SendPermit:
    """What became of the one request that asks for a code.

    Attributes:
        used: Whether a request left.
    """

    def __init__(self, submission: Submission) -> None:
        self._submission = submission

    @property
    def used(self) -> bool:
        """Whether the one request left."""
        return self._submission.request is not None

    @property
    def status(self) -> int | None:
        """The HTTP status of the answer; None when there is none yet."""
        answer = self._submission.answer
        return None if answer is None else answer.status


class Egress:
    """A browser context behind its gate and guard. Made by ``BrowserRun.open_context``.

    Attributes:
        context: The context; its pages and popups are all behind the gate and the guard.
        policy: What the channel names.
        dry_run: Whether it can never be armed.
    """

    def __init__(
        self,
        context: BrowserContext,
        policy: NetworkPolicy,
        gate: Gate,
        guard: BrowserGuard,
        *,
        dry_run: bool,
    ) -> None:
        self.context = context
        self.policy = policy
        self.dry_run = dry_run
        self._gate = gate
        self._guard = guard
        self._decisions = ContextGuard(policy)
        self._first: Page | None = None
        self._closed = False

    async def install(self, first: Page) -> None:
        """Put the guard before the context.

        Args:
            first: Its first page, which `new_page` hands out first.
        """
        self._first = first
        await self._guard.add(self._decisions, first)

    async def new_page(self) -> Page:
        """Return a new, empty page."""
        first, self._first = self._first, None
        return first or await self.context.new_page()

    @property
    def writes_left(self) -> tuple[SentRequest, ...]:
        """The writes that left so far, in order."""
        return tuple(self._decisions.left)

    @property
    def writes_blocked(self) -> tuple[SentRequest, ...]:
        """The writes that the page tried and the guard kept, in order."""
        return tuple(self._decisions.blocked)

    @property
    def hosts_contacted(self) -> tuple[str, ...]:
        """Hosts to which a connection was opened, in order."""
        return self._gate.hosts_contacted

    @property
    def hosts_refused(self) -> tuple[str, ...]:
        """Hosts that the page wanted and that the channel does not name, in order."""
        return self._gate.hosts_refused

    def keep_private(self, values: Iterable[str]) -> None:
        """Keep values from origins that may not have them, in addresses and headers of reads too.

        A page may put what was typed into the address of a picture at another host. Writes never go there.

        Args:
            values: As they are typed; empty ones do not count.
        """
        self._decisions.private = tuple(value for value in values if value)

    def open_uploads(self) -> None:
        """Let the ``uploads`` requests leave from now on (after the confirm).

        Raises:
            RuntimeError: This is a dry run.
        """
        self._refuse_in_dry_run()
        self._decisions.uploads_open = True

    @asynccontextmanager
    async def permit_send(self, seconds: float = 5.0) -> AsyncGenerator[SendPermit]:
        """Let exactly one write leave to the channel's own origin: the button that sends a code.

        Args:
            seconds: How long the page has to send it, and again how long its answer is waited for.

        Raises:
            RuntimeError: This is a dry run, or a submission is under way.
        """
        self._refuse_in_dry_run()
        policy = self.policy

        def matches(method: str, url: str) -> bool:
            declared = policy.submit is not None and policy.is_submit(method, url)
            return (
                is_write(method)
                and policy.is_own(url)
                and not declared
                and not policy.is_declared(method, url)
            )

        submission = self._begin(frozenset({endpoint_of(policy.url)}), matches, "send")
        timer = asyncio.get_running_loop().call_later(seconds, submission.expire)
        try:
            yield SendPermit(submission)
            await submission.wait(seconds)
        finally:
            timer.cancel()
            submission.fail(_NOT_IN_TIME)
            try:
                await submission.given_up(_GIVEN_UP_SECONDS)
            finally:
                self._end(submission, for_good=False)

    @asynccontextmanager
    async def permit_login(self, origins: Sequence[str] = ()) -> AsyncGenerator[None]:
        """Let writes leave to the origins of the log-in while it is being done.

        Args:
            origins: Addresses or origins; left out, those of the policy.
        """
        named = [origin_of(origin) for origin in origins or self.policy.login]
        withdraw = self._gate.permit(named)
        self._decisions.login_origins.extend(named)
        try:
            yield
        finally:
            for origin in named:
                self._decisions.login_origins.remove(origin)
            withdraw()

    async def wait_quiet(self) -> None:
        """Wait, for a while, until no answer from where the submission could go is under way."""
        await self._gate.quiet(self.policy.submit_endpoints, _QUIET_LIMIT_SECONDS)

    async def arm(self, inspect: Inspect | None = None, look: Look | None = None) -> Commit:
        """Let the one submission leave; the caller presses the button next.

        Args:
            inspect: Is handed the request before it leaves; a `ComplainError` that it raises keeps it, and is
                found in ``Commit.objection``.
            look: Awaited when the final answer is there and the page has not got it yet.

        Raises:
            GuardUnavailable: Gate or guard failed earlier in this run.
            RuntimeError: This is a dry run, or a submission is under way.
        """
        self._refuse_in_dry_run()
        self._guard.raise_fault()
        await self.wait_quiet()
        submission = self._begin(self.policy.submit_endpoints, self.policy.is_submit, "submit", inspect, look)
        return Commit(submission, self.context, lambda: self._end(submission, for_good=True))

    async def freeze(self) -> None:
        """Close every connection and accept none any more: before a page is left or closed."""
        self._decisions.frozen = True
        self._gate.freeze()

    async def close(self) -> None:
        """Freeze, then close the context and its gate."""
        if self._closed:
            return
        self._closed = True
        await self.freeze()
        with suppress(
            PlaywrightError
        ):  # a browser that is gone has no context; the gate is shut all the same
            await self.context.close()
        self._guard.remove(self._decisions)
        await self._gate.close()

    def _begin(
        self,
        endpoints: frozenset[Endpoint],
        matches: Callable[[str, str], bool],
        purpose: str,
        inspect: Inspect | None = None,
        look: Look | None = None,
    ) -> Submission:
        submission = Submission(self._gate, self._guard.interception, endpoints, matches, inspect, look)
        self._decisions.submission, self._decisions.purpose = submission, purpose
        return submission

    def _end(self, submission: Submission, *, for_good: bool) -> None:
        submission.fail(_NOT_IN_TIME)
        self._gate.disarm(for_good=for_good)
        if self._decisions.submission is submission:
            self._decisions.submission = None

    def _refuse_in_dry_run(self) -> None:
        if self.dry_run:
            raise RuntimeError("a dry run sends nothing")
        if self._decisions.submission is not None:
            raise RuntimeError("a submission is already under way")


async def check_passage(page: Page, gate: Gate, guard: BrowserGuard, host: str) -> None:
    """Try a write and a read to a host that does not exist: the guard must keep one, the gate meet the other.

    Args:
        page: An empty page of the context.
        gate: The context's gate.
        guard: The browser's guard.
        host: A name under ``.invalid`` (RFC 6761), new for each context.

    Raises:
        GuardUnavailable: The write got as far as the gate, or the read did not.
    """
    write, read = f"http://write.{host}/", f"http://read.{host}/"
    with guard.watching(write, read) as saw:
        await page.evaluate(_PROBE, [write, read])
        kept = saw(write) and not gate.was_asked_for(endpoint_of(write))
        met = saw(read) and gate.was_asked_for(endpoint_of(read))
    gate.forget_refusal(endpoint_of(read))
    if not (kept and met):
        raise GuardUnavailable(
            _(
                "The browser does not send its requests through the gate and the guard, so nothing was started."
            ),
            next_step="complain doctor",
        )


_PROBE = """async ([write, read]) => {
  const failed = () => false;
  await fetch(write, { method: "POST", mode: "no-cors", body: "" }).catch(failed);
  await fetch(read, { mode: "no-cors" }).catch(failed);
}"""
