"""Small forms as real ones are, each with traps: which field may get which value, by the field's id.

``right`` names every field that a careful person would fill, and with what; anything else that is filled is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class AssistForm:
    """One page.

    Attributes:
        name: What is special about it.
        html: Its body.
        right: Id of a field to the fact that belongs there.
    """

    name: str
    html: str
    right: Mapping[str, str]


def _rows(*rows: tuple[str, str]) -> str:
    return "".join(
        f'<div class="row"><label for="{ident}">{label}</label><input id="{ident}"></div>'
        for label, ident in rows
    )


FORMS = (
    AssistForm(
        "a plain Chinese form",
        _rows(("投诉人姓名：*", "a"), ("手 机 号 码", "b"), ("电子邮箱（必填）", "c"), ("投诉标题", "d"))
        + '<label for="e">投诉内容</label><textarea id="e"></textarea><label>上传附件<input type="file" id="f"></label>',
        {"a": "name", "b": "phone", "c": "email", "d": "subject", "e": "letter", "f": "evidence"},
    ),
    AssistForm(
        "a reporting form: the number that is reported beside a bare one",
        _rows(("被举报号码", "a"), ("手机号", "b"), ("姓名", "c"))
        + '<textarea id="d" placeholder="举报内容"></textarea>',
        {"c": "name"},
    ),
    AssistForm(
        "a reporting form that says whose number is asked for",
        _rows(("被举报号码", "a"), ("本人手机号", "b"), ("您的邮箱", "c")),
        {"b": "phone", "c": "email"},
    ),
    AssistForm(
        "two sections with the same names",
        "<fieldset><legend>投诉人信息</legend>"
        + _rows(("姓名", "a"), ("联系电话", "b"))
        + "</fieldset><fieldset><legend>被投诉人信息</legend>"
        + _rows(("姓名", "c"), ("联系电话", "d"))
        + "</fieldset>",
        {"a": "name", "b": "phone"},
    ),
    AssistForm(
        "sections by headings in plain boxes",
        "<div><div>您的信息</div>"
        + _rows(("姓名", "a"), ("手机号", "b"))
        + "</div><div><div>对方信息</div>"
        + _rows(("名称", "c"), ("电话号码", "d"))
        + "</div>",
        {"a": "name", "b": "phone"},
    ),
    AssistForm(
        "a table without labels",
        '<table><tr><td>姓名：</td><td><input id="a"></td></tr><tr><td>电话：</td><td><input id="b"></td></tr>'
        '<tr><td>被投诉单位：</td><td><input id="c"></td></tr><tr><td>单位电话：</td><td><input id="d"></td></tr>'
        '<tr><td>投诉内容：</td><td><textarea id="e"></textarea></td></tr></table>',
        {"a": "name", "c": "respondent", "e": "letter"},
    ),
    AssistForm(
        "a form for somebody who acts for another",
        "<h3>代理人信息</h3>"
        + _rows(("姓名", "a"), ("手机号码", "b"))
        + "<h3>本人信息</h3>"
        + _rows(("真实姓名", "c"), ("身份证号", "d")),
        {"c": "name"},
    ),
    AssistForm(
        "a contact in an emergency",
        _rows(("姓名", "a"), ("手机号", "b"), ("紧急联系人电话", "c"), ("紧急联系人", "d")),
        {"a": "name"},
    ),
    AssistForm(
        "placeholders only, as on a telephone",
        '<input id="a" placeholder="请输入您的姓名"><input id="b" type="tel" placeholder="请输入手机号">'
        '<input id="c" placeholder="请输入验证码"><textarea id="d" placeholder="请填写投诉内容"></textarea>'
        '<input id="e" type="password" placeholder="密码">',
        {"a": "name", "b": "phone", "d": "letter"},
    ),
    AssistForm(
        "labels and hints that say different things",
        '<label for="a">手机号</label><input id="a" placeholder="请输入被投诉方号码"><label for="b">姓名</label>'
        '<input id="b" title="催收员姓名"><label for="c">标题</label><input id="c" placeholder="投诉内容">'
        '<label for="d">电子邮箱</label><input id="d" name="merchant_email">',
        {},
    ),
    AssistForm(
        "wrong kinds of control, held values, hidden traps",
        '<label for="a">姓名</label><select id="a"><option>先生</option><option>女士</option></select>'
        '<label for="b">手机号</label><input id="b" value="13900000000"><label for="c">邮箱</label><input id="c" readonly>'
        '<label for="d">投诉内容</label><input id="d"><label for="e">投诉标题</label><input id="e" disabled>'
        '<div style="opacity:0"><label for="f">投诉人姓名</label><input id="f"></div>'
        '<div style="position:absolute;left:-9999px"><label for="g">投诉人电话</label><input id="g"></div>',
        {},
    ),
    AssistForm(
        "the same thing twice",
        _rows(("手机号", "a"), ("联系电话", "b"), ("邮箱", "c"), ("确认邮箱", "d"), ("投诉标题", "e")),
        {"c": "email", "e": "subject"},
    ),
    AssistForm(
        "a plain English form",
        _rows(
            ("Full name *", "a"),
            ("Email address", "b"),
            ("Phone number", "c"),
            ("Subject of your complaint", "d"),
        )
        + '<label for="e">Please describe your complaint</label><textarea id="e"></textarea>'
        + '<label for="f">Supporting documents</label><input type="file" id="f" multiple>',
        {"a": "name", "b": "email", "c": "phone", "d": "subject", "e": "letter", "f": "evidence"},
    ),
    AssistForm(
        "an English form with the other side's details",
        "<h2>About you</h2>"
        + _rows(("Name", "a"), ("Email", "b"))
        + "<h2>The company</h2>"
        + _rows(
            ("Name", "c"),
            ("Email", "d"),
            ("Telephone number", "e"),
            ("Name of business complained about", "f"),
        ),
        {"a": "name", "b": "email", "f": "respondent"},
    ),
    AssistForm(
        "English names that mean something else",
        _rows(
            ("Title", "a"),
            ("User name", "b"),
            ("First name", "c"),
            ("Company name", "d"),
            ("Agent's email", "e"),
        )
        + _rows(("Number", "f"), ("Address", "g"), ("Message title", "h"), ("Date of complaint", "i"))
        + '<label for="j">Message to the seller</label><textarea id="j"></textarea>',
        {},
    ),
    AssistForm(
        "a form of Element's markup",
        '<form class="el-form"><div class="el-form-item is-required"><label class="el-form-item__label">投诉人姓名</label>'
        '<div class="el-form-item__content"><div class="el-input"><input id="a" class="el-input__inner"></div></div></div>'
        '<div class="el-form-item"><label class="el-form-item__label">催收机构</label><div class="el-form-item__content">'
        '<div class="el-input"><input id="b" class="el-input__inner"></div></div></div>'
        '<div class="el-form-item"><label class="el-form-item__label">问题描述</label><div class="el-form-item__content">'
        '<div class="el-textarea"><textarea id="c"></textarea></div></div></div></form>',
        {"a": "name", "b": "agency", "c": "letter"},
    ),
)
