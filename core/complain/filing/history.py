"""What the journal shows of a case's filings, in the words of letters and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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
    rehearsed: Sequence[Channel] = (),
    beside: Sequence[Channel] = (),
) -> tuple[ReceiptFact, ...]:
    """Return the filings of this matter that a letter may speak of: only what the journal shows.

    Args:
        journal: The journal.
        case: The case's id.
        channels: For the titles.
        rehearsed: Channels of an earlier stage that a dry run has only filled in; a placeholder is their number.
        beside: Channels of the same stage that are being filed together with this one; they have no number yet.
    """
    known = [fact for event in journal.standing(case).values() for fact in _fact(event, channels)]
    names = {fact.channel for fact in known}
    going = [(channel, STAGE_ONE_NUMBER) for channel in rehearsed] + [(channel, None) for channel in beside]
    coming = [
        ReceiptFact(c.id, c.title, c.stage, number, None, Outcome.PREPARED)
        for c, number in going
        if c.id not in names
    ]
    return (*known, *coming)


def _fact(event: Event, channels: Mapping[str, Channel]) -> Iterator[ReceiptFact]:
    outcome = outcome_of(event.state)
    if outcome not in _KNOWN:
        return
    channel = channels.get(event.channel)
    title, stage = (channel.title, channel.stage) if channel else (event.channel, 1)
    yield ReceiptFact(event.channel, title, stage, event.data.get("number"), event.at, outcome)
