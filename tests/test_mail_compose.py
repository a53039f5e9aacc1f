"""The letter as a mail: what was previewed is in it, nothing can be slipped in, every name survives."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complain.errors import ComplainError, ExitCode, MissingFact, ReadBackDiffers, UsageError
from complain.mail.addresses import ascii_domain, check_address, envelope_address
from complain.mail.compose import compose, new_message_id, reference_of, to_bytes
from complain.mail.read_back import check_mail
from complain.model import Attachment, Draft, MailDraft

DATE = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
LETTER = "某某消费者协会：\n\n本人张三，就催收事宜投诉如下。\n.\n..\n第二段。\n"


def a_draft(
    *attachments: Attachment,
    letter: str = LETTER,
    subject: str = "关于第三方催收的投诉",
    sender: str = "zhangsan@example.cn",
    recipient: str = "tousu@example.org",
    message_id: str = "<abc123@example.cn>",
) -> Draft:
    mail = MailDraft(sender, recipient, subject, message_id)
    return Draft("association", letter, attachments=attachments, mail=mail)


def an_attachment(
    folder: Path, name: str, data: bytes = b"\x89PNG", media_type: str = "image/png"
) -> Attachment:
    path = folder / "file"
    path.write_bytes(data)
    return Attachment(path, name, media_type, len(data), hashlib.sha256(data).hexdigest())


def composed(draft: Draft, *, sender_name: str = "张三", pdf: bytes | None = None) -> EmailMessage:
    data = to_bytes(compose(draft, sender_name=sender_name, letter_pdf=pdf, date=DATE))
    check_mail(data, draft, pdf)
    return message_from_bytes(data, policy=default)


def test_the_mail_holds_the_letter_the_pdf_and_the_attachments_under_their_names(tmp_path: Path) -> None:
    name = "通话记录 （节选）——" + "很长的名字" * 12 + ".png"
    draft = a_draft(an_attachment(tmp_path, name))

    mail = composed(draft, pdf=b"%PDF-1.7")

    body = mail.get_body(("plain",))
    assert body is not None and body.get_content() == LETTER.replace("\n", "\r\n")
    assert body.get_content_charset() == "utf-8"
    assert [(part.get_filename(), part.get_content_type()) for part in mail.iter_attachments()] == [
        ("投诉信.pdf", "application/pdf"),
        (name, "image/png"),
    ]
    assert (mail["Subject"], mail["Message-ID"]) == ("关于第三方催收的投诉", "<abc123@example.cn>")
    assert mail["From"].addresses[0].display_name == "张三"
    assert mail["Date"].datetime == DATE
    assert mail["X-Complain-Reference"] == reference_of("<abc123@example.cn>")


def test_file_names_are_written_as_rfc_2231_and_every_line_is_ascii(tmp_path: Path) -> None:
    draft = a_draft(an_attachment(tmp_path, "证据.png"))

    data = to_bytes(compose(draft, sender_name="张三", letter_pdf=None, date=DATE))

    assert b"filename*=utf-8''%E8%AF%81%E6%8D%AE.png" in data
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 78
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)


WRITABLE = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffd")
SUBJECT = st.text(WRITABLE | st.sampled_from(' =?_中文abc,.:;<>@"()'), max_size=150).map(str.strip)
# Longer names are written well but read back with a space too many by Python's own parser.
NAME = st.text(WRITABLE, max_size=15).map(lambda text: " ".join(text.split()))


@given(subject=SUBJECT, sender_name=NAME, letter=st.text(max_size=300))
def test_every_subject_name_and_letter_arrives_as_written_or_is_refused(
    subject: str, sender_name: str, letter: str
) -> None:
    draft = a_draft(subject=subject, letter=letter)
    try:
        mail = composed(draft, sender_name=sender_name)
    except ReadBackDiffers as difference:
        pytest.fail(str(difference))
    except ComplainError as refusal:
        assert refusal.exit_code is ExitCode.USAGE
        return

    assert mail["Subject"] == subject
    assert mail["From"].addresses[0].display_name == sender_name


BREAKING = [
    "\r\nBcc: spy@example.org",
    "\nX: y",
    "\rX: y",
    "\x0b",
    "\x0c",
    "\x85",
    "\u2028",
    "\u2029",
    "\x00",
    "\ud800",
]


@pytest.mark.parametrize("breaking", BREAKING, ids=ascii)
@pytest.mark.parametrize(
    "where", ["subject", "sender_name", "sender", "recipient", "message_id", "file name"]
)
def test_a_line_break_in_a_header_is_refused_with_a_sentence(
    where: str, breaking: str, tmp_path: Path
) -> None:
    values = {
        "subject": "投诉",
        "sender_name": "张三",
        "sender": "a@b.cn",
        "recipient": "c@d.cn",
        "message_id": "<x@b.cn>",
        "file name": "a.png",
    }
    values[where] += breaking
    draft = a_draft(
        an_attachment(tmp_path, values.pop("file name")),
        **{name: value for name, value in values.items() if name != "sender_name"},
    )

    with pytest.raises(UsageError) as refusal:
        compose(draft, sender_name=values["sender_name"], letter_pdf=None, date=DATE)

    assert refusal.value.message.endswith(".")
    assert "spy@" not in str(refusal.value)


NO_SINGLE_ADDRESS = {
    "a@example.cn, b@example.cn": "list",
    "a@example.cn,b@example.cn": "list",
    "a@example.cn;b@example.cn": "list",
    "a@example.cn；b@example.cn": "list",
    "a@b@example.cn": "list",
    "friends:a@example.cn": "brackets",
    "协会 <a@example.cn>": "brackets",
    "<a@example.cn>": "brackets",
    '"a b"@example.cn': "brackets",
    "a@[127.0.0.1]": "brackets",
    "a＠example.cn": "full-width",
    "a.example.cn": "has an @",
    "": "missing",
    "@example.cn": "before the @",
    "a..b@example.cn": "before the @",
    ".a@example.cn": "before the @",
    "a" * 65 + "@example.cn": "before the @",
    "a@": "domain",
    "a@-x.cn": "domain",
    "a@ex ample.cn": "space",
    "a@example..cn": "domain",
    "a@" + "x" * 64 + ".cn": "domain",
    "a@fa\u00df.example": "another domain",
    "a\u200b@example.cn": "invisible",
    "a" * 20 + "@" + ".".join(["x" * 60] * 4) + ".cn": "longer than 254",
}


@pytest.mark.parametrize("text", NO_SINGLE_ADDRESS)
def test_what_is_not_exactly_one_address_is_refused_with_a_sentence_that_does_not_repeat_it(
    text: str,
) -> None:
    with pytest.raises(UsageError, match=NO_SINGLE_ADDRESS[text]) as refusal:
        check_address(text)

    assert refusal.value.exit_code is ExitCode.USAGE
    assert not text or text not in refusal.value.message


@pytest.mark.parametrize(
    "text", ["a@b.cn", "o'neil+x=1@sub.example.org", "投诉@例子.中国", "a@localhost", "12315@gov.cn"]
)
def test_a_single_address_is_taken_as_it_is(text: str) -> None:
    assert check_address(text) == text


def test_an_internationalised_domain_goes_out_in_the_letters_that_servers_look_up() -> None:
    assert ascii_domain("例子.中国") == "xn--fsqu00a.xn--fiqs8s"
    assert envelope_address("tousu@例子.中国") == "tousu@xn--fsqu00a.xn--fiqs8s"
    mail = composed(a_draft(recipient="tousu@例子.中国"))
    assert mail["To"].addresses[0].addr_spec == "tousu@xn--fsqu00a.xn--fiqs8s"


def test_an_internationalised_local_part_makes_a_mail_with_utf8_headers(tmp_path: Path) -> None:
    draft = a_draft(an_attachment(tmp_path, "证据.png"), recipient="投诉@例子.中国")

    data = to_bytes(compose(draft, sender_name="张三", letter_pdf=None, date=DATE))

    check_mail(data, draft, None)
    assert "To: 投诉@xn--fsqu00a.xn--fiqs8s\r\n".encode() in data


@pytest.mark.parametrize("letter", ["本人\ufffd\ufffd三", "\ud8ff", "a\x1bb"], ids=ascii)
def test_a_letter_damaged_by_a_wrong_encoding_is_refused(letter: str) -> None:
    with pytest.raises(UsageError):
        compose(a_draft(letter=letter), sender_name="张三", letter_pdf=None, date=DATE)


def test_an_empty_letter_is_refused() -> None:
    with pytest.raises(MissingFact):
        compose(a_draft(letter=" \n"), sender_name="张三", letter_pdf=None, date=DATE)


def test_an_attachment_that_changed_since_the_preview_stops_the_mail(tmp_path: Path) -> None:
    attachment = an_attachment(tmp_path, "a.png")
    attachment.path.write_bytes(b"other")

    with pytest.raises(ReadBackDiffers, match="changed since the preview"):
        compose(a_draft(attachment), sender_name="", letter_pdf=None, date=DATE)

    attachment.path.unlink()
    with pytest.raises(MissingFact, match="can no longer be read"):
        compose(a_draft(attachment), sender_name="", letter_pdf=None, date=DATE)


@pytest.mark.parametrize("media_type", ["message/rfc822", "multipart/mixed", "nonsense", "a/b\r\nc: d"])
def test_an_attachment_travels_as_plain_bytes_when_its_type_cannot_be_written(
    media_type: str, tmp_path: Path
) -> None:
    draft = a_draft(an_attachment(tmp_path, "a.eml", b"Subject: x\r\n\r\ny", media_type))

    mail = composed(draft)

    assert [part.get_content_type() for part in mail.iter_attachments()] == ["application/octet-stream"]


@pytest.mark.parametrize("name", ["", "../a.png", "a\\b.png"])
def test_a_file_name_with_a_path_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="file name"):
        compose(a_draft(an_attachment(tmp_path, name)), sender_name="", letter_pdf=None, date=DATE)


TAMPERED = {
    "the recipient": (b"tousu@example.org", b"other@example.org"),
    "the sender": (b"zhangsan@", b"lisi@"),
    "the subject": (b"Subject: =?utf-8?", b"Subject: more =?utf-8?"),
    "its header lines": (b"Subject: ", b"Bcc: spy@example.org\r\nSubject: "),
    "the Message-ID": (b"<abc123@", b"<abc124@"),
    "the reference": (b"Reference: ", b"Reference: X"),
    "the letter": (b"5p+Q5p+Q", b"5p+R5p+Q"),
    "the attachments": (b"iVBORw", b"iVBORx"),
}


@pytest.mark.parametrize("part", TAMPERED)
def test_a_mail_that_is_not_what_was_previewed_is_not_sent(part: str, tmp_path: Path) -> None:
    draft = a_draft(an_attachment(tmp_path, "a.png", b"\x89PNG\r\n\x1a\n"))
    data = to_bytes(compose(draft, sender_name="张三", letter_pdf=None, date=DATE))
    old, new = TAMPERED[part]
    assert old in data

    with pytest.raises(ReadBackDiffers, match=part):
        check_mail(data.replace(old, new), draft, None)


def test_message_ids_never_repeat_and_name_neither_the_machine_nor_the_time() -> None:
    made = {new_message_id("例子.中国") for _ in range(500)}

    assert len(made) == 500
    assert all(re.fullmatch(r"<[0-9a-f]{30}@xn--fsqu00a\.xn--fiqs8s>", one) for one in made)


def test_a_long_message_id_stays_on_one_line() -> None:
    message_id = new_message_id(".".join(["department" * 3] * 4) + ".cn")

    assert composed(a_draft(message_id=message_id))["Message-ID"] == message_id


def test_a_reference_belongs_to_its_message_id() -> None:
    assert reference_of("<a@b.cn>") == reference_of("<a@b.cn>") != reference_of("<c@b.cn>")
    assert re.fullmatch(r"[A-Z2-7]{10}", reference_of("<a@b.cn>"))
