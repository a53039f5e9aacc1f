"""One filing by mail as the engine runs it, against the real post office: outcomes, copies, evidence."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Generator
from pathlib import Path

import pytest

from complain import MailChannel
from complain.errors import PersonNeeded
from complain.filing.evidence import EvidenceFolder
from complain.filing.mail_filing import MailFiling
from complain.filing.settlement import Settlement
from complain.filing.transitions import State
from complain.mail.compose import new_message_id
from complain.mail.mailbox import Mailbox
from complain.mail.server import MailServer
from complain.model import Draft, MailDraft
from fakes.smtp_faults import Faults, FaultySmtp
from mailserver.house import PostOffice, post_office, why_not_here
from mailserver.letters import NUMBER, ZHANG, plain_server, submission_server, zhangs_mailbox
from mailserver.proxy import CuttingProxy

pytestmark = [pytest.mark.mailserver, pytest.mark.skipif(bool(why_not_here()), reason=why_not_here())]


@pytest.fixture(scope="module")
def building() -> Generator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def office(building: PostOffice) -> PostOffice:
    building.empty()
    return building


async def no_browser(_draft: Draft) -> bytes:
    return b"%PDF-1.7"


def a_filing(
    folder: Path,
    server: MailServer,
    mailbox: Mailbox | None,
    recipient: str = "tousu@answers.example",
    wait: float = 20,
) -> MailFiling:
    mail = MailDraft(ZHANG, recipient, "投诉", new_message_id("example.cn"))
    return MailFiling(
        channel=MailChannel(id="association", title="协会", number_pattern=NUMBER),
        evidence=EvidenceFolder(folder / "evidence"),
        server=server,
        sender_name="张三",
        drafter=lambda: Draft("association", "本人投诉如下。\n", mail=mail),
        pdf=no_browser,
        mailbox=mailbox,
        wait=wait,
        progress=lambda _words: None,
        now=lambda: dt.datetime.now(dt.UTC),
        keep_copy=True,
    )


async def _file(filing: MailFiling) -> Settlement:
    try:
        await filing.prepare()
        await filing.finish()
        settlement = await filing.commit()
        return await settlement.later() if settlement.later else settlement
    finally:
        await filing.close()


def file(filing: MailFiling) -> Settlement:
    return asyncio.run(_file(filing))


def test_a_number_that_comes_back_makes_it_filed_and_both_mails_are_kept(
    office: PostOffice, tmp_path: Path
) -> None:
    with office.association("受理编号：XX-202611") as association:
        settlement = file(a_filing(tmp_path, submission_server(office), zhangs_mailbox(office)))

    assert (settlement.state, settlement.number) == (State.FILED, "XX-202611")
    assert len(association.received) == 1
    assert {"mail.eml", "smtp.json", "answer-1.eml"} <= {
        path.name for path in (tmp_path / "evidence").iterdir()
    }
    assert "口令" not in (tmp_path / "evidence" / "smtp.json").read_text(encoding="utf-8")


def test_a_copy_is_kept_in_the_sent_folder_of_what_was_accepted(office: PostOffice, tmp_path: Path) -> None:
    with office.association("收到"):
        filing = a_filing(tmp_path, submission_server(office), zhangs_mailbox(office), wait=0)
        settlement = file(filing)

    data = dict(filing.mark().data)
    with zhangs_mailbox(office) as mailbox:
        copies = mailbox.search_message_id(str(data["message_id"]), str(data["reference"]))
    assert settlement.state is State.FILED_UNVERIFIED
    assert [copy.data for copy in copies] == [(tmp_path / "evidence" / "mail.eml").read_bytes()]


def test_no_copy_is_kept_of_what_may_not_have_been_accepted(office: PostOffice, tmp_path: Path) -> None:
    with CuttingProxy(office.ports.smtp, "before the dot arrives") as proxy:
        office_door = plain_server(proxy.port)
        filing = a_filing(tmp_path, plain_server(office.ports.smtp), zhangs_mailbox(office))
        settlement = asyncio.run(_file_through(filing, office_door))

    with zhangs_mailbox(office) as mailbox:
        assert mailbox.search_message_id(str(filing.mark().data["message_id"]), "NONE") == []
    assert settlement.state is State.UNKNOWN
    assert settlement.task


async def _file_through(filing: MailFiling, door: MailServer) -> Settlement:
    """The wire takes one dialogue: the probe goes past it."""
    await filing.prepare()
    filing.server = door
    try:
        await filing.finish()
        settlement = await filing.commit()
        return await settlement.later() if settlement.later else settlement
    finally:
        await filing.close()


def test_a_mailbox_that_cannot_be_read_leaves_an_accepted_mail_accepted(
    office: PostOffice, tmp_path: Path
) -> None:
    with office.association("收到") as association:
        settlement = file(
            a_filing(tmp_path, submission_server(office), zhangs_mailbox(office, password="wrong"))
        )

    assert settlement.state is State.FILED_UNVERIFIED
    assert "did not accept the login" in settlement.reason
    assert len(association.received) == 1


def test_a_wrong_password_stops_before_the_preview(office: PostOffice, tmp_path: Path) -> None:
    with pytest.raises(PersonNeeded):
        asyncio.run(a_filing(tmp_path, submission_server(office, password="wrong"), None).prepare())


def test_a_bounce_that_comes_at_once_is_told_at_once(office: PostOffice, tmp_path: Path) -> None:
    with FaultySmtp(Faults(rcpt=("550 5.1.1 mailbox was closed",)), port=office.ports.bounces):
        filing = a_filing(tmp_path, submission_server(office), zhangs_mailbox(office), "x@bounces.example")
        settlement = file(filing)

    assert settlement.state is State.REFUSED
    assert "mailbox was closed" in settlement.reason


def test_a_mail_changed_after_the_preview_is_not_sent(office: PostOffice, tmp_path: Path) -> None:
    filing = a_filing(tmp_path, submission_server(office), None)

    async def change() -> None:
        await filing.prepare()
        filing._draft = dataclasses.replace(filing.draft, letter="另一封信。\n")
        await filing.finish()

    with pytest.raises(Exception, match="differs from the preview in the letter"):
        asyncio.run(change())
