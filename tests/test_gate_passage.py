"""What passes the gate and what does not, asked by a bare SOCKS5 client; the far side's record decides."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from complain.browser.dial import Dial, ProxyDial, dial_directly
from complain.browser.gate import Gate
from complain.browser.policy import Endpoint, NetworkPolicy
from complain.browser.turnstile import State
from complain.browser.wire import HANDSHAKE_CIPHERTEXT, SentBytes
from fakes.fault_desk import FaultDesk, TestAuthority
from fakes.proxy import own_proxy

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /submit HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx"
LONG_POST = POST.replace(b"Host: x", b"Host: x\r\nUser-Agent: " + b"Mozilla/5.0 " * 8)
UPGRADE = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n"
SUCCEEDED, NOT_ALLOWED, UNREACHABLE = 0, 2, 4

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
def desk() -> Iterator[FaultDesk]:
    with FaultDesk() as running:
        running.page("/", "hello")
        running.on("POST", "/submit", lambda exchange: exchange.answer(200, "taken"))
        yield running


@pytest.fixture
def authority(tmp_path: Any) -> TestAuthority:
    return TestAuthority(tmp_path, "127.0.0.1", "desk.example")


@asynccontextmanager
async def opened(
    policy: NetworkPolicy, dial: Dial = dial_directly, is_guarded: Callable[[], bool] = lambda: True
) -> AsyncGenerator[Gate]:
    gate = await Gate.open(policy, dial, is_guarded)
    try:
        yield gate
    finally:
        await gate.close()


async def connect(gate: Gate, host: str, port: int, *, command: int = 1) -> tuple[int, Streams]:
    """Ask the gate for a host by name, as Chromium does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(gate.address.rpartition(":")[2]))
    _clients.append(writer)
    writer.write(b"\x05\x01\x00")
    assert await reader.readexactly(2) == b"\x05\x00"
    writer.write(bytes([5, command, 0, 3, len(host)]) + host.encode() + port.to_bytes(2, "big"))
    return (await reader.readexactly(10))[1], (reader, writer)


async def ask(gate: Gate, desk: FaultDesk, data: bytes = GET) -> bytes:
    """Send a request through the gate and return the first bytes of the answer; nothing when it was cut."""
    code, (reader, writer) = await connect(gate, "127.0.0.1", desk.port)
    if code != SUCCEEDED:
        return b""
    try:
        writer.write(data)
        return await reader.read(1000)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def endpoints(desk: FaultDesk) -> frozenset[Endpoint]:
    return frozenset({Endpoint("127.0.0.1", desk.port)})


_clients: list[asyncio.StreamWriter] = []


def go(work: Coroutine[Any, Any, None]) -> None:
    async def work_and_close() -> None:
        try:
            await asyncio.wait_for(work, 60)
        finally:
            while _clients:
                _clients.pop().close()

    asyncio.run(work_and_close())


def test_the_channels_own_host_passes_and_is_listed(desk: FaultDesk) -> None:
    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            assert b"hello" in await ask(gate, desk)
            assert gate.hosts_contacted == (f"127.0.0.1:{desk.port}",)

    go(work())


@pytest.mark.parametrize("host", ["evil.example", "desk.example.evil.example", "xdesk.example"])
def test_a_host_that_is_not_named_is_refused_and_listed(host: str) -> None:
    async def work() -> None:
        async with opened(NetworkPolicy("https://desk.example", assets=("*.cdn.example",))) as gate:
            assert (await connect(gate, host, 443))[0] == NOT_ALLOWED
            assert gate.hosts_refused == (host,)
            assert gate.hosts_contacted == ()

    go(work())


def test_another_port_of_the_channels_host_is_refused(desk: FaultDesk) -> None:
    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            assert (await connect(gate, "127.0.0.1", desk.port + 1))[0] == NOT_ALLOWED

    go(work())


@pytest.mark.parametrize("command", [2, 3], ids=["BIND", "UDP"])
def test_only_tcp_connections_are_made(desk: FaultDesk, command: int) -> None:
    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            assert (await connect(gate, "127.0.0.1", desk.port, command=command))[0] == 7
            assert desk.connections == 0

    go(work())


def test_a_websocket_in_clear_text_is_cut(desk: FaultDesk) -> None:
    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            assert await ask(gate, desk, UPGRADE) == b""
            assert desk.received == []
            assert gate.hosts_refused == (f"ws://127.0.0.1:{desk.port}",)

    go(work())


@pytest.mark.parametrize("protocols", [["h2", "http/1.1"], ["h2"]])
def test_a_connection_that_offers_http2_is_cut(authority: TestAuthority, protocols: list[str]) -> None:
    async def work(desk: FaultDesk) -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            assert not await handshake(gate, desk, authority, protocols)
            assert await handshake(gate, desk, authority, ["http/1.1"])
            assert gate.hosts_refused == (f"h2://127.0.0.1:{desk.port}",)

    with FaultDesk(authority) as desk:
        go(work(desk))


async def handshake(gate: Gate, desk: FaultDesk, authority: TestAuthority, protocols: list[str]) -> bool:
    context = ssl.create_default_context(cafile=str(authority.pem))
    context.set_alpn_protocols(protocols)
    _, (_, writer) = await connect(gate, "127.0.0.1", desk.port)
    try:
        await writer.start_tls(context, server_hostname="127.0.0.1")
    except (ConnectionError, ssl.SSLError):
        return False
    finally:
        writer.close()
    return True


def test_clear_text_goes_to_this_machine_only(desk: FaultDesk) -> None:
    async def work() -> None:
        async with own_proxy("socks5", {"desk.example": desk.port}) as proxy:
            policy = NetworkPolicy("https://desk.example")
            async with opened(policy, ProxyDial(f"socks5://127.0.0.1:{proxy.port}")) as gate:
                code, (reader, writer) = await connect(gate, "desk.example", 443)
                assert code == SUCCEEDED
                writer.write(GET)
                assert await cut(reader)
                assert desk.received == []
                assert gate.hosts_refused == ("http://desk.example",)

    go(work())


async def cut(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read(100) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("kind", ["socks5", "http"])
def test_the_persons_own_proxy_stands_behind_the_gate(kind: str, authority: TestAuthority) -> None:
    async def work(desk: FaultDesk) -> None:
        async with own_proxy(kind, {"desk.example": desk.port}) as proxy:
            policy = NetworkPolicy("https://desk.example", assets=("gone.example",))
            async with opened(policy, ProxyDial(f"{kind}://127.0.0.1:{proxy.port}")) as gate:
                code, (reader, writer) = await connect(gate, "desk.example", 443)
                assert code == SUCCEEDED
                context = ssl.create_default_context(cafile=str(authority.pem))
                await writer.start_tls(context, server_hostname="desk.example")
                writer.write(GET)
                assert b"hello" in await reader.read(1000)
                assert (await connect(gate, "gone.example", 443))[0] == UNREACHABLE
                assert (await connect(gate, "evil.example", 443))[0] == NOT_ALLOWED
                writer.close()
            assert proxy.asked == [("desk.example", 443), ("gone.example", 443)]

    with FaultDesk(authority) as desk:
        desk.page("/", "hello")
        go(work(desk))


def test_a_frozen_gate_cuts_what_is_open_and_accepts_nothing(desk: FaultDesk) -> None:
    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            _, (reader, writer) = await connect(gate, "127.0.0.1", desk.port)
            writer.write(GET)
            await reader.read(1000)
            gate.freeze()
            writer.write(POST)
            assert await cut(reader)
            assert (await connect(gate, "127.0.0.1", desk.port))[0] == NOT_ALLOWED
        assert desk.writes() == []

    go(work())


def test_nothing_is_passed_on_once_the_guard_is_gone(desk: FaultDesk) -> None:
    guarded = [True]

    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin), is_guarded=lambda: guarded[0]) as gate:
            _, (reader, writer) = await connect(gate, "127.0.0.1", desk.port)
            writer.write(GET)
            await reader.read(1000)
            guarded[0] = False
            writer.write(POST)
            assert await cut(reader)
        assert desk.writes() == []

    go(work())


def test_arming_closes_what_is_open_to_the_submits_hosts_only(desk: FaultDesk) -> None:
    async def work(other: FaultDesk) -> None:
        async with opened(NetworkPolicy(desk.origin, origins=(other.origin,))) as gate:
            streams = [(await connect(gate, "127.0.0.1", one.port))[1] for one in (desk, other)]
            for reader, writer in streams:
                writer.write(GET)
                await reader.read(1000)
            gate.arm(endpoints(desk))
            assert await cut(streams[0][0])
            streams[1][1].write(GET)
            assert b"hello" in await streams[1][0].read(1000)

    with FaultDesk() as other:
        other.page("/", "hello")
        go(work(other))


def test_while_a_submission_is_under_way_one_connection_passes_and_the_others_wait(desk: FaultDesk) -> None:
    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            turnstile = gate.arm(endpoints(desk))
            turnstile.lock(*endpoints(desk))
            assert b"taken" in await ask(gate, desk, POST)
            waiting = asyncio.create_task(ask(gate, desk))
            await turnstile.lost.wait()
            assert not waiting.done()
            turnstile.open()
            assert b"hello" in await waiting
            assert (turnstile.opened, turnstile.used) == (2, 1)

    go(work())


def test_a_connection_that_carried_nothing_gives_its_place_back(desk: FaultDesk) -> None:
    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            turnstile = gate.arm(endpoints(desk))
            turnstile.lock(*endpoints(desk))
            _, (_, unused) = await connect(gate, "127.0.0.1", desk.port)
            waiting = asyncio.create_task(ask(gate, desk, POST))
            unused.close()
            assert b"taken" in await waiting
            assert turnstile.used == 1
            assert len(desk.writes()) == 1

    go(work())


class SlowDial:
    """Reaches the far side when it is let."""

    def __init__(self) -> None:
        self.asked, self.may = asyncio.Event(), asyncio.Event()

    async def __call__(self, endpoint: Endpoint) -> Streams:
        self.asked.set()
        await self.may.wait()
        return await dial_directly(endpoint)


def test_a_connection_that_is_being_made_when_the_submission_leaves_carries_it(desk: FaultDesk) -> None:
    """Broken off, it would have taken the submission with it: Chromium does not connect again for it."""

    async def work() -> None:
        dial = SlowDial()
        async with opened(NetworkPolicy(desk.origin), dial) as gate:
            turnstile = gate.arm(endpoints(desk))
            first = asyncio.create_task(ask(gate, desk, POST))
            await dial.asked.wait()
            turnstile.lock(*endpoints(desk))
            dial.may.set()
            assert b"taken" in await first
            assert turnstile.used == 1
            assert len(desk.writes()) == 1

    go(work())


def test_of_two_that_are_being_made_only_one_carries_anything(desk: FaultDesk) -> None:
    async def work() -> None:
        dial = SlowDial()
        async with opened(NetworkPolicy(desk.origin), dial) as gate:
            turnstile = gate.arm(endpoints(desk))
            asked = {asyncio.create_task(ask(gate, desk, POST)) for _ in range(2)}
            await dial.asked.wait()
            turnstile.lock(*endpoints(desk))
            dial.may.set()
            done, waiting = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            await turnstile.lost.wait()
            assert (len(done), len(desk.writes())) == (1, 1)
            turnstile.shut()
            assert b"taken" not in await asyncio.gather(*waiting, return_exceptions=True)
            assert len(desk.writes()) == 1

    go(work())


def test_of_several_that_were_just_made_the_first_to_ask_is_the_one(desk: FaultDesk) -> None:
    """Chromium makes connections that it never uses; they must not take the place of the one that it does."""

    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            turnstile = gate.arm(endpoints(desk))
            made = [(await connect(gate, "127.0.0.1", desk.port))[1] for _ in range(3)]
            turnstile.lock(*endpoints(desk))
            for _, writer in made[1:]:
                writer.write(POST)
            answers = [asyncio.create_task(reader.read(1000)) for reader, _ in made]
            done, waiting = await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
            assert [b"taken" in await one for one in done] == [True]
            turnstile.shut()
            await asyncio.gather(*waiting, return_exceptions=True)
            assert (turnstile.used, len(desk.writes())) == (1, 1)

    go(work())


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_what_waits_for_its_place_has_not_left_and_is_passed_on_afterwards(
    authority: TestAuthority, tls: bool
) -> None:
    async def work(desk: FaultDesk) -> None:
        context = ssl.create_default_context(cafile=str(authority.pem))
        async with opened(NetworkPolicy(desk.origin)) as gate:
            turnstile = gate.arm(endpoints(desk))
            made = [(await connect(gate, "127.0.0.1", desk.port))[1] for _ in range(2)]
            for _, writer in made if tls else ():
                await writer.start_tls(context, server_hostname="127.0.0.1")
            turnstile.lock(*endpoints(desk))
            (reader, writer), (later, waits) = made
            writer.write(LONG_POST)
            assert b"taken" in await reader.read(1000)
            waits.write(LONG_POST)
            answer = asyncio.create_task(later.read(1000))
            assert await asyncio.wait({answer}, timeout=0.3) == (set(), {answer})
            assert (turnstile.opened, len(desk.writes())) == (1, 1)
            turnstile.open()
            assert b"taken" in await answer
            assert (turnstile.opened, len(desk.writes())) == (2, 2)

    with FaultDesk(authority if tls else None) as desk:
        desk.on("POST", "/submit", lambda exchange: exchange.answer(200, "taken"))
        go(work(desk))


def test_a_new_connection_that_the_far_side_has_given_up_is_not_the_one() -> None:
    async def work() -> None:
        accepted: list[asyncio.StreamWriter] = []

        async def gives_the_first_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted.append(writer)
            if len(accepted) == 1:
                writer.close()

        server = await asyncio.start_server(gives_the_first_up, "127.0.0.1", 0)
        port = int(server.sockets[0].getsockname()[1])
        async with server, opened(NetworkPolicy(f"http://127.0.0.1:{port}")) as gate:
            turnstile = gate.arm(frozenset({Endpoint("127.0.0.1", port)}))
            given_up = (await connect(gate, "127.0.0.1", port))[1]
            await gate.quiet(turnstile.endpoints, 1.0)
            turnstile.lock(*turnstile.endpoints)
            assert await cut(given_up[0])
            assert (await connect(gate, "127.0.0.1", port))[0] == SUCCEEDED
            for writer in accepted:
                writer.close()

    go(work())


def test_bytes_on_their_way_when_their_connection_is_closed_do_not_take_the_place(desk: FaultDesk) -> None:
    first: list[Callable[[], None]] = []

    def is_guarded() -> bool:  # asked by the first of both, when the bytes of the second are read already
        while first:
            first.pop()()
        return True

    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin), is_guarded=is_guarded) as gate:
            turnstile = gate.arm(endpoints(desk))
            used = [(await connect(gate, "127.0.0.1", desk.port))[1] for _ in range(2)]
            for reader, writer in used:
                writer.write(GET)
                await reader.read(1000)
            first.append(lambda: turnstile.lock(*endpoints(desk)))
            for _, writer in used:
                writer.write(GET)
            assert [await cut(reader) for reader, _ in used] == [True, True]
            assert b"taken" in await ask(gate, desk, POST)
            assert turnstile.used == 1

    go(work())


async def round_trip(gate: Gate) -> None:
    """Wait until the gate has read what was sent before."""
    assert (await connect(gate, "evil.example", 443))[0] == NOT_ALLOWED


def test_what_nobody_waits_for_any_more_is_not_sent_late(desk: FaultDesk) -> None:
    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            turnstile = gate.arm(endpoints(desk))
            made = [(await connect(gate, "127.0.0.1", desk.port))[1] for _ in range(2)]
            turnstile.lock(*endpoints(desk))
            made[0][1].write(POST)
            assert b"taken" in await made[0][0].read(1000)
            made[1][1].write(GET)
            made[1][1].close()
            await round_trip(gate)
            turnstile.grant(*endpoints(desk))
            assert b"taken" in await ask(gate, desk, POST)
            assert [one.method for one in desk.received] == ["POST", "POST"]

    go(work())


def test_what_the_far_side_gives_up_before_it_is_used_does_not_take_the_place() -> None:
    async def work() -> None:
        accepted: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted.put_nowait(writer)
            if await reader.read(1000):
                writer.write(b"taken")

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        port = int(server.sockets[0].getsockname()[1])
        async with server, opened(NetworkPolicy(f"http://127.0.0.1:{port}")) as gate:
            turnstile = gate.arm(frozenset({Endpoint("127.0.0.1", port)}))
            reader, writer = (await connect(gate, "127.0.0.1", port))[1]
            turnstile.lock(*turnstile.endpoints)
            (given_up := await accepted.get()).close()
            await given_up.wait_closed()
            await round_trip(gate)
            writer.write(POST)
            assert await cut(reader)
            reader, writer = (await connect(gate, "127.0.0.1", port))[1]
            writer.write(POST)
            assert await reader.read(100) == b"taken"
            assert turnstile.opened == 1
            (await accepted.get()).close()

    go(work())


def test_a_connection_that_closes_after_its_place_was_passed_on_is_not_lost(desk: FaultDesk) -> None:
    """A 307 with "Connection: close": whether the gate or the browser tells of it first."""

    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            turnstile = gate.arm(endpoints(desk))
            turnstile.lock(*endpoints(desk))
            await ask(gate, desk, POST)
            await turnstile.lost.wait()
            turnstile.grant(*endpoints(desk))
            assert not turnstile.lost.is_set()
            reader, writer = (await connect(gate, "127.0.0.1", desk.port))[1]
            writer.write(POST)
            await reader.read(1000)
            turnstile.grant(*endpoints(desk))
            writer.close()
            await round_trip(gate)
            assert not turnstile.lost.is_set()
            await ask(gate, desk, POST)
            await turnstile.lost.wait()

    go(work())


def test_a_handshake_is_waited_for_however_slow_the_far_side_is() -> None:
    async def work() -> None:
        greeted = asyncio.Event()

        async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            greeted.set()
            await reader.read()
            writer.close()

        server = await asyncio.start_server(says_nothing, "127.0.0.1", 0)
        port = int(server.sockets[0].getsockname()[1])
        async with server, opened(NetworkPolicy(f"https://127.0.0.1:{port}")) as gate:
            _, (_, writer) = await connect(gate, "127.0.0.1", port)
            asking = asyncio.create_task(
                writer.start_tls(ssl.create_default_context(), server_hostname="127.0.0.1")
            )
            await greeted.wait()
            assert not await gate.quiet(frozenset({Endpoint("127.0.0.1", port)}), 0.4)
            gate.freeze()
            await asyncio.gather(asking, return_exceptions=True)

    go(work())


@pytest.mark.parametrize(("host", "is_quiet"), [("desk.example", False), ("127.0.0.1", True)])
def test_only_clear_text_may_have_nothing_to_say(desk: FaultDesk, host: str, is_quiet: bool) -> None:
    async def work() -> None:
        async with own_proxy("socks5", {"desk.example": desk.port}) as proxy:
            policy = NetworkPolicy("https://desk.example", origins=(desk.origin,))
            async with opened(policy, ProxyDial(f"socks5://127.0.0.1:{proxy.port}")) as gate:
                endpoint = Endpoint(host, 443 if host == "desk.example" else desk.port)
                await connect(gate, endpoint.host, endpoint.port)
                assert await gate.quiet(frozenset({endpoint}), 0.4) == is_quiet

    go(work())


def test_what_is_shut_is_not_opened_again(desk: FaultDesk) -> None:
    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            turnstile = gate.arm(endpoints(desk))
            turnstile.shut()
            with pytest.raises(RuntimeError):
                turnstile.open()
            assert await ask(gate, desk, POST) == b""

    go(work())


def test_what_is_being_made_is_waited_for_before_the_submission_leaves(desk: FaultDesk) -> None:
    async def work() -> None:
        dial = SlowDial()
        async with opened(NetworkPolicy(desk.origin), dial) as gate:
            first = asyncio.create_task(ask(gate, desk))
            await dial.asked.wait()
            quiet = asyncio.create_task(gate.quiet(endpoints(desk), 5.0))
            assert not await gate.quiet(endpoints(desk), 0.2)
            dial.may.set()
            assert await quiet
            assert b"hello" in await first

    go(work())


def test_a_shut_turnstile_refuses_those_that_wait_and_those_that_come(desk: FaultDesk) -> None:
    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            turnstile = gate.arm(endpoints(desk))
            turnstile.lock(*endpoints(desk))
            await ask(gate, desk, POST)
            waiting = asyncio.create_task(ask(gate, desk, POST))
            turnstile.shut()
            assert await waiting == b""
            gate.disarm(for_good=True)
            assert await ask(gate, desk, POST) == b""
            assert turnstile.state is State.SHUT
            assert len(desk.writes()) == 1

    go(work())


def test_a_handshake_alone_is_not_taken_for_a_request(authority: TestAuthority) -> None:
    async def work(desk: FaultDesk) -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            turnstile = gate.arm(endpoints(desk))
            assert await handshake(gate, desk, authority, ["http/1.1"])
            assert turnstile.opened == 0
            context = ssl.create_default_context(cafile=str(authority.pem))
            _, (reader, writer) = await connect(gate, "127.0.0.1", desk.port)
            await writer.start_tls(context, server_hostname="127.0.0.1")
            writer.write(LONG_POST)
            assert b"taken" in await reader.read(1000)
            assert turnstile.opened == 1
            writer.close()

    with FaultDesk(authority) as desk:
        desk.on("POST", "/submit", lambda exchange: exchange.answer(200, "taken"))
        go(work(desk))


@pytest.mark.parametrize("chunk", [1, 3, 7, 10_000])
def test_bytes_of_a_tls_stream_are_counted_however_they_are_cut(chunk: int) -> None:
    def record(kind: int, size: int) -> bytes:
        return bytes([kind, 3, 3]) + size.to_bytes(2, "big") + bytes(size)

    stream = record(0x16, 1800) + record(0x14, 1) + record(0x17, 69) + record(0x17, 19)
    sent = SentBytes(tls=True)
    for at in range(0, len(stream), chunk):
        sent.feed(stream[at : at + chunk])
    assert not sent.may_hold_request
    sent.feed(record(0x17, HANDSHAKE_CIPHERTEXT)[:5])
    assert sent.may_hold_request


def test_the_far_side_that_is_away_is_reported_as_such(desk: FaultDesk) -> None:
    async def work() -> None:
        async with opened(NetworkPolicy(desk.origin)) as gate:
            turnstile = gate.arm(endpoints(desk))
            desk.leave()
            assert (await connect(gate, "127.0.0.1", desk.port))[0] == UNREACHABLE
            assert turnstile.opened == 0

    go(work())
