"""The in-app desk: a phone-sized page as an App opens it. Submits by script; pictures are uploaded at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, ClassVar

from aiohttp import web

from complain.practice.forms import file_problem, missing, read_form, too_long
from complain.practice.people import IN_APP, DeskProfile
from complain.practice.records import Submission, UploadedFile
from complain.practice.web import (
    CHALLENGE,
    EXPIRY,
    REFUSAL,
    SESSION,
    Answer,
    Verdict,
    WebDesk,
    duplicate_words,
)

TYPES = ("催收行为", "费用争议", "征信问题", "个人信息", "其他")
REPLIES = ("App 内消息", "短信", "电话")
DESCRIPTION_LIMIT = 500
FILES, FILE_BYTES, FILE_TYPES = 6, 5_000_000, ("jpg", "jpeg", "png", "pdf")
_REQUIRED = {
    "type": "投诉类型",
    "product": "涉及产品",
    "phone": "联系电话",
    "description": "问题描述",
    "agreed": "投诉须知",
}
_WORDS = {Answer.REFUSED: REFUSAL, Answer.CHALLENGED: CHALLENGE, Answer.EXPIRED: EXPIRY}


class InAppDesk(WebDesk):
    """See the module's description."""

    profile: ClassVar[DeskProfile] = IN_APP
    layout: ClassVar[str] = "h5.html"
    home: ClassVar[str] = "/h5/complaint/new"

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the desk's own pages."""
        return (
            web.get("/login", self._login_page),
            web.post("/login", self._login),
            web.get(self.home, self._form),
            web.get("/h5/complaint/notice", self._notice),
            web.get("/h5/complaint/result", self._result),
            web.get("/h5/complaint/mine", self._mine),
            web.post("/h5/api/upload", self._upload),
            web.post("/h5/api/drafts", self._draft),
            web.post("/h5/api/verify", self._verify),
            web.post("/h5/api/complaints", self._submit),
        )

    async def _login_page(self, request: web.Request) -> web.Response:
        return self.page(request, "in_app/login.html", error="")

    async def _login(self, request: web.Request) -> web.Response:
        form, _files = await read_form(request)
        account = self.password_login(form)
        if account is None:
            return self.page(request, "in_app/login.html", error="手机号或密码不正确")
        self.log_in(request, account)
        raise web.HTTPSeeOther(self.home)

    async def _form(self, request: web.Request) -> web.Response:
        self.require_login(request)
        return self.page(
            request,
            "in_app/form.html",
            types=TYPES,
            replies=REPLIES,
            limit=DESCRIPTION_LIMIT,
            files=FILES,
        )

    async def _notice(self, request: web.Request) -> web.Response:
        return self.page(request, "in_app/notice.html")

    async def _result(self, request: web.Request) -> web.Response:
        self.require_login(request)
        return self.page(request, "in_app/result.html", number=request.query.get("no", ""))

    async def _mine(self, request: web.Request) -> web.Response:
        self.require_login(request)
        return self.page(request, "in_app/mine.html", complaints=self.my_complaints(request))

    async def _upload(self, request: web.Request) -> web.Response:
        session = request[SESSION]
        _form, files = await read_form(request)
        if session.account is None or not files or not _is_acceptable(files[0]):
            return _json({"state": "invalid", "words": "仅支持 5 MB 以内的图片或 PDF"}, status=400)
        return _json({"state": "stored", "id": self.store.add_file(session, files[0])})

    async def _draft(self, request: web.Request) -> web.Response:
        form, _files = await read_form(request)
        self.store.save_draft(request[SESSION], form)
        return _json({"state": "saved"})

    async def _verify(self, request: web.Request) -> web.Response:
        form, _files = await read_form(request)
        return _json(
            {"state": "trusted" if self.solved_captcha(request, form.get("captcha", "")) else "wrong"}
        )

    async def _submit(self, request: web.Request) -> web.Response:
        if request[SESSION].account is None:
            return _answer(Verdict(Answer.EXPIRED))
        form, _files = await read_form(request)
        problem = _problem(form)
        if problem:
            return _json({"state": "invalid", "words": problem})
        uploaded = [int(number) for number in form.pop("uploads", "").split("；") if number.isdigit()]
        submission = Submission(
            self.channel,
            request[SESSION].account,
            f"{form['type']}：{form['product']}",
            form,
            uploaded=uploaded,
        )
        return _answer(await self.take(request, submission))


def _problem(form: dict[str, str]) -> str:
    empty = missing(form, _REQUIRED)
    if empty:
        return f"请填写{empty[0]}"
    if too_long(form, {"description": DESCRIPTION_LIMIT}):
        return f"问题描述不能超过 {DESCRIPTION_LIMIT} 字"
    return ""


def _is_acceptable(file: UploadedFile) -> bool:
    return not file_problem([file], most=1, size=FILE_BYTES, types=FILE_TYPES)


def _answer(verdict: Verdict) -> web.Response:
    words = _WORDS.get(verdict.answer, "")
    if verdict.answer is Answer.DUPLICATE:
        words = duplicate_words(verdict.number)
    return _json({"state": verdict.answer.value, "number": verdict.number, "words": words})


def _json(document: dict[str, Any], *, status: int = 200) -> web.Response:
    text = json.dumps(document, ensure_ascii=False)
    return web.json_response(text=text, status=status, headers={"Cache-Control": "no-store"})
