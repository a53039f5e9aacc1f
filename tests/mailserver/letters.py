"""Letters to hand in at the post office, and the doors at which they are handed in."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass

from complain.mail.compose import compose, new_message_id, reference_of, to_bytes
from complain.mail.imap import ImapMailbox
from complain.mail.read_back import check_mail
from complain.mail.server import MailServer, Security
from complain.mail.submission import Patience, Submission, SubmissionResult
from complain.mail.tracking import MailFiling
from complain.model import Draft, MailDraft
from mailserver.house import PostOffice

ZHANG, TOUSU = "zhang@example.cn", "tousu@example.org"
NUMBER = r"受理编号[:：]\s*(?P<number>[A-Z]{2}-\d{6})"
QUICK = Patience(first_wait=0.05, longest_wait=0.2)


@dataclass(frozen=True)
class Letter:
    """One mail, ready to be handed in."""

    recipient: str
    message_id: str
    data: bytes

    def filing(self, number_pattern: str = NUMBER) -> MailFiling:
        return MailFiling(
            channel="association",
            message_id=self.message_id,
            reference=reference_of(self.message_id),
            sent_at=dt.datetime.now(dt.UTC),
            number_pattern=number_pattern,
            recipient=self.recipient,
            own_text=self.data.decode("ascii"),
        )


def a_letter(
    recipient: str = TOUSU, text: str = "本人张三，投诉如下。\n" * 20, pdf: bytes = b"%PDF-1.7 \x00"
) -> Letter:
    mail = MailDraft(ZHANG, recipient, "关于第三方催收的投诉", new_message_id("example.cn"))
    draft = Draft("association", text, mail=mail)
    message = compose(draft, sender_name="张三", letter_pdf=pdf, date=dt.datetime.now(dt.UTC))
    data = to_bytes(message)
    check_mail(data, draft, pdf)
    return Letter(recipient, mail.message_id, data)


def submission_server(office: PostOffice, security: Security = "starttls", password: str = "") -> MailServer:
    port = {"starttls": office.ports.submission, "tls": office.ports.submissions}[security]
    word = password or office.postboxes.passwords[ZHANG]
    return MailServer("localhost", port, security, user=ZHANG, password=lambda: word, ca_file=office.ca_file)


def plain_server(port: int) -> MailServer:
    return MailServer("127.0.0.1", port, "none")


def zhangs_mailbox(
    office: PostOffice, security: Security = "tls", password: str = "", host: str = "localhost"
) -> ImapMailbox:
    port = {"starttls": office.ports.imap, "tls": office.ports.imaps}[security]
    word = password or office.postboxes.passwords[ZHANG]
    return ImapMailbox(
        MailServer(host, port, security, user=ZHANG, password=lambda: word, ca_file=office.ca_file)
    )


async def _hand_in(server: MailServer, letter: Letter) -> SubmissionResult:
    async with Submission(
        server, sender=ZHANG, recipient=letter.recipient, size=len(letter.data), patience=QUICK
    ) as submission:
        await submission.prepare()
        return await submission.send(letter.data)


def hand_in(server: MailServer, letter: Letter) -> SubmissionResult:
    return asyncio.run(_hand_in(server, letter))
