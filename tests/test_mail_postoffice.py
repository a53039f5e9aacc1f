"""Mail against a real Postfix and a real Dovecot: what the mailbox holds, what the tool says, and never two."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Generator

import pytest

from complain.errors import ChannelUnreachable, DoesNotFit, PersonNeeded
from complain.mail.imap import ImapMailbox
from complain.mail.mailbox import MailboxUnavailable
from complain.mail.server import MailServer, MailServerUnfit, Security
from complain.mail.submission import MailRefused
from complain.mail.tracking import MailFiling, Standing, await_answer, reconcile
from complain.model import Outcome
from fakes.smtp_faults import Faults, FaultySmtp
from mailserver.house import SIZE_LIMIT, PostOffice, post_office, why_not_here
from mailserver.letters import (
    TOUSU,
    ZHANG,
    a_letter,
    hand_in,
    plain_server,
    submission_server,
    zhangs_mailbox,
)
from mailserver.proxy import Cut, CuttingProxy

pytestmark = [pytest.mark.mailserver, pytest.mark.skipif(bool(why_not_here()), reason=why_not_here())]


@pytest.fixture(scope="module")
def building() -> Generator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def office(building: PostOffice) -> PostOffice:
    building.empty()
    return building


def wait_for_answer(mailbox: ImapMailbox, filing: MailFiling, outcome: Outcome) -> Standing:
    with mailbox:
        return asyncio.run(await_answer(mailbox, filing, outcome, seconds=30))


def look(office: PostOffice, filing: MailFiling, outcome: Outcome) -> Standing:
    with zhangs_mailbox(office) as mailbox:
        return reconcile(mailbox, filing, outcome)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_delivered_mail_lies_once_in_the_mailbox_word_for_word(
    office: PostOffice, security: Security
) -> None:
    letter = a_letter()

    result = hand_in(submission_server(office, security), letter)

    assert result.kind == "accepted"
    assert "queued as" in result.words
    (arrived,) = office.inbox(TOUSU)
    body = arrived.get_body(("plain",))
    assert arrived["Message-ID"] == letter.message_id
    assert arrived["Subject"] == "关于第三方催收的投诉"
    assert body is not None and body.get_content() == "本人张三，投诉如下。\r\n" * 20
    assert [part.get_filename() for part in arrived.iter_attachments()] == ["投诉信.pdf"]


def test_the_copy_in_the_sent_folder_is_kept_once_however_often_it_is_asked_for(office: PostOffice) -> None:
    letter = a_letter()
    filing = letter.filing()

    with zhangs_mailbox(office, "starttls") as mailbox:
        kept = [
            mailbox.append_sent(letter.data, filing.message_id, filing.reference, filing.sent_at)
            for _time in range(2)
        ]
        copies = mailbox.search_message_id(filing.message_id, filing.reference)

    assert kept == ["added", "already there"]
    assert [(copy.folder, copy.data) for copy in copies] == [("Verschickt", letter.data)]


def test_an_unknown_user_is_refused_and_nobody_gets_anything(office: PostOffice) -> None:
    letter = a_letter("nobody@example.org")

    with pytest.raises(MailRefused, match="User unknown"):
        hand_in(submission_server(office), letter)

    assert (office.inbox(TOUSU), office.inbox(ZHANG)) == ([], [])


def test_a_mail_that_is_too_large_is_not_begun(office: PostOffice) -> None:
    letter = a_letter(pdf=b"x" * SIZE_LIMIT)

    with pytest.raises(DoesNotFit, match="12,000,000"):
        hand_in(submission_server(office), letter)

    assert office.inbox(TOUSU) == []


def test_a_greylisted_mail_is_tried_again_and_arrives_once(office: PostOffice) -> None:
    office.policy.greylists = 2

    result = hand_in(submission_server(office), a_letter())

    assert (result.kind, office.policy.greylists) == ("accepted", 0)
    assert len(office.inbox(TOUSU)) == 1


def test_greylisting_without_end_is_not_sent(office: PostOffice) -> None:
    office.policy.greylists = 1000

    with pytest.raises(ChannelUnreachable, match="Greylisted, come again"):
        hand_in(submission_server(office), a_letter())

    assert office.inbox(TOUSU) == []


CUTS: dict[Cut, tuple[str, int]] = {
    "in the mail": ("not_sent", 0),
    "before the dot arrives": ("unknown", 0),
    "after the dot arrived": ("unknown", 1),
}


@pytest.mark.parametrize("cut", CUTS)
def test_a_cut_wire_never_makes_two_and_is_called_what_it_is(office: PostOffice, cut: Cut) -> None:
    kind, held = CUTS[cut]
    # More than the kernel buffers: a wire cut in the mail is noticed before the dot.
    letter = a_letter(pdf=b"\x00" * 6_000_000)

    with CuttingProxy(office.ports.smtp, cut) as proxy:
        result = hand_in(plain_server(proxy.port), letter)

    assert result.kind == kind
    assert len(office.inbox(TOUSU)) == held
    assert look(office, letter.filing(), Outcome.UNKNOWN).outcome is Outcome.UNKNOWN, "absence proves nothing"


@pytest.mark.parametrize(
    "answer", [b"451 4.3.0 Error: queue file write error\r\n", b"421 4.3.2 Shutting down\r\n"]
)
def test_a_mail_that_was_stored_before_451_is_unknown_and_lies_there_once(
    office: PostOffice, answer: bytes
) -> None:
    with CuttingProxy(office.ports.smtp, "instead of the answer", answer) as proxy:
        result = hand_in(plain_server(proxy.port), a_letter())

    assert proxy.accepted.startswith(b"250")
    assert (result.kind, result.code) == ("unknown", int(answer[:3]))
    assert len(office.inbox(TOUSU)) == 1


def test_a_bounce_after_accepting_corrects_the_outcome(office: PostOffice) -> None:
    letter = a_letter("gone@bounces.example")
    faults = Faults(rcpt=("550 5.1.1 <gone@bounces.example>: mailbox was closed",))

    with FaultySmtp(faults, port=office.ports.bounces) as far:
        result = hand_in(submission_server(office), letter)
        standing = wait_for_answer(zhangs_mailbox(office), letter.filing(), Outcome.FILED_UNVERIFIED)

    assert result.kind == "accepted"
    assert standing.outcome is Outcome.REFUSED
    assert "mailbox was closed" in standing.reason
    assert [mail.kind for mail in standing.mails] == ["bounce"]
    assert (far.stored, len(office.inbox(ZHANG))) == ([], 1)
    assert look(office, letter.filing(), Outcome.UNKNOWN).outcome is Outcome.REFUSED


def test_a_bounce_of_another_mail_changes_nothing(office: PostOffice) -> None:
    ours, other = a_letter(), a_letter("gone@bounces.example")

    with FaultySmtp(Faults(rcpt=("550 5.1.1 no such user",)), port=office.ports.bounces):
        hand_in(submission_server(office), other)
        hand_in(submission_server(office), ours)
        assert len(office.inbox(ZHANG)) == 1

    standing = look(office, ours.filing(), Outcome.FILED_UNVERIFIED)
    assert (standing.outcome, standing.mails) == (Outcome.FILED_UNVERIFIED, ())


def test_an_untrusted_certificate_stops_before_the_password_and_the_mail(office: PostOffice) -> None:
    server = dataclasses.replace(submission_server(office), ca_file=None)
    imap = MailServer("localhost", office.ports.imaps, "tls", user=ZHANG, password=lambda: "x")

    with pytest.raises(MailServerUnfit, match="cannot be trusted"):
        hand_in(server, a_letter())
    with pytest.raises(MailServerUnfit, match="cannot be trusted"), ImapMailbox(imap) as mailbox:
        mailbox.search_message_id("<a@b>", "X")
    imap = dataclasses.replace(imap, port=office.ports.imap, security="starttls")
    with pytest.raises(MailServerUnfit, match="cannot be trusted"), ImapMailbox(imap) as mailbox:
        mailbox.search_message_id("<a@b>", "X")

    assert office.inbox(TOUSU) == []


def test_a_wrong_password_is_a_task_for_the_person_at_both_doors(office: PostOffice) -> None:
    with pytest.raises(PersonNeeded, match="did not accept the login") as at_smtp:
        hand_in(submission_server(office, password="wrong"), a_letter())
    with (
        pytest.raises(PersonNeeded, match="did not accept the login") as at_imap,
        zhangs_mailbox(office, password="wrong") as mailbox,
    ):
        mailbox.search_message_id("<a@b>", "X")

    assert "complain secret set mail.password" in at_smtp.value.next_step == at_imap.value.next_step
    assert office.inbox(TOUSU) == []


def test_an_automatic_answer_with_a_number_makes_it_filed(office: PostOffice) -> None:
    letter = a_letter("tousu@answers.example")
    text = "您的来信已收到。\n受理编号：XX-202611\n请勿重复提交。\n"

    with office.association(text) as association:
        result = hand_in(submission_server(office), letter)
        standing = wait_for_answer(zhangs_mailbox(office), letter.filing(), Outcome.FILED_UNVERIFIED)

    assert result.kind == "accepted"
    assert (standing.outcome, standing.number) == (Outcome.FILED, "XX-202611")
    assert len(association.received) == 1
    assert len(office.inbox(ZHANG)) == 1


def test_an_automatic_answer_without_a_number_shows_that_an_unknown_mail_arrived(office: PostOffice) -> None:
    letter = a_letter("tousu@answers.example")

    with (
        office.association("您的来信已收到。") as association,
        CuttingProxy(office.ports.smtp, "after the dot arrived") as proxy,
    ):
        result = hand_in(plain_server(proxy.port), letter)
        assert len(office.inbox(ZHANG)) == 1

    standing = look(office, letter.filing(), Outcome.UNKNOWN)
    assert result.kind == "unknown"
    assert [mail.kind for mail in standing.mails] == ["auto-answer"]
    assert standing.outcome is Outcome.FILED_UNVERIFIED
    assert len(association.received) == 1


def test_an_answer_in_the_junk_folder_is_found(office: PostOffice) -> None:
    letter = a_letter("tousu@answers.example")
    with office.association("受理编号：XX-000001", automatic=False):
        hand_in(submission_server(office), letter)
    office.move_to_junk(ZHANG)

    standing = look(office, letter.filing(), Outcome.FILED_UNVERIFIED)

    assert (standing.outcome, standing.number) == (Outcome.FILED, "XX-000001")


def test_reading_the_mailbox_marks_nothing_as_read(office: PostOffice) -> None:
    letter = a_letter("tousu@answers.example")
    with office.association("收到"):
        hand_in(submission_server(office), letter)

    assert look(office, letter.filing(), Outcome.FILED_UNVERIFIED).mails

    names = [file.name for file in office.maildir(ZHANG).glob("[nc][eu][wr]/*")]
    assert names and not any("S" in name.partition(":2,")[2] for name in names)


BARE = "127.0.0.2"
"""Where Dovecot hides what it can do beyond the bare protocol: no IDLE, no ID."""


def test_a_server_that_announces_nothing_is_asked_again_until_the_answer_is_there(office: PostOffice) -> None:
    letter = a_letter("tousu@answers.example")

    with (
        office.association("受理编号：XX-000002"),
        zhangs_mailbox(office, host=BARE) as mailbox,
    ):
        mailbox.wait(0)
        hand_in(submission_server(office), letter)
        standing = wait_for_answer(mailbox, letter.filing(), Outcome.FILED_UNVERIFIED)

    assert (standing.outcome, standing.number) == (Outcome.FILED, "XX-000002")


def test_a_mailbox_that_is_gone_says_so_and_proves_nothing(office: PostOffice) -> None:
    with zhangs_mailbox(office) as mailbox:
        mailbox.wait(0)
    server = MailServer("localhost", office.ports.answers, "tls", user=ZHANG, password=lambda: "x")

    with (
        pytest.raises(MailboxUnavailable, match="could not be used") as error,
        ImapMailbox(server) as mailbox,
    ):
        mailbox.replies_to("<a@b>", "X", dt.datetime.now(dt.UTC))

    assert "imap_host" in error.value.next_step
