"""Which writes the guard lets go, when, and from which page; the far side's record decides."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Page

from complain.browser.cdp import Interception, Paused
from complain.browser.commit import Commit
from complain.browser.egress import Egress
from complain.browser.guard import ContextGuard
from complain.browser.policy import NetworkPolicy, RequestRule
from complain.errors import GuardUnavailable, UsageError
from fakes import faults
from fakes.browsing import Browsing, browsing, open_form, ticket_policy, until
from fakes.fault_desk import Exchange, FaultDesk

pytestmark = pytest.mark.browser

POST = "path => fetch(path, { method: 'POST', body: 'x' }).then(() => 'sent', () => 'kept')"
SUBMIT = "/tickets/submit/"


def rules(*texts: str) -> tuple[RequestRule, ...]:
    return tuple(map(RequestRule.parse, texts))


@pytest.fixture(scope="module")
def browser() -> Generator[Browsing]:
    with browsing() as running:
        yield running


@pytest.fixture
def desk() -> Iterator[FaultDesk]:
    with FaultDesk() as running:
        faults.furnish(running, faults.receipt_at_once)
        for path in ("/look-up", "/upload", "/code", "/draft"):
            running.on("POST", path, lambda exchange: exchange.answer(200, "ok"))
        yield running


@pytest.fixture
def other() -> Iterator[FaultDesk]:
    with FaultDesk() as running:
        faults.furnish(running, faults.receipt_at_once)
        yield running


@asynccontextmanager
async def form(
    browser: Browsing, policy: NetworkPolicy, *, dry_run: bool = False
) -> AsyncGenerator[tuple[Egress, Page]]:
    egress, page = await open_form(browser.run, policy, dry_run=dry_run)
    try:
        yield egress, page
    finally:
        await egress.close()


def paths(desk: FaultDesk) -> list[str]:
    return [one.path for one in desk.writes()]


def test_a_declared_look_up_leaves_in_a_dry_run_and_is_listed(browser: Browsing, desk: FaultDesk) -> None:
    async def work() -> None:
        policy = ticket_policy(desk.origin, allow=rules("POST */look-up"))
        async with form(browser, policy, dry_run=True) as (egress, page):
            assert await page.evaluate(POST, "/look-up?phone=13800138000") == "sent"
            assert await page.evaluate(POST, "/draft?phone=13800138000") == "kept"
            left, kept = egress.writes_left, egress.writes_blocked
            assert [(one.method, one.url, one.why) for one in left] == [
                ("POST", desk.url("/look-up"), "allow")
            ]
            assert [(one.method, one.url) for one in kept] == [("POST", desk.url("/draft"))]

    browser.wait(work())
    assert paths(desk) == ["/look-up"]


def test_a_declared_write_never_goes_to_a_host_that_is_only_loaded_from(
    browser: Browsing, desk: FaultDesk, other: FaultDesk
) -> None:
    async def work() -> None:
        policy = ticket_policy(desk.origin, assets=(f"127.0.0.1:{other.port}",), allow=rules("POST *"))
        async with form(browser, policy, dry_run=True) as (_, page):
            assert await page.evaluate(POST, other.url(SUBMIT)) == "kept"
            await page.evaluate("to => fetch(to, { mode: 'no-cors' })", other.url("/done"))

    browser.wait(work())
    assert [one.path for one in other.received] == ["/done"]


def test_a_rule_that_also_fits_the_submit_does_not_let_it_leave(browser: Browsing, desk: FaultDesk) -> None:
    async def work() -> None:
        async with form(browser, ticket_policy(desk.origin, allow=rules("POST *"))) as (_, page):
            assert await page.evaluate(POST, SUBMIT) == "kept"

    browser.wait(work())
    assert paths(desk) == []


def test_uploads_leave_only_once_they_are_opened(browser: Browsing, desk: FaultDesk) -> None:
    async def work() -> None:
        async with form(browser, ticket_policy(desk.origin, uploads=rules("POST */upload"))) as (
            egress,
            page,
        ):
            assert await page.evaluate(POST, "/upload?1") == "kept"
            egress.open_uploads()
            assert await page.evaluate(POST, "/upload?2") == "sent"
            assert [one.why for one in egress.writes_left] == ["uploads"]

    browser.wait(work())
    assert [one.query for one in desk.writes()] == ["2"]


def test_a_code_is_asked_for_once(browser: Browsing, desk: FaultDesk) -> None:
    async def work() -> None:
        async with form(browser, ticket_policy(desk.origin)) as (egress, page):
            async with egress.permit_send() as permit:
                assert await page.evaluate(POST, SUBMIT) == "kept"
                assert await page.evaluate(POST, "/code") == "sent"
                assert await page.evaluate(POST, "/code") == "kept"
            assert (permit.used, permit.status) == (True, 200)
            assert await page.evaluate(POST, "/code") == "kept"
            assert [one.why for one in egress.writes_left] == ["send"]
            commit = await egress.arm()
            assert await page.evaluate(POST, SUBMIT) == "sent"
            await commit.disarm()

    browser.wait(work())
    assert paths(desk) == ["/code", SUBMIT]


def test_a_code_that_nobody_answers_for_does_not_keep_the_form_from_being_filed(
    browser: Browsing, desk: FaultDesk
) -> None:
    desk.on("POST", "/code", lambda exchange: exchange.hang())

    async def work() -> None:
        async with form(browser, ticket_policy(desk.origin)) as (egress, page):
            async with egress.permit_send(seconds=3.0) as permit:
                await page.evaluate(f"() => {{ ({POST})('/code') }}")
                assert await until(lambda: bool(desk.writes()))
            assert (permit.used, permit.status) == (True, None)
            assert (await press(egress, page)).clean

    browser.wait(work())
    assert paths(desk) == ["/code", SUBMIT]


def test_a_permit_to_send_ends_with_its_time(browser: Browsing, desk: FaultDesk) -> None:
    async def work() -> None:
        async with form(browser, ticket_policy(desk.origin)) as (egress, page):
            async with egress.permit_send(seconds=0.2) as permit:
                await page.wait_for_timeout(400)
                assert await page.evaluate(POST, "/code") == "kept"
            assert not permit.used

    browser.wait(work())
    assert paths(desk) == []


def test_log_in_writes_leave_to_the_log_in_only_and_only_while_it_lasts(
    browser: Browsing, desk: FaultDesk, other: FaultDesk
) -> None:
    async def work() -> None:
        async with form(browser, ticket_policy(desk.origin), dry_run=True) as (egress, page):
            send = POST.replace("body", "mode: 'no-cors', body")
            async with egress.permit_login([other.url("/login")]):
                assert await page.evaluate(send, other.url("/login")) == "sent"
                assert await page.evaluate(send, desk.url("/draft")) == "kept"
            assert await page.evaluate(send, other.url("/login")) == "kept"
            assert [one.why for one in egress.writes_left] == ["login"]

    browser.wait(work())
    assert (paths(desk), paths(other)) == ([], ["/login"])


@pytest.mark.parametrize("step", ["arm", "open_uploads", "permit_send"])
def test_a_dry_run_has_no_way_to_send(browser: Browsing, desk: FaultDesk, step: str) -> None:
    async def work() -> None:
        async with form(browser, ticket_policy(desk.origin), dry_run=True) as (egress, _):
            with pytest.raises(RuntimeError):
                if step == "arm":
                    await egress.arm()
                elif step == "open_uploads":
                    egress.open_uploads()
                else:
                    async with egress.permit_send():
                        pass

    browser.wait(work())


def test_a_submit_by_get_is_guarded_like_any_other(browser: Browsing, desk: FaultDesk) -> None:
    desk.page("/tickets/", faults.FORM.replace("method=post", "method=get"))
    desk.on("GET", SUBMIT, faults.receipt_at_once)
    policy = NetworkPolicy(desk.url("/tickets/"), submit=RequestRule.parse(f"GET *{SUBMIT}"))

    async def work() -> Commit:
        async with form(browser, policy) as (egress, page):
            await page.click("#go", no_wait_after=True)
            assert await until(lambda: bool(egress.writes_blocked))
            assert desk.stored == []
            return await press(egress, page)

    assert browser.wait(work()).clean
    assert len(desk.stored) == 1


def test_a_submit_by_get_may_be_redirected(browser: Browsing, desk: FaultDesk) -> None:
    desk.page("/tickets/", faults.FORM.replace("method=post", "method=get"))
    desk.on("GET", SUBMIT, faults.see_other)
    policy = NetworkPolicy(desk.url("/tickets/"), submit=RequestRule.parse(f"GET *{SUBMIT}"))

    async def work() -> Commit:
        async with form(browser, policy) as (egress, page):
            commit = await press(egress, page)
            await page.get_by_text(faults.NUMBER).wait_for()
            return commit

    assert browser.wait(work()).clean
    assert len(desk.stored) == 1


def test_a_frame_that_stands_still_while_it_submits_is_still_known(
    browser: Browsing, desk: FaultDesk
) -> None:
    """A synchronous request stops its page's process, which then cannot say whose frame it is."""
    still = (
        f"const x = new XMLHttpRequest(); x.open('POST', '{SUBMIT}', false); x.send('x'); return x.status;"
    )
    desk.page("/inner", faults.PAGE)
    desk.page("/tickets/", IN_FRAME.replace("FORM", "/inner"))

    async def work() -> None:
        async with form(browser, ticket_policy(desk.origin)) as (egress, page):
            commit = await egress.arm()
            assert await page.frames[-1].evaluate(f"() => {{ {still} }}") == 200
            await commit.disarm()

    browser.wait(work())
    assert len(desk.stored) == 1


def test_a_fault_in_the_inspection_keeps_the_request(desk: FaultDesk) -> None:
    def inspect(request: object) -> None:
        raise KeyError(request)

    async def work(browser: Browsing) -> None:
        async with form(browser, ticket_policy(desk.origin)) as (egress, page):
            commit = await egress.arm(inspect)
            assert await page.evaluate(POST, SUBMIT) == "kept"
            assert not await commit.wait_answered(1.0)
            await commit.disarm()
            assert commit.nothing_left
            assert not commit.released
            with pytest.raises(GuardUnavailable):
                await egress.arm()

    with browsing() as browser:
        browser.wait(work(browser))
    assert desk.writes() == []


async def press(egress: Egress, page: Page, button: str = "#go") -> Commit:
    commit = await egress.arm()
    await page.click(button, no_wait_after=True)
    await commit.wait_answered(30.0)
    await commit.disarm()
    return commit


def test_an_undeclared_submit_is_the_first_write_to_the_channels_own_origin(
    browser: Browsing, desk: FaultDesk, other: FaultDesk
) -> None:
    policy = NetworkPolicy(desk.url("/tickets/"), origins=(other.origin,), allow=rules("POST */look-up"))

    async def work() -> Commit:
        async with form(browser, policy) as (egress, page):
            commit = await egress.arm()
            assert await page.evaluate(POST, "/look-up") == "sent"
            await page.evaluate(POST.replace("body", "mode: 'no-cors', body"), other.url(SUBMIT))
            await page.click("#go", no_wait_after=True)
            await commit.wait_answered(30.0)
            await commit.disarm()
            return commit

    commit = browser.wait(work())
    assert [one.url for one in commit.requests] == [desk.url(SUBMIT)]
    assert (paths(desk), paths(other)) == (["/look-up", SUBMIT], [])


NEW_TAB = faults.FORM.replace("method=post", "method=post target=_blank")
OPENER = faults.PAGE + "<button id=go onclick=\"window.open('/form-that-submits')\">x</button>"
IN_FRAME = faults.PAGE + "<iframe src=FORM></iframe>"
SUBMITS_ITSELF = faults.FORM + "<script>f.submit()</script>"


@pytest.mark.parametrize(
    "place", ["new tab", "popup", "frame", "frame of another site", "frame in a frame of another site"]
)
def test_the_submission_may_come_from_any_page_of_the_context(
    browser: Browsing, desk: FaultDesk, other: FaultDesk, place: str
) -> None:
    localhost = other.origin.replace("127.0.0.1", "localhost")
    other.page("/outer", IN_FRAME.replace("FORM", "/tickets/"))
    desk.page("/form-that-submits", SUBMITS_ITSELF)
    pages = {
        "new tab": NEW_TAB,
        "popup": OPENER,
        "frame": IN_FRAME.replace("FORM", "/inner"),
        "frame of another site": IN_FRAME.replace("FORM", f"{localhost}/tickets/"),
        "frame in a frame of another site": IN_FRAME.replace("FORM", f"{localhost}/outer"),
    }
    desk.page("/inner", faults.FORM)
    desk.page("/tickets/", pages[place])
    policy = ticket_policy(desk.origin, origins=(localhost,))

    async def work() -> Commit:
        async with form(browser, policy) as (egress, page):
            commit = await egress.arm()
            inner = "iframe" in pages[place]
            target = page.frames[-1] if inner else page.main_frame
            await target.click("#go", no_wait_after=True)
            await commit.wait_answered(30.0)
            await commit.disarm()
            return commit

    assert browser.wait(work()).clean
    assert len(desk.stored) + len(other.stored) == 1


def test_another_contexts_request_is_not_taken_for_the_submission(browser: Browsing, desk: FaultDesk) -> None:
    async def work() -> None:
        policy = ticket_policy(desk.origin)
        async with form(browser, policy) as (egress, page), form(browser, policy) as (_, stranger):
            commit = await egress.arm()
            assert await stranger.evaluate(POST, SUBMIT) == "kept"
            assert await page.evaluate(POST, SUBMIT) == "sent"
            await commit.disarm()

    browser.wait(work())
    assert len(desk.stored) == 1


@pytest.mark.parametrize("value", ["13800138000", "张三"])
@pytest.mark.parametrize("code", ["utf-8", "gbk"])
def test_a_private_value_does_not_go_to_a_host_that_is_only_loaded_from(
    browser: Browsing, desk: FaultDesk, other: FaultDesk, value: str, code: str
) -> None:
    said = "".join(f"%{byte:02X}" for byte in value.encode(code))

    async def work() -> None:
        policy = ticket_policy(desk.origin, assets=(f"127.0.0.1:{other.port}",))
        async with form(browser, policy) as (egress, page):
            egress.keep_private([value, ""])
            read = "to => fetch(to, { mode: 'no-cors' }).then(() => 'sent', () => 'kept')"
            assert await page.evaluate(read, other.url("/done?harmless")) == "sent"
            assert await page.evaluate(read, other.url(f"/done?who={said}")) == "kept"
            assert await page.evaluate(read, desk.url(f"/done?who={said}")) == "sent"

    browser.wait(work())
    assert [one.query for one in other.received] == ["harmless"]


def test_not_even_the_address_of_an_undeclared_write_is_told_by_a_preflight(
    browser: Browsing, desk: FaultDesk, other: FaultDesk
) -> None:
    other.on("OPTIONS", "/draft", lambda exchange: exchange.answer(204))

    async def work() -> None:
        policy = ticket_policy(desk.origin, origins=(other.origin,))
        async with form(browser, policy, dry_run=True) as (_, page):
            asks = POST.replace("body", "headers: { 'x-draft': '1' }, body")
            assert await page.evaluate(asks, other.url("/draft?text=secret")) == "kept"

    browser.wait(work())
    assert other.received == []


def test_when_deciding_fails_the_request_is_kept_and_nothing_can_be_armed(
    desk: FaultDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(guard: ContextGuard, paused: Paused, interception: Interception) -> None:
        del guard, paused, interception
        raise KeyError("a fault of ours")

    async def work(browser: Browsing) -> None:
        policy = ticket_policy(desk.origin, allow=rules("POST */look-up"))
        async with form(browser, policy) as (egress, page):
            monkeypatch.setattr(ContextGuard, "decide", fail)
            assert await page.evaluate(POST, "/look-up") == "kept"
            with pytest.raises(GuardUnavailable):
                await egress.arm()

    with browsing() as browser:
        browser.wait(work(browser))
    assert paths(desk) == []


def test_a_browser_whose_requests_do_not_pass_the_guard_is_not_used(
    desk: FaultDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start_nothing(*_: Any) -> None:
        pass

    monkeypatch.setattr(Interception, "start", start_nothing)
    with browsing() as browser, pytest.raises(GuardUnavailable):
        browser.wait(open_form(browser.run, ticket_policy(desk.origin)))
    assert desk.received == []


def test_hosts_that_the_channel_does_not_name_are_refused_and_listed(
    browser: Browsing, desk: FaultDesk, other: FaultDesk
) -> None:
    pictures = f"<img src=https://tracker.example/1.png><img src={other.url('/2.png')}>"
    desk.page("/tickets/", faults.PAGE + pictures)

    async def work() -> None:
        async with form(browser, ticket_policy(desk.origin), dry_run=True) as (egress, page):
            await page.wait_for_load_state()
            assert set(egress.hosts_refused) == {"tracker.example", f"127.0.0.1:{other.port}"}
            assert egress.hosts_contacted == (f"127.0.0.1:{desk.port}",)

    browser.wait(work())


def test_a_context_is_what_the_channels_expect(browser: Browsing, desk: FaultDesk) -> None:
    async def work() -> list[object]:
        egress = await browser.run.open_context(ticket_policy(desk.origin), device="iPhone 13", dry_run=True)
        page = await egress.new_page()
        await page.goto(desk.url("/tickets/"))
        said: list[object] = await page.evaluate(
            """() => [navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone, screen.width < 500,
              navigator.webdriver, getComputedStyle(document.body).transitionDuration,
              matchMedia('(prefers-reduced-motion)').matches]"""
        )
        await egress.close()
        return said

    assert browser.wait(work()) == ["zh-CN", "Asia/Shanghai", True, True, "1e-05s", True]


def test_a_log_in_is_carried_into_a_new_context(browser: Browsing, desk: FaultDesk) -> None:
    async def work() -> tuple[object, str]:
        async with form(browser, ticket_policy(desk.origin)) as (egress, page):
            await page.evaluate("() => { document.cookie = 'who=me'; localStorage.setItem('token', 'abc'); }")
            kept = await egress.context.storage_state()
        again = await browser.run.open_context(
            ticket_policy(desk.origin), storage_state=dict(kept), dry_run=True
        )
        page = await again.new_page()
        await page.goto(desk.url("/tickets/"))
        token: object = await page.evaluate("localStorage.getItem('token')")
        await again.close()
        return token, desk.received[-1].headers.get("cookie", "")

    assert browser.wait(work()) == ("abc", "who=me")


def test_an_unknown_device_is_a_usage_error(browser: Browsing, desk: FaultDesk) -> None:
    with pytest.raises(UsageError):
        browser.wait(browser.run.open_context(ticket_policy(desk.origin), device="iFone", dry_run=True))


def test_a_read_to_the_same_host_waits_while_the_submission_is_under_way(
    browser: Browsing, desk: FaultDesk
) -> None:
    came_meanwhile: list[bool] = []

    def slowly(exchange: Exchange) -> None:
        read = exchange.desk.wait_for(lambda: any(one.path == "/done" for one in desk.received), 0.5)
        came_meanwhile.append(read)
        exchange.answer(200, "ok")

    desk.on("POST", SUBMIT, slowly)

    async def work() -> None:
        async with form(browser, ticket_policy(desk.origin)) as (egress, page):
            commit = await egress.arm()
            await page.evaluate(f"() => {{ ({POST})('{SUBMIT}') }}")
            assert await until(lambda: len(desk.writes()) == 1)
            assert await page.evaluate("fetch('/done').then(answer => answer.status)") == 200
            await commit.disarm()

    browser.wait(work())
    assert came_meanwhile == [False]
