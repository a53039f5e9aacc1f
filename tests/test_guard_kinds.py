"""A dry run sends nothing, whatever way a page has of sending; judged by what the far side received."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page

from complain.browser import chromium
from complain.browser.launch import BrowserSettings
from complain.browser.policy import RequestRule
from fakes import kinds
from fakes.browsing import Browsing, browsing, open_form, plain_browser, plain_page, ticket_policy, until
from fakes.fault_desk import FaultDesk, TestAuthority
from fakes.kinds import Kind

pytestmark = pytest.mark.browser

DECLARED = (RequestRule.parse("POST */declared"), RequestRule.parse("POST */declared-308"))
REMOVED = {"ping", "shared-worker", "service-worker"}
"""Kinds that the browser no longer has, so that the guard has nothing to note."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return TestAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def browser(authority: TestAuthority) -> Generator[Browsing]:
    with browsing(BrowserSettings(extra_ca=authority.pem)) as running:
        yield running


@pytest.fixture
def desk() -> Iterator[FaultDesk]:
    with FaultDesk() as running:
        kinds.furnish(running)
        yield running


@pytest.fixture
def second() -> Iterator[FaultDesk]:
    with FaultDesk() as running:
        kinds.furnish(running)
        yield running


@pytest.fixture
def secure(authority: TestAuthority) -> Iterator[FaultDesk]:
    with FaultDesk(authority) as running:
        kinds.furnish(running)
        yield running


@pytest.fixture(scope="module")
def unguarded(browser: Browsing, authority: TestAuthority) -> Iterator[Browser]:
    with plain_browser(browser, BrowserSettings(extra_ca=authority.pem)) as running:
        yield running


async def send(page: Page, kind: Kind, desk: FaultDesk, second: FaultDesk) -> None:
    await page.evaluate(f"async ([desk, second]) => {{ {kind.script} }}", [desk.origin, second.origin])


def arrived(kind: Kind, *desks: FaultDesk) -> bool:
    return any(one.path == kind.path and one.method != "GET" for desk in desks for one in desk.received)


def writes(*desks: FaultDesk) -> list[str]:
    declared = {"/declared", "/declared-308"}
    return [f"{one.method} {one.path}" for desk in desks for one in desk.writes() if one.path not in declared]


@asynccontextmanager
async def dry_page(
    browser: Browsing, desk: FaultDesk, *more: FaultDesk
) -> AsyncGenerator[tuple[Page, list[str]]]:
    """Open a form in a dry run; the list holds, after the end, what the guard kept."""
    policy = ticket_policy(desk.origin, origins=tuple(one.origin for one in more), allow=DECLARED)
    egress, page = await open_form(browser.run, policy, dry_run=True)
    kept: list[str] = []
    try:
        yield page, kept
    finally:
        await egress.close()
        kept += [one.url for one in egress.writes_blocked]


@pytest.mark.parametrize("kind", kinds.NOW + kinds.LEAVING, ids=lambda kind: kind.name)
def test_without_the_guard_each_kind_arrives(
    browser: Browsing, unguarded: Browser, desk: FaultDesk, second: FaultDesk, kind: Kind
) -> None:
    async def work() -> bool:
        async with plain_page(unguarded, desk.url("/tickets/")) as page:
            await send(page, kind, desk, second)
            if kind.when == "leave":
                await page.goto(desk.url("/next"))
            return await until(lambda: arrived(kind, desk, second))

    assert browser.wait(work())


@pytest.mark.parametrize("kind", kinds.NOW, ids=lambda kind: kind.name)
def test_a_dry_run_keeps_each_kind_of_write(
    browser: Browsing, desk: FaultDesk, second: FaultDesk, kind: Kind
) -> None:
    async def work() -> None:
        policy = ticket_policy(desk.origin, origins=(second.origin,), allow=DECLARED)
        egress, page = await open_form(browser.run, policy, dry_run=True)
        try:
            if kind.name == "shared-worker":
                assert await page.evaluate("typeof SharedWorker") == "undefined"
                return
            await send(page, kind, desk, second)
            seconds = 3.0 if kind.name in REMOVED else 20.0
            noted = await until(lambda: any(kind.path in one.url for one in egress.writes_blocked), seconds)
            assert noted or kind.name in REMOVED
        finally:
            await egress.close()

    browser.wait(work())
    assert writes(desk, second) == []


@pytest.mark.parametrize("how", ["navigated", "page closed", "context closed"])
@pytest.mark.parametrize("kind", kinds.LEAVING, ids=lambda kind: kind.name)
def test_a_page_that_is_left_in_a_dry_run_sends_nothing(
    browser: Browsing, desk: FaultDesk, second: FaultDesk, kind: Kind, how: str
) -> None:
    async def work() -> None:
        async with dry_page(browser, desk, second) as (page, _):
            await send(page, kind, desk, second)
            if how == "navigated":
                await page.goto(desk.url("/next"))
            elif how == "page closed":
                await page.close(run_before_unload=True)
                await until(page.is_closed)

    browser.wait(work())
    assert writes(desk, second) == []


@pytest.mark.parametrize("way", kinds.SOCKETS)
def test_without_the_guard_each_websocket_arrives(
    browser: Browsing, unguarded: Browser, secure: FaultDesk, way: str
) -> None:
    async def work() -> bool:
        async with plain_page(unguarded, secure.url("/tickets/")) as page:
            address = secure.origin.replace("http", "ws")
            await page.evaluate(f"async socket => {{ {kinds.SOCKETS[way]} }}", address)
            return await until(lambda: any("upgrade" in one.headers for one in secure.received))

    assert browser.wait(work())


@pytest.mark.parametrize("way", kinds.SOCKETS)
def test_no_websocket_leaves_over_tls_where_the_gate_cannot_see_it(
    browser: Browsing, secure: FaultDesk, way: str
) -> None:
    async def work() -> None:
        async with dry_page(browser, secure) as (page, _):
            await page.evaluate(
                f"async socket => {{ {kinds.SOCKETS[way]} }}", secure.origin.replace("http", "ws")
            )
            assert await until(lambda: any(one.path == "/told" for one in secure.received))

    browser.wait(work())
    assert [one.path for one in secure.received if "upgrade" in one.headers] == []


def fetched_ahead(desk: FaultDesk) -> bool:
    return any("prefetch" in one.headers.get("sec-purpose", "") for one in desk.received)


@pytest.mark.parametrize("way", kinds.SPECULATIONS)
def test_without_the_guard_each_speculation_fetches_ahead(
    browser: Browsing, unguarded: Browser, secure: FaultDesk, way: str
) -> None:
    kinds.speculate(secure, way)

    async def work() -> bool:
        async with plain_page(unguarded, secure.url("/speculates")):
            return await until(lambda: fetched_ahead(secure))

    assert browser.wait(work())


@pytest.mark.parametrize("way", kinds.SPECULATIONS)
def test_nothing_is_fetched_ahead_where_the_guard_cannot_see_it(
    browser: Browsing, secure: FaultDesk, way: str
) -> None:
    """Red for each way without the script, and for the answer's head without the guard's look at the rules."""
    kinds.speculate(secure, way)

    async def work() -> None:
        async with dry_page(browser, secure) as (page, _):
            await page.goto(secure.url("/speculates"))
            # The control sees it well within two seconds.
            await until(lambda: fetched_ahead(secure), seconds=2.0)

    browser.wait(work())
    assert not fetched_ahead(secure)


def test_a_page_is_told_that_its_websocket_failed(browser: Browsing, desk: FaultDesk) -> None:
    async def work() -> list[object]:
        async with dry_page(browser, desk) as (page, _):
            said: list[object] = await page.evaluate(
                """address => new Promise(resolve => {
                  const said = [], socket = new WebSocket(address);
                  socket.onerror = () => said.push("error", socket.readyState);
                  socket.addEventListener("close", event => resolve([...said, event.code, WebSocket.OPEN]));
                })""",
                desk.origin.replace("http", "ws"),
            )
            return said

    assert browser.wait(work()) == ["error", 3, 1006, 1]


def test_a_worker_that_came_in_still_works(browser: Browsing, desk: FaultDesk) -> None:
    desk.script(
        "/echo.js", "'use strict'; onmessage = e => postMessage([e.data, (function () { return !this })()]);"
    )

    async def work() -> list[object]:
        async with dry_page(browser, desk) as (page, _):
            said: list[object] = await page.evaluate(
                """() => Promise.all(["/echo.js", URL.createObjectURL(new Blob(["onmessage = e => postMessage(e.data)"]))]
                  .map(address => new Promise(resolve => {
                    const worker = new Worker(address);
                    worker.onmessage = event => resolve(event.data);
                    worker.postMessage("在吗");
                  })))"""
            )
            return said

    assert browser.wait(work()) == [["在吗", True], "在吗"]


RTC = """async port => {
  const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] });
  peer.createDataChannel("x");
  await peer.setLocalDescription(await peer.createOffer());
}"""


@pytest.fixture
def datagrams() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        yield listening


async def first_datagram(listening: socket.socket, seconds: float) -> bytes:
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.get_running_loop().sock_recv(listening, 2000)
    except TimeoutError:
        return b""


def test_without_the_guard_webrtc_sends_datagrams(
    browser: Browsing, unguarded: Browser, desk: FaultDesk, datagrams: socket.socket
) -> None:
    async def work() -> bytes:
        async with plain_page(unguarded, desk.url("/tickets/")) as page:
            await page.evaluate(RTC, datagrams.getsockname()[1])
            return await first_datagram(datagrams, 5.0)

    assert browser.wait(work())


@pytest.mark.parametrize("layers", ["both", "switch alone"])
def test_webrtc_sends_no_datagram(
    browser: Browsing, desk: FaultDesk, datagrams: socket.socket, layers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if layers == "switch alone":
        monkeypatch.setattr("complain.browser.launch.page_script", lambda: "")

    async def work() -> bytes:
        async with dry_page(browser, desk) as (page, _):
            script = RTC if layers == "switch alone" else f"port => ({RTC})(port).catch(error => error.name)"
            said = await page.evaluate(script, datagrams.getsockname()[1])
            assert said == (None if layers == "switch alone" else "ReferenceError")
            return await first_datagram(datagrams, 1.0)

    assert browser.wait(work()) == b""


def reporting(desk: FaultDesk) -> None:
    groups = (
        f'{{"group": "g", "max_age": 1000, "endpoints": [{{"url": "{desk.url("/sent/network-report")}"}}]}}'
    )
    headers = {
        "Reporting-Endpoints": 'main="/sent/document-report"',
        "Content-Security-Policy": "img-src 'none'; report-to main",
        "Report-To": groups,
        "NEL": '{"report_to": "g", "max_age": 1000, "success_fraction": 1.0}',
    }
    desk.page("/reports", "<img src=http://127.0.0.1:9/x.png>", headers)


def test_without_the_guard_the_browser_reports(
    browser: Browsing, unguarded: Browser, secure: FaultDesk
) -> None:
    reporting(secure)

    async def work() -> bool:
        async with plain_page(unguarded, secure.url("/reports")):
            return await until(lambda: len({one.path for one in secure.writes()}) == 2, seconds=15.0)

    assert browser.wait(work())


def test_the_browser_sends_no_reports(
    secure: FaultDesk, authority: TestAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    switches = (*chromium.REQUIRED_SWITCHES, "--short-reporting-delay")
    monkeypatch.setattr(chromium, "REQUIRED_SWITCHES", switches)
    reporting(secure)

    async def work(running: Browsing) -> None:
        async with dry_page(running, secure) as (page, _):
            await page.goto(secure.url("/reports"))
            # With this switch a report is due after 0.1 s; the control above sees it well within two seconds.
            await until(lambda: bool(secure.writes()), seconds=2.0)

    with browsing(BrowserSettings(extra_ca=authority.pem)) as running:
        running.wait(work(running))
    assert writes(secure) == []
