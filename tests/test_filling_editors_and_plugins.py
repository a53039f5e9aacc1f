"""Rich text and the plug-ins that hide native controls: what is sent is what was planned, and what is seen is it too."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from playwright.async_api import Page

from complain.browser.fill import fill_fields
from complain.browser.readback import read_back
from widgets.filing import FOLDER, filed, needs_widgets
from widgets.plans import anywhere, check, choose, date, value
from widgets.stage import Stage, open_stage

pytestmark = [pytest.mark.browser, needs_widgets]
LETTER = "尊敬的客服：\n\n本人于2026年11月被骚扰<b>&。\n第三段"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage(FOLDER) as opened:
        yield opened


class _Text(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.feed(markup)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def words(markup: str) -> str:
    """The text of markup without white space."""
    return "".join("".join(_Text(markup).parts).split())


def test_a_rich_text_arrives_whole_whatever_the_editor(stage: Stage) -> None:
    names = ["问题描述", "补充说明", "框内正文"]
    fields = [value("标题", "一"), *(value(name, LETTER) for name in names), value("经过", "第一段\n第二段")]
    posted = filed(stage, "/editors.html", fields, success="已收到")
    assert posted.value("title") == "一"
    for key in ("body", "wang", "framed"):
        assert words(posted.value(key) or "") == "".join(LETTER.split()), key
    assert (posted.value("late") or "").split() == ["第一段", "第二段"]


def test_an_editor_whose_sent_control_holds_another_text_is_a_difference(stage: Stage) -> None:
    html = """<div><div>经过</div><div id="e" contenteditable="true"></div><textarea id="t" style="display:none"></textarea></div>
      <script>e.oninput = () => { t.value = e.innerText.slice(0, 3) }</script>"""

    async def work(page: Page) -> None:
        filled = await fill_fields(page, [value("经过", "一二三四五")], may_type=anywhere)
        (difference,) = await read_back(page, filled)
        assert difference.found == "一二三"

    stage.on_html(html, work)


def test_lists_and_boxes_that_a_plugin_draws_send_and_show_what_was_planned(stage: Stage) -> None:
    fields = [
        value("投诉标题", "骚扰"),
        choose("投诉类型", "催收投诉"),
        choose("涉及公司", "乙公司"),
        choose("性别", "女"),
        check("联系方式", "短信"),
        check("匿名投诉"),
        date("发生日期", "2026-11-05"),
        choose("所在城市", "宁波"),
        choose("诉求", "停止骚扰", "删除信息"),
        value("问题描述", "一\n二"),
        check("我已阅读并同意"),
    ]

    async def work(page: Page) -> str:
        await page.wait_for_selector(".layui-form-select")
        await fill_fields(page, fields, may_type=anywhere)
        shown = [await page.locator(".layui-select-title input").nth(place).input_value() for place in (0, 1)]
        shown += await page.locator(
            ".select2-selection__rendered, .select2-selection__choice__display"
        ).all_inner_texts()
        ticked = await page.locator(
            ".layui-form-radioed, .layui-form-checked, .layui-form-onswitch"
        ).all_inner_texts()
        return " ".join([*shown, *ticked])

    seen = stage.on_page("/plugins.html", work)
    assert all(
        text in seen
        for text in ("催收投诉", "乙公司", "宁波", "停止骚扰", "删除信息", "女", "短信", "我已阅读")
    )
    posted = filed(stage, "/plugins.html", fields, success="已收到")
    assert posted.fields == [
        ("title", "骚扰"),
        ("kind", "2"),
        ("company", "b"),
        ("sex", "f"),
        ("ways", "2"),
        ("anonymous", "on"),
        ("day", "2026-11-05"),
        ("city", "nb"),
        ("demands", "1"),
        ("demands", "3"),
        ("body", "一\r\n二"),
        ("agree", "on"),
    ]
