"""``complain track``: the mailbox moves the journal, every mail is kept once, silence changes nothing."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from complain.case.folder import case_id
from complain.filing.journal import open_journal
from complain.filing.transitions import State
from complain.mail.compose import compose, reference_of, to_bytes
from complain.mail.mailbox import MaildirMailbox
from complain.model import Draft, MailDraft
from fakes.cli import EXAMPLE, Cli, Result

MESSAGE_ID = "<77aa@example.cn>"
REFERENCE = reference_of(MESSAGE_ID)
SENT_AT = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)
LETTER = "消费者协会：\n首次投诉编号：TS-000001，内容如下。\n"
RUN = "20261123T010000Z-test"


class Post:
    """A home in which one letter went out by mail, and the mailbox that answers come to."""

    def __init__(self, cli: Cli, folder: Path) -> None:
        self.cli = cli
        self.maildir = folder / "mailbox"
        cli.home.mkdir(parents=True)
        config = f"[mail]\nmaildir = '{self.maildir}'\n[channels.association]\naddress = 'a@example.org'\n"
        (cli.home / "config.toml").write_text(config, encoding="utf-8")

    def went_out(self, state: State) -> None:
        mail = MailDraft("z@example.cn", "a@example.org", "投诉", MESSAGE_ID)
        draft = Draft("association", LETTER, mail=mail)
        evidence = self.cli.home / "runs" / RUN / "association"
        evidence.mkdir(parents=True)
        data = to_bytes(compose(draft, sender_name="张三", letter_pdf=None, date=SENT_AT))
        (evidence / "mail.eml").write_bytes(data)
        case, channel = case_id(EXAMPLE), "association"
        with closing(open_journal(self.cli.home / "journal.sqlite")) as journal:
            attempt = journal.begin(case, channel, RUN, SENT_AT, {"title": "协会"})
            marks = {"message_id": MESSAGE_ID, "reference": REFERENCE}
            for step in (State.PREPARED, State.CONFIRMED, State.COMMITTING, state):
                journal.record(case, channel, attempt, RUN, step, SENT_AT, marks)

    def comes(self, text: str, **headers: str) -> None:
        mail = EmailMessage(policy=SMTP)
        for name, value in {
            "In_Reply_To": MESSAGE_ID,
            "Subject": "回复",
            "From": "协会 <x@y.cn>",
            **headers,
        }.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text, charset="utf-8")
        new = self.maildir / "new"
        new.mkdir(parents=True, exist_ok=True)
        (new / f"{len(list(new.iterdir()))}").write_bytes(mail.as_bytes())

    def track(self) -> Result:
        return self.cli("track", EXAMPLE, "--json")

    def filing(self, result: Result) -> Any:
        (filing,) = result.json["filings"]
        return filing

    def bags(self) -> list[Path]:
        return sorted((self.cli.home / "archive").glob("*/association/*"))


@pytest.fixture
def post(cli: Cli, tmp_path: Path) -> Post:
    return Post(cli, tmp_path)


def test_an_answer_with_a_number_makes_it_filed_and_is_kept(post: Post) -> None:
    post.went_out(State.FILED_UNVERIFIED)
    post.comes("已收到。编号：XFZ-2026-0001")

    result = post.track()

    filing = post.filing(result)
    assert (result.exit_code, filing["outcome"], filing["receipt"]["number"]) == (0, "filed", "XFZ-2026-0001")
    assert [mail["kind"] for mail in filing["mails"]] == ["number"]
    assert (Path(filing["receipt"]["path"]) / "data" / "number-1.eml").is_file()
    assert post.cli("receipts", "verify").exit_code == 0
    assert "XFZ-2026-0001" in post.cli("status", EXAMPLE).stdout


def test_asking_again_keeps_nothing_twice_and_a_later_reply_is_kept_too(post: Post) -> None:
    post.went_out(State.FILED_UNVERIFIED)
    post.comes("已收到。编号：XFZ-2026-0001")
    post.track()
    before = post.bags()

    again = post.filing(post.track())
    post.comes("我们已联系该公司。")
    later = post.filing(post.track())

    assert (again["outcome"], again["mails"]) == ("filed", [])
    assert ([mail["kind"] for mail in later["mails"]], later["receipt"]["number"]) == (
        ["reply"],
        "XFZ-2026-0001",
    )
    assert len(post.bags()) == len(before) + 1
    assert post.cli("receipts", "verify").exit_code == 0


def test_a_number_from_our_own_letter_does_not_make_it_filed(post: Post) -> None:
    post.went_out(State.FILED_UNVERIFIED)
    post.comes("贵函（首次投诉编号：TS-000001）已收到。")

    filing = post.filing(post.track())

    assert (filing["outcome"], filing["receipt"]["number"]) == ("filed_unverified", None)
    assert [mail["kind"] for mail in filing["mails"]] == ["reply"]


@pytest.mark.parametrize("state", [State.FILED_UNVERIFIED, State.UNKNOWN])
def test_a_bounce_makes_it_refused_with_the_servers_words(post: Post, state: State) -> None:
    post.went_out(state)
    post.comes("")
    (file,) = (post.maildir / "new").iterdir()
    file.write_text(BOUNCE, encoding="ascii")

    result = post.track()

    filing = post.filing(result)
    assert (result.exit_code, filing["outcome"]) == (5, "refused")
    assert "mailbox was closed" in filing["reason"]


BOUNCE = f"""\
From: MAILER-DAEMON@example.cn
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.cn

Final-Recipient: rfc822; a@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 mailbox was closed

--b
Content-Type: text/rfc822-headers

Message-ID: {MESSAGE_ID}

--b--
"""


def test_silence_leaves_an_unknown_unknown(post: Post) -> None:
    post.went_out(State.UNKNOWN)

    result = post.track()

    assert (result.exit_code, post.filing(result)["outcome"]) == (4, "unknown")


def test_a_run_that_died_while_sending_is_settled_by_an_automatic_answer(post: Post) -> None:
    post.went_out(State.UNKNOWN)
    post.comes("您的来信已收到。", Auto_Submitted="auto-replied")

    filing = post.filing(post.track())

    assert filing["outcome"] == "filed_unverified"
    assert [mail["kind"] for mail in filing["mails"]] == ["auto-answer"]


def test_the_sent_copy_that_a_provider_keeps_settles_an_unknown(post: Post) -> None:
    post.went_out(State.UNKNOWN)
    data = (post.cli.home / "runs" / RUN / "association" / "mail.eml").read_bytes()
    MaildirMailbox(post.maildir).append_sent(data, MESSAGE_ID, REFERENCE, SENT_AT)

    assert post.filing(post.track())["outcome"] == "filed_unverified"


def test_a_person_reads_what_came_in_sentences(post: Post) -> None:
    post.went_out(State.FILED_UNVERIFIED)
    post.comes("已收到。编号：XFZ-2026-0001")

    said = post.cli("track", EXAMPLE).stdout

    assert "An answer with the number XFZ-2026-0001" in said
    assert "Kept in: " in said
    assert "Nothing new has come." in post.cli("track", EXAMPLE).stdout


def test_without_a_mailbox_it_says_what_to_set(post: Post) -> None:
    post.went_out(State.FILED_UNVERIFIED)
    (post.cli.home / "config.toml").unlink()

    result = post.cli("track", EXAMPLE)

    assert result.exit_code == 3
    assert "imap_host" in result.said


def test_a_case_without_mail_needs_no_mailbox(cli: Cli) -> None:
    result = cli("track", EXAMPLE)

    assert (result.exit_code, result.stdout) == (0, "No filing of this case went by mail.\n")
