"""A person's own mail on the web: one page to write a mail, one to read what came. It stands for their provider."""

from __future__ import annotations

import html
import mailbox
import smtplib
import threading
from collections.abc import Generator
from contextlib import contextmanager
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

_WRITE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>写信</title>
<form method="post" enctype="multipart/form-data">
<p><label>收件人<br><input name="to"></label></p><p><label>主题<br><input name="subject"></label></p>
<p><label>正文<br><textarea name="text" rows="12"></textarea></label></p>
<p><label>附件<br><input name="files" type="file" multiple></label></p>
<p><button class="primary">发送</button></p></form>"""


class _Mail(BaseHTTPRequestHandler):
    def __init__(self, smtp: int, sender: str, maildir: Path, *connection: object) -> None:
        self._smtp, self._sender, self._maildir = smtp, sender, maildir
        super().__init__(*connection)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._answer(_inbox(self._maildir) if self.path == "/inbox" else _WRITE)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        mail = _mail(BytesParser(policy=default).parsebytes(head + body), self._sender)
        with smtplib.SMTP("127.0.0.1", self._smtp, timeout=30) as server:
            server.send_message(mail)
        self._answer("<!doctype html><meta charset='utf-8'><h2>已发送</h2>")

    def _answer(self, page: str) -> None:
        data = page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _mail(form: EmailMessage, sender: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = sender
    mail["Message-ID"] = "<by-hand@example.com>"
    for part in form.iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = cast(bytes, part.get_payload(decode=True))
        if name in ("to", "subject"):
            mail[str(name)] = data.decode()
        elif name == "text":
            mail.set_content(data.decode().replace("\r\n", "\n"))
        elif part.get_filename():
            main, sub = part.get_content_type().split("/")
            mail.add_attachment(data, maintype=main, subtype=sub, filename=part.get_filename())
    return mail


def _inbox(folder: Path) -> str:
    came = [_words(mail) for mail in mailbox.Maildir(folder)] if folder.is_dir() else []
    return "<!doctype html><meta charset='utf-8'><title>收件箱</title>" + "".join(came)


def _words(mail: Message) -> str:
    read = BytesParser(policy=default).parsebytes(mail.as_bytes())
    body = read.get_body(("plain",))
    return f"<pre>{html.escape('' if body is None else str(body.get_content()))}</pre>"


@contextmanager
def webmail(smtp: int, sender: str, maildir: Path) -> Generator[str]:
    """Serve the mailbox on loopback; gives its address.

    Args:
        smtp: Port of the server that takes mail, on this machine.
        sender: Whose mailbox it is.
        maildir: Where answers arrive.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Mail, smtp, sender, maildir))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
