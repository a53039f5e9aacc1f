"""Real third-party applications are filed through a form.toml alone, and their own records hold exactly one row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.cli import EXAMPLE, Cli, Result
from helpdesk.served import Helpdesk, needs_helpdesk, running_helpdesk
from widgets.filing import FOLDER, needs_widgets
from widgets.stage import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HELPDESK = """\
[channel]
id = "helpdesk"
title = "公开工单"
url = "ORIGIN/tickets/submit/"

[limits]
letter = { max = 4000 }
attachments = { max = 1, size = "2 MB", types = ["jpg", "png", "pdf"] }

[[page]]
fields = [
  { label = "所有待办", choose = "投诉" },
  { label = "标题", css = "#id_title", value = "{{ complaint.subject }}" },
  { label = "正文", css = "#id_body", value = "{{ letter }}" },
  { label = "优先级", choose = "2. 高" },
  { label = "截止至", date = "2026-12-31" },
  { label = "附件", files = "evidence" },
  { label = "邮箱地址", value = "{{ complainant.email }}" },
]

[submit]
button = "提交工单"
request = "POST */tickets/submit/"

[outcome]
success = { url = 'ticket=(?P<number>[\\w-]+-\\d+)' }
refusal = ["这个字段是必填项"]
"""

ELEMENT_PLUS = """\
[channel]
id = "element-plus"
title = "组件库表单"
url = "ORIGIN/element-plus.html"

[limits]
letter = { max = 500 }
attachments = { max = 3 }

[[page]]
fields = [
  { label = "投诉标题", value = "{{ complaint.subject }}" },
  { label = "投诉类型", choose = "催收投诉" },
  { label = "涉及公司", choose = "公司42号" },
  { label = "贷款产品", choose = "产品1234" },
  { label = "银行网点", choose = "西湖支行" },
  { label = "诉求", choose = ["停止骚扰", "书面答复"] },
  { label = "性别", choose = "女" },
  { label = "紧急程度", choose = "紧急" },
  { label = "联系方式", check = ["电话", "邮件"] },
  { label = "匿名投诉", check = false },
  { label = "发生日期", date = "2026-11-05" },
  { label = "受理时间", date = "2026-11-05 14:30" },
  { label = "中文日期", date = "2025-02-07" },
  { label = "起止日期", date = ["2026-10-01", "2026-11-05"] },
  { label = "所在地区", cascade = ["浙江省", "杭州市", "滨江区"] },
  { label = "涉及金额", value = "12345.50" },
  { label = "合同编号", value = "HT-9" },
  { label = "手机号码", value = "{{ complainant.phone }}" },
  { label = "电子邮箱", value = "{{ complainant.email }}" },
  { label = "催收时刻", date = "22:15:00" },
  { label = "问题描述", value = "{{ letter }}" },
  { label = "证据附件", files = "evidence" },
  { label = "我已阅读并同意", check = true },
]

[submit]
button = "提交投诉"
confirm = "确定"
request = "POST */complaints"

[outcome]
success = '投诉编号：(?P<number>[A-Z0-9-]+)'
refusal = ["不予受理"]
"""


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    """A plugins folder."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    return folder


@pytest.fixture
def helpdesk(tmp_path: Path) -> Iterator[Helpdesk]:
    state = tmp_path / "helpdesk"
    state.mkdir()
    with running_helpdesk(state) as running:
        yield running


@pytest.fixture
def pages() -> Iterator[Server]:
    server = Server(FOLDER)
    server.answers["/complaints"] = '{"number": "EP-77"}'
    yield server
    server.close()


def submit(cli: Cli, plugins: Path, channel: str, *options: str) -> Result:
    """File the example with one channel of the folder."""
    return cli(
        "submit", EXAMPLE, "--channels", channel, "--practice", "--plugins-dir", plugins, "--json", *options
    )


def filing(result: Result) -> dict[str, Any]:
    """The one filing of a run."""
    assert result.exit_code == 0, result.said
    (only,) = result.json["filings"]
    return only  # type: ignore[no-any-return]


def test_a_definition_is_one_line_a_field_and_at_most_eighteen_more() -> None:
    for text in (HELPDESK, ELEMENT_PLUS):
        lines = [line for line in text.splitlines() if line.strip()]
        fields = [line for line in lines if line.startswith("  { label")]
        assert len(lines) - len(fields) <= 18
        assert max(map(len, lines)) <= 140


@needs_helpdesk
def test_a_ticket_of_django_helpdesk_is_filed_once_with_every_value_right(
    cli: Cli, plugins: Path, helpdesk: Helpdesk
) -> None:
    (plugins / "helpdesk.toml").write_text(HELPDESK.replace("ORIGIN", helpdesk.origin), "utf-8")
    assert filing(submit(cli, plugins, "helpdesk", "--dry-run"))["outcome"] == "prepared"
    assert helpdesk.rows("select * from helpdesk_ticket") == []
    assert helpdesk.files() == {}

    done = filing(submit(cli, plugins, "helpdesk", "--yes"))
    assert (done["outcome"], done["receipt"]["number"]) == ("filed", "complaint-1")
    bag = Path(done["receipt"]["path"]) / "data"
    (ticket,) = helpdesk.rows("select * from helpdesk_ticket")
    letter = (bag / "letter.txt").read_text("utf-8")
    assert str(ticket["description"]).replace("\r\n", "\n") == letter
    assert (ticket["title"], ticket["priority"], ticket["queue_id"]) == (
        "催收人员深夜来电并联系本人同事和家人",
        2,
        2,
    )
    assert ticket["submitter_email"] == "zhangshili@example.com"
    assert str(ticket["due_date"]).startswith("2026-12-31")
    (attached,) = (bag / "attachments").iterdir()
    assert list(helpdesk.files().values()) == [attached.read_bytes()]

    again = filing(submit(cli, plugins, "helpdesk", "--yes"))
    assert again["outcome"] == "skipped"
    assert len(helpdesk.rows("select * from helpdesk_ticket")) == 1


@needs_widgets
def test_a_form_of_element_plus_is_filed_once_with_every_value_right(
    cli: Cli, plugins: Path, pages: Server
) -> None:
    (plugins / "element-plus.toml").write_text(ELEMENT_PLUS.replace("ORIGIN", pages.origin), "utf-8")
    assert filing(submit(cli, plugins, "element-plus", "--dry-run"))["outcome"] == "prepared"
    assert pages.posted == []

    done = filing(submit(cli, plugins, "element-plus", "--yes"))
    assert (done["outcome"], done["receipt"]["number"]) == ("filed", "EP-77")
    bag = Path(done["receipt"]["path"]) / "data"
    (posted,) = pages.posted
    sent = dict(posted.fields)
    assert sent.pop("body").replace("\r\n", "\n") == (bag / "letter.txt").read_text("utf-8")
    assert json.loads(sent.pop("demands")) == ["停止骚扰", "书面答复"]
    assert sent == {
        "title": "催收人员深夜来电并联系本人同事和家人",
        "kind": "催收投诉",
        "company": "c42",
        "product": "p1234",
        "branch": "西湖支行",
        "sex": "f",
        "urgency": "2",
        "ways": '["phone","mail"]',
        "anonymous": "false",
        "day": "2026-11-05",
        "moment": "2026-11-05 14:30",
        "chinese": "2025-02-07",
        "range": '["2026-10-01","2026-11-05"]',
        "area": '["33","3301","330108"]',
        "amount": "12345.5",
        "contract": "HT-9",
        "phone": "13800000000",
        "email": "zhangshili@example.com",
        "time": "22:15:00",
        "rate": "0",
        "agree": "true",
    }
    archived = sorted(
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (bag / "attachments").iterdir()
    )
    assert sorted(hashlib.sha256(content).hexdigest() for _key, _name, content in posted.files) == archived
    assert len(archived) == 3
