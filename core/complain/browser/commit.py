"""What is known about one submission, while it runs and after."""

from __future__ import annotations

from collections.abc import Callable

from complain.browser.capture import Answer, CapturedRequest
from complain.browser.submission import Submission
from complain.browser.turnstile import State
from complain.errors import ComplainError


class Commit:
    """One armed submission. Made by ``Egress.arm``.

    Args:
        submission: The request that may leave once.
        end: Ends it at gate and guard.
    """

    def __init__(self, submission: Submission, end: Callable[[], None]) -> None:
        self._submission = submission
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
    def clean(self) -> bool:
        """Whether one request on one connection was answered, and nothing was sent or tried again.

        Only then is a refusal or a challenge on the page the answer to *this* request, and not to an echo of it.
        """
        one = self._submission.turnstile.used == 1 and len(self.requests) == 1
        return one and self.answer is not None and not self.redirects and not self.requests_blocked

    async def wait_answered(self, timeout: float) -> bool:  # noqa: ASYNC109  (the deadline is the answer's, not the caller's)
        """Wait for the final answer to the request.

        Args:
            timeout: Seconds from now.

        Returns:
            Whether there is one. If not, it failed or the time is over; both say nothing about the far side.
        """
        return await self._submission.wait(timeout)

    async def disarm(self) -> None:
        """End it. Without an answer the places it could go to stay closed to this context for good."""
        self._disarmed = True
        self._end()
