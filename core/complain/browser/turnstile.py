"""One connection for one submission: what keeps Chromium's own re-send from reaching the far side.

Chromium sends a POST again, by itself and unseen, when a connection that was used before is cut before any
answer (``HttpNetworkTransaction::ShouldResendRequest``). A re-send needs a further connection; so while a
submission is under way there is one, and the others wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

from complain.browser.policy import Endpoint


class Passing(Protocol):
    """A connection, as the turnstile sees it."""

    @property
    def endpoint(self) -> Endpoint:
        """Where it goes."""
        ...

    @property
    def may_hold_request(self) -> bool:
        """Whether a request can have been sent on it."""
        ...


class State(Enum):
    """What a turnstile does with a new connection."""

    COUNTING = auto()
    """Armed: lets every connection pass and remembers it."""
    LOCKED = auto()
    """The submission is under way: as many pass as there are places, the others wait."""
    OPEN = auto()
    """The submission was answered: all pass."""
    SHUT = auto()
    """The submission failed, or nobody waits for it any more: none passes, for good."""


class Turnstile:
    """Counts the connections to where a submission may go, and while it is under way lets only one pass.

    Args:
        endpoints: Every host and port the submission could go to.
        close_connections: Closes all open connections to these endpoints at once.
    """

    def __init__(
        self, endpoints: frozenset[Endpoint], close_connections: Callable[[frozenset[Endpoint]], None]
    ) -> None:
        self.endpoints = endpoints
        self.state = State.COUNTING
        self.lost = asyncio.Event()
        self._close_connections = close_connections
        self._since_armed: list[Passing] = []
        self._since_locked: list[Passing] = []
        self._places: dict[Endpoint, int] = {}
        self._waiting: list[tuple[Passing, asyncio.Future[bool]]] = []
        close_connections(endpoints)

    @property
    def opened(self) -> int:
        """Connections since arming that can have carried a request."""
        return sum(passing.may_hold_request for passing in self._since_armed)

    @property
    def used(self) -> int:
        """Connections since the submission was let go that can have carried it."""
        return sum(passing.may_hold_request for passing in self._since_locked)

    def lock(self, endpoint: Endpoint) -> None:
        """Close what is open, and let one connection to ``endpoint`` pass; the submission is about to leave.

        Raises:
            RuntimeError: It is shut already.
        """
        if self.state is State.SHUT:
            raise RuntimeError("nothing may leave any more")
        self._close_connections(self.endpoints)
        self.state = State.LOCKED
        self._places = {endpoint: 1}

    def grant(self, endpoint: Endpoint) -> None:
        """Let one more connection pass: the far side said that it closes the one it answered a 307/308 on."""
        self._places[endpoint] = self._places.get(endpoint, 0) + 1
        self._serve_waiting()

    def open(self) -> None:
        """Let all pass: the submission has its final answer, so that nothing is sent again."""
        self.state = State.OPEN
        self._serve_waiting()

    def shut(self) -> None:
        """Let none pass any more, and close what is open."""
        self.state = State.SHUT
        self._serve_waiting()
        self._close_connections(self.endpoints)

    async def admit(self, passing: Passing) -> bool:
        """Wait until a connection may be opened; False when it may not."""
        answer = self._decide(passing)
        if answer is None:
            future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self._waiting.append((passing, future))
            answer = await future
        return answer

    def ended(self, passing: Passing) -> None:
        """Take note that a connection is closed: one that carried nothing gives its place back."""
        if self.state is not State.LOCKED or passing not in self._since_locked:
            return
        if passing.may_hold_request:
            self.lost.set()
        else:
            self._since_locked.remove(passing)
            self.grant(passing.endpoint)

    def _decide(self, passing: Passing) -> bool | None:
        if self.state is State.SHUT:
            return False
        if self.state is State.LOCKED:
            if self._places.get(passing.endpoint, 0) < 1:
                return None
            self._places[passing.endpoint] -= 1
            self._since_locked.append(passing)
        self._since_armed.append(passing)
        return True

    def _serve_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for passing, future in waiting:
            if future.done():
                continue
            answer = self._decide(passing)
            if answer is None:
                self._waiting.append((passing, future))
            else:
                future.set_result(answer)
