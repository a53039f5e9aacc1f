"""A mail channel: the address is asked for, the number pattern is checked when it is declared."""

from __future__ import annotations

import subprocess
import sys

import pytest

from complain import MailChannel
from complain.config import ChannelTable
from complain.errors import ExitCode, PersonNeeded, PluginMistake


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
