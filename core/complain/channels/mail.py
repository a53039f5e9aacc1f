"""A channel that is a mailbox: the letter goes there as one mail, from the complainant's own address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from complain.channels.base import Channel, Kind
from complain.errors import PersonNeeded, PluginMistake
from complain.handover import Body
from complain.i18n import _

if TYPE_CHECKING:
    from complain.channels.handover import HandoverSheet
    from complain.config import ChannelTable

DEFAULT_SUBJECT = "{{ complaint.subject }}"


@dataclass(frozen=True)
class MailLimits:
    """What the addressee takes, as far as it is known; what the mail server takes is asked of it before sending.

    Attributes:
        letter: Most characters of the letter, or None.
        attachments: Most files, the letter's own copy as PDF among them, or None.
        size: Most bytes of all files together, or None.
        types: Accepted file types without a dot, as ``pdf``; none means any.
    """

    letter: int | None = None
    attachments: int | None = None
    size: int | None = None
    types: tuple[str, ...] = ()


NO_LIMITS = MailLimits()


class MailChannel(Channel):
    """A channel that takes complaints by mail.

    The address is never shipped: the person names it as ``[channels.ID] address``. A mail that the server takes is
    ``filed_unverified``; an answer in which ``number_pattern`` matches makes it ``filed``.

    Args:
        id: Short name, as ``association``; unique.
        title: What a person calls it.
        stage: 1 for the institution's own channels, 2 for bodies outside it.
        body: Who receives it; decides the letter and which rules apply.
        number_pattern: Regular expression with a group ``number`` over the text of an answer; empty: this
            addressee gives no numbers.
        limits: See `MailLimits`.
        subject: Template of the subject.
        sheet: What is known for doing it by hand.
        practice: A ``form.toml`` against the practice desk of the same id.

    Raises:
        PluginMistake: ``number_pattern`` is not a regular expression, has no group ``number``, or matches nothing.
    """

    kind: ClassVar[Kind] = "mail"

    def __init__(
        self,
        *,
        id: str,
        title: str,
        stage: int = 2,
        body: Body | None = None,
        number_pattern: str = "",
        limits: MailLimits = NO_LIMITS,
        subject: str = DEFAULT_SUBJECT,
        sheet: HandoverSheet | None = None,
        practice: Path | None = None,
    ) -> None:
        super().__init__(id=id, title=title, stage=stage, body=body, sheet=sheet, practice=practice)
        self.number_pattern = _checked_pattern(id, number_pattern)
        self.limits = limits
        self.subject = subject

    def needs(self) -> tuple[str, ...]:
        """Return the facts that a mail cannot do without."""
        return ("complainant.name", "complainant.email")

    def address(self, table: ChannelTable) -> str:
        """Return where the mail goes to.

        Args:
            table: ``[channels.ID]`` of the configuration.

        Raises:
            PersonNeeded: No address is set; none is ever assumed.
        """
        if not table.address:
            raise PersonNeeded(
                _("“{channel}” needs the mail address that the addressee publishes; none is assumed.").format(
                    channel=self.title
                ),
                next_step=_("Set address under [channels.{id}] in config.toml.").format(id=self.id),
            )
        return table.address


def _checked_pattern(channel: str, pattern: str) -> str:
    if not pattern:
        return ""
    example = r'number_pattern=r"编号[:：]\s*(?P<number>[A-Z0-9][A-Z0-9-]*)"'
    remedy = _("Write it as {form}.").format(form=example)
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise PluginMistake(
            _("Channel “{channel}”: number_pattern is not a regular expression ({why}).").format(
                channel=channel, why=error
            ),
            next_step=remedy,
        ) from error
    if "number" not in compiled.groupindex:
        raise PluginMistake(
            _("Channel “{channel}”: number_pattern has no group (?P<number>…).").format(channel=channel),
            next_step=remedy,
        )
    if compiled.search("") is not None:
        raise PluginMistake(
            _(
                "Channel “{channel}”: number_pattern matches an empty text; it would see numbers everywhere."
            ).format(channel=channel),
            next_step=remedy,
        )
    return pattern
