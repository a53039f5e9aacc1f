"""A mail channel: the address is asked for, the number pattern is checked when it is declared."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest

from complain import MailChannel
from complain.config import ChannelTable, Config, MailTable
from complain.errors import ExitCode, PersonNeeded, PluginMistake
from complain.mail.imap import ImapMailbox
from complain.mail.mailbox import MaildirMailbox
from complain.mail.server import MailServer
from complain.mail.settings import PASSWORD_SECRET, mailbox_of, submission_server


def a_channel(pattern: str = "") -> MailChannel:
    return MailChannel(id="association", title="消费者协会", body="association", number_pattern=pattern)


def test_a_mail_channel_is_a_body_outside_the_platform_and_needs_a_name_and_a_mail_address() -> None:
    channel = a_channel(r"编号：(?P<number>\d+)")

    assert (channel.kind, channel.stage, channel.body) == ("mail", 2, "association")
    assert channel.needs() == ("complainant.name", "complainant.email")


@pytest.mark.parametrize("pattern", ["(", r"编号：(\d+)", r"(?P<number>\d*)", "(?P<numero>x)"])
def test_a_pattern_that_cannot_name_a_number_is_refused_with_the_channels_name(pattern: str) -> None:
    with pytest.raises(PluginMistake, match="association"):
        a_channel(pattern)


def test_the_address_is_asked_for_and_never_defaulted() -> None:
    with pytest.raises(PersonNeeded) as task:
        a_channel().address(ChannelTable())

    assert task.value.exit_code is ExitCode.NEEDS_HUMAN
    assert "[channels.association]" in task.value.next_step
    assert a_channel().address(ChannelTable(address="tousu@example.org")) == "tousu@example.org"


def test_a_mail_channel_is_declared_without_heavy_imports() -> None:
    code = (
        "import sys, complain; complain.MailChannel;"
        "print(*{'playwright', 'pydantic', 'keyring', 'jinja2', 'tenacity', 'imapclient', 'email'} & {*sys.modules})"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed.split() == []


def test_the_settings_shown_in_the_documentation_are_settings() -> None:
    text = (Path(__file__).parents[1] / "docs" / "mail.md").read_text(encoding="utf-8")
    example = text.split("```toml\n")[1].split("```")[0]

    config = msgspec.convert(tomllib.loads(example), Config)

    assert (config.mail.security, config.mail.imap_port) == ("tls", 993)
    assert f"complain secret set {PASSWORD_SECRET}" in text


def test_the_servers_are_made_from_the_settings_and_the_password_is_asked_for_late() -> None:
    asked: list[str] = []
    table = MailTable(
        host="smtp.example.cn",
        user="me",
        imap_host="imap.example.cn",
        imap_port=143,
        imap_security="starttls",
    )

    server = submission_server(table, lambda name: asked.append(name))
    mailbox = mailbox_of(table, lambda name: asked.append(name))

    assert asked == []
    assert server is not None
    assert server == MailServer("smtp.example.cn", 465, "tls", "me", server.password)
    assert isinstance(mailbox, ImapMailbox)
    with pytest.raises(PersonNeeded, match="not stored"):
        server.secret()
    assert asked == [PASSWORD_SECRET]


def test_without_settings_there_is_no_server_and_a_maildir_comes_before_imap(tmp_path: Path) -> None:
    assert submission_server(MailTable(), lambda _name: None) is None
    assert mailbox_of(MailTable(), lambda _name: None) is None
    chosen = mailbox_of(MailTable(maildir=str(tmp_path), imap_host="imap.example.cn"), lambda _name: None)
    assert isinstance(chosen, MaildirMailbox)
