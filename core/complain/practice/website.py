"""The website desk: a desktop form in the manner of Chinese portals, its labels plain text in table cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from aiohttp import web

from complain.practice.classic import ClassicDesk
from complain.practice.forms import file_problem, missing, read_form, too_long
from complain.practice.people import WEBSITE, DeskProfile
from complain.practice.records import Submission, UploadedFile

CATEGORIES = ("催收方式", "费用与利息", "个人信息保护", "账户与还款", "其他问题")
LIMITS = {"title": 60, "description": 1000, "demand": 600}
FILES, FILE_BYTES, FILE_TYPES = 5, 5_000_000, ("jpg", "jpeg", "png", "pdf")
_REQUIRED = {
    "name": "投诉人姓名",
    "phone": "手机号码",
    "category": "问题类别",
    "title": "标题",
    "description": "问题描述",
    "agreed": "《投诉处理规则》",
}


class WebsiteDesk(ClassicDesk):
    """See the module's description."""

    profile: ClassVar[DeskProfile] = WEBSITE
    layout: ClassVar[str] = "portal.html"
    folder: ClassVar[str] = "website"
    home: ClassVar[str] = "/service/complaint/new"
    result: ClassVar[str] = "/service/complaint/result"
    mine: ClassVar[str] = "/service/complaint/mine"

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the desk's own pages."""
        return (
            web.get("/login", self._login_page),
            web.post("/login", self._login),
            web.get(self.home, self._form),
            web.get("/service/complaint/rules", self._rules),
            web.post("/service/complaint/submit", self._submit),
            *self.shared_routes(),
        )

    async def _login_page(self, request: web.Request) -> web.Response:
        return self.page(request, "website/login.html", error="")

    async def _login(self, request: web.Request) -> web.Response:
        form, _files = await read_form(request)
        account = self.password_login(form)
        if account is None:
            return self.page(request, "website/login.html", error="用户名或密码不正确")
        self.log_in(request, account)
        raise web.HTTPSeeOther(self.home)

    async def _form(self, request: web.Request) -> web.Response:
        self.require_login(request)
        return self._form_page(request, {}, "")

    def _form_page(self, request: web.Request, values: Mapping[str, str], error: str) -> web.Response:
        return self.page(
            request,
            "website/form.html",
            categories=CATEGORIES,
            limits=LIMITS,
            files=FILES,
            values=values,
            error=error,
        )

    async def _rules(self, request: web.Request) -> web.Response:
        return self.message(
            request, "投诉处理规则", "请如实填写，一件事项提交一次即可。本页属于演练环境，机构为虚构。"
        )

    async def _submit(self, request: web.Request) -> web.Response:
        session = self.require_login(request)
        form, files = await read_form(request)
        error = _problem(form, files)
        if error:
            return self._form_page(request, form, error)
        submission = Submission(self.channel, session.account, form["title"], form, files)
        return self.answer(request, await self.take(request, submission))


def _problem(form: Mapping[str, str], files: list[UploadedFile]) -> str:
    empty = missing(form, _REQUIRED)
    if empty:
        return f"请填写：{'、'.join(empty)}"
    if too_long(form, LIMITS):
        return "填写的内容超过字数限制"
    return file_problem(files, most=FILES, size=FILE_BYTES, types=FILE_TYPES)
