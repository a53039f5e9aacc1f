"""A live server with something wrong on the way to it: passes every request on, breaks one thing, keeps count."""

from __future__ import annotations

import http.client
import re
import socket
import struct
from collections import Counter
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from complain.browser.policy import NetworkPolicy
from complain.channels.form import FormChannel
from complain.filing.form_policy import policy_of
from complain.testing.live import LiveServer
from complain.testing.record import Arrived, Record, row_of
from complain.testing.relay_script import script_for
from complain.testing.servers import TwoServers
from complain.testing.stand_in_pages import DRAFT_PATH, Trap

UPSTREAM_SECONDS = 30.0
_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"}
)
_TEXTS = ("text/", "application/json", "application/javascript")
"""Where a live server may write its own address."""


class Relay(TwoServers):
    """Stands between the browser and a live server; use it as a context.

    Args:
        live: The author's own server.
        trap: What goes wrong on the way.
        secret: The value of a cookie that is added, searched for afterwards.
    """

    number: str | None = None

    def __init__(self, live: LiveServer, trap: Trap, secret: str) -> None:
        self.live, self.trap, self.secret = live, trap, secret
        self.record, self.elsewhere = Record(), Record()
        self.script = ""
        self._policy: NetworkPolicy | None = None
        self._login_path = ""
        self._before = self._filings()
        self.serve_with(_of(self, _Handler), _of(self, _Elsewhere))

    def serve(self, channel: FormChannel) -> None:
        """Learn which request files.

        Args:
            channel: At this relay's address.
        """
        policy = policy_of(channel)
        login = channel.definition.login
        self._policy, self._login_path = policy, urlsplit(login.url).path if login else ""
        glob = policy.submit.glob if policy.submit else "*"
        pattern = ".*".join(re.escape(part) for part in glob.split("*"))
        self.script = script_for(self.trap, f"^{pattern}$", self.foreign_origin)

    def is_submission(self, method: str, path: str) -> bool:
        """Tell whether a request files; one to the log-in's own address does not."""
        if self._policy is None or path.partition("?")[0] == self._login_path:
            return False
        return self._policy.is_submit(method, self.origin + path)

    @property
    def undeclared_writes(self) -> list[Arrived]:
        """The writes that no dry run may let out: neither the log-in's own, nor those that the pages need."""
        return [one for one in self.record.writes if not self._is_needed(one)]

    def _is_needed(self, one: Arrived) -> bool:
        if self._policy is None or one.path == DRAFT_PATH:
            return False
        needed = self._policy.is_declared(one.method, self.origin + one.path, uploads=False)
        return one.path == self._login_path or (needed and not self.is_submission(one.method, one.path))

    @property
    def stored(self) -> int:
        """How many filings the live server took since this relay was made."""
        return len(self._filings()) - len(self._before) if self.live.filings else len(self.record.rows)

    @property
    def new(self) -> tuple[str, ...]:
        """What the live server holds of them, as it says itself, in whatever order."""
        return tuple((Counter(self._filings()) - Counter(self._before)).elements())

    def _filings(self) -> tuple[str, ...]:
        return tuple(self.live.filings()) if self.live.filings else ()


def _of(owner: Relay, kind: type[_Base]) -> type[_Base]:
    class Handler(kind):  # type: ignore[valid-type, misc]  # the class is the argument
        relay = owner

    return Handler


class _Base(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    relay: Relay
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is sent here is personal."""

    def note(self, record: Record) -> bytes:
        """Keep the request's line and return its body."""
        record.requests.append(Arrived(self.command, self.path.partition("?")[0]))
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))


class _Elsewhere(_Base):
    def _take(self) -> None:
        self.note(self.relay.elsewhere)
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_HEAD = do_OPTIONS = _take


class _Handler(_Base):
    def _pass_on(self) -> None:
        body = self.note(self.relay.record)
        files = self.relay.is_submission(self.command, self.path)
        if files:
            self.relay.record.rows.append(row_of(self.headers.get("Content-Type") or "", body))
        there = urlsplit(self.relay.live.origin)
        upstream = http.client.HTTPConnection(there.hostname or "", there.port, timeout=UPSTREAM_SECONDS)
        try:
            upstream.request(self.command, self.path, body or None, self._headers())
            answer = upstream.getresponse()
            data = answer.read()
        finally:
            upstream.close()
        if files and self.relay.trap is Trap.CUT:
            self._cut()
        else:
            self._answer(answer, data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _pass_on

    def _headers(self) -> dict[str, str]:
        """As if the browser stood before the live server itself, which may compare them with its own address."""
        kept = {
            name: value.replace(self.relay.origin, self.relay.live.origin)
            for name, value in self.headers.items()
            if name.lower() not in _HOP
        }
        netloc = urlsplit(self.relay.live.origin).netloc
        return {**kept, "Host": netloc, "Accept-Encoding": "identity", "Connection": "close"}

    def _answer(self, answer: http.client.HTTPResponse, data: bytes) -> None:
        kind = answer.getheader("Content-Type") or ""
        if kind.startswith(_TEXTS):
            data = data.replace(self.relay.live.origin.encode(), self.relay.origin.encode())
        if kind.startswith("text/html") and self.relay.script:
            data = _with(data, self.relay.script.encode())
        self.send_response(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in (*_HOP, "content-security-policy", "server", "date"):
                self.send_header(name, value.replace(self.relay.live.origin, self.relay.origin))
        self.send_header("Set-Cookie", f"visit={self.relay.secret}; Path=/")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _cut(self) -> None:
        """Reset the connection: no answer, and no orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


def _with(page: bytes, script: bytes) -> bytes:
    """Before the page's own scripts, where there is a head."""
    head = re.search(rb"<head[^>]*>", page)
    return page + script if head is None else page[: head.end()] + script + page[head.end() :]
