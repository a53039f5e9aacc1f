"""One press, one filing: whatever the far side does with the connection, judged by what it stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from playwright.async_api import Error as PlaywrightError

from complain.browser.capture import CapturedRequest
from complain.browser.cdp import Interception, Paused
from complain.browser.commit import Commit
from complain.browser.egress import Egress
from complain.browser.launch import BrowserSettings
from complain.browser.policy import Endpoint
from complain.browser.turnstile import Passing, Turnstile
from complain.errors import ReadBackDiffers
from fakes import faults
from fakes.browsing import Browsing, browsing, open_form, plain_browser, plain_page, ticket_policy, until
from fakes.fault_desk import Exchange, FaultDesk, Handler, TestAuthority

pytestmark = pytest.mark.browser

CLEAN = {
    "late_confirmation",
    "see_other",
    "see_other_and_close",
    "receipt_at_once",
    "truncated_body",
    "truncated_headers",
    "slow",
}
"""Faults with one final answer. A half head counts when its half holds a header; the page then shows nothing."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return TestAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def browser(authority: TestAuthority) -> Generator[Browsing]:
    with browsing(BrowserSettings(extra_ca=authority.pem)) as running:
        yield running


@pytest.fixture(scope="module")
def alone(browser: Browsing, authority: TestAuthority) -> Iterator[Browser]:
    with plain_browser(browser, BrowserSettings(extra_ca=authority.pem)) as running:
        yield running


@pytest.fixture(params=["plain", "tls"])
def desk(request: pytest.FixtureRequest, authority: TestAuthority) -> Iterator[FaultDesk]:
    with FaultDesk(authority if request.param == "tls" else None) as running:
        yield running


PATIENCE = 30.0
"""Seconds; an answer, and its certain absence, end the wait. Two cores may be shared by many."""


async def press(page: Page, commit: Commit, *, seconds: float = PATIENCE) -> Commit:
    await page.click("#go", no_wait_after=True)
    await commit.wait_answered(seconds)
    await commit.disarm()
    return commit


async def press_in_vain(page: Page, commit: Commit, desk: FaultDesk) -> Commit:
    """Press where nothing will ever be answered, and give up once the request has arrived."""
    await page.click("#go", no_wait_after=True)
    assert await until(lambda: bool(desk.writes()))
    await commit.wait_answered(0.5)
    await commit.disarm()
    return commit


@asynccontextmanager
async def form(browser: Browsing, desk: FaultDesk, **more: Any) -> AsyncGenerator[tuple[Egress, Page]]:
    egress, page = await open_form(browser.run, ticket_policy(desk.origin, **more))
    try:
        yield egress, page
    finally:
        await egress.close()


async def file_once(browser: Browsing, desk: FaultDesk, *, hangs: bool = False) -> Commit:
    async with form(browser, desk) as (egress, page):
        commit = await egress.arm()
        return await (press_in_vain(page, commit, desk) if hangs else press(page, commit))


@pytest.mark.parametrize("form", ["FORM", "FETCH_FORM"])
@pytest.mark.parametrize("fault", sorted(faults.STORING))
def test_a_press_stores_once_whatever_becomes_of_the_connection(
    browser: Browsing, desk: FaultDesk, fault: str, form: str
) -> None:
    faults.furnish(desk, faults.STORING[fault], getattr(faults, form))
    commit = browser.wait(file_once(browser, desk, hangs=fault.startswith("hang")))
    assert len(desk.stored) == 1
    assert not commit.nothing_left
    assert not commit.clean or fault in CLEAN
    assert commit.clean or fault not in CLEAN - {"truncated_headers"}


@pytest.mark.parametrize("fault", sorted(faults.NOT_STORING))
def test_a_fault_that_stores_nothing_is_still_no_proof(
    browser: Browsing, desk: FaultDesk, fault: str
) -> None:
    faults.furnish(desk, faults.NOT_STORING[fault])
    commit = browser.wait(file_once(browser, desk, hangs=fault.startswith("hang")))
    assert desk.stored == []
    assert not commit.nothing_left


@pytest.mark.parametrize("fault", ["reset", "finish", "request_timeout"])
def test_control_chromium_alone_stores_twice(
    browser: Browsing, alone: Browser, desk: FaultDesk, fault: str
) -> None:
    """Without the gate the browser's own re-send is there: were it gone, the tests above would prove nothing."""
    faults.furnish(desk, faults.STORING[fault])

    async def work() -> None:
        async with plain_page(alone, desk.url("/tickets/")) as page:
            await page.click("#go", no_wait_after=True)
            await until(lambda: len(desk.stored) > 1)

    browser.wait(work())
    assert len(desk.stored) > 1


ASKS_FIRST = faults.FETCH_FORM.replace("try {", "try { await (await fetch('/token')).text();")


def test_a_request_just_before_does_not_lend_its_connection_to_the_submission(
    browser: Browsing, desk: FaultDesk
) -> None:
    faults.furnish(desk, faults.reset, ASKS_FIRST)
    desk.page("/token", "abc")
    browser.wait(file_once(browser, desk))
    assert len(desk.stored) == 1
    assert desk.stored[0].nth == 1


def _lock_nothing(turnstile: Turnstile, endpoint: Endpoint) -> None:
    del turnstile, endpoint


def test_control_without_the_turnstile_it_does_and_two_are_stored(
    browser: Browsing, desk: FaultDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Turnstile, "lock", _lock_nothing)
    faults.furnish(desk, faults.reset, ASKS_FIRST)
    desk.page("/token", "abc")
    browser.wait(file_once(browser, desk))
    assert len(desk.stored) > 1


@pytest.mark.parametrize("fault", ["see_other", "see_other_and_close", "receipt_at_once"])
def test_the_receipt_is_shown(browser: Browsing, desk: FaultDesk, fault: str) -> None:
    faults.furnish(desk, faults.STORING[fault])

    async def work() -> Commit:
        async with form(browser, desk) as (egress, page):
            commit = await press(page, await egress.arm())
            await page.get_by_text(faults.NUMBER).wait_for()
            return commit

    commit = browser.wait(work())
    assert commit.clean
    assert commit.http_version == "HTTP/1.1"
    assert [one.form_values()[0].value for one in commit.requests] == ["投诉"]


def test_a_request_before_that_closes_its_connection_does_not_use_up_the_place(
    browser: Browsing, desk: FaultDesk
) -> None:
    faults.furnish(desk, faults.receipt_at_once, ASKS_FIRST)
    desk.on("GET", "/token", lambda exchange: exchange.answer(200, "abc", close=True))
    commit = browser.wait(file_once(browser, desk))
    assert commit.clean
    assert commit.answer is not None
    assert commit.answer.body is not None
    assert faults.NUMBER.encode() in commit.answer.body


CROWD = f"""{faults.PAGE}<link rel=preconnect href=/><form id=f method=post action=/tickets/submit/><input name=title value=投诉></form>
<button id=go>提交工单</button><script>
go.onclick = () => {{ for (let i = 0; i < 6; i++) fetch("/picture?" + i); document.getElementById("f").submit(); }};
</script>"""


def test_a_crowd_of_other_requests_lends_no_connection_either(browser: Browsing, desk: FaultDesk) -> None:
    faults.furnish(desk, faults.reset, CROWD)
    desk.on("GET", "/picture", lambda exchange: exchange.answer(200, "x"))
    browser.wait(file_once(browser, desk))
    assert len(desk.stored) == 1


def test_a_request_that_the_browser_sends_late_does_not_take_the_place(
    browser: Browsing, desk: FaultDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a loaded machine the decision, and the first byte that asks, can each come a good deal later."""
    decide, ask = Interception.pass_on, Turnstile.admit_request
    asked: list[Passing] = []

    async def decide_late(self: Interception, paused: Paused, *, with_answer: bool = False) -> bool:
        await asyncio.sleep(0.4 if "/picture" in paused.url else 0)
        return await decide(self, paused, with_answer=with_answer)

    async def ask_late(self: Turnstile, passing: Passing) -> bool:
        asked.append(passing)
        await asyncio.sleep(0.8 if len(asked) == 1 else 0)
        return await ask(self, passing)

    monkeypatch.setattr(Interception, "pass_on", decide_late)
    monkeypatch.setattr(Turnstile, "admit_request", ask_late)
    faults.furnish(desk, faults.receipt_at_once, CROWD)
    desk.on("GET", "/picture", lambda exchange: exchange.answer(200, "x"))
    assert browser.wait(file_once(browser, desk)).clean
    assert len(desk.stored) == 1


LISTENS = faults.FETCH_FORM.replace("<script>", "<script>new EventSource('/events'); fetch('/poll');")


def test_a_page_that_keeps_listening_can_file(browser: Browsing, desk: FaultDesk) -> None:
    faults.furnish(desk, faults.receipt_at_once, LISTENS)
    desk.on("GET", "/poll", lambda exchange: exchange.hang())

    def events(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
        exchange.hang()

    desk.on("GET", "/events", events)
    commit = browser.wait(file_once(browser, desk))
    assert len(desk.stored) == 1
    assert commit.answer is not None


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("close", [False, True], ids=["kept", "closed"])
def test_a_redirect_on_the_same_origin_belongs_to_the_one_submission(
    browser: Browsing, desk: FaultDesk, status: int, close: bool
) -> None:
    faults.furnish(desk, lambda exchange: exchange.redirect(status, "/second", close=close))
    desk.on("POST", "/second", faults.see_other)
    commit = browser.wait(file_once(browser, desk))
    assert len(desk.stored) == 1
    assert commit.answer is not None
    assert commit.answer.status == 303
    assert commit.redirects == 1
    assert not commit.clean


ASKS_FOR_A_CODE = faults.FORM.replace("/tickets/submit/", "/code")
"""Leaving a page by a form, Chromium connects before it needs to, and sends again what such a connection loses."""


def test_a_code_that_nobody_answers_for_is_not_asked_for_again(browser: Browsing, desk: FaultDesk) -> None:
    faults.furnish(desk, faults.see_other, ASKS_FOR_A_CODE)
    desk.on("POST", "/code", faults.hang_before_storing)

    async def work() -> None:
        async with form(browser, desk) as (egress, page):
            async with egress.permit_send(seconds=3.0) as permit:
                await page.click("#go", no_wait_after=True)
                assert await until(lambda: bool(desk.writes()))
            assert permit.used
            await (await egress.context.new_page()).goto(desk.url("/done"))

    browser.wait(work())
    assert [one.path for one in desk.writes()] == ["/code"]


def test_a_redirect_that_closes_and_is_answered_late_is_waited_for(browser: Browsing) -> None:
    def late(exchange: Exchange) -> None:
        exchange.desk.closing.wait(2.5)
        faults.see_other(exchange)

    with FaultDesk() as desk:
        faults.furnish(desk, lambda exchange: exchange.redirect(307, "/second", close=True))
        desk.on("POST", "/second", late)
        commit = browser.wait(file_once(browser, desk))
    assert commit.answer is not None
    assert commit.answer.status == 303


def test_a_redirect_and_then_a_reset_stores_once(browser: Browsing, desk: FaultDesk) -> None:
    faults.furnish(desk, faults.temporary_redirect_then_reset)
    browser.wait(file_once(browser, desk))
    assert len(desk.stored) == 1


@pytest.mark.parametrize("named", ["not at all", "as asset", "as origin"])
@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_to_another_origin_ends_there(
    browser: Browsing, desk: FaultDesk, authority: TestAuthority, named: str, status: int
) -> None:
    with FaultDesk(authority) as elsewhere:
        faults.furnish(elsewhere, faults.see_other)
        faults.furnish(desk, lambda exchange: exchange.redirect(status, elsewhere.url("/tickets/submit/")))
        options: dict[str, dict[str, tuple[str, ...]]] = {
            "not at all": {},
            "as asset": {"assets": (f"127.0.0.1:{elsewhere.port}",)},
            "as origin": {"origins": (elsewhere.origin,)},
        }
        more = options[named]

        async def work() -> Commit:
            async with form(browser, desk, **more) as (egress, page):
                # A connection there is open before, so that only the guard can stop what goes over it.
                await page.evaluate(
                    "to => fetch(to, { mode: 'no-cors' }).catch(() => 0)", elsewhere.url("/done")
                )
                return await press(page, await egress.arm())

        commit = browser.wait(work())
        assert elsewhere.writes() == []
        assert len(desk.writes()) == 1
        assert commit.answer is None


ELSEWHERE = (
    faults.PAGE
    + """<button id=go>提交工单</button><p id=said><script>
go.onclick = async () => {
  const headers = { "content-type": "application/json" };
  said.textContent = await fetch(TO, { method: "POST", headers, body: '{"title": "投诉"}' }).then(a => a.text(), String);
};
</script>"""
)
OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}


@pytest.mark.parametrize("close", [False, True], ids=["kept", "closed"])
@pytest.mark.parametrize("fault", ["receipt", "reset"])
def test_a_preflight_does_not_use_up_the_place(
    browser: Browsing, desk: FaultDesk, authority: TestAuthority, close: bool, fault: str
) -> None:
    def submit(exchange: Exchange) -> None:
        exchange.store()
        if fault == "reset":
            exchange.reset()
        else:
            exchange.answer(200, faults.RECEIPT, OPEN_TO_ALL)

    with FaultDesk(authority) as api:
        api.on("OPTIONS", "/tickets/submit/", lambda e: e.answer(204, headers=OPEN_TO_ALL, close=close))
        api.on("POST", "/tickets/submit/", submit)
        faults.furnish(desk, faults.reset, ELSEWHERE.replace("TO", repr(api.url("/tickets/submit/"))))

        async def work() -> Commit:
            async with form(browser, desk, origins=(api.origin,)) as (egress, page):
                return await press(page, await egress.arm())

        commit = browser.wait(work())
        assert len(api.stored) == 1
        assert [one.method for one in api.received] == ["OPTIONS", "POST"]
        assert commit.clean == (fault == "receipt")


def test_a_double_click_files_once(browser: Browsing, desk: FaultDesk) -> None:
    faults.furnish(desk, faults.slow, faults.FETCH_FORM)

    async def work() -> Commit:
        async with form(browser, desk) as (egress, page):
            commit = await egress.arm()
            await page.dblclick("#go", no_wait_after=True)
            await commit.wait_answered(PATIENCE)
            await commit.disarm()
            return commit

    commit = browser.wait(work())
    assert len(desk.writes()) == 1
    assert commit.requests_blocked == 1
    assert not commit.clean


def test_a_button_that_submits_twice_files_once(browser: Browsing, desk: FaultDesk) -> None:
    faults.furnish(desk, faults.detects_duplicates(faults.slow), faults.DOUBLE_CLICK_TRAP)
    browser.wait(file_once(browser, desk))
    assert len(desk.writes()) == 1


@pytest.mark.parametrize("desk_of", [faults.detects_duplicates, faults.takes_a_code_once])
def test_a_refusal_is_never_the_echo_of_a_second_submission(
    browser: Browsing, desk: FaultDesk, desk_of: Callable[[Handler], Handler]
) -> None:
    faults.furnish(desk, desk_of(faults.reset))
    commit = browser.wait(file_once(browser, desk))
    assert len(desk.writes()) == 1
    assert not commit.clean


RETRIES = faults.FETCH_FORM.replace(
    "} catch (error) {", "} catch (error) { if (!window.again) { window.again = 1; return go.onclick(); }"
)


@pytest.mark.parametrize("fault", ["reset", "error_after_storing", "hang_after_storing"])
def test_a_scripts_own_retry_does_not_leave(browser: Browsing, desk: FaultDesk, fault: str) -> None:
    again = RETRIES.replace(
        "said.textContent = answer.ok", "if (!answer.ok) throw 0; said.textContent = answer.ok"
    )
    faults.furnish(
        desk,
        faults.STORING[fault],
        again.replace('method: "POST"', 'method: "POST", signal: AbortSignal.timeout(3000)'),
    )

    async def work() -> None:
        async with form(browser, desk) as (egress, page):
            commit = await egress.arm()
            await page.click("#go", no_wait_after=True)
            assert await until(lambda: bool(egress.writes_blocked)), "the script did not try again"
            await commit.disarm()

    browser.wait(work())
    assert len(desk.writes()) == 1


def test_a_large_form_with_a_file_arrives_whole(browser: Browsing, desk: FaultDesk, tmp_path: Path) -> None:
    faults.furnish(desk, faults.see_other, faults.MULTIPART_FORM)
    evidence = tmp_path / "通话记录.png"
    evidence.write_bytes(bytes(range(256)) * 1200)

    async def work() -> Commit:
        async with form(browser, desk) as (egress, page):
            await page.set_input_files("#file", evidence)
            return await press(page, await egress.arm())

    commit = browser.wait(work())
    assert [evidence.read_bytes() in one.body for one in desk.stored] == [True]
    (request,) = commit.requests
    assert request.body is None
    assert [(value.name, value.value or value.file) for value in request.form_values()] == [
        ("title", "投诉"),
        ("text", "本人反映如下情况"),
        ("file", "通话记录.png"),
    ]


def test_a_reload_after_the_receipt_does_not_file_again(browser: Browsing, desk: FaultDesk) -> None:
    faults.furnish(desk, faults.receipt_at_once)

    async def work() -> bytes | None:
        async with form(browser, desk) as (egress, page):
            commit = await press(page, await egress.arm())
            body = await commit.answer_body(5.0)
            await page.get_by_text(faults.NUMBER).wait_for()
            with pytest.raises(PlaywrightError):
                await page.reload()
            return body

    assert browser.wait(work()) == faults.RECEIPT.encode()
    assert len(desk.writes()) == 1


def test_without_an_answer_the_far_side_stays_out_of_reach(browser: Browsing, desk: FaultDesk) -> None:
    faults.furnish(desk, faults.hang_after_storing, faults.FETCH_FORM)

    async def work() -> str:
        async with form(browser, desk) as (egress, page):
            await press_in_vain(page, await egress.arm(), desk)
            return str(await page.evaluate("fetch('/done').then(() => 'reached', () => 'refused')"))

    assert browser.wait(work()) == "refused"
    assert [one.path for one in desk.received].count("/done") == 0


def test_a_press_that_sends_nothing_proves_that_nothing_left(browser: Browsing, desk: FaultDesk) -> None:
    faults.furnish(desk, faults.see_other, faults.PAGE + "<button id=go>提交工单</button>")

    async def work() -> Commit:
        async with form(browser, desk) as (egress, page):
            return await press(page, await egress.arm(), seconds=0.3)

    commit = browser.wait(work())
    assert commit.nothing_left
    assert commit.connections_opened == 0


def test_a_desk_that_is_gone_at_the_press_proves_that_nothing_left(
    browser: Browsing, desk: FaultDesk
) -> None:
    faults.furnish(desk, faults.see_other)

    async def work() -> Commit:
        async with form(browser, desk) as (egress, page):
            commit = await egress.arm()
            desk.leave()
            return await press(page, commit)

    commit = browser.wait(work())
    assert commit.answer is None
    assert commit.nothing_left


def test_a_request_that_the_engine_objects_to_does_not_leave(browser: Browsing, desk: FaultDesk) -> None:
    faults.furnish(desk, faults.see_other)

    def inspect(request: CapturedRequest) -> None:
        assert request.form_values()[0].value == "投诉"
        raise ReadBackDiffers("the title differs")

    async def work() -> Commit:
        async with form(browser, desk) as (egress, page):
            return await press(page, await egress.arm(inspect))

    commit = browser.wait(work())
    assert isinstance(commit.objection, ReadBackDiffers)
    assert commit.nothing_left
    assert desk.writes() == []
