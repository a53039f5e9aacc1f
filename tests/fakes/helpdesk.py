"""A plain public ticket form on loopback, the far side of the form that the documentation shows."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self, cast

FORM = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>公开工单</title><h1>提交工单</h1>
<form method="post" enctype="multipart/form-data" action="/tickets/submit/">
<p><label for="queue">分类 *</label><select id="queue" name="queue"><option value=""></option><option>咨询</option><option>投诉</option></select></p>
<p><label for="mail">您的邮箱：</label><input id="mail" name="submitter_email" type="email"></p>
<p><label for="title">标题 *</label><input id="title" name="title"></p>
<p><label for="body">问题描述</label><textarea id="body" name="body"></textarea></p>
<p><label for="file">附件</label><input id="file" name="attachment" type="file" multiple></p>
<p><label><input type="checkbox" name="agree" value="yes"> 我已阅读并同意</label></p>
<button type="submit">提交工单</button></form></html>"""

TOML = """
[channel]
id = "helpdesk"
title = "公开工单"
url = "http://127.0.0.1:8601/tickets/submit/"
stage = 1                        # 1 the platform's own channels, 2 bodies outside it
origins = []                     # further origins that may receive personal data; url's own origin always may
assets = []                      # further hosts the page may load from ("*.example-cdn.cn"); others are refused and listed
device = "desktop"               # or a Playwright device name, "iPhone 13"
verified = 2026-11-23            # a person last saw it work; left out = never, and the tool says so

[limits]
letter = { max = 1000 }
attachments = { max = 3, size = "2 MB", types = ["jpg", "png", "pdf"] }

[[page]]
fields = [
  { label = "分类", choose = "投诉" },
  { label = "您的邮箱", value = "{{ complainant.email }}" },
  { label = "标题", value = "{{ complaint.subject }}" },
  { label = "问题描述", value = "{{ letter }}" },
  { label = "附件", files = "evidence" },
  { label = "我已阅读并同意", check = true },
]
# next = "下一步"                # on every page but the last; further [[page]] tables follow

[submit]
button = "提交工单"
confirm = "确定"                 # a dialog that asks again; optional
request = "POST */tickets/submit/"   # the one request that files; any second one is blocked

[outcome]
success = '工单编号[:：]\\s*(?P<number>[A-Z0-9-]+)'   # in the page's text; `number` is the receipt.
refusal = ["请勿重复提交", "不予受理"]
challenge = ["请输入验证码", "请先登录"]
"""


@dataclass
class Helpdesk:
    """The desk; use it as a context.

    Attributes:
        answer: The body of the page after a submit; ``{number}`` is replaced.
        tickets: Field name to values, per ticket that was stored.
        gets: How often the form was asked for.
    """

    answer: str = "<h1>已收到</h1><p>工单编号：HD-{number}</p>"
    tickets: list[dict[str, list[bytes]]] = field(default_factory=list[dict[str, list[bytes]]])
    gets: int = 0
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def toml(self) -> str:
        """The documented definition, at this desk's port."""
        return TOML.replace("http://127.0.0.1:8601", self.url)

    def __enter__(self) -> Self:
        desk = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                found = self.path == "/tickets/submit/"
                desk.gets += found
                self._send(200 if found else 404, FORM if found else "")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                desk.tickets.append(_values(self.headers["Content-Type"], body))
                self._send(200, desk.answer.replace("{number}", f"{len(desk.tickets):04d}"))

            def _send(self, status: int, page: str) -> None:
                data = page.encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()


def _values(kind: str, body: bytes) -> dict[str, list[bytes]]:
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    values: dict[str, list[bytes]] = {}
    for part in cast("list[EmailMessage]", list(message.iter_parts())):
        payload = part.get_payload(decode=True)
        name = str(part.get_param("name", header="content-disposition"))
        values.setdefault(name, []).append(payload if isinstance(payload, bytes) else b"")
    return values
