"""Behind the counter: what a desk received, the practice phone, and the switch for faults."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import jinja2
from aiohttp import web

from complain.errors import UsageError
from complain.practice.people import BANNER, PHONE_NUMBER, PROFILES
from complain.practice.received import contents
from complain.practice.web import HERE, WebDesk

_FIELD_NAMES = {
    "type": "投诉类型",
    "kind": "问题类型",
    "category": "问题类别",
    "ground": "投诉事由",
    "title": "标题",
    "name": "投诉人",
    "phone": "电话",
    "email": "邮箱",
    "institution": "被投诉机构",
    "agency": "催收机构",
    "product": "产品",
    "contract": "合同或借据编号",
    "contacted": "是否已取得机构编号",
    "earlier": "机构给出的编号",
    "happened": "首次发生日期",
    "description": "事实",
    "demand": "诉求",
    "wishes": "希望的处理方式",
    "reply": "答复方式",
    "read": "已阅读告知书",
    "true": "承诺属实",
    "agreed": "已同意须知",
    "from": "发件人",
    "to": "收件人",
    "subject": "主题",
    "message_id": "邮件标识",
}
_TITLES = {profile.channel: profile.title for profile in PROFILES}


@dataclass(frozen=True)
class PhoneMessage:
    """One thing that the practice phone shows, newest first.

    Attributes:
        title: Who it comes from.
        text: What it says.
        at: When, as ``09:41:07``.
        scan: The QR code that waits to be confirmed, or empty.
    """

    title: str
    text: str
    at: str
    scan: str = ""


class Backstage:
    """The pages behind one desk. They show what all desks hold, since they share one memory.

    Args:
        desk: The desk whose faults are switched here.
    """

    def __init__(self, desk: WebDesk) -> None:
        self._desk = desk
        self._store = desk.store
        self._pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "pages"), autoescape=True, undefined=jinja2.StrictUndefined
        )

    def add_to(self, application: web.Application) -> None:
        """Add the pages to a desk's server."""
        application.add_routes(
            [
                web.get("/_received", self._received),
                web.get("/_phone", self._phone),
                web.post("/_phone", self._confirm),
                web.get("/_faults", self._faults),
                web.post("/_faults", self._change_faults),
            ]
        )

    def _page(self, template: str, **names: object) -> web.Response:
        text = self._pages.get_template(template).render(banner=BANNER, titles=_TITLES, **names)
        return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _received(self, request: web.Request) -> web.Response:
        desks = contents(self._store)
        if "json" in request.query:
            return web.json_response(desks)
        return self._page("backstage/received.html", desks=desks, here=self._desk.channel, names=_FIELD_NAMES)

    async def _phone(self, _request: web.Request) -> web.Response:
        return self._page("backstage/phone.html", messages=self._messages(), number=PHONE_NUMBER)

    async def _confirm(self, request: web.Request) -> web.Response:
        self._store.confirm_scan(str((await request.post()).get("scan", "")))
        raise web.HTTPSeeOther("/_phone")

    async def _faults(self, _request: web.Request) -> web.Response:
        return web.json_response({"faults": str(self._desk.faults)})

    async def _change_faults(self, request: web.Request) -> web.Response:
        try:
            self._desk.faults.change(str((await request.post()).get("faults", "")))
        except UsageError as error:
            return web.json_response({"error": error.message}, status=400)
        return await self._faults(request)

    def _messages(self) -> list[PhoneMessage]:
        codes = self._store.rows("SELECT desk, code, sent_at AS at FROM sms ORDER BY id DESC LIMIT 20")
        scans = self._store.rows(
            "SELECT desk, code, confirmed_at, shown_at AS at FROM scans ORDER BY id DESC LIMIT 5"
        )
        found = [(row["at"], _code_message(row)) for row in codes]
        found += [(row["at"], _scan_message(row)) for row in scans]
        return [message for _at, message in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _code_message(row: sqlite3.Row) -> PhoneMessage:
    text = f"【演练】验证码 {row['code']}，5 分钟内有效。演练短信，请勿转告他人。"
    return PhoneMessage(_TITLES[row["desk"]], text, row["at"][11:19])


def _scan_message(row: sqlite3.Row) -> PhoneMessage:
    done = row["confirmed_at"] is not None
    text = "已确认登录" if done else "有页面请求用本机扫码登录"
    return PhoneMessage(_TITLES[row["desk"]], text, row["at"][11:19], "" if done else row["code"])
