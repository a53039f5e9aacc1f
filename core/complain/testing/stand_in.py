"""A far side on loopback that serves a channel's form, does one thing wrong, and records what reached it."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from complain.channels.definition import FormDefinition
from complain.model import Draft
from complain.testing.examples import NoExample, example_of
from complain.testing.record import Arrived, Record, row_of
from complain.testing.servers import TwoServers
from complain.testing.stand_in_pages import (
    PAGE_SCRIPT,
    Addresses,
    CannotStandIn,
    Trap,
    answer_page,
    form_page,
    login_page,
)

SESSION = "stand_in"


class StandIn(TwoServers):
    """A server for one channel; use it as a context.

    Args:
        trap: What it does wrong.
        secret: The value of its session cookie, searched for afterwards.
    """

    def __init__(self, trap: Trap = Trap.NONE, secret: str = "session") -> None:
        self.trap = trap
        self.secret = secret
        self.record = Record()
        self.elsewhere = Record()
        self.number: str | None = None
        self._definition: FormDefinition | None = None
        self._pages: dict[str, str] = {}
        self._submit = Addresses("POST", "/", "")
        self._success = ("", "", "")
        self.serve_with(_of(self, is_elsewhere=False), _of(self, is_elsewhere=True))

    @property
    def stored(self) -> int:
        """How many filings it took."""
        return len(self.record.rows)

    @property
    def new(self) -> tuple[str, ...]:
        """The number that it gives, when the definition names one."""
        return (self.number,) if self.number else ()

    @property
    def undeclared_writes(self) -> list[Arrived]:
        """The writes that no dry run may let out."""
        return self.record.writes

    @property
    def form_path(self) -> str:
        """Where the form is."""
        return next(iter(self._pages))

    def furnish(self, definition: FormDefinition, draft: Draft) -> None:
        """Draw the form of a channel.

        Args:
            definition: At this server's address.
            draft: What will be filled in.

        Raises:
            CannotStandIn: It holds something that cannot be drawn.
        """
        self._definition = definition
        method, path = _submission(definition)
        self._submit = Addresses(method, path, self.foreign_origin)
        self._pages[_path(definition.channel.url)] = form_page(definition, draft, self.trap, self._submit)
        if definition.login and definition.login.fields:
            self._pages["/stand-in/login-form"] = login_page(definition.login)
        self._success = self._answer(definition)

    def _answer(self, definition: FormDefinition) -> tuple[str, str, str]:
        """Return the text, selector and address of the page of success."""
        success = definition.outcome.success
        try:
            if success.url is not None:
                text, self.number = example_of(success.url)
                return "谢谢", "", _address(text)
            if success.pattern is None:
                return "谢谢", success.css or "", ""
            text, self.number = example_of(success.pattern)
            return text, success.css or "", ""
        except NoExample as error:
            raise CannotStandIn(f"success = {error}") from error

    # -- what the handler asks --------------------------------------------------------------------------------

    def page_at(self, path: str, *, is_known: bool) -> str | None:
        """Return a page; a stranger gets the log-in where there is one."""
        login = self._definition.login if self._definition else None
        needs_login = "/stand-in/login-form" in self._pages and not is_known
        if login is not None and needs_login and path in (*self._pages, _path(login.url)):
            return self._pages["/stand-in/login-form"]
        if login is not None and path == _path(login.url):
            return next(iter(self._pages.values()))
        return self._pages.get(path)

    def is_submission(self, method: str, path: str) -> bool:
        """Tell whether a request files."""
        return (method, path) == (self._submit.method, self._submit.submit)

    def answer_after(self) -> tuple[str, str]:
        """Return the page that follows a submission, and the address to send the browser to (empty: none)."""
        assert self._definition is not None
        outcome = self._definition.outcome
        text, css, address = self._success
        if self.trap is Trap.REFUSES:
            return answer_page(outcome.refusal[0]), ""
        if self.trap is Trap.CHALLENGES:
            return answer_page(outcome.challenge[0]), ""
        if self.trap is Trap.SILENT and self.number is not None:
            return answer_page("谢谢，已收到。"), ""
        return answer_page(text, css), address


def _address(found: str) -> str:
    """Return an address of this server that a pattern for addresses finds, from a text that it finds."""
    text = re.sub(r"^https?://[^/]*", "", found)
    if text.startswith("/"):
        return text
    return f"/{text}" if "?" in text else f"/stand-in/done?{text.lstrip('&')}"


def _path(url: str) -> str:
    return urlsplit(url).path or "/"


def _submission(definition: FormDefinition) -> tuple[str, str]:
    if definition.submit.request is None:
        return "POST", _path(definition.channel.url)
    method, glob = definition.submit.request.split(" ", 1)
    if method.upper() not in ("POST", "PUT", "PATCH"):
        raise CannotStandIn(f"request = {definition.submit.request!r}")
    path = urlsplit(glob).path if "://" in glob else "/" + glob.removeprefix("*").removeprefix("/")
    return method.upper(), path.replace("*", "x")


def _of(owner: StandIn, *, is_elsewhere: bool) -> type[_Handler]:
    class Handler(_Handler):
        stand_in = owner
        record = owner.elsewhere if is_elsewhere else owner.record
        is_foreign = is_elsewhere

    return Handler


class _Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with connections kept, since a browser sends again only on a connection that it has used before."""

    protocol_version = "HTTP/1.1"
    stand_in: StandIn
    record: Record
    is_foreign: bool
    timeout = 30

    def do_GET(self) -> None:
        path = self._note()
        if self.is_foreign:
            return self._send(200, "")
        if path == "/stand-in/page.js":
            return self._send(200, PAGE_SCRIPT, "text/javascript")
        if path.startswith("/stand-in/done") or self.path == self.stand_in.answer_after()[1]:
            return self._send(200, self.stand_in.answer_after()[0])
        page = self.stand_in.page_at(path, is_known=self._is_known())
        self._send(200 if page is not None else 404, page or "")

    def do_POST(self) -> None:
        path = self._note()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.is_foreign and path == "/stand-in/login":
            return self._logged_in()
        if not self.is_foreign and self.stand_in.is_submission(self.command, path):
            return self._file(body)
        return self._send(204, "")

    do_PUT = do_POST
    do_PATCH = do_POST

    def _note(self) -> str:
        path = self.path.partition("?")[0]
        self.record.requests.append(Arrived(self.command, path))
        return path

    def _is_known(self) -> bool:
        return f"{SESSION}={self.stand_in.secret}" in (self.headers.get("Cookie") or "")

    def _logged_in(self) -> None:
        cookie = f"{SESSION}={self.stand_in.secret}; Path=/; HttpOnly"
        self._send(303, "", headers={"Location": self.stand_in.form_path, "Set-Cookie": cookie})

    def _file(self, body: bytes) -> None:
        self.record.rows.append(row_of(self.headers.get("Content-Type") or "", body))
        if self.stand_in.trap is Trap.CUT:
            self._cut()
            return
        page, address = self.stand_in.answer_after()
        if address:
            self._send(303, "", headers={"Location": address})
        else:
            self._send(200, page)

    def _cut(self) -> None:
        """Reset the connection: no answer, and no orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _send(
        self,
        status: int,
        body: str,
        kind: str = "text/html; charset=utf-8",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if not self.is_foreign:
            self.send_header("Set-Cookie", f"visit={self.stand_in.secret}; Path=/")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is sent here is personal."""
