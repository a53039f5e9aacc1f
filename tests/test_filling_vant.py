"""A phone's complaint form of Vant is filled in its sheets, wheels and calendars."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from complain.browser.find import find_field, options_of
from complain.errors import FormChanged
from complain.model import PlannedField
from widgets.filing import FOLDER, filed, needs_widgets, trying
from widgets.plans import cascade, check, choose, date, upload, value
from widgets.stage import Stage, open_stage

pytestmark = [pytest.mark.browser, needs_widgets, pytest.mark.xdist_group("vant")]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage(FOLDER) as opened:
        yield opened


def test_every_widget_sends_what_was_planned(stage: Stage, tmp_path: Path) -> None:
    one, two = tmp_path / "截图.png", tmp_path / "照片.jpg"
    one.write_bytes(b"\x89PNG\r\n" + bytes(range(256)) * 4)
    two.write_bytes(b"\xff\xd8" + bytes(500))
    posted = filed(
        stage,
        "/vant.html",
        [
            value("投诉标题", "催收骚扰第三人"),
            value("手机号码", "13800138000"),
            value("涉及金额", "12345.50"),
            choose("投诉类型", "催收投诉"),
            date("发生日期", "2025-10-05"),
            date("还款日期", "2026-11-05"),
            cascade("所在地区", "浙江省", "杭州市", "滨江区"),
            cascade("户籍地", "上海市", "市辖区", "徐汇区"),
            choose("诉求", "书面答复"),
            choose("性别", "女"),
            check("联系方式", "电话", "邮件"),
            check("匿名投诉"),
            value("来电次数", "27"),
            value("问题描述", "第一行\n\n第三行"),
            upload("证据图片", one, two),
            check("我已阅读并同意"),
        ],
        **PHONE,
    )
    assert dict(posted.fields) == {
        "title": "催收骚扰第三人",
        "phone": "13800138000",
        "amount": "12345.50",
        "kind": "催收投诉",
        "day": "2025-10-05",
        "calendar": "2026/11/5",
        "area": "浙江省/杭州市/滨江区",
        "place": "上海市/市辖区/徐汇区",
        "sheet": "书面答复",
        "sex": "f",
        "ways": '["phone","mail"]',
        "anonymous": "true",
        "calls": "27",
        "body": "第一行\r\n\r\n第三行",
        "agree": "true",
    }
    assert posted.files == [
        ("pictures", "截图.png", one.read_bytes()),
        ("pictures", "照片.jpg", two.read_bytes()),
    ]


@pytest.mark.parametrize(
    ("field", "named"),
    [
        (choose("投诉类型", "投诉"), "服务投诉"),
        (cascade("户籍地", "浙江省", "温州市", "鹿城区"), "宁波市"),
        (date("还款日期", "2031-01-01"), "2031"),
    ],
)
def test_what_is_not_offered_stops_the_filing(stage: Stage, field: PlannedField, named: str) -> None:
    with pytest.raises(FormChanged, match=named):
        stage.on_page("/vant.html", trying([field]), **PHONE)


def test_the_options_of_a_sheet_can_be_read_without_choosing(stage: Stage) -> None:
    async def work(page: Page) -> list[tuple[str, ...]]:
        fields = [choose("投诉类型", ""), cascade("所在地区", ""), choose("诉求", ""), choose("性别", "")]
        return [await options_of(await find_field(page, field)) for field in fields]

    assert stage.on_page("/vant.html", work, **PHONE) == [
        ("服务投诉", "催收投诉", "隐私投诉"),
        ("浙江省", "上海市"),
        ("停止骚扰", "书面答复"),
        ("男", "女"),
    ]
