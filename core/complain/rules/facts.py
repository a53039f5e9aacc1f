"""What the rules are told: the channel and the filings, as plain values. The caller takes them from the journal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from complain.environment import CHINA
from complain.model import Outcome

_SENT = (Outcome.FILED, Outcome.FILED_UNVERIFIED, Outcome.UNKNOWN)


@dataclass(frozen=True)
class ChannelFact:
    """A channel, as far as a rule asks.

    Attributes:
        id: Its id.
        stage: 1 the institution's own, 2 outside it.
        body: ``institution``, ``regulator``, ``local-bureau``, ``association`` or ``public``.
        title: As a person calls it.
    """

    id: str
    stage: int
    body: str
    title: str = ""


@dataclass(frozen=True)
class FilingFact:
    """One filing, as the journal shows it.

    Attributes:
        channel: The channel's id.
        title: As a person calls it.
        stage: Of the channel.
        body: Of the channel.
        outcome: How it stands.
        number: As the channel gave it, or None.
        filed_at: Aware, or None when it was not sent.
        answered_on: The day an answer came, or None.
        received_on: The day the other side said that it received it, or None.
        accepted_on: The day the other side said that it accepted it, or None.
        disputed: Whether the person disagrees with the answer.
    """

    channel: str
    title: str
    stage: int
    body: str
    outcome: Outcome
    number: str | None = None
    filed_at: dt.datetime | None = None
    answered_on: dt.date | None = None
    received_on: dt.date | None = None
    accepted_on: dt.date | None = None
    disputed: bool = False

    @property
    def was_sent(self) -> bool:
        """Whether it was filed, or may have been."""
        return self.outcome in _SENT and self.filed_at is not None

    @property
    def filed_on(self) -> dt.date | None:
        """The day of filing in China."""
        return None if self.filed_at is None else self.filed_at.astimezone(CHINA).date()
