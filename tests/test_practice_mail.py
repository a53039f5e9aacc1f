"""The association's desk over real SMTP: what it stores, and what arrives in the complainant's mailbox."""

from __future__ import annotations

import asyncio
import mailbox
import smtplib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as default_policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from complain.practice.desks import PracticeDesks, PracticeSettings
from complain.practice.people import ASSOCIATION_ADDRESS, BANNER
from practice_visitor import LETTER, PICTURE, complaints

MESSAGE_ID = "<letter-1@complain.example>"


def _letter(to: str = ASSOCIATION_ADDRESS) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = "张示例 <zhangshili@example.com>"
    letter["To"] = to
    letter["Subject"] = "关于催收人员深夜来电的投诉"
    letter["Message-ID"] = MESSAGE_ID
    letter.set_content(LETTER + "\n")
    letter.add_attachment(PICTURE[1], maintype="image", subtype="png", filename="通话记录.png")
    return letter


def _send(address: str, letter: EmailMessage) -> None:
    parts = urlsplit(address)
    with smtplib.SMTP(parts.hostname or "", parts.port or 0, timeout=10) as server:
        server.send_message(letter)


@asynccontextmanager
async def _open(folder: Path, faults: str) -> AsyncGenerator[PracticeDesks]:
    async with PracticeDesks(PracticeSettings(folder, {"association": faults})) as desks:
        yield desks


def _post(folder: Path, faults: str = "", letter: EmailMessage | None = None) -> None:
    async def post() -> None:
        async with _open(folder, faults) as desks:
            await asyncio.to_thread(_send, desks.addresses["association"], letter or _letter())

    asyncio.run(post())


def _answers(folder: Path) -> list[EmailMessage]:
    parse = BytesParser(EmailMessage, policy=default_policy).parsebytes
    box = mailbox.Maildir(folder / "mailbox", create=False)
    try:
        found = [parse(box.get_bytes(key)) for key in sorted(box.keys())]
    finally:
        box.close()
    return found


def test_a_letter_is_held_whole_with_its_attachment(tmp_path: Path) -> None:
    _post(tmp_path)
    held = complaints(tmp_path, "association")

    assert len(held) == 1
    assert held[0]["account"] == "zhangshili@example.com"
    assert held[0]["subject"] == "关于催收人员深夜来电的投诉"
    assert held[0]["fields"]["description"] == LETTER
    assert [(file["name"], file["size"]) for file in held[0]["files"]] == [("通话记录.png", len(PICTURE[1]))]


def test_the_answer_brings_a_number_and_refers_to_the_letter(tmp_path: Path) -> None:
    _post(tmp_path)
    (answer,) = _answers(tmp_path)
    number = complaints(tmp_path, "association")[0]["number"]

    assert number.startswith("XFZ-")
    assert f"您的投诉已收到，编号：{number}" in answer.get_content()
    assert BANNER in answer.get_content()
    assert answer["In-Reply-To"] == MESSAGE_ID
    assert answer["References"] == MESSAGE_ID
    assert answer["To"] == "zhangshili@example.com"
    assert answer["Auto-Submitted"] == "auto-replied"


def test_the_answer_arrives_while_the_desks_are_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complain.practice.association.ANSWER_SECONDS", 2.0)

    async def post() -> list[EmailMessage]:
        async with _open(tmp_path, "") as desks:
            await asyncio.to_thread(_send, desks.addresses["association"], _letter())
            before = _answers(tmp_path)
            assert before == []
            async with asyncio.timeout(60):
                while not (found := _answers(tmp_path)):  # noqa: ASYNC110 - a Maildir has no signal
                    await asyncio.sleep(0.05)
            return found

    assert len(asyncio.run(post())) == 1


def test_an_answer_is_delivered_once_however_often_the_desks_start(tmp_path: Path) -> None:
    async def start() -> None:
        async with _open(tmp_path, ""):
            pass

    _post(tmp_path)
    asyncio.run(start())

    assert len(_answers(tmp_path)) == 1


def test_the_same_letter_twice_is_two_complaints(tmp_path: Path) -> None:
    _post(tmp_path)
    _post(tmp_path)

    assert [held["number"][-6:] for held in complaints(tmp_path, "association")] == ["000001", "000002"]


def test_a_bounce_names_the_letter_in_its_returned_headers(tmp_path: Path) -> None:
    _post(tmp_path, "bounce")
    (report,) = _answers(tmp_path)

    assert report.get_content_type() == "multipart/report"
    assert [part.get_content_type() for part in report.iter_parts()] == [
        "text/plain",
        "message/delivery-status",
        "text/rfc822-headers",
    ]
    assert MESSAGE_ID in report.as_string()
    assert "Status: 5.1.1" in report.as_string()


def test_duplicate_detection_answers_without_a_number(tmp_path: Path) -> None:
    _post(tmp_path, "duplicate-detection")
    _post(tmp_path, "duplicate-detection")
    words = [answer.get_content() for answer in _answers(tmp_path)]

    assert sorted("请勿重复提交" in text for text in words) == [False, True]
    assert sorted("编号：" in text for text in words) == [False, True]


def _was_refused(error: smtplib.SMTPException, code: int) -> bool:
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code == code
    assert isinstance(error, smtplib.SMTPRecipientsRefused)
    return all(reply[0] == code for reply in error.recipients.values())


@pytest.mark.parametrize(
    ("faults", "code", "stored"), [("5xx-before", 451, 0), ("refusal", 554, 0), ("5xx-after", 554, 1)]
)
def test_a_failing_server_says_so_before_or_after_it_stored(
    tmp_path: Path, faults: str, code: int, stored: int
) -> None:
    with pytest.raises((smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)) as caught:
        _post(tmp_path, faults)

    assert _was_refused(caught.value, code)
    assert len(complaints(tmp_path, "association")) == stored


def test_cut_after_breaks_the_connection_though_the_letter_is_stored(tmp_path: Path) -> None:
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        _post(tmp_path, "cut-after")

    assert len(complaints(tmp_path, "association")) == 1


def test_mail_to_somebody_else_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        _post(tmp_path, letter=_letter("somebody@elsewhere.example"))

    assert _was_refused(caught.value, 550)
