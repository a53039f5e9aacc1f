"""The consumer association's desk: a mailbox that takes letters and answers each with a number.

Mail comes in over SMTP on loopback; the automatic answer goes straight into the complainant's own mailbox,
a Maildir, as the complainant's mail provider would have put it there.
"""

from __future__ import annotations

import asyncio
import mailbox
import sqlite3
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser, Parser
from email.policy import SMTP as SMTP_POLICY
from email.policy import default as default_policy
from email.utils import format_datetime, localtime, make_msgid, parseaddr
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from complain.practice.faults import Faults
from complain.practice.people import ASSOCIATION, ASSOCIATION_ADDRESS, BANNER
from complain.practice.records import Submission, UploadedFile
from complain.practice.store import DeskStore
from complain.practice.wire import reset_on_close

ANSWER_SECONDS = 1.0
MAIL_BYTES = 20_000_000
_DOMAIN = ASSOCIATION_ADDRESS.partition("@")[2]
_ACCEPT, _REFUSE, _DUPLICATE, _BOUNCE = "accept", "refuse", "duplicate", "bounce"


class AssociationDesk:
    """See the module's description.

    Args:
        store: What the desks remember.
        folder: The complainant's Maildir; made when it is not there.
        faults: What goes wrong here.
    """

    def __init__(self, store: DeskStore, folder: Path, faults: Faults) -> None:
        self.faults = faults
        self._store = store
        self._mailbox = mailbox.Maildir(folder, create=True)
        self._answering: set[asyncio.Task[None]] = set()

    def protocol(self) -> asyncio.Protocol:
        """Return the conversation with one mail client."""
        return SMTP(
            self,
            data_size_limit=MAIL_BYTES,
            enable_SMTPUTF8=True,
            hostname=_DOMAIN,
            ident="practice desk",
            loop=asyncio.get_running_loop(),
        )

    async def close(self) -> None:
        """Deliver what is still unanswered, at once: the next run must find it in the mailbox."""
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)
        self.deliver_answers()
        self._mailbox.close()

    # -- what the mail client meets (names are aiosmtpd's) --------------------------------------------------

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take mail for the association only."""
        if await self._failed_before():
            return "451 4.3.0 演练：系统繁忙，请稍后再试"
        if not address.lower().endswith(f"@{_DOMAIN}"):
            return "550 5.1.1 演练：没有这个收件人"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Store the letter and promise an answer."""
        if self.faults.take("refusal"):
            return "554 5.7.1 演练：材料不完整，不予接收"
        self._keep(envelope)
        task = asyncio.create_task(self._answer_later())
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        if self.faults.take("cut-after") and server.transport is not None:
            reset_on_close(server.transport)
            server.transport.abort()  # type: ignore[attr-defined]
        return "554 5.3.0 演练：处理出错" if self.faults.take("5xx-after") else "250 OK"

    async def _failed_before(self) -> bool:
        delay = self.faults.seconds("slow")
        if delay:
            await asyncio.sleep(delay)
        return self.faults.take("5xx-before")

    def _keep(self, envelope: Envelope) -> None:
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        letter = BytesParser(EmailMessage, policy=default_policy).parsebytes(raw)
        submission = _submission(letter, envelope.mail_from or "")
        self._store.add_mail(
            submission,
            str(letter["Message-ID"] or ""),
            ", ".join(envelope.rcpt_tos),
            raw,
            self._kind_of_answer(submission),
        )

    def _kind_of_answer(self, submission: Submission) -> str:
        if self.faults.take("bounce"):
            return _BOUNCE
        if self.faults.has("duplicate-detection") and self._store.same_complaint(submission):
            return _DUPLICATE
        return _ACCEPT

    # -- the automatic answer -------------------------------------------------------------------------------

    async def _answer_later(self) -> None:
        await asyncio.sleep(ANSWER_SECONDS + (self.faults.seconds("confirmation-late") or 0))
        self.deliver_answers()

    def deliver_answers(self) -> None:
        """Put the answer to every unanswered letter into the complainant's mailbox."""
        for mail in self._store.unanswered_mails():
            self._mailbox.add(_answer(mail).as_bytes(policy=SMTP_POLICY))
            self._store.note_answer(mail["id"])


def _submission(letter: EmailMessage, sender: str) -> Submission:
    body = letter.get_body(("plain", "html"))
    text = str(body.get_content()) if body is not None else ""
    fields = {
        "from": str(letter["From"] or sender),
        "to": str(letter["To"] or ""),
        "subject": str(letter["Subject"] or ""),
        "message_id": str(letter["Message-ID"] or ""),
        "description": text.replace("\r\n", "\n").strip(),
    }
    account = parseaddr(fields["from"])[1] or sender
    return Submission(ASSOCIATION.channel, account, fields["subject"], fields, tuple(_files(letter)))


def _files(letter: EmailMessage) -> Iterator[UploadedFile]:
    for part in letter.iter_attachments():
        yield UploadedFile(part.get_filename() or "未命名", part.get_content_type(), _content(part))


def _content(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else part.as_bytes()


def _answer(mail: sqlite3.Row) -> EmailMessage:
    return _bounce(mail) if mail["answer"] == _BOUNCE else _reply(mail)


def _envelope(mail: sqlite3.Row, sender: str, subject: str) -> EmailMessage:
    answer = EmailMessage()
    answer["From"] = sender
    answer["To"] = mail["sender"]
    answer["Subject"] = subject
    answer["Date"] = format_datetime(localtime())
    answer["Message-ID"] = make_msgid(domain=_DOMAIN)
    answer["Auto-Submitted"] = "auto-replied"  # RFC 3834
    return answer


def _reply(mail: sqlite3.Row) -> EmailMessage:
    answer = _envelope(mail, f"{ASSOCIATION.title} <{ASSOCIATION_ADDRESS}>", f"自动回复：{mail['subject']}")
    answer["In-Reply-To"] = mail["message_id"]
    answer["References"] = mail["message_id"]
    answer.set_content(f"{_words(mail)}\n\n{ASSOCIATION.title}（虚构的机构）\n{BANNER}\n")
    return answer


def _words(mail: sqlite3.Row) -> str:
    if mail["answer"] == _DUPLICATE:
        return "您已提交过相同内容的投诉，请勿重复提交。"
    return f"您的投诉已收到，编号：{mail['number']}。\n是否受理，以后续书面通知为准。"


def _bounce(mail: sqlite3.Row) -> EmailMessage:
    """A delivery failure as mail servers send it: RFC 3464, with the Message-ID in the returned headers."""
    answer = _envelope(
        mail, f"Mail Delivery System <mailer-daemon@{_DOMAIN}>", "Undelivered Mail Returned to Sender"
    )
    answer.set_content(f"演练：邮件未能送达 {mail['recipient']}。\n")
    answer.make_mixed()
    answer.set_type("multipart/report")
    answer.set_param("report-type", "delivery-status")
    answer.attach(_status_part(mail))
    answer.attach(_returned_part(mail))
    return answer


def _status_part(mail: sqlite3.Row) -> EmailMessage:
    return _part(
        "message/delivery-status",
        f"Reporting-MTA: dns; {_DOMAIN}\n\nFinal-Recipient: rfc822; {mail['recipient']}\n"
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n",
    )


def _returned_part(mail: sqlite3.Row) -> EmailMessage:
    return _part("text/rfc822-headers", f"Message-ID: {mail['message_id']}\nTo: {mail['recipient']}\n")


def _part(content_type: str, text: str) -> EmailMessage:
    return Parser(EmailMessage, policy=default_policy).parsestr(f"Content-Type: {content_type}\n\n{text}")
