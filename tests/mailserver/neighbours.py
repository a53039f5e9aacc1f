"""Who Postfix talks to: a policy service that greylists, and an association that answers with a number."""

from __future__ import annotations

import smtplib
import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from types import TracebackType
from typing import Self

from fakes.smtp_faults import FaultySmtp


class PolicyService:
    """Answers Postfix's question at each recipient (SMTPD_POLICY_README): later, for the first ``greylists`` times.

    Attributes:
        greylists: How many more recipients are put off.
    """

    def __init__(self, port: int) -> None:
        self.greylists = 0
        service = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    if line == b"\n":
                        self.wfile.write(service.answer())

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def answer(self) -> bytes:
        """Return the next answer."""
        if self.greylists > 0:
            self.greylists -= 1
            return b"action=DEFER_IF_PERMIT 4.2.0 Greylisted, come again in 1 second\n\n"
        return b"action=DUNNO\n\n"

    def stop(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)


@dataclass
class Association:
    """Takes mail as an ordinary server and answers each as an office's machine does.

    Attributes:
        port: Where Postfix relays to.
        postfix: Where answers are handed in.
        text: The answer's text.
        automatic: Whether the answer says that a machine wrote it.
    """

    port: int
    postfix: int
    text: str
    automatic: bool = True
    received: list[EmailMessage] = field(default_factory=list[EmailMessage])

    def __enter__(self) -> Self:
        self._smtp = FaultySmtp(port=self.port, on_mail=self._answer)
        self._smtp.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._smtp.__exit__(kind, error, trace)

    def _answer(self, data: bytes) -> None:
        mail = message_from_bytes(data, policy=default)
        self.received.append(mail)
        answer = EmailMessage(policy=SMTP)
        answer["From"] = "消费者协会 <noreply@answers.example>"
        answer["To"] = str(mail["From"])
        answer["Subject"] = f"自动回复：{mail['Subject']}"
        answer["In-Reply-To"] = answer["References"] = str(mail["Message-ID"])
        if self.automatic:
            answer["Auto-Submitted"] = "auto-replied"
        answer.set_content(self.text, charset="utf-8")
        with smtplib.SMTP("127.0.0.1", self.postfix, local_hostname="answers.example") as smtp:
            smtp.send_message(answer, from_addr="noreply@answers.example", to_addrs=["zhang@example.cn"])
