"""A field is found by what a person reads; where that is not one control, the filing stops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.async_api import Page

from complain.browser.find import controls, find_field
from complain.browser.library import call
from complain.errors import FormChanged
from complain.model import PlannedField
from complain.names import fold
from widgets.plans import check, choose, upload, value
from widgets.stage import Server, Stage, open_stage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage() as opened:
        yield opened


def found_id(stage: Stage, html: str, field: PlannedField, within: float = 0.3) -> str:
    """The id of the element that is found."""

    async def work(page: Page) -> str:
        found = await find_field(page, field, within=within)
        return str(
            await found.frame.evaluate("key => window[Symbol.for('complain')].unitElement(key).id", found.key)
        )

    return stage.on_html(html, work)


def refusal(stage: Stage, html: str, field: PlannedField) -> str:
    """The message with which the filing stops."""
    with pytest.raises(FormChanged) as caught:
        found_id(stage, html, field)
    return caught.value.message


@pytest.mark.parametrize(
    "html",
    [
        '<label for="x">标题</label><input id="x">',
        '<label>标题 <input id="x"></label>',
        '<label>标题：<span style="color:red">*</span></label><input id="x">',
        '<input id="x" aria-label="标 题">',
        '<span id="n">标题</span><input id="x" aria-labelledby="n">',
        '<input id="x" placeholder="标题（必填）">',
        '<input id="x" title="标题">',
        '<table><tr><td>标题：</td><td><input id="x"></td></tr></table>',
        '<table><tr><th>标题</th><td><span></span><div><input id="x"></div></td></tr></table>',
        '<dl><dt>标题</dt><dd><input id="x"></dd></dl>',
        '<div><span>标题</span><div class="box"><input id="x"></div></div>',
        '标题 <input id="x"><br>内容 <textarea></textarea>',
        '<p>标题</p><p><input id="x"></p>',
    ],
)
def test_a_field_is_found_by_whatever_names_it(stage: Stage, html: str) -> None:
    assert found_id(stage, html, value("标题", "")) == "x"


@pytest.mark.parametrize("label", ["您的邮箱", "您的邮箱：", "您的邮箱 *", "您的邮箱（必填）", "您 的 邮 箱"])
def test_marks_and_spaces_between_chinese_characters_do_not_matter(stage: Stage, label: str) -> None:
    html = '<label for="x">*您的邮箱（必填）：</label><input id="x">'
    assert found_id(stage, html, value(label, "")) == "x"


def test_an_exact_name_wins_over_one_that_contains_it(stage: Stage) -> None:
    html = '<label>副标题<input id="a"></label><label>标题<input id="x"></label>'
    assert found_id(stage, html, value("标题", "")) == "x"


def test_an_exact_placeholder_wins_over_a_label_that_contains_the_name(stage: Stage) -> None:
    html = '<label>副标题<input id="a"></label><input id="x" placeholder="标题">'
    assert found_id(stage, html, value("标题", "")) == "x"


def test_a_label_wins_over_a_placeholder(stage: Stage) -> None:
    html = '<input id="a" placeholder="标题"><label>标题<input id="x"></label>'
    assert found_id(stage, html, value("标题", "")) == "x"


def test_a_name_that_only_contains_the_label_is_found_when_it_is_the_only_one(stage: Stage) -> None:
    html = '<label>联系邮箱（用于接收回复）<input id="x"></label><label>标题<input></label>'
    assert found_id(stage, html, value("联系邮箱", "")) == "x"


def test_a_partial_match_waits_for_the_exact_one_that_is_on_its_way(stage: Stage) -> None:
    html = """<label>邮箱验证码<input id="a"></label><div id="d"></div>
      <script>setTimeout(() => { d.innerHTML = '<label>邮箱<input id="x"></label>' }, 60)</script>"""
    assert found_id(stage, html, value("邮箱", ""), within=15) == "x"


def test_two_fields_of_one_name_stop_the_filing_and_are_named(stage: Stage) -> None:
    html = "<label>备注<input></label><label>备注：<textarea></textarea></label>"
    assert "2" in refusal(stage, html, value("备注", ""))


def test_a_missing_field_is_named_with_those_that_are_there(stage: Stage) -> None:
    message = refusal(stage, "<label>主题<input></label>", value("标题", ""))
    assert "标题" in message and "主题" in message


def test_a_field_of_another_kind_is_not_taken(stage: Stage) -> None:
    message = refusal(stage, "<label>分类<input type=checkbox></label>", choose("分类", "投诉"))
    assert "分类" in message


def test_a_heading_over_two_fields_names_neither(stage: Stage) -> None:
    html = "<h3>联系方式</h3><div><input placeholder=甲><input placeholder=乙></div>"
    refusal(stage, html, value("联系方式", ""))


def test_a_long_instruction_names_no_field(stage: Stage) -> None:
    html = "<p>请在下方填写标题，并在标题中写明您所投诉的公司名称以及发生的时间和地点等基本信息。</p><input>"
    refusal(stage, html, value("标题", ""))


@pytest.mark.parametrize(
    "copy",
    [
        '<div style="display:none"><label>标题<input id="a"></label></div>',
        '<div style="visibility:hidden"><label>标题<input id="a"></label></div>',
        '<div hidden><label>标题<input id="a"></label></div>',
        '<label>标题<input id="a" type="hidden"></label>',
        '<div style="position:absolute;left:-9999px"><label>标题<input id="a"></label></div>',
        '<div inert><label>标题<input id="a"></label></div>',
        '<div style="opacity:0"><label>标题<input id="a"></label></div>',
        '<div style="width:300px;overflow:hidden"><div style="margin-left:400px"><label>标题<input id="a"></label></div></div>',
    ],
)
def test_a_copy_that_nobody_sees_is_left_out(stage: Stage, copy: str) -> None:
    assert found_id(stage, copy + '<label>标题<input id="x"></label>', value("标题", "")) == "x"


@pytest.mark.parametrize(
    "html",
    [
        '<label>附件 <input id="x" type="file"></label>',
        '<label for="x">附件</label><div><input id="x" type="file" style="display:none"><button>上传</button></div>',
        '<table><tr><td>附件</td><td><div><input id="x" type="file" hidden><b>+</b></div></td></tr></table>',
    ],
)
def test_a_hidden_file_input_behind_a_visible_button_is_found(stage: Stage, html: str) -> None:
    assert found_id(stage, html, upload("附件")) == "x"


def test_a_file_input_in_a_closed_tab_is_not_found(stage: Stage) -> None:
    refusal(stage, '<div style="display:none"><label>附件<input type="file"></label></div>', upload("附件"))


def test_radio_buttons_are_found_by_the_name_of_their_group(stage: Stage) -> None:
    html = """<div id="x">性别 <input type="radio" name="s"> 男 <input type="radio" name="s"> 女</div>"""
    assert found_id(stage, html, choose("性别", "女")) == "x"


def test_a_fieldset_with_a_legend_is_a_group(stage: Stage) -> None:
    html = """<fieldset id="x"><legend>渠道</legend><label><input type="checkbox">电话</label>
      <label><input type="checkbox">短信</label></fieldset>"""
    assert found_id(stage, html, check("渠道", "电话")) == "x"


def test_a_box_is_found_by_the_text_after_it(stage: Stage) -> None:
    html = '<input type="checkbox" id="x"> 我已阅读并同意 <a href="#">《协议》</a>'
    assert found_id(stage, html, check("我已阅读并同意")) == "x"


def test_css_finds_what_nothing_names(stage: Stage) -> None:
    html = '<input class="a"><div class="b"><input id="x"></div>'
    assert found_id(stage, html, value("", "", css=".b input")) == "x"
    assert found_id(stage, html, value("手机", "", css=".b")) == "x"


def test_css_that_matches_twice_stops_the_filing(stage: Stage) -> None:
    refusal(stage, "<input><input>", value("", "", css="input"))


def test_a_field_in_an_open_shadow_root_is_found(stage: Stage) -> None:
    html = """<x-a></x-a><script>customElements.define('x-a', class extends HTMLElement {
      connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML = '<label>标题<input id="x"></label>' } })</script>"""
    assert found_id(stage, html, value("标题", "")) == "x"


def test_the_label_of_a_custom_element_names_the_input_inside_it(stage: Stage) -> None:
    html = """<p>标题</p><x-b></x-b><script>customElements.define('x-b', class extends HTMLElement {
      connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML = '<input id="x">' } })</script>"""
    assert found_id(stage, html, value("标题", "")) == "x"


def test_a_field_in_a_frame_is_found(stage: Stage) -> None:
    stage.server.pages["/inner"] = '<label>标题<input id="x"></label>'
    assert found_id(stage, '<iframe src="/inner"></iframe>', value("标题", ""), within=15) == "x"


def test_a_field_in_a_frame_of_another_origin_is_found(stage: Stage) -> None:
    other = Server()
    other.pages["/inner"] = '<label>标题<input id="x"></label>'
    try:
        html = f'<iframe src="{other.origin.replace("127.0.0.1", "localhost")}/inner"></iframe>'
        assert found_id(stage, html, value("标题", ""), within=15) == "x"
    finally:
        other.close()


def test_frame_says_which_of_two_frames_is_meant(stage: Stage) -> None:
    stage.server.pages["/one"] = '<label>标题<input id="a"></label>'
    stage.server.pages["/two"] = '<label>标题<input id="x"></label>'
    html = '<iframe src="/one"></iframe><iframe id="f" src="/two"></iframe>'
    refusal(stage, html, value("标题", ""))
    assert found_id(stage, html, replace(value("标题", ""), frame="#f"), within=15) == "x"
    assert found_id(stage, html, replace(value("标题", ""), frame="*/two"), within=15) == "x"


def test_a_field_that_arrives_late_is_waited_for(stage: Stage) -> None:
    html = """<div id="d"></div><script>
      setTimeout(() => { d.innerHTML = '<label>标题<input id="x"></label>' }, 300)</script>"""
    assert found_id(stage, html, value("标题", ""), within=15) == "x"


def test_everything_that_could_be_filled_is_listed_with_its_limits(stage: Stage) -> None:
    async def work(page: Page) -> list[tuple[str, str, bool, int | None, tuple[str, ...]]]:
        return [(c.shown_name, c.kind, c.required, c.maxlength, c.options) for c in await controls(page)]

    html = """<label>标题*<input required maxlength=20></label>
      <label>分类<select><option>投诉<option>咨询</select></label>"""
    assert stage.on_html(html, work) == [
        ("标题", "text", True, 20, ()),
        ("分类", "select", False, None, ("投诉", "咨询")),
    ]


NAMES = st.text(
    st.one_of(
        st.sampled_from("投诉标题 *：:（）必填\u3000\u00a0\u200b　ＡaＢb１1-－()（必填）"),
        # The browser's Unicode is newer: it knows the small letter of one that Python does not know at all yet.
        st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs", "Cn"]),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=30))
def test_the_page_and_the_tool_fold_names_alike(stage: Stage, names: list[str]) -> None:
    async def work(page: Page) -> list[str]:
        return [await call(page.main_frame, "fold", name, returns=str) for name in names]

    assert stage.on_html("", work) == [fold(name) for name in names]
