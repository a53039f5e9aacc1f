"""Native controls are filled as planned; what cannot be filled stops the filing, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page

from complain.browser.buttons import find_button, press
from complain.browser.fill import fill_fields, type_answer
from complain.browser.readback import Difference, read_back
from complain.browser.signals import Signals
from complain.errors import FormChanged, OriginRefused
from complain.model import Action, PlannedField
from widgets.plans import anywhere, cascade, check, choose, date, upload, value
from widgets.stage import Posted, Server, Stage, open_stage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage() as opened:
        yield opened


def differences(stage: Stage, html: str, *fields: PlannedField) -> list[Difference]:
    """Fill ``fields`` and say what then differs from the plan."""

    async def work(page: Page) -> list[Difference]:
        return await read_back(page, await fill_fields(page, fields, may_type=anywhere))

    return stage.on_html(html, work)


def submitted(stage: Stage, html: str, fields: Sequence[PlannedField]) -> Posted:
    """Fill ``fields`` in a form around ``html``, submit it, and return what the server received."""

    async def work(page: Page) -> None:
        filled = await fill_fields(page, fields, may_type=anywhere)
        assert await read_back(page, filled) == []
        signals = Signals(pattern="已收到")
        before = await signals.before(page)
        await press(await find_button(page, "提交"))
        assert (await signals.wait(page, before, 10)).kind == "success"

    form = (
        f'<form method="post" action="/send" enctype="multipart/form-data">{html}<button>提交</button></form>'
    )
    stage.on_html(form, work)
    (posted,) = stage.server.posted
    return posted


def test_every_native_control_sends_what_was_planned(stage: Stage, tmp_path: Path) -> None:
    picture = tmp_path / "截图.png"
    picture.write_bytes(bytes(range(256)) * 40)
    html = """
      <label>标题<input name="text" value="旧的"></label> <label>邮箱<input type="email" name="email"></label>
      <label>手机<input type="tel" name="tel"></label> <label>金额<input type="number" step="0.01" name="number"></label>
      <label>网址<input type="url" name="url"></label> <label>口令<input type="password" name="password"></label>
      <label>描述<textarea name="textarea">旧的\n内容</textarea></label>
      <label>分类<select name="select"><option value="0">请选择<option value="1">投 诉<option value="2">咨询</select></label>
      <label>涉及<select name="multiple" multiple><option>甲<option selected>乙<option>丙</select></label>
      <p>性别 <input type="radio" name="radio" value="m">男 <input type="radio" name="radio" value="f">女</p>
      <p>渠道 <input type="checkbox" name="boxes" value="1" checked>电话 <input type="checkbox" name="boxes" value="2">短信
         <input type="checkbox" name="boxes" value="3">上门</p>
      <label>日期<input type="date" name="date"></label> <label>时刻<input type="datetime-local" name="moment"></label>
      <label>月份<input type="month" name="month"></label>
      <div>地区 <select name="province"><option>浙江</select><select name="city"><option>杭州</select></div>
      <label>附件<input type="file" name="files" multiple></label>
      <label><input type="checkbox" name="agree" value="yes">我已阅读并同意</label>
      <label><input type="checkbox" name="news" value="yes" checked>订阅消息</label>"""
    posted = submitted(
        stage,
        html,
        [
            value("标题", "爆通讯录，“骚扰”<b>&amp;'\""),
            value("邮箱", "zhang@example.cn"),
            value("手机", "13800138000"),
            value("金额", "1000.50"),
            value("网址", "https://example.cn/"),
            value("口令", "geheim 1"),
            value("描述", "第一行\n\n  第三行\t\U00020000"),
            choose("分类", "投诉"),
            choose("涉及", "甲", "丙"),
            choose("性别", "女"),
            check("渠道", "短信", "上门"),
            date("日期", "2026-11-23"),
            date("时刻", "2026-11-23 14:05"),
            date("月份", "2026-11-23"),
            cascade("地区", "浙江", "杭州"),
            upload("附件", picture),
            check("我已阅读并同意"),
            check("订阅消息", "false"),
        ],
    )
    assert posted.fields == [
        ("text", "爆通讯录，“骚扰”<b>&amp;'\""),
        ("email", "zhang@example.cn"),
        ("tel", "13800138000"),
        ("number", "1000.50"),
        ("url", "https://example.cn/"),
        ("password", "geheim 1"),
        ("textarea", "第一行\r\n\r\n  第三行\t\U00020000"),
        ("select", "1"),
        ("multiple", "甲"),
        ("multiple", "丙"),
        ("radio", "f"),
        ("boxes", "2"),
        ("boxes", "3"),
        ("date", "2026-11-23"),
        ("moment", "2026-11-23T14:05"),
        ("month", "2026-11"),
        ("province", "浙江"),
        ("city", "杭州"),
        ("agree", "yes"),
    ]
    assert posted.files == [("files", "截图.png", picture.read_bytes())]


def test_a_text_that_the_page_would_cut_is_a_difference(stage: Stage) -> None:
    html = '<label>标题<input maxlength="5"></label>'
    assert differences(stage, html, value("标题", "一二三四五六")) == [
        Difference("标题", "一二三四五六", "一二三四五")
    ]


def test_a_text_that_a_script_cuts_is_a_difference(stage: Stage) -> None:
    html = '<label>标题<input oninput="this.value = this.value.slice(0, 3)"></label>'
    assert differences(stage, html, value("标题", "一二三四五六")) == [
        Difference("标题", "一二三四五六", "一二三")
    ]


def test_a_field_that_wraps_hard_sends_the_text_without_line_breaks_of_the_browsers_own(stage: Stage) -> None:
    text = "夜间来电" * 60 + "\n" + "not one word " * 20
    html = "<label>内容 <textarea name=body cols=40 wrap=hard></textarea></label>"
    posted = submitted(stage, html, [value("内容", text)])

    assert (posted.value("body") or "").replace("\r\n", "\n") == text


def test_a_newline_in_a_one_line_field_is_a_difference_and_submits_nothing(stage: Stage) -> None:
    html = """<form method="post" action="/send" onsubmit="document.title = 'submitted'"><label>标题<input></label></form>"""

    async def work(page: Page) -> tuple[list[str], str, str]:
        filled = await fill_fields(page, [value("标题", "一\n二")], may_type=anywhere)
        differences = await read_back(page, filled)
        return [difference.name for difference in differences], await page.title(), page.url

    assert stage.on_html(html, work) == (["标题"], "", f"{stage.server.origin}/")
    assert stage.server.posted == []


@pytest.mark.parametrize("options", ["<option>咨询", "<option>投诉<option>投 诉"])
def test_an_option_that_is_missing_or_doubled_stops_with_the_options_named(
    stage: Stage, options: str
) -> None:
    html = f"<label>分类<select><option>建议{options}</select></label>"
    with pytest.raises(FormChanged, match=r"投诉.*建议"):
        differences(stage, html, choose("分类", "投诉"))


def test_an_option_is_never_taken_because_it_is_similar(stage: Stage) -> None:
    with pytest.raises(FormChanged, match="投诉举报"):
        differences(stage, "<label>分类<select><option>投诉举报</select></label>", choose("分类", "投诉"))


@pytest.mark.parametrize("attribute", ["disabled", "readonly"])
def test_a_field_that_takes_no_input_stops(stage: Stage, attribute: str) -> None:
    with pytest.raises(FormChanged, match="标题"):
        differences(stage, f"<label>标题<input {attribute}></label>", value("标题", "一"))


def test_options_that_arrive_after_a_choice_are_waited_for(stage: Stage) -> None:
    html = """<label>省<select id="p"><option>请选择<option>浙江</select></label><label>市<select id="c" name="c"></select></label>
      <script>p.onchange = () => setTimeout(() => { c.innerHTML = '<option>请选择<option>杭州' }, 150)</script>"""
    posted = submitted(stage, html, [choose("省", "浙江"), choose("市", "杭州")])
    assert posted.value("c") == "杭州"


def test_a_field_that_appears_after_a_choice_is_waited_for(stage: Stage) -> None:
    html = """<label>分类<select id="p"><option>请选择<option>投诉</select></label><div id="d"></div>
      <script>p.onchange = () => setTimeout(() => { d.innerHTML = '<label>标题<input name="t"></label>' }, 150)</script>"""
    assert submitted(stage, html, [choose("分类", "投诉"), value("标题", "一")]).value("t") == "一"


def test_a_value_that_a_later_choice_resets_is_filled_again(stage: Stage) -> None:
    html = """<label>标题<input id="t" name="t"></label><label>分类<select id="p"><option>请选择<option>投诉</select></label>
      <script>p.onchange = () => { t.value = '' }</script>"""
    assert submitted(stage, html, [value("标题", "一"), choose("分类", "投诉")]).value("t") == "一"


def test_a_field_that_only_believes_real_keys_is_typed(stage: Stage) -> None:
    html = """<label>标题<input id="t" name="t"></label><script>let keys = ''
      t.addEventListener('keypress', (e) => { if (e.isTrusted) keys += e.key })
      t.addEventListener('input', () => { if (t.value && !t.value.startsWith(keys.slice(0, 1) || '?')) t.value = '' })</script>"""
    assert submitted(stage, html, [value("标题", "abc")]).value("t") == "abc"


def test_real_typing_keeps_the_lines_of_a_text_and_presses_no_enter(stage: Stage) -> None:
    html = """<label>描述<textarea id="t" name="t"></textarea></label><script>let keys = 0, enters = 0
      t.addEventListener('keydown', (e) => { keys += e.isTrusted; if (e.key === 'Enter') document.forms[0].submit() })
      t.addEventListener('input', () => { if (!keys) t.value = '' })</script>"""
    assert submitted(stage, html, [value("描述", "一\n二")]).value("t") == "一\r\n二"


def test_pages_that_count_on_key_events_see_one(stage: Stage) -> None:
    html = """<label>描述<textarea id="t"></textarea></label><input name="n" id="n">
      <script>t.onkeyup = () => { n.value = t.value.length }</script>"""
    assert submitted(stage, html, [value("描述", "一二三")]).value("n") == "3"


def test_a_field_in_a_shadow_root_is_filled(stage: Stage) -> None:
    html = """<x-a></x-a><input name="t" id="t" type="hidden"><script>customElements.define('x-a', class extends HTMLElement {
      connectedCallback() { const root = this.attachShadow({mode: 'open'}); root.innerHTML = '<label>标题<input></label>'
        root.querySelector('input').onchange = (e) => { t.value = e.target.value } } })</script>"""
    assert submitted(stage, html, [value("标题", "一")]).value("t") == "一"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_fields_of_two_frames_are_filled(stage: Stage, host: str) -> None:
    other = Server()
    other.pages["/inner"] = (
        "<label>描述<textarea></textarea></label><label>分类<select><option>一<option>二</select></label>"
    )

    async def work(page: Page) -> list[str]:
        fields = [
            value("标题", "标"),
            value("描述", "第一行\n第二行"),
            choose("分类", "二"),
            value("邮箱", "a@b.cn"),
        ]
        filled = await fill_fields(page, fields, may_type=anywhere)
        assert await read_back(page, filled) == []
        return [item.found.origin for item in filled]

    try:
        origin = other.origin.replace("127.0.0.1", host)
        html = f'<label>标题<input></label><iframe src="{origin}/inner"></iframe><label>邮箱<input></label>'
        own = stage.server.origin
        assert stage.on_html(html, work) == [own, origin, origin, own]
    finally:
        other.close()


def test_nothing_is_typed_where_the_page_is_not_the_channels(stage: Stage) -> None:
    html = '<label>标题<input id="t"></label>'

    async def work(page: Page) -> str:
        with pytest.raises(OriginRefused, match=r"127\.0\.0\.1"):
            await fill_fields(
                page, [value("标题", "一")], may_type=lambda origin: origin == "https://good.cn"
            )
        return await page.input_value("#t")

    assert stage.on_html(html, work) == ""


@pytest.mark.parametrize(
    "form",
    [
        '<form action="https://evil.example/x">{field}</form>',
        '<form action="/ok">{field}<button formaction="https://evil.example/x">B</button></form>',
        '<form action="https://evil.example/x">{field}<input name="action" value="/ok"></form>',
        '<form action="https://evil.example/x" id="f"></form>{field}',
    ],
)
def test_nothing_is_typed_into_a_form_that_sends_elsewhere(stage: Stage, form: str) -> None:
    html = form.format(
        field='<label>标题<input id="t" form="f"></label>'
        if 'id="f"' in form
        else '<label>标题<input id="t"></label>'
    )

    async def work(page: Page) -> str:
        own = stage.server.origin
        with pytest.raises(OriginRefused, match="evil"):
            await fill_fields(page, [value("标题", "一")], may_type=lambda origin: origin == own)
        return await page.input_value("#t")

    assert stage.on_html(html, work) == ""


def test_nothing_is_typed_into_a_foreign_frame(stage: Stage) -> None:
    other = Server()
    other.pages["/inner"] = "<label>标题<input></label>"

    async def work(page: Page) -> None:
        with pytest.raises(OriginRefused):
            await fill_fields(
                page, [value("标题", "一")], may_type=lambda origin: origin == stage.server.origin
            )

    try:
        stage.on_html(f'<iframe src="{other.origin}/inner"></iframe>', work)
    finally:
        other.close()


def test_ask_fields_are_left_for_a_person(stage: Stage) -> None:
    html = '<label>标题<input></label><label>短信验证码<input id="c"></label>'
    ask = PlannedField("短信验证码", Action.ASK, ask="sms", send="获取验证码")

    async def work(page: Page) -> tuple[int, str, str]:
        filled = await fill_fields(page, [value("标题", "一"), ask], may_type=anywhere)
        before = await page.input_value("#c")
        await type_answer(page, ask, "482913")
        return len(filled), before, await page.input_value("#c")

    assert stage.on_html(html, work) == (1, "", "482913")


def test_several_files_keep_their_names_and_bytes(stage: Stage, tmp_path: Path) -> None:
    one, two = tmp_path / "通话记录.pdf", tmp_path / "b c.jpg"
    one.write_bytes(b"%PDF-1.7\r\n\x00\xff")
    two.write_bytes(b"\xff\xd8" + bytes(1000))
    field = upload("附件", one, two)
    renamed = replace(
        field, attachments=(field.attachments[0], replace(field.attachments[1], name="照片 1.jpg"))
    )
    posted = submitted(stage, '<label>附件<input type="file" name="f" multiple></label>', [renamed])
    assert posted.files == [("f", "通话记录.pdf", one.read_bytes()), ("f", "照片 1.jpg", two.read_bytes())]


def test_a_single_upload_refuses_two_files(stage: Stage, tmp_path: Path) -> None:
    one, two = tmp_path / "a.txt", tmp_path / "b.txt"
    one.write_text("a")
    two.write_text("b")
    with pytest.raises(FormChanged, match="附件"):
        differences(stage, '<label>附件<input type="file"></label>', upload("附件", one, two))


def test_a_page_that_keeps_replacing_a_field_is_given_up(stage: Stage) -> None:
    html = """<div id="d"><label>标题<input></label></div><script>
      d.addEventListener('focusin', () => { d.innerHTML = '<label>标题<input></label>' })</script>"""

    async def work(page: Page) -> list[Difference]:
        return await read_back(page, await fill_fields(page, [value("标题", "一")], may_type=anywhere))

    with pytest.raises(FormChanged, match="标题"):
        stage.on_html(html, work)
