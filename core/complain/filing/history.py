"""What the journal shows of a case's filings, in the words of letters and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from complain.channels.base import Channel
from complain.filing.journal import Event, Journal
from complain.filing.transitions import outcome_of
from complain.letters.state import STAGE_ONE_NUMBER, ReceiptFact
from complain.model import Outcome

_KNOWN = {Outcome.FILED, Outcome.FILED_UNVERIFIED, Outcome.UNKNOWN}


def receipt_facts(
    journal: Journal,
    case: str,
    channels: Mapping[str, Channel],
    *,
    planned: tuple[Channel, ...] = (),
) -> tuple[ReceiptFact, ...]:
    """Return the filings of this matter that a letter may speak of: only what the journal shows.

    Args:
        journal: The journal.
        case: The case's id.
        channels: For the titles.
        planned: Channels of an earlier stage that a dry run has only filled in; their number is a placeholder.
    """
    known = [fact for event in journal.standing(case).values() for fact in _fact(event, channels)]
    names = {fact.channel for fact in known}
    placeholders = [
        ReceiptFact(c.id, c.title, c.stage, STAGE_ONE_NUMBER, None, Outcome.PREPARED)
        for c in planned
        if c.id not in names
    ]
    return (*known, *placeholders)


def _fact(event: Event, channels: Mapping[str, Channel]) -> Iterator[ReceiptFact]:
    outcome = outcome_of(event.state)
    if outcome not in _KNOWN:
        return
    channel = channels.get(event.channel)
    title, stage = (channel.title, channel.stage) if channel else (event.channel, 1)
    yield ReceiptFact(event.channel, title, stage, event.data.get("number"), event.at, outcome)
