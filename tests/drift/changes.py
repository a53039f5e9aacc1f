"""What was changed: mutations that a filing would trip over, and cosmetic changes that it would not notice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from drift.bases import LABELS, TABLE, Base

FOREIGN = "@foreign@"
"""Stands for the origin of another site in a changed page."""


@dataclass(frozen=True)
class Change:
    """One changed form.

    Attributes:
        words: What was changed.
        base: Of which form.
        html: The page now.
        parts: Documents that another site serves, by path.
    """

    words: str
    base: Base
    html: str
    parts: Mapping[str, str]


def changed(words: str, base: Base, part: str, old: str, new: str) -> Change:
    """Replace a text in one part, ``button`` or ``frame``."""
    where = {**base.items, "button": base.button, "frame": base.frame}[part]
    assert old in where, (words, old)
    return rewritten(words, base, part, where.replace(old, new))


def rewritten(words: str, base: Base, part: str, html: str, parts: Mapping[str, str] | None = None) -> Change:
    """Put other HTML in place of one part."""
    if part == "button":
        page = base.html(button=html)
    elif part == "frame":
        page = html.format(items="\n".join(base.items.values()), button=base.button)
    else:
        page = base.html({**base.items, part: html})
    return Change(f"{base.id}: {words}", base, page, parts or {})


def _renamed() -> Iterator[Change]:
    for part, old, new in (
        ("name", "投诉人姓名", "申诉方"),
        ("phone", "手机号码", "紧急联络"),
        ("mail", "电子邮箱", "QQ"),
        ("kind", "问题类别", "业务类型"),
        ("day", "发生日期", "还款日期"),
        ("subject", "标题", "摘要"),
        ("text", "问题描述", "备用栏"),
        ("proof", "上传附件", "身份证照片"),
    ):
        yield changed(f"the label “{old}” is now “{new}”", LABELS, part, old, new)
    yield changed("the name is now somebody else's", TABLE, "who", "姓名", "被投诉人姓名")
    yield changed("the telephone is now somebody else's", TABLE, "tel", "联系电话", "对方联系电话")
    yield changed("the cell “内容” is now “证据说明”", TABLE, "body", "内容", "证据说明")


def _demanded() -> Iterator[Change]:
    more = LABELS.items["more"]
    yield rewritten(
        "a new field with required",
        LABELS,
        "more",
        more + '<label for="z">身份证号</label><input id="z" required>',
    )
    yield rewritten(
        "a new field with a star",
        LABELS,
        "more",
        more + '<label for="z">所在地区<i>*</i></label><input id="z">',
    )
    yield rewritten(
        "a new list that must be chosen from",
        LABELS,
        "more",
        more
        + '<label for="z">省份</label><select id="z" required><option value="">请选择</option><option>甲省</option></select>',
    )
    yield rewritten(
        "a new consent",
        LABELS,
        "more",
        more + '<label><input type="checkbox" id="z"> 本人承诺上述内容真实</label>',
    )
    yield rewritten(
        "a code from a picture", LABELS, "more", more + '<label for="z">验证码</label><input id="z">'
    )
    yield rewritten(
        "an optional field became required",
        LABELS,
        "more",
        more.replace('name="more"', 'name="more" required'),
    )
    yield rewritten(
        "a new starred row",
        TABLE,
        "org",
        TABLE.items["org"] + '<tr><td>*身份证号：</td><td><input name="z"></td></tr>',
    )


def _options() -> Iterator[Change]:
    yield changed("the chosen option of a list is gone", LABELS, "kind", "<option>催收方式</option>", "")
    yield changed("the chosen option has another name", LABELS, "kind", "催收方式", "委外管理")
    yield changed(
        "the chosen radio button is gone",
        TABLE,
        "means",
        '<label><input type="radio" name="means" value="1">电话</label>',
        "",
    )
    yield changed("the chosen radio button has another name", TABLE, "means", "电话", "热线")
    yield changed("one of the chosen boxes has another name", TABLE, "wish", "书面答复", "电话答复")


def _limits() -> Iterator[Change]:
    yield changed("the letter's maxlength is lowered", LABELS, "text", 'maxlength="1000"', 'maxlength="300"')
    yield changed("a maxlength appears", TABLE, "body", "<textarea", '<textarea maxlength="200"')
    yield changed(
        "a hint now says 最多200字", TABLE, "body", "<textarea", '<textarea placeholder="最多200字"'
    )
    yield changed("a least length appears", TABLE, "body", "<textarea", '<textarea minlength="100"')
    yield changed("only one file", LABELS, "proof", " multiple", "")
    yield changed("no more pdf", LABELS, "proof", ".jpg,.png,.pdf", ".jpg,.png")
    yield changed("pictures only", LABELS, "proof", ".jpg,.png,.pdf", "image/*")


def _buttons() -> Iterator[Change]:
    yield changed("the button has another name", LABELS, "button", "提交工单", "下一步")
    yield changed("the button is called alike", TABLE, "button", "提交", "提交申请")
    yield rewritten("there are two buttons", LABELS, "button", LABELS.button * 2)
    yield rewritten("the button is gone", LABELS, "button", "")
    yield rewritten(
        "the button moved out of the form",
        LABELS,
        "frame",
        LABELS.frame.replace("<div>{button}</div></form>", "</form><div>{button}</div>"),
    )
    yield rewritten(
        "the button is hidden", LABELS, "button", f'<div style="display:none">{LABELS.button}</div>'
    )
    yield changed("the button that sends a code has another name", TABLE, "sms", "获取验证码", "语音验证")
    yield rewritten(
        "the button moved into a frame of another site",
        LABELS,
        "button",
        f'<iframe src="{FOREIGN}/part"></iframe>',
        {"/part": LABELS.button},
    )


def _moved() -> Iterator[Change]:
    for part in ("name", "text", "kind"):
        yield rewritten(
            f"“{part}” moved into a frame of another site",
            LABELS,
            part,
            f'<iframe src="{FOREIGN}/part"></iframe>',
            {"/part": LABELS.items[part]},
        )
    yield changed(
        "the form sends to another site",
        LABELS,
        "frame",
        'action="/complaint/submit"',
        f'action="{FOREIGN}/x"',
    )
    yield changed(
        "the form sends to another address",
        LABELS,
        "frame",
        'action="/complaint/submit"',
        'action="/v2/save"',
    )
    yield changed("the picture of the code is gone", TABLE, "code", 'id="captcha"', 'id="other"')


def _kinds() -> Iterator[Change]:
    yield changed(
        "text became a list", LABELS, "subject", "<input", "<select><option>甲</option></select><input hidden"
    )
    yield changed("text became a number", LABELS, "subject", "<input", '<input type="number"')
    yield changed("text became a day", LABELS, "subject", "<input", '<input type="date"')
    yield changed(
        "the letter's field became one line",
        TABLE,
        "body",
        '<textarea name="body"></textarea>',
        '<input name="body">',
    )
    yield changed("the list became a text field", LABELS, "kind", "<select", "<input><select hidden")
    yield changed("the upload became a text field", LABELS, "proof", 'type="file"', 'type="text"')
    yield changed("text can only be read", LABELS, "name", "<input", "<input readonly")
    yield changed("the name became a password", LABELS, "name", "<input", '<input type="password"')


def _doubled() -> Iterator[Change]:
    for part in ("phone", "text"):
        html = LABELS.items[part]
        twice = html + re.sub(r'(id|for)="(\w+)"', r'\1="\2-2"', html)
        yield rewritten(f"“{part}” is there twice", LABELS, part, twice)
    yield rewritten("a row is there twice", TABLE, "tel", TABLE.items["tel"] * 2)


def _signs() -> Iterator[Change]:
    yield changed(
        "the sign of success is on the form", LABELS, "frame", "请如实填写。", "示例——工单编号：GD-2026-1"
    )
    log_in = '<h1>登录</h1><form>用户名 <input name="u">密码 <input type="password" name="p"><button>登录</button></form>'
    yield rewritten("a log-in stands before it", LABELS, "frame", log_in)
    yield rewritten("the page says that one must log in", LABELS, "frame", "<p>请先登录</p>")
    yield rewritten("the page is being rebuilt", TABLE, "frame", "<p>系统升级中</p>")


def mutations() -> list[Change]:
    """Every change that a filing would trip over."""
    groups = (_renamed, _demanded, _options, _limits, _buttons, _moved, _kinds, _doubled, _signs)
    return [change for group in groups for change in group()]


def cosmetic_changes() -> list[Change]:
    """Every change that a filing would not notice."""
    style = "<style>form {{ color: #333; display: grid; gap: 8px }} label {{ float: left; text-transform: uppercase }}</style>"
    reverse = dict(reversed(list(LABELS.items.items())))
    idents = re.sub(r'(id|for|name)="(\w+)"', r'\1="f_\2_x"', LABELS.html())
    wrapped = {
        part: f'<div class="a"><div class="b"><span></span>{html}</div></div>'
        for part, html in LABELS.items.items()
    }
    optional = LABELS.items["more"] + '<label for="z">微信号（选填）</label><input id="z">'
    offer = LABELS.items["more"] + '<label><input type="checkbox" id="z"> 同意接收服务推广信息</label>'
    frame = '<iframe title="客服" srcdoc="<p>在线客服</p>"></iframe>'
    search = '<form action="/search"><input name="q" placeholder="搜索" required><button>搜索</button></form>'
    changes = [
        Change("labels: nothing", LABELS, LABELS.html(), {}),
        Change("table: nothing", TABLE, TABLE.html(), {}),
        rewritten("another style", LABELS, "frame", style + LABELS.frame),
        Change("labels: another order", LABELS, LABELS.html(reverse), {}),
        Change("labels: other ids and names", LABELS, idents, {}),
        Change("labels: boxes around every field", LABELS, LABELS.html(wrapped), {}),
        changed(
            "a star and a colon", LABELS, "name", "投诉人姓名", '投诉人姓名：<span style="color:red">*</span>'
        ),
        changed("（必填） behind a label", LABELS, "subject", "标题", "标题（必填）"),
        changed("spaces in a label", LABELS, "subject", "标题", "标 题"),
        changed("full-width letters and a space in the button", TABLE, "button", "提交", "提 交"),
        changed("a picture in the button", LABELS, "button", "提交工单", "<i></i> 提交工单 "),
        changed(
            "another hint", LABELS, "text", "<textarea", '<textarea placeholder="请详细描述，以便尽快处理"'
        ),
        changed(
            "a hint with a larger limit", TABLE, "body", "<textarea", '<textarea placeholder="不超过2000字"'
        ),
        changed("more room for the letter", LABELS, "text", 'maxlength="1000"', 'maxlength="2000"'),
        changed("another type of file too", LABELS, "proof", ".jpg,.png,.pdf", ".jpg,.jpeg,.png,.pdf,.docx"),
        changed(
            "types of files by their media type",
            LABELS,
            "proof",
            ".jpg,.png,.pdf",
            "image/jpeg,image/png,application/pdf",
        ),
        rewritten("an optional field", LABELS, "more", optional),
        rewritten("an optional offer", LABELS, "more", offer),
        changed(
            "another option beside the chosen one",
            LABELS,
            "kind",
            "<option>其他</option>",
            "<option>隐私</option><option>其他</option>",
        ),
        changed(
            "another heading and text",
            LABELS,
            "frame",
            "<h1>在线投诉</h1><p>请如实填写。",
            "<h2>客户之声</h2><p>我们会在15日内答复。",
        ),
        changed("a search form above", LABELS, "frame", "<h1>", search + "<h1>"),
        changed("a chat beside", LABELS, "frame", "<h1>", frame + "<h1>"),
        changed("a link behind a label", TABLE, "org", "被投诉单位：", '被投诉单位：<a href="#"></a>'),
        changed("a tel field", TABLE, "tel", "<input", '<input type="tel"'),
        changed(
            "the address of the form is written whole",
            LABELS,
            "frame",
            'action="/complaint/submit"',
            'action="../complaint/submit?from=h5"',
        ),
        rewritten(
            "the whole in a box",
            TABLE,
            "frame",
            "<main><section><div>" + TABLE.frame + "</div></section></main>",
        ),
        rewritten(
            "a footer with a receipt's words",
            LABELS,
            "frame",
            LABELS.frame + "<footer>提交后请保存工单编号。</footer>",
        ),
    ]
    return changes
