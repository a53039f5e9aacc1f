"""What the journal shows, in the words of the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from complain.case.model import Case
from complain.channels.base import Channel
from complain.filing.journal import Event, Journal
from complain.filing.reports import said_filed_at
from complain.filing.transitions import FILED, State, outcome_of
from complain.letters.state import ReceiptFact
from complain.rules.clock import answer_by, case_deadlines
from complain.rules.facts import ChannelFact, FilingFact

_ORDER = ("institution", "regulator", "local-bureau", "association", "public")


def channel_facts(channels: Iterable[Channel]) -> tuple[ChannelFact, ...]:
    """Return the channels in the order in which they would be filed: the institution, authorities, others."""
    ordered = sorted(channels, key=lambda channel: (channel.stage, _ORDER.index(channel.body)))
    return tuple(ChannelFact(c.id, c.stage, c.body, c.title) for c in ordered)


def filing_facts(journal: Journal, case: str, channels: Mapping[str, Channel]) -> tuple[FilingFact, ...]:
    """Return every filing of a case, as the journal shows it.

    Args:
        journal: The journal.
        case: The case's id.
        channels: For titles, stages and bodies; a channel that is gone counts as an outside body.
    """
    filed = _filed_at(journal.events(case))
    return tuple(
        _fact(event, channels.get(event.channel), filed.get((event.channel, event.attempt), event.at))
        for event in journal.standing(case).values()
    )


def _filed_at(events: Iterable[Event]) -> dict[tuple[str, int], dt.datetime]:
    """Return when each attempt was filed: by the person's word, else when its submission began.

    A submission that provably did not arrive tells nothing of the day on which the person then filed by hand.
    """
    found: dict[tuple[str, int], dt.datetime] = {}
    for event in events:
        key = (event.channel, event.attempt)
        if event.state is State.COMMITTING:
            found[key] = event.at
        elif event.state in (State.NOT_FILED, State.REFUSED, State.NEEDS_HUMAN):
            found.pop(key, None)
        elif (said := said_filed_at(event)) is not None:
            found[key] = said
        elif event.state in FILED:
            found.setdefault(key, event.at)
    return found


def _fact(event: Event, channel: Channel | None, filed_at: dt.datetime) -> FilingFact:
    answered = event.data.get("answered_on")
    return FilingFact(
        channel=event.channel,
        title=channel.title if channel else event.channel,
        stage=channel.stage if channel else 2,
        body=channel.body if channel else "public",
        outcome=outcome_of(event.state),
        number=event.data.get("number"),
        filed_at=filed_at,
        answered_on=dt.date.fromisoformat(answered) if isinstance(answered, str) else None,
        disputed=event.data.get("disputed") is True,
    )


def with_terms(
    receipts: Iterable[ReceiptFact], case: Case, filings: Iterable[FilingFact]
) -> tuple[ReceiptFact, ...]:
    """Return the filings as a letter may speak of them: with the day by which an answer is due, and any answer.

    Args:
        receipts: What a letter knows so far.
        case: Its lenders decide which terms apply.
        filings: The same filings as the rules see them.
    """
    known = {filing.channel: filing for filing in filings}
    return tuple(
        _with_term(fact, case, known[fact.channel]) if fact.channel in known else fact for fact in receipts
    )


def _with_term(fact: ReceiptFact, case: Case, filing: FilingFact) -> ReceiptFact:
    term = answer_by(case_deadlines(case, filing))
    return replace(
        fact,
        filed_at=fact.filed_at and filing.filed_at,
        answered=filing.answered_on is not None,
        answered_on=filing.answered_on,
        disputed=filing.disputed,
        answer_by=term.date if term else None,
        answer_by_verified=term.verified if term else False,
    )
