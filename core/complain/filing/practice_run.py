"""A run against the practice desks: real servers on loopback, started for this run, their state kept apart."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncGenerator, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from complain.channels.base import Channel
from complain.channels.form import FormChannel
from complain.channels.mail import MailChannel
from complain.channels.registry import Registry
from complain.environment import Environment
from complain.errors import UsageError
from complain.filing.factory import MailSettings
from complain.filing.selection import ALL, DUE
from complain.i18n import _
from complain.mail.mailbox import MaildirMailbox
from complain.mail.server import MailServer
from complain.practice.desks import Phone, PracticeDesks, PracticeSettings, practice_secrets


@dataclass(frozen=True)
class PracticeRun:
    """What the desks give a run.

    Attributes:
        phone: Answers codes and scans when nobody is asked.
        mail: The association's mail server and the mailbox that it answers into.
        secrets: Fictional credentials of the desks.
        phone_url: The page of the practice phone.
    """

    phone: Phone
    mail: MailSettings
    secrets: MutableMapping[str, str]
    phone_url: str


@asynccontextmanager
async def practice_desks(
    environment: Environment, registry: Registry, wanted: str
) -> AsyncGenerator[PracticeRun]:
    """Start the desks and put their channels in place of the real ones.

    Args:
        environment: The practice home.
        registry: Its channels are replaced by those of the desks.
        wanted: What ``--channels`` asked for: a channel of a plugins folder joins only when it is named.

    Raises:
        UsageError: A named channel of a plugins folder is not on loopback.
    """
    async with PracticeDesks(PracticeSettings(folder=environment.home.path)) as desks:
        use_desks(registry, desks.addresses, wanted)
        smtp = urlsplit(desks.addresses["association"])
        mail = MailSettings(
            server=MailServer(smtp.hostname or "", smtp.port or 25, "none"),
            mailbox=partial(MaildirMailbox, desks.mailbox),
            addresses={
                c.id: PRACTICE_ADDRESS for c in registry.channels.values() if isinstance(c, MailChannel)
            },
        )
        yield PracticeRun(desks.phone, mail, dict(practice_secrets()), f"{desks.addresses['in-app']}/_phone")


PRACTICE_ADDRESS = "complaints@association.example"


def use_desks(registry: Registry, addresses: Mapping[str, str], wanted: str) -> None:
    """Replace the registry's channels by those that practice speaks to."""
    named: set[str] = set() if wanted in (ALL, DUE) else {part.strip() for part in wanted.split(",")}
    channels: dict[str, Channel] = {}
    for identity, channel in registry.channels.items():
        if registry.origins[identity].kind != "built-in" and identity in named:
            _check_loopback(channel)
            channels[identity] = channel
        elif channel.practice is not None and identity in addresses:
            channels[identity] = FormChannel(channel.practice, sheet=channel.sheet, desk=addresses[identity])
        elif isinstance(channel, MailChannel) and identity in addresses:
            channels[identity] = channel
    registry.channels.clear()
    registry.channels.update(channels)


def _check_loopback(channel: Channel) -> None:
    if not channel.url:
        raise UsageError(
            _("Channel “{id}” has no form, and nothing to practise on.").format(id=channel.id),
            next_step=_(
                "Leave --practice out; with --dry-run nothing is sent: its pack or its mail is only made."
            ),
        )
    host = urlsplit(channel.url).hostname or ""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local:
        raise UsageError(
            _("Practice reaches only this computer, and “{id}” is at {host}.").format(
                id=channel.id, host=host or "?"
            ),
            next_step=_("Leave --practice out, or take the channel out of --channels."),
        )
