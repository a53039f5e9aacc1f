"""A complaint form of Element Plus is filled in its real widgets, and the server gets what was planned."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from complain.browser.fill import fill_fields
from complain.browser.fill_real import do_for_real
from complain.browser.find import find_field, options_of, order_for
from complain.browser.readback import FilledField, read_back
from complain.errors import FormChanged
from complain.model import PlannedField
from widgets.filing import FOLDER, filed, needs_widgets, trying
from widgets.plans import anywhere, cascade, check, choose, date, upload, value
from widgets.stage import Stage, open_stage

pytestmark = [pytest.mark.browser, needs_widgets, pytest.mark.xdist_group("element-plus")]
PAGE = "/element-plus.html"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage(FOLDER) as opened:
        yield opened


def test_every_widget_sends_what_was_planned(stage: Stage, tmp_path: Path) -> None:
    picture, record = tmp_path / "截图.png", tmp_path / "通话记录.pdf"
    picture.write_bytes(b"\x89PNG\r\n" + bytes(range(256)) * 4)
    record.write_bytes(b"%PDF-1.7\r\n\x00\xff")
    posted = filed(
        stage,
        PAGE,
        [
            value("投诉标题", "催收骚扰第三人"),
            choose("投诉类型", "催收投诉"),
            choose("涉及公司", "公司42号"),
            choose("贷款产品", "产品1234"),
            choose("银行网点", "西湖支行"),
            choose("诉求", "停止骚扰", "删除信息"),
            choose("性别", "女"),
            choose("紧急程度", "紧急"),
            check("联系方式", "电话", "邮件"),
            check("匿名投诉"),
            date("发生日期", "2026-11-05"),
            date("受理时间", "2026-11-05 14:30"),
            date("中文日期", "2025-02-07"),
            date("起止日期", "2026-10-01", "2026-11-05"),
            cascade("所在地区", "浙江省", "杭州市", "滨江区"),
            value("涉及金额", "12345.50"),
            value("合同编号", "HT-9"),
            value("手机号码", "13800138000"),
            value("电子邮箱", "zhang@example.cn"),
            date("催收时刻", "22:15:00"),
            value("问题描述", "第一行\n\n第三行"),
            upload("证据附件", picture, record),
            upload("证据图片", picture),
            check("我已阅读并同意"),
        ],
        button="提交投诉",
        confirm="确定",
    )
    assert dict(posted.fields) == {
        "title": "催收骚扰第三人",
        "kind": "催收投诉",
        "company": "c42",
        "product": "p1234",
        "branch": "西湖支行",
        "demands": json.dumps(["停止骚扰", "删除信息"], ensure_ascii=False, separators=(",", ":")),
        "sex": "f",
        "urgency": "2",
        "ways": '["phone","mail"]',
        "anonymous": "true",
        "day": "2026-11-05",
        "moment": "2026-11-05 14:30",
        "chinese": "2025-02-07",
        "range": '["2026-10-01","2026-11-05"]',
        "area": '["33","3301","330108"]',
        "amount": "12345.5",
        "contract": "HT-9",
        "phone": "13800138000",
        "email": "zhang@example.cn",
        "time": "22:15:00",
        "rate": "0",
        "body": "第一行\r\n\r\n第三行",
        "agree": "true",
    }
    assert posted.files == [
        ("files", "截图.png", picture.read_bytes()),
        ("files", "通话记录.pdf", record.read_bytes()),
        ("pictures", "截图.png", picture.read_bytes()),
    ]


SEARCH = "const search = (text) => {"
LOST = f"{SEARCH} if (searching.value) return; if (!text) {{ searching.value = true; return setTimeout(() => {{ searching.value = false; }}, 900); }}"
OVERTAKEN = f"{SEARCH} if (text && !window.late) window.late = setTimeout(() => {{ branches.value = ['滨江支行']; }}, 170);"


@pytest.mark.parametrize("habit", [LOST, OVERTAKEN], ids=["lost", "overtaken"])
def test_what_is_typed_into_a_list_that_still_fetches_may_be_lost(stage: Stage, habit: str) -> None:
    """Red when it was typed once: the list kept what it had fetched first, and lacked the option."""
    page = (FOLDER / PAGE.lstrip("/")).read_text("utf-8")
    assert SEARCH in page
    stage.server.pages["/habit.html"] = page.replace(SEARCH, habit)

    async def work(page: Page) -> None:
        filled = await fill_fields(page, [choose("银行网点", "西湖支行")], may_type=anywhere)
        assert await read_back(page, filled) == []

    stage.on_page("/habit.html", work)


def test_files_that_are_uploaded_at_once_are_waited_for(stage: Stage, tmp_path: Path) -> None:
    stage.server.answers["/upload"] = '{"id": "F1"}'
    file = tmp_path / "a.txt"
    file.write_bytes(b"inhalt")

    async def work(page: Page) -> None:
        filled = await fill_fields(page, [upload("在线上传", file)], may_type=anywhere)
        assert await read_back(page, filled) == []
        assert await page.locator(".el-upload-list__item.is-success").count() == 1

    stage.server.posted.clear()
    stage.on_page(PAGE, work)
    (posted,) = stage.server.posted
    assert (posted.path, posted.files) == ("/upload", [("file", "a.txt", b"inhalt")])


@pytest.mark.parametrize(
    ("field", "named"),
    [
        (choose("投诉类型", "投诉"), "服务投诉"),
        (choose("涉及公司", "公司99号"), "公司"),
        (cascade("所在地区", "浙江省", "温州市"), "宁波市"),
        (choose("性别", "未知"), "男"),
        (check("联系方式", "传真"), "短信"),
    ],
)
def test_an_option_that_is_not_offered_stops_with_those_that_are(
    stage: Stage, field: PlannedField, named: str
) -> None:
    with pytest.raises(FormChanged, match=named):
        stage.on_page(PAGE, trying([field]))


def test_what_was_chosen_before_gives_way_to_the_plan(stage: Stage) -> None:
    async def work(page: Page) -> None:
        first = [
            choose("诉求", "停止骚扰", "书面答复"),
            choose("投诉类型", "服务投诉"),
            check("联系方式", "短信"),
        ]
        second = [choose("诉求", "删除信息"), choose("投诉类型", "隐私投诉"), check("联系方式", "电话")]
        await fill_fields(page, first, may_type=anywhere)
        filled = await fill_fields(page, second, may_type=anywhere)
        assert [item.shown for item in filled] == [("删除信息",), ("隐私投诉",), ("电话",)]
        assert await read_back(page, filled) == []

    stage.on_page(PAGE, work)


def test_a_text_over_the_word_limit_is_a_difference(stage: Stage) -> None:
    async def work(page: Page) -> None:
        filled = await fill_fields(page, [value("投诉标题", "字" * 41)], may_type=anywhere)
        (difference,) = await read_back(page, filled)
        assert difference.found == "字" * 40

    stage.on_page(PAGE, work)


def test_real_mouse_and_keys_fill_the_same_widgets(stage: Stage) -> None:
    """For pages that the fast hand does not move, the same steps are done with real input."""
    fields = [
        choose("投诉类型", "催收投诉"),
        choose("银行网点", "西湖支行"),
        choose("诉求", "停止骚扰", "删除信息"),
        choose("性别", "女"),
        check("联系方式", "电话", "邮件"),
        check("匿名投诉"),
        date("发生日期", "2026-11-05"),
        date("中文日期", "2025-02-07"),
        date("起止日期", "2026-10-01", "2026-11-05"),
        cascade("所在地区", "浙江省", "杭州市", "滨江区"),
        value("涉及金额", "12345.50"),
        check("我已阅读并同意"),
    ]

    async def work(page: Page) -> list[str]:
        filled: list[FilledField] = []
        for field in fields:
            found = await find_field(page, field)
            await do_for_real(found, order_for(field))
            filled.append(FilledField(field, found, ()))
        return [difference.name for difference in await read_back(page, filled)]

    assert stage.on_page(PAGE, work) == []


def test_the_options_of_a_list_can_be_read_without_choosing(stage: Stage) -> None:
    async def work(page: Page) -> tuple[list[tuple[str, ...]], list[str]]:
        fields = [choose("投诉类型", ""), cascade("所在地区", ""), choose("贷款产品", ""), choose("性别", "")]
        found = [await find_field(page, field) for field in fields]
        options = [await options_of(one) for one in found]
        held = await read_back(page, [FilledField(f, one, ()) for f, one in zip(fields, found, strict=True)])
        return options, [difference.found or "" for difference in held]

    options, held = stage.on_page(PAGE, work)
    assert options[0] == ("服务投诉", "催收投诉", "隐私投诉")
    assert options[1] == ("浙江省", "上海市")
    assert len(options[2]) == 2000 and options[2][1234] == "产品1234"
    assert options[3] == ("男", "女")
    assert set(held) == {""}
