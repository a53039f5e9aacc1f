"""The public account's desk: one question a page, as pages opened inside a chat App; login by scanning a QR code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from aiohttp import web

from complain.practice.forms import file_problem, missing, read_form
from complain.practice.people import ACCOUNT_NAME, PUBLIC_ACCOUNT, DeskProfile
from complain.practice.pictures import qr_png
from complain.practice.records import Submission
from complain.practice.web import SESSION
from complain.practice.wizard import Step, WizardDesk

KINDS = (
    "催收人员联系了我的家人或朋友",
    "来电过于频繁或在夜间来电",
    "言语威胁或侮辱",
    "个人信息被泄露",
    "其他问题",
)
WISHES = ("书面答复", "说明委托的催收机构", "提供与本人有关的联系记录", "重新协商还款", "详见情况描述")
DESCRIPTION_LIMIT = 800
FILES, FILE_BYTES, FILE_TYPES = 4, 5_000_000, ("jpg", "jpeg", "png", "pdf")
_LAST = {"phone": "联系电话", "agreed": "服务协议"}


class PublicAccountDesk(WizardDesk):
    """See the module's description."""

    profile: ClassVar[DeskProfile] = PUBLIC_ACCOUNT
    layout: ClassVar[str] = "h5.html"
    folder: ClassVar[str] = "public_account"
    root: ClassVar[str] = "/wx/complaint"
    home: ClassVar[str] = "/wx/complaint"
    result: ClassVar[str] = "/wx/complaint/result"
    mine: ClassVar[str] = "/wx/complaint/mine"
    steps: ClassVar[tuple[Step, ...]] = (
        Step("kind", {"kind": "问题类型"}),
        Step("product", {"product": "产品名称"}),
        Step("description", {"description": "情况描述"}, {"description": DESCRIPTION_LIMIT}),
        Step("wishes", {"wishes": "希望的处理方式"}),
        Step("last", _LAST),
    )

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the desk's own pages."""
        return (
            web.get("/login", self._login_page),
            web.get("/login/qr.png", self._qr),
            web.get("/login/state", self._login_state),
            web.get("/login/continue", self._login),
            web.get("/wx/complaint/agreement", self._agreement),
            web.post("/wx/complaint/submit", self._submit),
            *self.shared_routes(),
            *self.wizard_routes(),
        )

    def choices(self) -> Mapping[str, object]:
        """Return what the pages let the visitor choose from, by name."""
        return {"kinds": KINDS, "wishes": WISHES, "limit": DESCRIPTION_LIMIT, "files": FILES}

    async def _login_page(self, request: web.Request) -> web.Response:
        return self.page(request, "public_account/login.html", waiting="waiting" in request.query)

    async def _qr(self, request: web.Request) -> web.Response:
        code = self.store.show_scan(request[SESSION])
        await self.services.tell_phone()
        return web.Response(
            body=qr_png(f"complain-practice:{code}"),
            content_type="image/png",
            headers={"Cache-Control": "no-store"},
        )

    async def _login_state(self, request: web.Request) -> web.Response:
        return web.json_response({"confirmed": self.store.scan_confirmed(request[SESSION])})

    async def _login(self, request: web.Request) -> web.StreamResponse:
        if not self.store.scan_confirmed(request[SESSION]):
            raise web.HTTPFound("/login?waiting=1")
        self.log_in(request, ACCOUNT_NAME)
        raise web.HTTPFound(self.home)

    async def _agreement(self, request: web.Request) -> web.Response:
        return self.page(request, "public_account/agreement.html")

    async def _submit(self, request: web.Request) -> web.Response:
        session = self.require_login(request)
        form, files = await read_form(request)
        last = self.steps[-1]
        error = f"请填写：{'、'.join(missing(form, _LAST))}" if missing(form, _LAST) else ""
        error = error or file_problem(files, most=FILES, size=FILE_BYTES, types=FILE_TYPES)
        if error or self.gap(session) is not None:
            return self.step_page(request, last, form, error or "前面的页面尚未填完")
        values = self.finished(request, form)
        submission = Submission(self.channel, session.account, values["kind"], values, files)
        return self.answer(request, await self.take(request, submission))
