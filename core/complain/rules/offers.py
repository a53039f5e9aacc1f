"""What can be written or done next, with the letter ready: silence, an answer that is disputed, an unknown lender."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from complain.case.kinds import Basis, How
from complain.case.model import Case
from complain.i18n import _
from complain.rules.clock import answer_by, case_deadlines
from complain.rules.evaluate import Ruling
from complain.rules.facts import FilingFact


@dataclass(frozen=True)
class Offer:
    """One letter that is ready to be written now.

    Attributes:
        why: Why now, one sentence.
        kind: The kind of letter; empty: the one that the channel gets.
        channel: The channel it is for; empty when it is for none in particular.
    """

    why: str
    kind: str = ""
    channel: str = ""

    def arguments(self) -> tuple[str, ...]:
        """Return what ``complain letter`` takes after the case folder."""
        channel = ("--channel", self.channel) if self.channel else ()
        return (*channel, *(("--kind", self.kind) if self.kind else ()))


def offers(
    case: Case, rulings: Mapping[str, Ruling], filings: Sequence[FilingFact], today: dt.date
) -> tuple[Offer, ...]:
    """Return the letters that make sense now, those about filings first.

    Args:
        case: The facts.
        rulings: Of every channel.
        filings: What the journal shows.
        today: The day in China.
    """
    return (*_about_filings(case, filings, today), *_next_body(rulings, filings), *_on_day_one(case, filings))


def _about_filings(case: Case, filings: Sequence[FilingFact], today: dt.date) -> Iterator[Offer]:
    for filing in filings:
        if not filing.was_sent:
            continue
        if filing.disputed and filing.stage == 1:
            why = _("You disagree with the answer of “{title}”: the department above may look at it.")
            yield Offer(why.format(title=filing.title), "escalation")
        term = answer_by(case_deadlines(case, filing))
        if filing.answered_on is None and term is not None and term.date is not None and term.date < today:
            why = _("“{title}” has not answered, as far as is recorded here, by {day}: ask how it stands.")
            yield Offer(
                why.format(title=filing.title, day=term.date.isoformat()), "follow-up", filing.channel
            )


def _next_body(rulings: Mapping[str, Ruling], filings: Sequence[FilingFact]) -> Iterator[Offer]:
    """The next body, once something was filed; before that the plan itself says who comes first."""
    if not any(filing.was_sent for filing in filings):
        return
    for channel, ruling in rulings.items():
        if ruling.due:
            yield Offer(_("The next body may be asked now; read the letter first."), "", channel)


def _on_day_one(case: Case, filings: Sequence[FilingFact]) -> Iterator[Offer]:
    if not any(loan.lender for loan in case.loans):
        yield Offer(_("The lender of record is not known: ask the platform to name it."), "ask-lender")
    calls = [i for i in case.incidents if i.how is How.CALL and i.basis is not Basis.INFERRED]
    if calls and not any(filing.answered_on for filing in filings):
        yield Offer(
            _("Recordings are not kept for ever: ask that those of the calls in the case be preserved."),
            "preserve-recordings",
        )
