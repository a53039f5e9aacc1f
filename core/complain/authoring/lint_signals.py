"""Signs of success, refusal and challenge: declared, and on no page that shows something else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from complain.case.lines import KeyPath
from complain.channels.definition_checks import Table, fields_of, table, tables, texts
from complain.channels.definition_mistakes import Finding
from complain.i18n import _

OTHER_PAGES = (
    "请先登录 用户名 密码 登录 忘记密码 注册新用户",
    "登录已超时，请重新登录",
    "系统繁忙，请稍后再试",
    "提交失败，请检查填写内容",
    "404 Not Found 您访问的页面不存在",
    "500 Internal Server Error",
    "502 Bad Gateway nginx/1.24.0",
    "首页 在线客服 帮助中心 客服热线 400-000-0000 工作时间 9:00-18:00 2026年11月23日",
    "Please sign in Username Password Log in Forgot your password?",
    "Something went wrong. Please try again later.",
    "This field is required. Enter a valid email address.",
)
"""What pages say that are no success: written for this check, from what such pages commonly hold."""

SHORTEST_SIGN = 2
"""Characters; a single one is on every page."""


def signal_findings(data: Table) -> Iterator[Finding]:
    """Yield what is wrong with the signs of a parsed definition."""
    outcome = table(data.get("outcome"))
    if not outcome:
        return  # the definition's own check says that the table is missing
    words = " ".join(_words_of_the_form(data))
    for key, example in (("refusal", "不予受理"), ("challenge", "请输入验证码")):
        if not texts(outcome.get(key)):
            yield Finding(("outcome", key), *_undeclared(key, example))
    for key in ("refusal", "duplicate", "challenge"):
        for number, sign in enumerate(texts(outcome.get(key))):
            yield from _sign((("outcome", key, number)), sign, words)
    yield from _success(outcome, data)


def _undeclared(key: str, example: str) -> tuple[str, str]:
    return (
        _("No sign of “{key}” is declared, so such an answer could only be unknown.").format(key=key),
        _('Add {key} = ["{example}"] with the words that the site shows.').format(key=key, example=example),
    )


def _sign(path: KeyPath, sign: str, words: str) -> Iterator[Finding]:
    plain = sign.strip()
    if len(plain) < SHORTEST_SIGN:
        yield Finding(
            path,
            _("The sign “{sign}” is so short that any page may show it.").format(sign=sign),
            _("Write the whole sentence that the site shows."),
        )
    elif plain in words:
        yield Finding(
            path,
            _("The sign “{sign}” is also on the form itself.").format(sign=sign),
            _("Write the whole sentence that only the answer shows."),
        )


def _success(outcome: Table, data: Table) -> Iterator[Finding]:
    success = outcome.get("success")
    in_element = "css" in table(success)
    pattern = success if isinstance(success, str) else table(success).get("pattern")
    if not isinstance(pattern, str) or in_element:
        return
    path: KeyPath = ("outcome", "success") if isinstance(success, str) else ("outcome", "success", "pattern")
    other = [sign for key in ("refusal", "duplicate", "challenge") for sign in texts(outcome.get(key))]
    for page in (*other, *OTHER_PAGES):
        if _matches(pattern, page):
            yield Finding(
                path,
                _("The sign of success also matches a page that says “{page}”.").format(page=page),
                _("Use words that only the page of success shows."),
            )
            return


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False  # named by the definition's own check


def _words_of_the_form(data: Table) -> Iterator[str]:
    for path, field in fields_of(data):
        if path[0] == "page":
            yield from texts(field.get("label"))
            yield from texts(field.get("choose"))
            yield from texts(field.get("send"))
    for page in tables(data.get("page")):
        yield from texts(page.get("next"))
    yield from texts(table(data.get("submit")).get("button"))
