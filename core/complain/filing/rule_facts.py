"""What the journal shows, in the words of the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from complain.case.model import Case
from complain.channels.base import Channel
from complain.filing.journal import Event, Journal
from complain.filing.transitions import State, outcome_of
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
    committed = {event.channel: event.at for event in journal.events(case) if event.state is State.COMMITTING}
    return tuple(
        _fact(event, channels.get(event.channel), committed.get(event.channel))
        for event in journal.standing(case).values()
    )


def _fact(event: Event, channel: Channel | None, committed: dt.datetime | None) -> FilingFact:
    answered = event.data.get("answered_on")
    return FilingFact(
        channel=event.channel,
        title=channel.title if channel else event.channel,
        stage=channel.stage if channel else 2,
        body=channel.body if channel else "public",
        outcome=outcome_of(event.state),
        number=event.data.get("number"),
        filed_at=committed or event.at,
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
