"""Handing a mail in: before the final dot nothing was sent, after it only a clear answer proves anything."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
from pathlib import Path

import pytest
import trustme

from complain.errors import ChannelUnreachable, DoesNotFit, IllegalTransition, PersonNeeded, UsageError
from complain.mail.server import MailServer, MailServerUnfit, Timeouts
from complain.mail.submission import MailRefused, Patience, Submission, SubmissionResult
from complain.mail.wire import Phase, as_lines
from fakes.smtp_faults import CUT, HANG, LEAVE, Faults, FaultySmtp

LETTER = b"Subject: x\r\n\r\n" + b"A line of the letter.\r\n" * 60
QUICK = Patience(
    attempts=2, seconds=20, asked_attempts=4, asked_seconds=20, first_wait=0.01, longest_wait=0.05
)
SHORT = Timeouts(connect=5, command=3, block=5, dot=0.5, goodbye=0.3)


def server_of(smtp: FaultySmtp, **more: object) -> MailServer:
    return MailServer("localhost" if more else "127.0.0.1", smtp.port, **{"security": "none", **more})  # type: ignore[arg-type]


async def _hand_in(
    server: MailServer, data: bytes, recipient: str, told: list[str] | None = None
) -> SubmissionResult:
    async with Submission(
        server,
        sender="zhang@example.cn",
        recipient=recipient,
        size=len(data),
        timeouts=SHORT,
        patience=QUICK,
        progress=(told if told is not None else []).append,
    ) as submission:
        await submission.prepare()
        return await submission.send(data)


def hand_in(
    server: MailServer, data: bytes = LETTER, recipient: str = "xiaoxie@example.org"
) -> SubmissionResult:
    return asyncio.run(_hand_in(server, data, recipient))


def result_with(faults: Faults, data: bytes = LETTER) -> tuple[SubmissionResult, FaultySmtp]:
    with FaultySmtp(faults) as smtp:
        result = hand_in(server_of(smtp), data)
    return result, smtp


def test_a_mail_that_the_server_takes_is_accepted_with_the_servers_words() -> None:
    result, smtp = result_with(Faults())

    assert (result.kind, result.code, result.phase) == ("accepted", 250, Phase.DOT)
    assert "4bFaulty" in result.words
    assert smtp.stored == [LETTER]


AFTER_DOT = {
    "the connection is cut": (CUT, "unknown"),
    "the server says nothing": (HANG, "unknown"),
    "451 although it stored the mail": ("451 4.3.0 try again\r\n", "unknown"),
    "421 although it stored the mail": ("421 4.3.2 closing\r\n", "unknown"),
    "half a reply": ("25", "unknown"),
    "a reply without its line end": ("250 2.0.0 Ok", "unknown"),
    "the first line of two": ("250-2.0.0 Ok\r\n", "unknown"),
    "a 5xx without its line end": ("554 5.7.1 no", "unknown"),
    "two lines with different codes": ("250-Ok\r\n554 no\r\n", "unknown"),
    "something that is not SMTP": ("HTTP/1.1 200 OK\r\n", "unknown"),
    "an endless line": ("5" * 9000, "unknown"),
    "out of step, without an enhanced code": ("500 unknown command\r\n", "unknown"),
    "out of step": ("500 5.5.2 unknown command\r\n", "unknown"),
    "out of step, in words of 554": ("554 5.5.1 bad sequence\r\n", "unknown"),
    "a 5xx that contradicts itself": ("554 4.7.1 later\r\n", "unknown"),
    "go ahead once more": ("354 go ahead\r\n", "unknown"),
    "a clear no": ("554 5.7.1 message content rejected\r\n", "refused"),
    "a clear no without an enhanced code": ("550 rejected\r\n", "refused"),
}


@pytest.mark.parametrize("case", AFTER_DOT)
def test_after_the_final_dot_only_a_clear_answer_proves_anything(case: str) -> None:
    reply, expected = AFTER_DOT[case]
    stores = expected == "unknown"

    result, smtp = result_with(Faults(after_dot=reply, stores=stores))

    assert result.kind == expected
    assert smtp.stored == ([LETTER] if stores else [])
    assert smtp.count("DATA") == 1


BEFORE_DOT = {
    "DATA is answered with no": Faults(data="451 4.3.0 not now\r\n"),
    "DATA is refused for good": Faults(data="554 5.7.1 no valid recipients\r\n"),
    "the server leaves at DATA": Faults(data="421 4.3.2 closing\r\n"),
    "the server hangs at DATA": Faults(data=HANG),
    "the connection is cut at DATA": Faults(data=CUT),
    "the connection is cut in the body": Faults(in_body=CUT),
    "the server says too large in the body and leaves": Faults(in_body="552 5.3.4 too large\r\n"),
    "the server hangs up in the body but goes on reading": Faults(in_body=LEAVE),
    "an answer comes before the dot": Faults(before_dot="451 4.3.0 disk full\r\n"),
    "an acceptance comes before the dot": Faults(data="354 go\r\n250 2.0.0 already?\r\n"),
}


@pytest.mark.parametrize("case", BEFORE_DOT)
def test_before_the_final_dot_every_failure_proves_that_nothing_was_sent(case: str) -> None:
    # Larger than what the kernel buffers: the server has spoken long before the last byte is taken.
    result, smtp = result_with(BEFORE_DOT[case], LETTER * 6000)

    assert result.kind == "not_sent"
    assert result.phase in (Phase.DATA, Phase.BODY)
    assert smtp.stored == []


def test_a_recipient_that_the_server_refuses_is_refused_with_its_words_and_nothing_is_sent() -> None:
    faults = Faults(rcpt=("550 5.1.1 <xiaoxie@example.org>: no such user here",))

    with FaultySmtp(faults) as smtp, pytest.raises(MailRefused, match="no such user here") as refusal:
        hand_in(server_of(smtp))

    assert refusal.value.phase is Phase.RCPT
    assert "xiaoxie@example.org" not in refusal.value.message
    assert (smtp.stored, smtp.count("DATA"), smtp.count("RCPT")) == ([], 0, 1)


def test_greylisting_is_waited_for_because_nothing_was_accepted() -> None:
    with FaultySmtp(Faults(rcpt=("450 4.2.0 greylisted", "451 4.7.1 greylisted"))) as smtp:
        result = hand_in(server_of(smtp))

    assert result.kind == "accepted"
    assert (len(smtp.stored), smtp.count("RCPT"), smtp.count("DATA")) == (1, 3, 1)


def test_while_it_is_waited_the_person_is_told_for_what() -> None:
    """Red while greylisting left a terminal on which nothing stood for minutes."""
    told: list[str] = []
    with FaultySmtp(Faults(rcpt=("450 4.2.0 greylisted", "451 4.7.1 greylisted"))) as smtp:
        asyncio.run(_hand_in(server_of(smtp), LETTER, "xiaoxie@example.org", told))

    assert len(told) == 2
    assert all("asks to come again" in words and "nothing is sent yet" in words for words in told)


def test_a_server_that_always_asks_to_come_later_is_given_up_with_its_words() -> None:
    with (
        FaultySmtp(Faults(rcpt=("450 4.2.0 greylisted for 300 seconds",) * 9)) as smtp,
        pytest.raises(ChannelUnreachable, match="greylisted for 300 seconds"),
    ):
        hand_in(server_of(smtp))

    assert (smtp.stored, smtp.count("RCPT")) == ([], QUICK.asked_attempts)


@pytest.mark.parametrize("greeting", ["421 too busy", "450 come later"])
def test_a_server_that_is_busy_at_the_greeting_is_asked_again_and_given_up(greeting: str) -> None:
    with FaultySmtp(Faults(greeting=greeting)) as smtp, pytest.raises(ChannelUnreachable):
        hand_in(server_of(smtp))

    assert (smtp.connections, smtp.stored) == (QUICK.asked_attempts, [])


def test_a_server_that_nobody_reaches_is_tried_a_bounded_number_of_times() -> None:
    with FaultySmtp() as smtp:
        closed = server_of(smtp)

    with pytest.raises(ChannelUnreachable, match="could not be reached"):
        hand_in(closed)


def test_a_mail_larger_than_the_server_announces_is_not_even_begun() -> None:
    with FaultySmtp(Faults(extensions=("SIZE 1000",))) as smtp, pytest.raises(DoesNotFit, match="1,000"):
        hand_in(server_of(smtp))

    assert smtp.count("MAIL") == 0


def test_a_mail_that_the_server_finds_too_large_at_its_announcement_does_not_fit() -> None:
    with (
        FaultySmtp(Faults(mail=("552 5.3.4 message size exceeds fixed limit",))) as smtp,
        pytest.raises(DoesNotFit, match="exceeds fixed limit"),
    ):
        hand_in(server_of(smtp))

    assert (smtp.stored, smtp.count("MAIL")) == ([], 1)


def test_a_server_that_hangs_at_quit_changes_nothing() -> None:
    result, smtp = result_with(Faults(quit=HANG))

    assert result.kind == "accepted"
    assert smtp.stored == [LETTER]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certificate(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued = authority.issue_cert("localhost")
    with issued.private_key_and_cert_chain_pem.tempfile() as path:
        context.load_cert_chain(path)
    return context


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def as_user(name: str, password: str) -> dict[str, object]:
    return {"user": name, "password": lambda: password}


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_with_a_trusted_certificate_the_mail_and_the_password_go_encrypted(
    security: str, certificate: ssl.SSLContext, ca_file: Path
) -> None:
    faults = Faults(**{security: certificate}, credentials=("张三", "秘密"))  # type: ignore[arg-type]

    with FaultySmtp(faults) as smtp:
        result = hand_in(server_of(smtp, security=security, ca_file=ca_file, **as_user("张三", "秘密")))

    assert result.kind == "accepted"
    assert smtp.stored == [LETTER]
    assert "秘密" not in repr(result) + "".join(result.transcript)
    assert "LAnnp5jlr4Y" not in "".join(result.transcript)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_untrusted_certificate_stops_before_the_password_is_said(
    security: str, certificate: ssl.SSLContext
) -> None:
    faults = Faults(**{security: certificate}, credentials=("me", "secret"))  # type: ignore[arg-type]

    with FaultySmtp(faults) as smtp, pytest.raises(MailServerUnfit, match="cannot be trusted"):
        hand_in(server_of(smtp, security=security, **as_user("me", "secret")))

    assert (smtp.count("AUTH"), smtp.stored, smtp.connections) == (0, [], 1)


def test_a_certificate_for_another_name_stops_too(certificate: ssl.SSLContext, ca_file: Path) -> None:
    with FaultySmtp(Faults(tls=certificate)) as smtp:
        server = MailServer("127.0.0.1", smtp.port, "tls", ca_file=ca_file)
        with pytest.raises(MailServerUnfit, match="cannot be trusted"):
            hand_in(server)

    assert smtp.stored == []


def test_a_server_that_offers_no_starttls_gets_no_mail_in_the_clear(ca_file: Path) -> None:
    with FaultySmtp() as smtp, pytest.raises(MailServerUnfit, match="offers no encryption"):
        hand_in(server_of(smtp, security="starttls", ca_file=ca_file))

    assert (smtp.count("MAIL"), smtp.stored) == (0, [])


def test_words_slipped_in_before_the_encryption_are_not_taken_for_the_servers(
    certificate: ssl.SSLContext, ca_file: Path
) -> None:
    faults = Faults(starttls=certificate, injected="250 SIZE 1\r\n")

    with FaultySmtp(faults) as smtp:
        try:
            kind = hand_in(server_of(smtp, security="starttls", ca_file=ca_file)).kind
        except (ChannelUnreachable, MailServerUnfit):
            kind = "not_sent"

    assert len(smtp.stored) == (1 if kind == "accepted" else 0)


def test_without_encryption_no_mail_leaves_this_machine() -> None:
    with pytest.raises(UsageError, match="without encryption"):
        hand_in(MailServer("mail.example.cn", 25, "none"))


def test_a_wrong_password_is_a_task_for_the_person_and_is_tried_once() -> None:
    with (
        FaultySmtp(Faults(credentials=("me", "right"))) as smtp,
        pytest.raises(PersonNeeded, match="authentication failed") as task,
    ):
        hand_in(MailServer("127.0.0.1", smtp.port, "none", **as_user("me", "wrong")))  # type: ignore[arg-type]

    assert "complain secret set mail.password" in task.value.next_step
    assert "wrong" not in str(task.value)
    assert (smtp.count("AUTH"), smtp.stored) == (1, [])


def test_a_login_that_is_put_off_is_not_tried_until_the_mailbox_is_locked() -> None:
    faults = Faults(credentials=("me", "right"), login="454 4.7.0 temporary authentication failure")

    with FaultySmtp(faults) as smtp, pytest.raises(ChannelUnreachable, match="temporary authentication"):
        hand_in(MailServer("127.0.0.1", smtp.port, "none", **as_user("me", "right")))  # type: ignore[arg-type]

    assert smtp.count("AUTH") == QUICK.attempts < QUICK.asked_attempts


def test_a_password_that_is_not_stored_is_a_task_for_the_person() -> None:
    with (
        FaultySmtp(Faults(credentials=("me", "right"))) as smtp,
        pytest.raises(PersonNeeded, match="not stored"),
    ):
        hand_in(MailServer("127.0.0.1", smtp.port, "none", user="me"))


def test_an_internationalised_recipient_needs_a_server_that_takes_it() -> None:
    with FaultySmtp() as smtp, pytest.raises(MailServerUnfit, match="outside ASCII"):
        hand_in(server_of(smtp), recipient="投诉@例子.中国")
    assert smtp.count("MAIL") == 0

    with FaultySmtp(Faults(extensions=("SMTPUTF8", "8BITMIME"))) as smtp:
        assert hand_in(server_of(smtp), recipient="投诉@例子.中国").kind == "accepted"
    assert "RCPT TO:<投诉@xn--fsqu00a.xn--fiqs8s>" in smtp.commands
    assert any(command.endswith(" SMTPUTF8") for command in smtp.commands)


def test_this_machines_name_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getfqdn", lambda: "zhangsans-laptop.example")

    _result, smtp = result_with(Faults())

    assert "ehlo [127.0.0.1]" in smtp.commands


def test_a_dry_run_says_nothing_of_the_mail() -> None:
    async def probe(server: MailServer) -> None:
        async with Submission(server, sender="a@b.cn", recipient="c@d.cn", size=9) as submission:
            await submission.probe()

    with FaultySmtp() as smtp:
        asyncio.run(probe(server_of(smtp)))

    assert [command.split(" ")[0].upper() for command in smtp.commands] == ["EHLO", "QUIT"]


def test_a_mail_is_sent_once_and_only_as_it_was_prepared() -> None:
    async def twice(server: MailServer) -> None:
        async with Submission(
            server, sender="a@b.cn", recipient="c@d.cn", size=len(LETTER), timeouts=SHORT
        ) as submission:
            with pytest.raises(IllegalTransition):
                await submission.send(LETTER)
            await submission.prepare()
            with pytest.raises(IllegalTransition):
                await submission.send(LETTER + b"more")
            await submission.send(LETTER)
            for again in (submission.prepare(), submission.send(LETTER)):
                with pytest.raises(IllegalTransition):
                    await again

    with FaultySmtp() as smtp:
        asyncio.run(twice(server_of(smtp)))

    assert smtp.stored == [LETTER]


def test_a_connection_that_died_while_the_person_was_thinking_is_not_sent_and_can_be_prepared_anew() -> None:
    async def confirm_late(server: MailServer, smtp: FaultySmtp) -> list[str]:
        kinds: list[str] = []
        for _attempt in range(2):
            async with Submission(
                server, sender="a@b.cn", recipient="c@d.cn", size=len(LETTER), timeouts=SHORT
            ) as submission:
                await submission.prepare()
                if not kinds:
                    smtp.drop_connections()
                kinds.append((await submission.send(LETTER)).kind)
        return kinds

    with FaultySmtp() as smtp:
        kinds = asyncio.run(confirm_late(server_of(smtp), smtp))

    assert kinds == ["not_sent", "accepted"]
    assert smtp.stored == [LETTER]


def test_no_line_of_a_mail_can_end_it_early() -> None:
    data = b"a\n.\nb\r.\rc\r\n.\r\n..d\n.\r\ne"

    lines = as_lines(data)

    assert b"\r\n.\r\n" not in lines
    assert not any(b"\n" in line or b"\r" in line for line in lines.split(b"\r\n"))
    assert lines.endswith(b"e\r\n")
    assert [line[1:] if line.startswith(b".") else line for line in lines.split(b"\r\n")] == [
        b"a", b".", b"b", b".", b"c", b".", b"..d", b".", b"e", b"",
    ]  # fmt: skip


def test_the_result_says_when_by_the_clock_it_was_given() -> None:
    moment = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)

    async def send(server: MailServer) -> SubmissionResult:
        async with Submission(
            server, sender="a@b.cn", recipient="c@d.cn", size=len(LETTER), now=lambda: moment
        ) as submission:
            await submission.prepare()
            return await submission.send(LETTER)

    with FaultySmtp() as smtp:
        assert asyncio.run(send(server_of(smtp))).at == moment
