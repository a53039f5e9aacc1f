"""Signs are seen wherever a person would see them, as soon as they are there; buttons are pressed once, by exact name."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from playwright.async_api import Page

from complain.browser.buttons import buttons_named, confirm_dialog, find_button, press
from complain.browser.signals import Signal, Signals, visible_text
from complain.errors import FormChanged
from widgets.stage import Stage, open_stage

pytestmark = pytest.mark.browser
NUMBER = r"编号[:：]\s*(?P<number>[A-Z0-9-]+)"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage() as opened:
        yield opened


def after_press(stage: Stage, html: str, signals: Signals | None = None, within: float = 8) -> Signal:
    """Press 提交 and wait for a sign."""
    wanted = signals or Signals(NUMBER, refusal=("不予受理",), challenge=("请输入验证码",))

    async def work(page: Page) -> Signal:
        before = await wanted.before(page)
        await press(await find_button(page, "提交"))
        return await wanted.wait(page, before, within)

    return stage.on_html(html, work)


def shown_by(script: str) -> str:
    """A page whose button runs ``script``."""
    return f'<div id="d"></div><div id="h" style="display:none">编号：A-1</div><button id="b">提交</button><script>b.onclick = () => {{ {script} }}</script>'


@pytest.mark.parametrize(
    "script",
    [
        "d.innerText = '编号：A-1'",
        "setTimeout(() => { d.innerText = '编号：A-1' }, 400)",
        "h.style.display = ''",
        "d.innerHTML = '<dialog id=q>编号：<b>A-1</b></dialog>'; q.showModal()",
        "d.attachShadow({mode: 'open'}).innerHTML = '<p>编号：A-1</p>'",
        "d.innerHTML = '<iframe src=/receipt></iframe>'",
        "location = '/receipt'",
        "setTimeout(() => { location = '/receipt' }, 300)",
        "history.pushState({}, '', '/x'); d.innerText = '编号：A-1'",
        "window.open('/receipt')",
    ],
)
def test_a_number_is_seen_wherever_it_appears(stage: Stage, script: str) -> None:
    stage.server.pages["/receipt"] = "<p>提交成功</p>编号：A-1"
    signal = after_press(stage, shown_by(script))
    assert (signal.kind, signal.number) == ("success", "A-1")


def test_what_nobody_can_see_is_no_sign(stage: Stage) -> None:
    signal = after_press(
        stage, shown_by("d.innerHTML = '<p hidden>编号：A-1</p><!-- 编号：A-2 -->'"), within=0.6
    )
    assert signal == Signal("timeout", None, "")


def test_a_sign_is_returned_at_once(stage: Stage) -> None:
    started = time.monotonic()
    after_press(stage, shown_by("d.innerText = '编号：A-1'"), within=60)
    assert time.monotonic() - started < 15


def test_a_challenge_that_comes_with_success_wins(stage: Stage) -> None:
    assert after_press(stage, shown_by("d.innerText = '请输入验证码 编号：A-1'")).kind == "challenge"


def test_what_a_native_dialog_said_counts(stage: Stage) -> None:
    said: list[str] = []

    async def work(page: Page) -> Signal:
        async def hear(dialog: object) -> None:
            said.append(dialog.message)  # type: ignore[attr-defined]
            await dialog.accept()  # type: ignore[attr-defined]

        page.once("dialog", lambda dialog: asyncio.ensure_future(hear(dialog)))
        signals = Signals(NUMBER)
        before = await signals.before(page)
        await press(await find_button(page, "提交"))
        return await signals.wait(page, before, 8, said=lambda: "\n".join(said))

    assert stage.on_html(shown_by("alert('提交成功，编号：A-1')"), work).number == "A-1"


def test_the_text_of_a_page_is_read_over_frames_and_shadow_roots(stage: Stage) -> None:
    stage.server.pages["/inner"] = "<p>框内</p>"
    html = """<p>外面</p><p style="display:none">暗处</p><div id="s"></div><iframe src="/inner"></iframe>
      <script>s.attachShadow({mode: 'open'}).innerHTML = '<p>影中</p>'</script>"""
    text = stage.on_html(html, visible_text)
    assert all(word in text for word in ("外面", "框内", "影中")) and "暗处" not in text


@pytest.mark.parametrize(
    "button",
    [
        "<button>提 交</button>",
        '<input type="submit" value="提交">',
        '<a href="#"><span>提交</span></a>',
        '<div role="button">提交</div>',
        '<button aria-label="提交"><svg></svg></button>',
        '<input type="image" alt="提交">',
        '<div style="cursor:pointer"><span>提交</span></div>',
    ],
)
def test_a_button_is_found_by_its_exact_name(stage: Stage, button: str) -> None:
    async def work(page: Page) -> str:
        return (await find_button(page, "提交", within=0.2)).name

    others = '<button>提交并继续</button><button>保存</button><button style="display:none">提交</button><p>提交</p>'
    assert stage.on_html(f"<form>{button}{others}</form>", work) == "提交"


@pytest.mark.parametrize(
    "html", ["<button>提交申请</button>", "<button>提交</button><button>提 交</button>", "<p>提交</p>"]
)
def test_a_similar_or_doubled_button_is_not_pressed(stage: Stage, html: str) -> None:
    async def work(page: Page) -> None:
        with pytest.raises(FormChanged, match="提交"):
            await find_button(page, "提交", within=0.2)

    stage.on_html(html, work)


@pytest.mark.parametrize(
    "html",
    [
        "<button disabled onclick=\"document.title='pressed'\">提交</button>",
        "<button onclick=\"document.title='pressed'\">提交</button><div style='position:fixed;inset:0'>遮</div>",
    ],
)
def test_a_button_that_cannot_be_pressed_is_said_before_anything_is_pressed(
    stage: Stage, html: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complain.browser.buttons.PRESS_MILLISECONDS", 300)

    async def work(page: Page) -> str:
        with pytest.raises(FormChanged, match="提交"):
            await press(await find_button(page, "提交"))
        return await page.title()

    assert stage.on_html(html, work) == ""


ASKS = """<button id="b">提交</button><button id="other">确定</button><div id="d"></div><script>
  other.onclick = () => { document.title = 'wrong' }
  b.onclick = () => setTimeout(() => {
    d.innerHTML = '<div role=dialog>确定要提交吗？<button id=yes>取消</button><button id=ok>确 定</button></div>'
    ok.onclick = () => { document.title += 'confirmed' } }, 200)</script>"""


def test_the_dialog_that_asks_again_is_confirmed_and_an_older_button_of_that_name_is_not(
    stage: Stage,
) -> None:
    async def work(page: Page) -> tuple[bool, str]:
        before = await buttons_named(page, "确定")
        await press(await find_button(page, "提交"))
        confirmed = await confirm_dialog(page, "确定", before=before, within=5)
        return confirmed, await page.title()

    assert stage.on_html(ASKS, work) == (True, "confirmed")


def test_no_dialog_is_no_confirm(stage: Stage) -> None:
    async def work(page: Page) -> bool:
        await press(await find_button(page, "提交"))
        return await confirm_dialog(page, "确定", before=[], within=0.4)

    assert stage.on_html("<button>提交</button>", work) is False


def test_a_page_that_never_ends_still_gives_its_number(stage: Stage) -> None:
    """A truncated answer: the receipt is shown while the document keeps loading."""
    script = "document.open(); document.write('<p>编号：A-1</p>')"
    signal = after_press(stage, shown_by(script))
    assert (signal.kind, signal.number) == ("success", "A-1")
