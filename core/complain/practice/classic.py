"""What the desks share that post a form and answer with a page, as most sites do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from aiohttp import web

from complain.practice.forms import read_form
from complain.practice.web import (
    CHALLENGE,
    EXPIRY,
    REFUSAL,
    Answer,
    Verdict,
    WebDesk,
    duplicate_words,
)


class ClassicDesk(WebDesk):
    """A desk whose answer to the submit button is another page."""

    result: ClassVar[str]
    mine: ClassVar[str]
    folder: ClassVar[str]

    def shared_routes(self) -> Iterable[web.RouteDef]:
        """Return the pages that every such desk has."""
        return (
            web.get(self.result, self._result),
            web.get(self.mine, self._mine),
            web.get("/verify", self._verify_page),
            web.post("/verify", self._verify),
        )

    def answer(self, request: web.Request, verdict: Verdict) -> web.Response:
        """Return the page that tells a verdict.

        Raises:
            web.HTTPSeeOther: Taken: the result page is another address.
        """
        if verdict.answer is Answer.TAKEN:
            raise web.HTTPSeeOther(f"{self.result}?no={verdict.number}")
        if verdict.answer is Answer.CHALLENGED:
            return self._challenge(request, CHALLENGE)
        if verdict.answer is Answer.EXPIRED:
            return self.message(request, "登录已超时", EXPIRY)
        words = REFUSAL if verdict.answer is Answer.REFUSED else duplicate_words(verdict.number)
        return self.message(request, "未能受理", words)

    def message(self, request: web.Request, heading: str, words: str) -> web.Response:
        """Return a page with one message and the way back."""
        return self.page(request, f"{self.folder}/message.html", heading=heading, words=words, back=self.home)

    def _challenge(self, request: web.Request, words: str) -> web.Response:
        return self.page(request, f"{self.folder}/challenge.html", words=words)

    async def _verify_page(self, request: web.Request) -> web.Response:
        return self._challenge(request, CHALLENGE)

    async def _verify(self, request: web.Request) -> web.Response:
        form, _files = await read_form(request)
        if self.solved_captcha(request, form.get("captcha", "")):
            return self.message(request, "验证通过", "请返回重新填写并提交。")
        return self._challenge(request, "验证码不正确，请重新输入。")

    async def _result(self, request: web.Request) -> web.Response:
        self.require_login(request)
        number = request.query.get("no", "")
        return self.page(request, f"{self.folder}/result.html", number=number)

    async def _mine(self, request: web.Request) -> web.Response:
        self.require_login(request)
        wanted = request.query.get("q", "")
        return self.page(
            request, f"{self.folder}/mine.html", complaints=self.my_complaints(request), wanted=wanted
        )
