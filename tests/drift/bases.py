"""Two forms as they were when their definitions were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Base:
    """A form and its definition.

    Attributes:
        id: The channel's id.
        items: Name of each part to its HTML, in page order.
        button: The HTML of the button.
        frame: Holds ``{items}`` and ``{button}``.
        definition: The ``form.toml``, without the address.
    """

    id: str
    items: Mapping[str, str]
    button: str
    frame: str
    definition: str

    def html(self, items: Mapping[str, str] | None = None, button: str | None = None) -> str:
        """Return the page."""
        parts = "\n".join((items or self.items).values())
        return self.frame.format(items=parts, button=self.button if button is None else button)


def _row(label: str, control: str, ident: str) -> str:
    return f'<div class="row"><label for="{ident}">{label}</label>{control}</div>'


LABELS = Base(
    id="labels",
    items={
        "name": _row("投诉人姓名", '<input id="name" name="name" required>', "name"),
        "phone": _row("手机号码", '<input id="phone" name="phone" type="tel" required>', "phone"),
        "mail": _row("电子邮箱", '<input id="mail" name="mail">', "mail"),
        "kind": _row(
            "问题类别",
            '<select id="kind" name="kind"><option value="">请选择</option><option>催收方式</option>'
            "<option>息费争议</option><option>其他</option></select>",
            "kind",
        ),
        "day": _row("发生日期", '<input id="day" name="day" type="date">', "day"),
        "subject": _row("标题", '<input id="subject" name="subject" maxlength="60" required>', "subject"),
        "text": _row(
            "问题描述", '<textarea id="text" name="text" maxlength="1000" required></textarea>', "text"
        ),
        "proof": _row(
            "上传附件",
            '<input id="proof" name="proof" type="file" multiple accept=".jpg,.png,.pdf">',
            "proof",
        ),
        "more": _row("备注", '<input id="more" name="more">', "more"),
        "agree": '<div class="row"><label><input type="checkbox" id="agree" name="agree" required> 我已阅读并同意服务须知</label></div>',
    },
    button='<button type="submit">提交工单</button>',
    frame='<h1>在线投诉</h1><p>请如实填写。</p><form method="post" action="/complaint/submit">{items}<div>{button}</div></form>',
    definition="""
[limits]
letter = { max = 1000 }
attachments = { max = 3, size = "5 MB", types = ["jpg", "png", "pdf"] }

[[page]]
fields = [
  { label = "投诉人姓名", value = "{{ complainant.name }}" },
  { label = "手机号码", value = "{{ complainant.phone }}" },
  { label = "电子邮箱", value = "{{ complainant.email }}" },
  { label = "问题类别", choose = "催收方式" },
  { label = "发生日期", date = "{{ today }}" },
  { label = "标题", value = "{{ complaint.subject }}" },
  { label = "问题描述", value = "{{ letter }}" },
  { label = "上传附件", files = "evidence" },
  { label = "我已阅读并同意服务须知", check = true },
]

[submit]
button = "提交工单"
request = "POST */complaint/submit"

[outcome]
success = '工单编号[:：]\\s*(?P<number>[A-Z0-9-]+)'
challenge = ["请先登录"]
""",
)


def _cells(label: str, control: str) -> str:
    return f"<tr><td>{label}：</td><td>{control}</td></tr>"


TABLE = Base(
    id="table",
    items={
        "who": _cells("姓名", '<input name="who">'),
        "tel": _cells("联系电话", '<input name="tel">'),
        "org": _cells("被投诉单位", '<input name="org">'),
        "means": _cells(
            "催收方式",
            '<label><input type="radio" name="means" value="1">电话</label><label><input type="radio" name="means" value="2">短信</label>'
            '<label><input type="radio" name="means" value="3">上门</label>',
        ),
        "wish": _cells(
            "诉求",
            '<label><input type="checkbox" name="wish" value="1">停止联系他人</label>'
            '<label><input type="checkbox" name="wish" value="2">书面答复</label>',
        ),
        "body": _cells("内容", '<textarea name="body"></textarea>'),
        "code": _cells(
            "图形验证码",
            '<input name="code"><img id="captcha" src="/captcha.png" width="80" height="30" alt="">',
        ),
        "sms": _cells("短信验证码", '<input name="sms"><button type="button">获取验证码</button>'),
    },
    button='<input type="button" value="提交" onclick="send()">',
    frame='<form onsubmit="return false"><table>{items}</table><p>{button} <input type="reset" value="重填"></p></form>',
    definition="""
[limits]
letter = { min = 20, max = 500, count = "utf16" }

[[page]]
fields = [
  { label = "姓名", value = "{{ complainant.name }}" },
  { label = "联系电话", value = "{{ complainant.phone }}" },
  { label = "被投诉单位", value = "{{ respondent.name }}" },
  { label = "催收方式", choose = "电话" },
  { label = "诉求", choose = ["停止联系他人", "书面答复"] },
  { label = "内容", value = "{{ letter }}" },
  { label = "图形验证码", ask = "captcha", picture = "#captcha" },
  { label = "短信验证码", ask = "sms", send = "获取验证码" },
]

[submit]
button = "提交"

[outcome]
success = { url = "/done\\\\?no=(?P<number>[0-9]+)" }
""",
)
BASES = {base.id: base for base in (LABELS, TABLE)}
