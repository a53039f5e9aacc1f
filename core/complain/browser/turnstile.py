"""One connection for one submission: what keeps Chromium's own re-send from reaching the far side.

Chromium sends a POST again, by itself and unseen, when a connection that was used before is cut before any
answer (``HttpNetworkTransaction::ShouldResendRequest``). A re-send needs a further connection; so while a
submission is under way one carries requests, and the others wait.

A connection that is only being made when the submission leaves is not broken off: Chromium may have meant it for
the submission, which would fail with it (measured on a loaded machine: one press in fifty, and nothing sent). Nor
does it take the one place by being there: Chromium may have meant it for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from enum import Enum, auto
from typing import NamedTuple, Protocol

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

    @property
    def is_opening(self) -> bool:
        """Whether the browser has not been told yet that it stands."""
        ...

    @property
    def is_new(self) -> bool:
        """Whether it stands, has only just been made and has carried nothing."""
        ...

    @property
    def has_ended(self) -> bool:
        """Whether the browser or the far side has closed it already."""
        ...


class Close(Protocol):
    """Closes open connections."""

    def __call__(self, endpoints: frozenset[Endpoint], *, spared: Collection[Passing] = ()) -> None:
        """Close all connections to ``endpoints`` but the ``spared`` at once."""
        ...


class State(Enum):
    """What a turnstile does with a new connection."""

    COUNTING = auto()
    """Armed: lets every connection pass and remembers it."""
    LOCKED = auto()
    """The submission is under way: as many carry requests as there are places, the others wait."""
    OPEN = auto()
    """The submission was answered: all pass."""
    SHUT = auto()
    """The submission failed, or nobody waits for it any more: none passes, for good."""


class _Waiting(NamedTuple):
    passing: Passing
    has_request: bool
    answer: asyncio.Future[bool]


class Turnstile:
    """Counts the connections to where a submission may go; while it is under way only one carries requests.

    Args:
        endpoints: Every host and port the submission could go to.
        close_connections: Closes open connections to these endpoints at once.
    """

    def __init__(self, endpoints: frozenset[Endpoint], close_connections: Close) -> None:
        self.endpoints = endpoints
        self.state = State.COUNTING
        self.lost = asyncio.Event()  # what carried the submission is closed, and nothing else may carry it
        self._close_connections = close_connections
        self._since_armed: list[Passing] = []
        self._since_locked: list[Passing] = []
        self._standing: list[Passing] = []
        self._places: dict[Endpoint, int] = {}
        self._waiting: list[_Waiting] = []
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
        """Close what was used, and let one connection to ``endpoint`` carry the submission, which is about to leave.

        Spared is what is being made or has just been made: it has carried nothing.

        Raises:
            RuntimeError: It is shut already.
        """
        if self.state is State.SHUT:
            raise RuntimeError("nothing may leave any more")
        unused = [one for one in self._standing if one.is_opening or one.is_new]
        self._close_connections(self.endpoints, spared=unused)
        self.state = State.LOCKED
        self._places = {endpoint: 1}

    def grant(self, endpoint: Endpoint) -> None:
        """Let one more connection pass: the far side said that it closes the one it answered a 307/308 on."""
        self.lost.clear()
        self._add_place(endpoint)

    def _add_place(self, endpoint: Endpoint) -> None:
        self._places[endpoint] = self._places.get(endpoint, 0) + 1
        self._serve_waiting()

    def open(self) -> None:
        """Let all pass: the submission has its final answer, so that nothing is sent again.

        Raises:
            RuntimeError: It is shut already, for good.
        """
        if self.state is State.SHUT:
            raise RuntimeError("nothing may leave any more")
        self.state = State.OPEN
        self._serve_waiting()

    def shut(self) -> None:
        """Let none pass any more, and close what is open."""
        self.state = State.SHUT
        self._serve_waiting()
        self._close_connections(self.endpoints)

    async def admit(self, passing: Passing) -> bool:
        """Wait until a connection may be opened; False when it may not."""
        return await self._answer(passing, has_request=False)

    async def admit_request(self, passing: Passing) -> bool:
        """Wait until an open connection may carry a request; False when it may not."""
        return await self._answer(passing, has_request=True)

    async def _answer(self, passing: Passing, *, has_request: bool) -> bool:
        decision = self._decide(passing, has_request=has_request)
        if decision is not None:
            return decision
        waiting = _Waiting(passing, has_request, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        return await waiting.answer

    def ended(self, passing: Passing) -> None:
        """Take note that a connection is closed: one that carried nothing gives its place back."""
        if passing in self._standing:
            self._standing.remove(passing)
        if self.state is not State.LOCKED or passing not in self._since_locked:
            return
        if not passing.may_hold_request:
            self._since_locked.remove(passing)
            self._add_place(passing.endpoint)
        elif not any(self._places.values()) and not any(one in self._standing for one in self._since_locked):
            self.lost.set()

    def _decide(self, passing: Passing, *, has_request: bool) -> bool | None:
        if self.state is State.SHUT:
            return False
        if self.state is State.LOCKED and passing not in self._since_locked:
            if passing.has_ended:  # its bytes would reach nobody, and would use the place up
                return False
            if self._places.get(passing.endpoint, 0) < 1:
                return None
            if has_request:
                self._places[passing.endpoint] -= 1
                self._since_locked.append(passing)
        if passing not in self._since_armed:
            self._since_armed.append(passing)
            self._standing.append(passing)
        return True

    def _serve_waiting(self) -> None:
        queue, self._waiting = self._waiting, []
        for waiting in queue:
            if waiting.answer.done():
                continue
            ended = waiting.passing.has_ended  # what nobody waits for any more is not sent late
            decision = not ended and self._decide(waiting.passing, has_request=waiting.has_request)
            if decision is None:
                self._waiting.append(waiting)
            else:
                waiting.answer.set_result(decision)
