"""What became of a mail: only a declared number in the sender's own words is a receipt; absence proves nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import threading
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complain.mail.mailbox import MaildirMailbox, StoredMail
from complain.mail.tracking import (
    MailFiling,
    Standing,
    TrackedMail,
    await_answer,
    classify,
    reconcile,
    settle,
    track_mail,
)
from complain.model import Outcome

MESSAGE_ID = "<1a2b3c@example.cn>"
REFERENCE = "ABCDEFGH23"
PATTERN = r"编号[:：]\s*(?P<number>[A-Z0-9-]{6,})"
RECIPIENT = "tousu@example.org"
SENT_AT = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)


def classified(mail: bytes | EmailMessage, pattern: str = PATTERN, own_text: str = "") -> TrackedMail | None:
    return classify(
        mail,
        message_id=MESSAGE_ID,
        reference=REFERENCE,
        number_pattern=pattern,
        recipient=RECIPIENT,
        own_text=own_text,
    )


def an_answer(text: str, **headers: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    values = {
        "From": "协会 <noreply@example.org>",
        "Subject": "自动回复",
        "In-Reply-To": MESSAGE_ID,
        "Date": "Mon, 23 Nov 2026 09:30:00 +0800",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in values.items():
        if value:
            mail[name] = value
    mail.set_content(text, charset="utf-8")
    return mail


def a_web_mail(html: str) -> EmailMessage:
    mail = an_answer("")
    mail.set_content(html, subtype="html", charset="utf-8")
    return mail


def kind_and_number(mail: TrackedMail | None) -> tuple[str, str | None]:
    assert mail is not None
    return mail.kind, mail.number


def test_a_declared_number_in_an_answer_is_read() -> None:
    found = classified(an_answer("您好，受理编号：XX-2026-01。请保存。", Auto_Submitted="auto-replied"))

    assert kind_and_number(found) == ("number", "XX-2026-01")
    assert found is not None
    assert found.at == dt.datetime(2026, 11, 23, 1, 30, tzinfo=dt.UTC)
    assert "请保存" in found.words


def test_a_number_in_the_subject_is_read_too() -> None:
    assert kind_and_number(classified(an_answer("已收到。", Subject="受理编号：XX-2026-02"))) == (
        "number",
        "XX-2026-02",
    )


@pytest.mark.parametrize(
    "answer",
    [
        "您的电话 13800000000，工单 XX-2026-01，请保存。",
        "编号：",
        "",
    ],
)
def test_no_number_is_fished_from_a_text_that_does_not_declare_it(answer: str) -> None:
    assert kind_and_number(classified(an_answer(answer))) == ("reply", None)


def test_a_channel_without_a_pattern_gets_no_numbers() -> None:
    assert kind_and_number(classified(an_answer("编号：XX-2026-01"), pattern="")) == ("reply", None)


def test_two_different_numbers_are_none_but_one_said_twice_is_one() -> None:
    assert kind_and_number(classified(an_answer("编号：XX-2026-01 或编号：XX-2026-02"))) == ("reply", None)
    assert kind_and_number(classified(an_answer("编号：XX-2026-01，即编号：XX-2026-01"))) == (
        "number",
        "XX-2026-01",
    )


QUOTED = {
    "angle brackets": "已收到。\n> 首次投诉编号：JD-000001\n> 第二行",
    "a wide angle bracket": "已收到。\n＞ 编号：JD-000001",
    "Foxmail's line": "已收到。\n\n------------------ 原始邮件 ------------------\n编号：JD-000001",
    "Outlook's line": "Received.\n\n-----Original Message-----\nFrom: a\n编号：JD-000001",
    "Outlook's head": "已收到。\n\n发件人: 张三\n发送时间: 2026年11月23日\n编号：JD-000001",
    "an English attribution": "Thanks.\n\nOn Mon, 23 Nov 2026 at 09:30, Zhang <z@example.cn> wrote:\n编号：JD-000001",
    "a Chinese attribution": "收到。\n\n张三 <z@example.cn> 于2026年11月23日周一 09:30写道：\n编号：JD-000001",
}


@pytest.mark.parametrize("style", QUOTED)
def test_a_number_in_the_quoted_letter_is_not_the_receipt(style: str) -> None:
    found = classified(an_answer(QUOTED[style]))

    assert kind_and_number(found) == ("reply", None)
    assert found is not None and "JD-000001" not in found.words


HIDDEN = {
    "a quote": "<p>已收到。</p><blockquote>编号：JD-000001</blockquote>",
    "Gmail's quote": '<p>已收到。</p><div class="gmail_quote">编号：JD-000001<div>x</div></div>',
    "a style sheet": "<style>编号：JD-000001</style><p>已收到</p>",
    "a script": "<script>编号：JD-000001</script><p>已收到</p>",
    "what is not displayed": '<div style="display: none">编号：JD-000001</div><p>已收到</p>',
    "what is hidden": "<p>已收到</p><div hidden>编号：JD-000001</div>",
    "a quote that never ends": "<p>已收到</p><blockquote>编号：JD-000001",
}


@pytest.mark.parametrize("way", HIDDEN)
def test_a_number_that_a_reader_does_not_see_is_not_the_receipt(way: str) -> None:
    assert kind_and_number(classified(a_web_mail(HIDDEN[way]))) == ("reply", None)


def test_a_number_that_a_reader_sees_in_a_web_mail_is_read() -> None:
    html = "<html><head><title>x</title></head><body><table><tr><td>受理<b>编号</b>：</td><td>XX-2026-01</td></table>"

    assert kind_and_number(classified(a_web_mail(html))) == ("number", "XX-2026-01")


def test_a_number_that_we_wrote_ourselves_is_never_the_receipt() -> None:
    answer = an_answer("贵信（首次投诉编号：JD-000001）已收到。")

    assert kind_and_number(classified(answer, own_text="首次投诉编号：JD-000001，内容如下")) == (
        "reply",
        None,
    )
    assert kind_and_number(classified(answer)) == ("number", "JD-000001")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; type=x"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
    ],
)
def test_what_a_machine_wrote_is_called_an_automatic_answer(headers: dict[str, str]) -> None:
    assert kind_and_number(classified(an_answer("您的来信已收到。", **headers))) == ("auto-answer", None)


def test_what_a_person_wrote_is_called_a_reply() -> None:
    assert kind_and_number(classified(an_answer("您好", Auto_Submitted="no"))) == ("reply", None)


@pytest.mark.parametrize(
    "mail",
    [
        an_answer("收到", In_Reply_To="", References=f"<other@x> {MESSAGE_ID}"),
        an_answer("收到", In_Reply_To="", Subject=f"回复：投诉 {REFERENCE}"),
        an_answer(f"收到您的来信（{REFERENCE}）", In_Reply_To=""),
        an_answer(f"收到\n> 参考号：{REFERENCE}", In_Reply_To=""),
    ],
)
def test_an_answer_is_ours_by_its_thread_or_by_the_reference(mail: EmailMessage) -> None:
    assert kind_and_number(classified(mail)) == ("reply", None)


@pytest.mark.parametrize(
    "mail",
    [
        an_answer("编号：XX-2026-01", In_Reply_To="<other@example.cn>"),
        an_answer("编号：XX-2026-01", In_Reply_To=""),
        an_answer(f"X{REFERENCE} 编号：XX-2026-01", In_Reply_To=""),
        an_answer(f"{REFERENCE}9 编号：XX-2026-01", In_Reply_To=""),
        an_answer("编号：XX-2026-01", Message_ID=MESSAGE_ID),
        an_answer("编号：XX-2026-01", X_Complain_Reference=REFERENCE),
    ],
)
def test_another_mail_or_a_copy_of_our_own_is_none_of_it(mail: EmailMessage) -> None:
    assert classified(mail) is None


@pytest.mark.parametrize("claimed", ["gb2312", "GBK", "gb18030", "x-unknown", "us-ascii"])
def test_an_answer_in_chinese_encodings_is_read_whatever_it_calls_itself(claimed: str) -> None:
    body = "受理编号：XX-2026-01，请堃先生留意".encode("gb18030")
    head = f"In-Reply-To: {MESSAGE_ID}\r\nContent-Type: text/plain; charset={claimed}\r\n\r\n"

    found = classified(head.encode() + body)

    assert kind_and_number(found) == ("number", "XX-2026-01")
    assert found is not None and "堃" in found.words


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_bare_eight_bit_subject_is_read(encoding: str) -> None:
    mail = f"In-Reply-To: {MESSAGE_ID}\r\nSubject: 受理编号：XX-2026-01\r\n\r\n.\r\n".encode(encoding)

    assert kind_and_number(classified(mail)) == ("number", "XX-2026-01")


REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@mail.example.cn>
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={report_type}; boundary="b"
{thread}
--b
Content-Type: text/plain

This is the mail system. 编号：XX-2026-01
--b
Content-Type: message/{status_type}

Reporting-MTA: dns; mail.example.cn

{recipients}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 mailbox
 was closed

--b
Content-Type: {original_type}

Message-ID: {original}
Subject: x

--b--
"""


def a_report(**parts: str) -> bytes:
    values = {
        "report_type": "delivery-status",
        "status_type": "delivery-status",
        "thread": "",
        "recipients": f"Final-Recipient: rfc822; {RECIPIENT}",
        "action": "failed",
        "original_type": "text/rfc822-headers",
        "original": MESSAGE_ID,
    }
    return REPORT.format_map({**values, **parts}).replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"original_type": "message/rfc822"},
        {"original_type": "message/global-headers", "status_type": "global-delivery-status"},
        {"action": "Failed"},
        {"original": "<none@x>", "thread": f"In-Reply-To: {MESSAGE_ID}\n"},
        {
            "recipients": f"Original-Recipient: rfc822;{RECIPIENT.upper()}\nFinal-Recipient: rfc822; staff@example.org"
        },
    ],
    ids=str,
)
def test_a_failed_delivery_of_our_mail_is_a_bounce_with_the_servers_words(parts: dict[str, str]) -> None:
    found = classified(a_report(**parts))

    assert kind_and_number(found) == ("bounce", None)
    assert found is not None and found.words == "5.1.1 550 5.1.1 mailbox was closed"


@pytest.mark.parametrize(
    "parts",
    [
        {"action": "delayed"},
        {"action": "delivered"},
        {"recipients": "Final-Recipient: rfc822; forwarded-to@elsewhere.example"},
        {"report_type": "disposition-notification", "status_type": "disposition-notification"},
    ],
    ids=str,
)
def test_a_report_that_is_no_failure_at_our_addressee_is_no_bounce_and_gives_no_number(
    parts: dict[str, str],
) -> None:
    assert kind_and_number(classified(a_report(**parts))) == ("report", None)


def test_a_bounce_of_another_mail_is_none_of_it() -> None:
    assert classified(a_report(original="<other@example.cn>")) is None


def a_mail(kind: str, number: str | None = None) -> TrackedMail:
    return TrackedMail(kind, number, "words", None)  # type: ignore[arg-type]


SETTLED: list[tuple[Outcome, list[str], Outcome]] = [
    (Outcome.FILED_UNVERIFIED, [], Outcome.FILED_UNVERIFIED),
    (Outcome.UNKNOWN, [], Outcome.UNKNOWN),
    (Outcome.FILED_UNVERIFIED, ["number"], Outcome.FILED),
    (Outcome.UNKNOWN, ["number"], Outcome.FILED),
    (Outcome.FILED_UNVERIFIED, ["bounce"], Outcome.REFUSED),
    (Outcome.UNKNOWN, ["bounce"], Outcome.REFUSED),
    (Outcome.FILED_UNVERIFIED, ["auto-answer", "bounce"], Outcome.FILED_UNVERIFIED),
    (Outcome.UNKNOWN, ["bounce", "reply"], Outcome.FILED_UNVERIFIED),
    (Outcome.FILED_UNVERIFIED, ["bounce", "number"], Outcome.FILED),
    (Outcome.FILED_UNVERIFIED, ["report"], Outcome.FILED_UNVERIFIED),
    (Outcome.UNKNOWN, ["report"], Outcome.FILED_UNVERIFIED),
    (Outcome.UNKNOWN, ["auto-answer"], Outcome.FILED_UNVERIFIED),
    (Outcome.UNKNOWN, ["reply"], Outcome.FILED_UNVERIFIED),
    (Outcome.NOT_FILED, ["number"], Outcome.NOT_FILED),
    (Outcome.REFUSED, ["reply"], Outcome.REFUSED),
    (Outcome.FILED, ["bounce"], Outcome.FILED),
]


@pytest.mark.parametrize(("before", "kinds", "after"), SETTLED, ids=str)
def test_what_came_settles_a_filing(before: Outcome, kinds: list[str], after: Outcome) -> None:
    mails = [a_mail(kind, "XX-1" if kind == "number" else None) for kind in kinds]

    standing = settle(before, mails)

    assert standing.outcome is after
    assert standing.number == ("XX-1" if after is Outcome.FILED and before is not Outcome.FILED else None)
    assert bool(standing.reason) == (before is not after)


def test_the_first_number_stays_the_receipt() -> None:
    standing = settle(Outcome.FILED_UNVERIFIED, [a_mail("number", "XX-1"), a_mail("number", "XX-2")])

    assert standing.number == "XX-1"


@given(st.lists(st.sampled_from(["bounce", "report", "auto-answer", "reply"])))
def test_without_a_number_nothing_is_ever_filed(kinds: list[str]) -> None:
    for before in (Outcome.FILED_UNVERIFIED, Outcome.UNKNOWN):
        assert settle(before, [a_mail(kind) for kind in kinds]).outcome is not Outcome.FILED


A_FILING = MailFiling("association", MESSAGE_ID, REFERENCE, SENT_AT, PATTERN, RECIPIENT)


def deliver(
    maildir: Path, mail: EmailMessage | bytes, name: str = "1", received: dt.datetime = SENT_AT
) -> None:
    for sub in ("tmp", "new", "cur"):
        (maildir / sub).mkdir(parents=True, exist_ok=True)
    file = maildir / "tmp" / name
    file.write_bytes(mail if isinstance(mail, bytes) else mail.as_bytes())
    os.utime(file, (received.timestamp(), received.timestamp()))
    file.rename(maildir / "new" / name)


def test_a_maildir_is_read_oldest_first_and_only_what_concerns_the_filing(tmp_path: Path) -> None:
    deliver(tmp_path, an_answer("第二封"), "a", SENT_AT + dt.timedelta(hours=2))
    deliver(tmp_path, an_answer("第一封"), "b", SENT_AT + dt.timedelta(hours=1))
    deliver(tmp_path, an_answer("别的", In_Reply_To=""), "c")
    deliver(tmp_path, an_answer("太早"), "d", SENT_AT - dt.timedelta(days=3))

    found = track_mail(MaildirMailbox(tmp_path), [A_FILING])

    assert [(mail.channel, mail.words) for mail in found] == [
        ("association", "第一封"),
        ("association", "第二封"),
    ]
    assert all(mail.data for mail in found)


def test_a_maildir_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert track_mail(MaildirMailbox(tmp_path / "later"), [A_FILING]) == []


def test_the_sent_copy_is_kept_once_and_is_no_answer(tmp_path: Path) -> None:
    data = an_answer("letter", Message_ID=MESSAGE_ID, In_Reply_To="").as_bytes()
    mailbox = MaildirMailbox(tmp_path)

    kept = [mailbox.append_sent(data, MESSAGE_ID, REFERENCE, SENT_AT) for _time in range(2)]

    assert kept == ["added", "already there"]
    assert [copy.data for copy in mailbox.search_message_id(MESSAGE_ID, REFERENCE)] == [data]
    assert track_mail(mailbox, [A_FILING]) == []


def test_a_copy_that_the_provider_kept_shows_that_an_unknown_mail_was_accepted(tmp_path: Path) -> None:
    mailbox = MaildirMailbox(tmp_path)
    assert reconcile(mailbox, A_FILING, Outcome.UNKNOWN).outcome is Outcome.UNKNOWN

    deliver(tmp_path / ".Sent", an_answer("letter", X_Complain_Reference=REFERENCE, In_Reply_To=""))

    assert reconcile(mailbox, A_FILING, Outcome.UNKNOWN).outcome is Outcome.FILED_UNVERIFIED
    for settled in (Outcome.FILED, Outcome.REFUSED, Outcome.FILED_UNVERIFIED):
        assert reconcile(mailbox, A_FILING, settled).outcome is settled


def test_an_answer_that_comes_while_it_is_waited_for_ends_the_waiting(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    later = threading.Timer(0.3, deliver, (tmp_path, an_answer("编号：XX-2026-01")))
    later.start()

    standing = asyncio.run(
        await_answer(MaildirMailbox(tmp_path), A_FILING, Outcome.FILED_UNVERIFIED, seconds=20)
    )

    assert (standing.outcome, standing.number) == (Outcome.FILED, "XX-2026-01")


def test_an_answer_that_does_not_come_is_waited_for_only_so_long(tmp_path: Path) -> None:
    standing = asyncio.run(
        await_answer(MaildirMailbox(tmp_path), A_FILING, Outcome.FILED_UNVERIFIED, seconds=0.3)
    )

    assert (standing.outcome, standing.mails) == (Outcome.FILED_UNVERIFIED, ())


class SlowMaildir(MaildirMailbox):
    """A mailbox whose every look and wait lasts until it is let go on, and counts who is inside."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.inside = 0
        self.entered = threading.Event()
        self.let_go = threading.Event()

    def replies_to(self, message_id: str, reference: str, since: dt.datetime) -> list[StoredMail]:
        """Look, slowly."""
        self.inside += 1
        self.entered.set()
        assert self.let_go.wait(10)
        found = super().replies_to(message_id, reference, since)
        self.inside -= 1
        return found


async def cancelled_in_a_look(mailbox: SlowMaildir) -> Standing:
    """Cancel while a look goes on, and let the look end a moment later."""
    going = asyncio.ensure_future(await_answer(mailbox, A_FILING, Outcome.FILED_UNVERIFIED, seconds=20))
    assert await asyncio.to_thread(mailbox.entered.wait, 10)
    going.cancel()
    asyncio.get_running_loop().call_later(0.05, mailbox.let_go.set)
    return await going


def test_a_cancelled_wait_ends_only_when_nobody_uses_the_mailbox_any_more(tmp_path: Path) -> None:
    """Red when the thread went on in a mailbox that somebody else closed meanwhile."""
    mailbox = SlowMaildir(tmp_path)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled_in_a_look(mailbox))

    assert mailbox.inside == 0


def test_a_number_that_a_look_has_found_is_told_although_the_wait_was_cancelled(tmp_path: Path) -> None:
    """Red when Ctrl-C threw away a number that had been read."""
    deliver(tmp_path, an_answer("编号：XX-2026-01"))

    standing = asyncio.run(cancelled_in_a_look(SlowMaildir(tmp_path)))

    assert (standing.outcome, standing.number) == (Outcome.FILED, "XX-2026-01")
