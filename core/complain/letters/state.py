"""What the journal shows of each filing, and the four true states that a letter may speak of (USERS U11).

A letter never says more than this: not yet complained; complained on a day with a number and still being
handled; past its date without an answer; answered and disputed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from complain.letters.dates import chinese_date
from complain.letters.trace import Sourced, clean
from complain.model import Outcome

STAGE_ONE_NUMBER = "〔第一阶段编号〕"
"""Stands where a number of the institution's own channels will stand (dry run, signing)."""

_UNSURE = "是否提交成功尚待核实"
_SENT = (Outcome.FILED, Outcome.FILED_UNVERIFIED, Outcome.UNKNOWN)


class Standing(StrEnum):
    """How a filing stands, as far as the journal shows."""

    NOT_COMPLAINED = "not-complained"
    PENDING = "pending"
    UNANSWERED = "unanswered"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    DISPUTED = "disputed"


@dataclass(frozen=True)
class ReceiptFact:
    """One other filing of the same matter, as the journal shows it.

    Attributes:
        channel: The channel's id.
        title: The channel as a person calls it.
        stage: 1 the institution's own channels, 2 bodies outside it.
        number: As the channel gave it; None when none was seen. Never made up.
        filed_at: When it was filed (aware); None when it is only planned.
        outcome: ``prepared`` means: being filed together with this letter.
        answered: Whether an answer came.
        answered_on: The day of the answer, or None.
        disputed: Whether the person disagrees with the answer.
        answer_by: The day by which an answer is due or a reminder is sensible, or None.
        answer_by_verified: Whether `answer_by` follows from a verified rule. Only then is a letter allowed to
            say 逾期.
    """

    channel: str
    title: str
    stage: int
    number: str | None
    filed_at: dt.datetime | None
    outcome: Outcome
    answered: bool = False
    answered_on: dt.date | None = None
    disputed: bool = False
    answer_by: dt.date | None = None
    answer_by_verified: bool = False

    @property
    def fact(self) -> str:
        """Its name in messages and in the source of a sentence."""
        return f"receipts.{self.channel}"

    @property
    def was_sent(self) -> bool:
        """Whether it was filed, or may have been."""
        return self.outcome in _SENT

    @property
    def is_known_there(self) -> bool:
        """Whether it certainly was filed: its own sign was seen, or it was answered."""
        return self.was_sent and (self.outcome is not Outcome.UNKNOWN or self.answered)

    @property
    def date(self) -> str | None:
        """The day of filing in China, as ``2026-11-23``; None when it is only planned."""
        day = self.filed_on
        return None if day is None else day.isoformat()

    @property
    def filed_on(self) -> dt.date | None:
        """The day of filing in China."""
        from complain.environment import CHINA

        return None if self.filed_at is None else self.filed_at.astimezone(CHINA).date()


def standing(fact: ReceiptFact, today: dt.date) -> Standing:
    """Return how a filing stands on a day.

    Args:
        fact: What the journal shows.
        today: The day in China.
    """
    if fact.answered:
        return Standing.DISPUTED if fact.disputed else Standing.ANSWERED
    if not fact.was_sent and fact.outcome is not Outcome.PREPARED:
        return Standing.NOT_COMPLAINED
    if fact.answer_by is None:  # no term is known: the day itself is all that may be told
        return (
            Standing.UNANSWERED if fact.filed_on is not None and fact.filed_on < today else Standing.PENDING
        )
    if today <= fact.answer_by:
        return Standing.PENDING
    return Standing.OVERDUE if fact.answer_by_verified else Standing.UNANSWERED


def filing_sentence(fact: ReceiptFact, today: dt.date) -> Sourced:
    """Return what a letter says of another filing: day, channel, number and how it stands. No full stop.

    Args:
        fact: What the journal shows; it was sent or is being sent.
        today: The day of the letter, in China.
    """
    if fact.outcome is Outcome.PREPARED and not fact.number:
        return Sourced(f"拟同时通过“{clean(fact.title)}”提交", fact.fact)  # true even when that filing fails
    parts = [f"{_when(fact)}通过“{clean(fact.title)}”提交", _number(fact), _state(fact, today)]
    return Sourced("，".join(part for part in parts if part), fact.fact)


def filing_name(fact: ReceiptFact) -> Sourced:
    """Return day, channel and number of a filing, and of how it stands only whether it arrived. No full stop."""
    doubt = _UNSURE if fact.was_sent and not fact.is_known_there else ""
    parts = [f"{_when(fact)}通过“{clean(fact.title)}”提交", _number(fact), doubt]
    return Sourced("，".join(part for part in parts if part), fact.fact)


def _when(fact: ReceiptFact) -> str:
    return "" if fact.filed_on is None else chinese_date(fact.filed_on)


def _number(fact: ReceiptFact) -> str:
    if fact.number:
        return f"编号{clean(fact.number)}"
    return "未取得编号" if fact.outcome in (Outcome.FILED, Outcome.FILED_UNVERIFIED) else ""


def _state(fact: ReceiptFact, today: dt.date) -> str:
    if fact.was_sent and not fact.is_known_there:
        return _UNSURE
    match standing(fact, today):
        case Standing.PENDING:
            return "尚在处理期"
        case Standing.UNANSWERED:
            return f"截至{chinese_date(today)}尚未收到答复"
        case Standing.OVERDUE if fact.answer_by is not None:
            return f"已超过{chinese_date(fact.answer_by)}的答复期限，逾期未答复"
        case Standing.ANSWERED:
            return f"{_answered_on(fact)}收到答复"
        case Standing.DISPUTED:
            return f"{_answered_on(fact)}收到答复，本人对答复有异议"
        case _:
            return ""


def _answered_on(fact: ReceiptFact) -> str:
    return "已" if fact.answered_on is None else f"已于{chinese_date(fact.answered_on)}"


def sent(facts: Sequence[ReceiptFact]) -> tuple[ReceiptFact, ...]:
    """Return the filings that were sent or may have been, earliest first."""
    return tuple(
        sorted((f for f in facts if f.was_sent), key=lambda f: (f.filed_at is None, str(f.filed_at)))
    )


def planned(facts: Sequence[ReceiptFact]) -> tuple[ReceiptFact, ...]:
    """Return the filings that go out together with this letter."""
    return tuple(f for f in facts if f.outcome is Outcome.PREPARED)
