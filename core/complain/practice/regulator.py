"""The regulator's desk: a portal of several pages with an image captcha at the login and an SMS code at the end.

Attachments stand on the last page, beside the summary: they travel with the one request that files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from aiohttp import web

from complain.practice.forms import file_problem, missing, read_form
from complain.practice.people import REGULATOR, DeskProfile
from complain.practice.records import Submission
from complain.practice.web import SESSION
from complain.practice.wizard import Step, WizardDesk

GROUNDS = ("催收方式不当", "泄露或不当使用个人信息", "息费争议", "服务质量", "其他")
LIMITS = {"description": 2000, "demand": 1000}
FILES, FILE_BYTES, FILE_TYPES = 5, 5_000_000, ("jpg", "jpeg", "png", "pdf")
_NOTICE = {"read": "告知书"}
_COMPLAINANT = {"name": "投诉人姓名", "phone": "手机号码"}
_INSTITUTION = {"institution": "被投诉机构名称", "contacted": "是否已取得机构编号"}
_FACTS = {"ground": "投诉事由", "description": "事实与理由", "demand": "投诉请求"}
_LAST = {"code": "短信验证码", "true": "属实承诺"}


class RegulatorDesk(WizardDesk):
    """See the module's description."""

    profile: ClassVar[DeskProfile] = REGULATOR
    layout: ClassVar[str] = "portal.html"
    folder: ClassVar[str] = "regulator"
    root: ClassVar[str] = "/portal/complaint"
    home: ClassVar[str] = "/portal/complaint"
    result: ClassVar[str] = "/portal/complaint/result"
    mine: ClassVar[str] = "/portal/complaint/mine"
    steps: ClassVar[tuple[Step, ...]] = (
        Step("notice", _NOTICE),
        Step("complainant", _COMPLAINANT),
        Step("institution", _INSTITUTION),
        Step("facts", _FACTS, LIMITS),
        Step("last", _LAST),
    )

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the desk's own pages."""
        return (
            web.get("/login", self._login_page),
            web.post("/login", self._login),
            web.post("/portal/sms", self._send_code),
            web.post("/portal/complaint/draft", self._draft),
            web.post("/portal/complaint/submit", self._submit),
            *self.shared_routes(),
            *self.wizard_routes(),
        )

    def choices(self) -> Mapping[str, object]:
        """Return what the pages let the visitor choose from, by name."""
        return {"grounds": GROUNDS, "limits": LIMITS, "files": FILES}

    async def _login_page(self, request: web.Request) -> web.Response:
        return self.page(request, "regulator/login.html", error="")

    async def _login(self, request: web.Request) -> web.Response:
        form, _files = await read_form(request)
        if not self.store.use_captcha(request[SESSION], form.get("captcha", "")):
            return self.page(request, "regulator/login.html", error="图形验证码不正确")
        account = self.password_login(form)
        if account is None:
            return self.page(request, "regulator/login.html", error="用户名或密码不正确")
        self.log_in(request, account)
        raise web.HTTPSeeOther(self.home)

    async def _send_code(self, request: web.Request) -> web.Response:
        session = request[SESSION]
        if session.account is None:
            return web.json_response({"words": "登录已超时，请先登录。"}, status=403)
        self.store.send_sms(session)
        await self.services.tell_phone()
        return web.json_response({"words": "验证码已发送到演练手机"})

    async def _draft(self, request: web.Request) -> web.Response:
        session = self.require_login(request)
        form, _files = await read_form(request)
        self.store.save_draft(session, {**session.pages, **form})
        return self.step_page(request, self.steps[3], form, "草稿已保存")

    async def _submit(self, request: web.Request) -> web.Response:
        session = self.require_login(request)
        form, files = await read_form(request)
        error = f"请填写：{'、'.join(missing(form, _LAST))}" if missing(form, _LAST) else ""
        error = error or file_problem(files, most=FILES, size=FILE_BYTES, types=FILE_TYPES)
        error = error or ("前面的页面尚未填完" if self.gap(session) else "")
        if not error and not self.store.use_sms(session, form["code"]):
            error = "短信验证码不正确或已失效"
        if error:
            return self.step_page(request, self.steps[-1], session.pages, error)
        values = self.finished(request, form)
        subject = f"{values['ground']}：{values['institution']}"
        submission = Submission(self.channel, session.account, subject, values, files)
        return self.answer(request, await self.take(request, submission))
