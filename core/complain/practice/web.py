"""What all web desks share: cookies, pages, login, captcha, faults, and how a complaint is taken.

A desk is a subclass that adds its own pages; `WebDesk.application` makes the server of it.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar

import jinja2
from aiohttp import web

from complain.masking import mask_value
from complain.practice.faults import Faults
from complain.practice.people import BANNER, DeskProfile, account_of
from complain.practice.pictures import captcha_png, captcha_text
from complain.practice.records import Submission, VisitorSession
from complain.practice.store import DeskStore
from complain.practice.wire import cut

HERE = Path(__file__).parent
UPLOAD_BYTES = 20_000_000  # of one request; a desk's own limits are lower
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SESSION: web.RequestKey[VisitorSession] = web.RequestKey("session", VisitorSession)


@dataclass
class DeskServices:
    """What the desks of one run share.

    Attributes:
        store: What they remember.
        news: Notified when the practice phone may have something new.
    """

    store: DeskStore
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def tell_phone(self) -> None:
        """Wake whoever waits for the practice phone."""
        async with self.news:
            self.news.notify_all()


class Answer(Enum):
    """How a desk answers a press of the submit button."""

    TAKEN = "taken"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    CHALLENGED = "challenged"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Verdict:
    """The answer to one submission; ``number`` is the new complaint's, or the earlier one's for a duplicate."""

    answer: Answer
    number: str = ""


@dataclass(frozen=True)
class ListedComplaint:
    """One row of 我的投诉."""

    number: str
    subject: str
    status: str
    excerpt: str
    filed_at: str


def _listed(row: sqlite3.Row) -> ListedComplaint:
    fields: dict[str, str] = json.loads(row["fields"])
    excerpt = fields.get("description", "")[:80]
    filed_at = str(row["filed_at"])[:19].replace("T", " ")
    return ListedComplaint(row["number"], row["subject"], row["status"], excerpt, filed_at)


REFUSAL = "您提交的内容不符合受理条件，不予受理。"
CHALLENGE = "操作过于频繁，请输入验证码后继续。"
EXPIRY = "登录已超时，请先登录。"


def duplicate_words(number: str) -> str:
    """Return what a desk with duplicate detection says."""
    return f"您已提交过相同内容的投诉（{number}），请勿重复提交。"


class WebDesk:
    """A practice desk on the web.

    Args:
        services: What the desks of one run share.
        faults: What goes wrong at this desk.
    """

    profile: ClassVar[DeskProfile]
    layout: ClassVar[str]
    home: ClassVar[str]

    def __init__(self, services: DeskServices, faults: Faults) -> None:
        self.services = services
        self.store = services.store
        self.faults = faults
        self._pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "pages"), autoescape=True, undefined=jinja2.StrictUndefined
        )
        self._pages.filters["masked"] = mask_value

    @property
    def channel(self) -> str:
        """The channel's id."""
        return self.profile.channel

    @property
    def cookie(self) -> str:
        """The cookie's name; ports do not keep cookies apart, so names must."""
        return f"practice_{self.channel.replace('-', '_')}"

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the desk's own pages."""
        raise NotImplementedError

    def application(self) -> web.Application:
        """Return the desk as a web server's application."""
        application = web.Application(
            middlewares=[self._only_loopback, self._record, self._slow, self._with_session],
            client_max_size=UPLOAD_BYTES,
        )
        application.router.add_static("/static", HERE / "static")
        application.add_routes([web.get("/", self._home), web.get("/captcha.png", self._captcha)])
        application.add_routes(self.routes())
        return application

    # -- pages ----------------------------------------------------------------------------------------------

    def page(self, request: web.Request, template: str, **names: Any) -> web.Response:
        """Return a page drawn from ``pages/<template>``."""
        text = self._pages.get_template(template).render(
            desk=self.profile,
            layout=self.layout,
            banner=BANNER,
            session=request[SESSION],
            label=self.label,
            late=None if "ready" in request.query else self.faults.seconds("confirmation-late"),
            trap=self.faults.has("double-click-trap"),
            autosave=self.faults.seconds("autosave"),
            **names,
        )
        return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})

    def label(self, name: str, other: str) -> str:
        """Return a field's label: ``other`` while the fault ``renamed-field`` is on."""
        return other if self.faults.has("renamed-field") else name

    def my_complaints(self, request: web.Request) -> list[ListedComplaint]:
        """Return the visitor's complaints, newest first; with ``?q=``, those whose text holds it."""
        wanted = request.query.get("q", "").strip()
        rows = self.store.complaints(self.channel, request[SESSION].account)
        return [_listed(row) for row in rows if wanted in row["fields"] or wanted == row["number"]]

    async def _home(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(self.home)

    # -- middlewares: outermost first -----------------------------------------------------------------------

    @web.middleware
    async def _only_loopback(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A foreign page that points its own name at loopback gets nothing (DNS rebinding)."""
        if request.host.rsplit(":", 1)[0] not in LOOPBACK:
            raise web.HTTPForbidden
        return await handler(request)

    @web.middleware
    async def _record(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method not in ("GET", "HEAD"):
            self.store.note_request(self.channel, request.method, request.path)
        return await handler(request)

    @web.middleware
    async def _slow(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        delay = self.faults.seconds("slow")
        if delay and not request.path.startswith(("/static", "/_")):
            await asyncio.sleep(delay)
        return await handler(request)

    @web.middleware
    async def _with_session(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(("/static", "/_")):
            return await handler(request)
        request[SESSION] = self.store.session(self.channel, request.cookies.get(self.cookie))
        try:
            response = await handler(request)
        except web.HTTPException as answer:
            self._set_cookie(request, answer)
            raise
        self._set_cookie(request, response)
        return response

    def _set_cookie(self, request: web.Request, response: web.StreamResponse) -> None:
        if not response.prepared:
            response.set_cookie(self.cookie, request[SESSION].token, httponly=True, samesite="Lax", path="/")

    # -- login ----------------------------------------------------------------------------------------------

    def require_login(self, request: web.Request) -> VisitorSession:
        """Return the session, or send the visitor to the login page."""
        session = request[SESSION]
        if session.account is None:
            raise web.HTTPFound("/login")
        return session

    def log_in(self, request: web.Request, account: str) -> None:
        """Remember in the session who is logged in."""
        session = request[SESSION]
        session.account = account
        self.store.keep_session(session)

    def log_out(self, request: web.Request) -> None:
        """Forget the session; the next page gets a fresh one."""
        self.store.end_session(request[SESSION])
        request[SESSION] = self.store.session(self.channel, None)

    def password_login(self, form: Mapping[str, str]) -> str | None:
        """Return the account that a login form names, or None when user or password is wrong."""
        return account_of(self.channel, form.get("user", "").strip(), form.get("password", ""))

    # -- captcha --------------------------------------------------------------------------------------------

    async def _captcha(self, request: web.Request) -> web.Response:
        text = captcha_text()
        self.store.issue_captcha(request[SESSION], text)
        await self.services.tell_phone()
        return web.Response(
            body=captcha_png(text), content_type="image/png", headers={"Cache-Control": "no-store"}
        )

    def solved_captcha(self, request: web.Request, text: str) -> bool:
        """Say whether the newest captcha of this visitor was read right, and trust the visitor from now on."""
        session = request[SESSION]
        solved = self.store.use_captcha(session, text)
        if solved:
            session.pages["trusted"] = "yes"
            self.store.keep_session(session)
        return solved

    # -- taking a complaint ---------------------------------------------------------------------------------

    async def take(self, request: web.Request, submission: Submission) -> Verdict:
        """Take a complaint, or answer as the desk's faults say.

        Raises:
            web.HTTPException: A server error before or after the complaint was stored (faults).
        """
        if self.faults.take("5xx-before"):
            raise web.HTTPServiceUnavailable(text="服务暂不可用（503）")
        refused = self._turned_away(request, submission)
        if refused is not None:
            return refused
        number = self.store.add_complaint(submission)
        await self._after_storing(request)
        return Verdict(Answer.TAKEN, number)

    def _turned_away(self, request: web.Request, submission: Submission) -> Verdict | None:
        session = request[SESSION]
        if self.faults.take("session-expiry"):
            self.log_out(request)
            return Verdict(Answer.EXPIRED)
        if "trusted" not in session.pages and self.faults.take("captcha"):
            return Verdict(Answer.CHALLENGED)
        if self.faults.take("refusal"):
            return Verdict(Answer.REFUSED)
        earlier = self.store.same_complaint(submission) if self.faults.has("duplicate-detection") else None
        return None if earlier is None else Verdict(Answer.DUPLICATE, earlier)

    async def _after_storing(self, request: web.Request) -> None:
        delay = self.faults.seconds("double-click-trap")
        if delay:
            await asyncio.sleep(delay)  # long enough for an impatient second click
        if self.faults.take("cut-after"):
            cut(request)
        if self.faults.take("5xx-after"):
            raise web.HTTPBadGateway(text="网关错误（502）")
