"""What is known about one submission, while it runs and after."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from playwright.async_api import BrowserContext, Page, Request, Response
from playwright.async_api import Error as PlaywrightError

from complain.browser.capture import Answer, CapturedRequest
from complain.browser.submission import Submission
from complain.browser.turnstile import State
from complain.errors import ComplainError

_REQUEST_TIMEOUT = 408
_SERVER_ERROR = 500
_NO_DOCUMENT = frozenset({204, 205})


class Commit:
    """One armed submission. Made by ``Egress.arm``.

    Args:
        submission: The request that may leave once.
        context: Where it leaves from.
        end: Ends it at gate and guard.
    """

    def __init__(self, submission: Submission, context: BrowserContext, end: Callable[[], None]) -> None:
        self._submission = submission
        self._response: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._navigations: list[Request] = []
        context.on("request", self._note_navigation)
        context.on("response", self._note)
        self._end = end
        self._disarmed = False

    @property
    def requests(self) -> tuple[CapturedRequest, ...]:
        """The request that files, as it left (or, with an `objection`, as it would have); empty before."""
        request = self._submission.request
        return () if request is None else (request,)

    @property
    def requests_blocked(self) -> int:
        """How many further requests of the kind the page tried (a double click, its own retry); none left."""
        return self._submission.blocked_again

    @property
    def objection(self) -> ComplainError | None:
        """Why the request was kept before it left, when the caller's inspection refused it."""
        return self._submission.objection

    @property
    def connections_opened(self) -> int:
        """Connections since arming, to any place the submission could go to, that can have carried a request."""
        return self._submission.turnstile.opened

    @property
    def answer(self) -> Answer | None:
        """The final answer to the request, or None."""
        return self._submission.answer

    @property
    def failure(self) -> str:
        """Why there is no answer, for the record; no outcome may be read from it."""
        return self._submission.failure

    @property
    def redirects(self) -> int:
        """How often a 307 or 308 made the browser send the same body on."""
        return self._submission.redirects

    @property
    def http_version(self) -> str:
        """The version of the armed connections. The gate refuses every connection that offers another."""
        return "HTTP/1.1"

    @property
    def nothing_left(self) -> bool:
        """Whether it is proven that nothing was sent: no connection since arming can have carried a request.

        False until `disarm`, because before it something may still leave.
        """
        shut = self._submission.turnstile.state is State.SHUT
        return self._disarmed and shut and self.connections_opened == 0

    @property
    def released(self) -> bool:
        """Whether the guard let the request go. False is the guard's word only: weaker than `nothing_left`."""
        return self._submission.released

    @property
    def clean(self) -> bool:
        """Whether one request on one connection was answered, and nothing was sent or tried again.

        Only then is a refusal or a challenge on the page the answer to *this* request, and not to an echo of it. A
        server's own error (5xx, and 408 from a proxy) says nothing of what was stored, so it is never clean.
        """
        answer, turnstile = self.answer, self._submission.turnstile
        told = answer is not None and answer.status < _SERVER_ERROR and answer.status != _REQUEST_TIMEOUT
        return told and turnstile.used == 1 and not self.redirects and not self.requests_blocked

    async def wait_answered(self, timeout: float) -> bool:  # noqa: ASYNC109  (the deadline is the answer's, not the caller's)
        """Wait for the final answer to the request.

        Args:
            timeout: Seconds from now.

        Returns:
            Whether there is one. If not, it failed or the time is over; both say nothing about the far side.
        """
        return await self._submission.wait(timeout)

    async def answer_body(self, seconds: float) -> bytes | None:
        """Return the body of the answer as it came, for the record.

        Args:
            seconds: The longest wait for a page's body; a script's is in `answer` already.

        Returns:
            The bytes, or None when the browser does not give them: a redirect, a body that was cut or hangs.
        """
        if self.answer is None or self.answer.body is not None:
            return None if self.answer is None else self.answer.body
        try:
            async with asyncio.timeout(seconds):
                return await (await asyncio.shield(self._response)).body()
        except (PlaywrightError, TimeoutError):
            return None

    def replaces(self, page: Page) -> bool:
        """Tell whether the answer is a new document in the place of the page's own."""
        request, answer = self._submission.request, self.answer
        if request is None or answer is None or answer.status in _NO_DOCUMENT:
            return False
        if any(name.lower() == "content-disposition" for name, _value in answer.headers):
            return False  # a file to be kept: the page stays
        sent = [one for one in self._navigations if (one.method, one.url) == (request.method, request.url)]
        try:
            return bool(sent) and sent[-1].frame == page.main_frame
        except PlaywrightError:  # a new tab that has no document yet
            return False

    def _note_navigation(self, request: Request) -> None:
        if request.is_navigation_request():
            self._navigations.append(request)

    def _note(self, response: Response) -> None:
        request = self._submission.request
        if request is None or self._response.done():
            return
        if (response.request.method, response.url) == (request.method, request.url):
            self._response.set_result(response)

    async def disarm(self) -> None:
        """End it. Without an answer the places it could go to stay closed to this context for good."""
        self._disarmed = True
        self._end()
