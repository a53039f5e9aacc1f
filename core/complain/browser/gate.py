"""The gate: the only way out of one browser context, a SOCKS5 listener on loopback inside this process.

It knows hosts, ports, bytes and connections, never contents: TLS stays end to end. Hosts that the channel does
not name are refused. Plain http goes to this machine only. HTTP/2 is refused, because on HTTP/2 Chromium
re-sends a POST on the same connection, where nothing outside could stop it. It dies with this process: a
browser that outlives the tool reaches nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable

from complain.browser import socks
from complain.browser.dial import Dial, DialFailed, Streams
from complain.browser.policy import Endpoint, NetworkPolicy, endpoint_of
from complain.browser.turnstile import Passing, State, Turnstile
from complain.browser.wire import Opening, SentBytes, Unreadable, read_opening, reader_limit

_CHUNK = 64 * 1024
_QUIET_SECONDS = 0.1
"""A connection is quiet when its last bytes came from the far side, or it was made, this long ago."""
_NEW_SECONDS = 2.0
"""How long after its last byte an unused connection counts as new. No known server gives one up so soon."""


class Connection:
    """One connection of the browser through the gate."""

    def __init__(
        self,
        endpoint: Endpoint,
        browser: Streams,
        task: asyncio.Task[None],
        may_send: Callable[[], bool],
        may_ask: Callable[[Connection], Awaitable[bool]],
    ) -> None:
        self.endpoint = endpoint
        self._may_send = may_send
        self._may_ask = may_ask
        self.sent = SentBytes()
        self.moved_at = 0.0
        self.awaits_answer = False
        self._browser = browser
        self._far: Streams | None = None
        self._stood_at: float | None = None
        self._is_closed = False
        self._task = task

    @property
    def may_hold_request(self) -> bool:
        """Whether a request can have been sent on it."""
        return self.sent.may_hold_request

    @property
    def is_opening(self) -> bool:
        """Whether the browser has not been told yet that it stands."""
        return self._stood_at is None

    @property
    def is_new(self) -> bool:
        """Whether it stands, has only just been made and has carried nothing."""
        if self._stood_at is None or self.may_hold_request or self.has_ended:
            return False
        return asyncio.get_running_loop().time() - max(self._stood_at, self.moved_at) < _NEW_SECONDS

    @property
    def has_ended(self) -> bool:
        """Whether the gate, the browser or the far side has closed it."""
        readers = [streams[0] for streams in (self._browser, self._far) if streams is not None]
        return self._is_closed or any(one.at_eof() or one.exception() is not None for one in readers)

    def busy_for(self, now: float) -> float:
        """Return for how many seconds from ``now`` it is not quiet yet, as far as can be told."""
        if self._stood_at is None or self._is_in_handshake or (self.awaits_answer and self.may_hold_request):
            return _QUIET_SECONDS
        return max(self._stood_at, self.moved_at) + _QUIET_SECONDS - now

    @property
    def _is_in_handshake(self) -> bool:
        """Whether a request can wait in the browser for what the far side says next, however far away it is."""
        if self.sent.total == 0:  # clear text goes to this machine only: elsewhere a ClientHello must come
            return not self.endpoint.is_loopback
        return self.awaits_answer and self.sent.is_all_handshake

    def stands(self, far: Streams) -> None:
        """Take note that the far side is reached and the browser is about to be told."""
        self._far, self._stood_at = far, asyncio.get_running_loop().time()

    def close(self) -> None:
        """End both sides at once: not one byte more is passed on."""
        self._is_closed = True
        for streams in (self._far, self._browser):
            if streams is not None:
                streams[1].transport.abort()
        self._task.cancel()

    async def carry(self, opening: Opening) -> None:
        """Pass bytes both ways until the browser has closed, or the far side broke off.

        A far side that merely ends (FIN) is waited for: the browser closes when it has read the rest.
        """
        self.sent.tls = opening.tls
        await self._towards_far(opening.data)
        upward, downward = asyncio.create_task(self._carry_up()), asyncio.create_task(self._carry_down())
        try:
            await asyncio.wait({upward, downward}, return_when=asyncio.FIRST_COMPLETED)
            if downward.done() and downward.exception() is None:
                await upward
        finally:
            upward.cancel()
            downward.cancel()
            await asyncio.gather(upward, downward, return_exceptions=True)

    async def _towards_far(self, data: bytes) -> None:
        assert self._far is not None
        asks = self.sent.would_hold_request(data)
        if self._is_closed or (asks and not await self._may_ask(self)):
            raise ConnectionAbortedError
        if not self._may_send() or self._is_closed:  # closed while it waited
            raise ConnectionAbortedError
        self.sent.feed(data)
        self._moved(awaits_answer=True)
        self._far[1].write(data)

    def _moved(self, *, awaits_answer: bool) -> None:
        self.awaits_answer = awaits_answer
        self.moved_at = asyncio.get_running_loop().time()

    async def _carry_up(self) -> None:
        assert self._far is not None
        while data := await self._browser[0].read(_CHUNK):
            await self._towards_far(data)
            await self._far[1].drain()

    async def _carry_down(self) -> None:
        assert self._far is not None
        while data := await self._far[0].read(_CHUNK):
            self._moved(awaits_answer=False)
            self._browser[1].write(data)
            await self._browser[1].drain()
        self._browser[1].write_eof()


class Gate:
    """The listener of one browser context.

    Args:
        policy: What the channel names.
        dial: Opens a connection to the far side, directly or through the person's own proxy.
        is_guarded: Tells whether the guard in the browser can still decide; if not, nothing is passed on.
    """

    def __init__(self, policy: NetworkPolicy, dial: Dial, is_guarded: Callable[[], bool]) -> None:
        self._policy = policy
        self._dial = dial
        self._is_guarded = is_guarded
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections: set[Connection] = set()
        self._extra: list[Endpoint] = []
        self._frozen = False
        self._turnstile: Turnstile | None = None
        self._contacted: dict[str, None] = {}
        self._refused: dict[str, None] = {}
        self._asked: set[Endpoint] = set()

    @classmethod
    async def open(cls, policy: NetworkPolicy, dial: Dial, is_guarded: Callable[[], bool]) -> Gate:
        """Start listening on a free port of 127.0.0.1."""
        gate = cls(policy, dial, is_guarded)
        gate._server = await asyncio.start_server(gate._serve, "127.0.0.1", 0, limit=reader_limit())
        return gate

    @property
    def address(self) -> str:
        """What a browser context is given as its proxy."""
        assert self._server is not None
        return f"socks5://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def hosts_contacted(self) -> tuple[str, ...]:
        """Hosts to which a connection was opened, in that order."""
        return tuple(self._contacted)

    @property
    def hosts_refused(self) -> tuple[str, ...]:
        """Hosts that the page wanted and the gate refused, in that order."""
        return tuple(self._refused)

    def was_asked_for(self, endpoint: Endpoint) -> bool:
        """Tell whether the browser asked this gate for ``endpoint``: the proof that it goes through here."""
        return endpoint in self._asked

    def forget_refusal(self, endpoint: Endpoint) -> None:
        """Leave a host that the tool itself asked for out of the list of refused ones."""
        self._refused.pop(str(endpoint), None)

    def permit(self, origins: Iterable[str]) -> Callable[[], None]:
        """Let further origins pass until the returned function is called."""
        added = [endpoint_of(origin) for origin in origins]
        self._extra.extend(added)

        def withdraw() -> None:
            for endpoint in added:
                self._extra.remove(endpoint)

        return withdraw

    def arm(self, endpoints: frozenset[Endpoint]) -> Turnstile:
        """Close all connections to ``endpoints`` and put a turnstile before them.

        Raises:
            RuntimeError: There is one already that has not been taken away.
        """
        if self._turnstile is not None:
            raise RuntimeError("a submission is already under way at this gate")
        self._turnstile = Turnstile(endpoints, self._close_to)
        return self._turnstile

    def disarm(self, *, for_good: bool) -> None:
        """End what was armed.

        Args:
            for_good: Whether a submission without an answer leaves its endpoints shut to this context.
        """
        turnstile = self._turnstile
        if turnstile is not None and turnstile.state is not State.OPEN:
            turnstile.shut()
        if turnstile is not None and (turnstile.state is State.OPEN or not for_good):
            self._turnstile = None

    async def quiet(self, endpoints: frozenset[Endpoint], limit: float) -> bool:
        """Wait until no connection to ``endpoints`` is being made, and no answer from there is under way.

        Args:
            endpoints: Where.
            limit: Seconds after which it gives up (a long poll never ends).
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + limit
        while (rest := self._busy_for(endpoints)) > 0:
            if loop.time() >= deadline:
                return False
            await asyncio.sleep(min(rest, _QUIET_SECONDS))
        return True

    def _busy_for(self, endpoints: frozenset[Endpoint]) -> float:
        now = asyncio.get_running_loop().time()
        ours = (one for one in self._connections if one.endpoint in endpoints)
        return max((one.busy_for(now) for one in ours), default=0.0)

    def freeze(self) -> None:
        """Close every connection and accept none any more: nothing leaves this context from now on."""
        self._frozen = True
        for connection in tuple(self._connections):
            connection.close()

    async def close(self) -> None:
        """Freeze, and stop listening."""
        self.freeze()
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _close_to(self, endpoints: frozenset[Endpoint], *, spared: Collection[Passing] = ()) -> None:
        for connection in tuple(self._connections):
            if connection.endpoint in endpoints and connection not in spared:
                connection.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._pass_on((reader, writer), task)
        except (socks.SocksError, Unreadable, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the browser or the far side went away, or the gate closed: the connection ends, no more
        finally:
            writer.transport.abort()
            self._tasks.discard(task)

    async def _pass_on(self, browser: Streams, task: asyncio.Task[None]) -> None:
        endpoint = await socks.read_request(*browser)
        self._asked.add(endpoint)
        if not self._may_pass(endpoint):
            await socks.reply(browser[1], socks.Reply.NOT_ALLOWED)
            return
        connection = Connection(endpoint, browser, task, self._may_send, self._may_ask)
        self._connections.add(connection)
        try:
            await self._open(connection, browser)
        finally:
            self._connections.discard(connection)
            if self._turnstile is not None:
                self._turnstile.ended(connection)

    async def _may_ask(self, connection: Connection) -> bool:
        """Wait until a connection may carry a request, or more of one."""
        turnstile = self._turnstile
        if turnstile is None or connection.endpoint not in turnstile.endpoints:
            return True
        return await turnstile.admit_request(connection)

    def _may_send(self) -> bool:
        if not self._frozen and not self._is_guarded():
            self.freeze()
        return not self._frozen

    def _may_pass(self, endpoint: Endpoint) -> bool:
        if self._frozen:
            return False
        if self._policy.may_contact(endpoint) or endpoint in self._extra:
            return True
        self._refused[str(endpoint)] = None
        return False

    async def _open(self, connection: Connection, browser: Streams) -> None:
        turnstile = self._turnstile
        before = turnstile is not None and connection.endpoint in turnstile.endpoints
        if turnstile is not None and before and not await turnstile.admit(connection):
            await socks.reply(browser[1], socks.Reply.NOT_ALLOWED)
            return
        try:
            far = await self._dial(connection.endpoint)
        except DialFailed:
            await socks.reply(browser[1], socks.Reply.HOST_UNREACHABLE)
            return
        self._contacted[str(connection.endpoint)] = None
        try:
            connection.stands(far)
            await socks.reply(browser[1], socks.Reply.SUCCEEDED)
            opening = await read_opening(browser[0])
            if self._is_fit(connection.endpoint, opening):
                await connection.carry(opening)
        finally:
            far[1].transport.abort()

    def _is_fit(self, endpoint: Endpoint, opening: Opening) -> bool:
        if opening.websocket:
            self._refused[f"ws://{endpoint}"] = None
        elif not opening.tls and not endpoint.is_loopback:
            self._refused[f"http://{endpoint}"] = None
        elif "h2" in opening.protocols:
            self._refused[f"h2://{endpoint}"] = None
        else:
            return True
        return False
