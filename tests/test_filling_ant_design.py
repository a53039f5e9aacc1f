"""A complaint form of Ant Design, in its two current versions, is filled in its real widgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from complain.errors import FormChanged
from complain.model import PlannedField
from widgets.filing import FOLDER, filed, needs_widgets, trying
from widgets.plans import cascade, check, choose, date, upload, value
from widgets.stage import Stage, open_stage

pytestmark = [pytest.mark.browser, needs_widgets, pytest.mark.xdist_group("ant-design")]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage(FOLDER) as opened:
        yield opened


@pytest.mark.parametrize("page", ["/antd5.html", "/antd6.html"])
def test_every_widget_sends_what_was_planned(stage: Stage, tmp_path: Path, page: str) -> None:
    picture, record = tmp_path / "截图.png", tmp_path / "通话记录.pdf"
    picture.write_bytes(b"\x89PNG\r\n" + bytes(range(256)) * 4)
    record.write_bytes(b"%PDF-1.7\r\n\x00\xff")
    posted = filed(
        stage,
        page,
        [
            value("投诉标题", "催收骚扰第三人"),
            choose("投诉类型", "催收投诉"),
            choose("涉及公司", "公司42号"),
            choose("贷款产品", "产品234"),
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
            date("催收时刻", "22:15:00"),
            cascade("所在地区", "浙江省", "杭州市", "滨江区"),
            value("涉及金额", "12345.50"),
            value("合同编号", "HT-9"),
            value("手机号码", "13800138000"),
            value("问题描述", "第一行\n\n第三行"),
            upload("证据附件", picture, record),
            upload("证据图片", picture),
            check("我已阅读并同意"),
        ],
        confirm="确定",
    )
    sent = dict(posted.fields)
    assert sent.pop("time").endswith(" 22:15:00")
    assert sent == {
        "title": "催收骚扰第三人",
        "kind": "v1",
        "company": "c42",
        "product": "p234",
        "branch": "西湖支行",
        "demands": '["v0","v2"]',
        "sex": "v1",
        "urgency": "v1",
        "ways": '["v0","v2"]',
        "anonymous": "true",
        "day": "2026-11-05 00:00:00",
        "moment": "2026-11-05 14:30:00",
        "chinese": "2025-02-07 00:00:00",
        "range": '["2026-10-01","2026-11-05"]',
        "area": '["33","3301","330108"]',
        "amount": "12345.5",
        "contract": "HT-9",
        "phone": "13800138000",
        "body": "第一行\r\n\r\n第三行",
        "agree": "true",
    }
    assert posted.files == [
        ("files", "截图.png", picture.read_bytes()),
        ("files", "通话记录.pdf", record.read_bytes()),
        ("pictures", "截图.png", picture.read_bytes()),
    ]


@pytest.mark.parametrize(
    ("field", "named"),
    [(choose("投诉类型", "投诉"), "服务投诉"), (cascade("所在地区", "浙江省", "温州市"), "宁波市")],
)
def test_an_option_that_is_not_offered_stops_with_those_that_are(
    stage: Stage, field: PlannedField, named: str
) -> None:
    with pytest.raises(FormChanged, match=named):
        stage.on_page("/antd6.html", trying([field]))
