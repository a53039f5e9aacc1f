"""Whether a channel is due now, waits, is not competent, or would refuse what another body has; and why.

Each answer is a sentence with its source and how sure it is. Only a *verified* row ever leaves a channel out of
``all``; every other row explains and warns (USERS U12).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from complain.case.model import Case
from complain.environment import china_noon
from complain.i18n import _
from complain.model import Outcome
from complain.rules.clock import case_deadlines, lender_type_name, lender_types
from complain.rules.facts import ChannelFact, FilingFact
from complain.rules.rows import Row, row, table

AUTHORITIES = ("regulator", "local-bureau")


@dataclass(frozen=True)
class Ruling:
    """What the rules say of one channel.

    Attributes:
        due: Whether it is its turn now.
        waits_until: The day from which it is due, when it is known.
        refused_elsewhere: Whether it may refuse because another body has the matter.
        not_competent: Whether it is the wrong addressee for every lender of the case.
        verified: Whether every row that `not_competent` rests on was verified.
        sentences: Why, each with its source and how sure it is.
        right_addressee: The kind of body that is competent, when this one is not; else empty.
        rows: Ids of the rows that were used.
        reasons: Those of the sentences that state a rule or a term; they hold for other channels as well.
        filed: How a filing that was sent there stands; None when none was.
    """

    due: bool
    waits_until: dt.date | None = None
    refused_elsewhere: bool = False
    not_competent: bool = False
    verified: bool = False
    sentences: tuple[str, ...] = ()
    right_addressee: str = ""
    rows: tuple[str, ...] = ()
    filed: Outcome | None = None
    reasons: tuple[str, ...] = ()


@dataclass
class _Findings:
    """What is found on the way to a ruling."""

    sentences: list[str] = field(default_factory=list[str])
    rows: list[Row] = field(default_factory=list[Row])
    reasons: list[str] = field(default_factory=list[str])

    def rule(self, name: str, id: str) -> None:
        self.take(row(name, id))

    def take(self, rule: Row) -> None:
        self.rows.append(rule)
        self.cite(rule.sentence())

    def cite(self, reason: str) -> None:
        self.reasons.append(reason)
        self.sentences.append(reason)

    def say(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def ruling(self, *, due: bool, waits_until: dt.date | None = None) -> Ruling:
        return Ruling(
            due,
            waits_until,
            sentences=tuple(self.sentences),
            rows=tuple(rule.id for rule in self.rows),
            reasons=tuple(self.reasons),
        )


def evaluate_all(
    case: Case, channels: Iterable[ChannelFact], filings: Sequence[FilingFact], today: dt.date
) -> Mapping[str, Ruling]:
    """Return a ruling per channel; of several desks of one firm, and of several outside bodies, only the first is due.

    Args:
        case: The facts.
        channels: In the order in which they would be filed.
        filings: What the journal shows.
        today: The day in China.
    """
    found: dict[str, Ruling] = {}
    first: dict[int, str] = {}
    for channel in channels:
        ruling = evaluate(case, channel, filings, today)
        if ruling.due and channel.stage in first:
            ruling = _after_first(ruling, first[channel.stage], channel.stage)
        elif ruling.due:
            first[channel.stage] = channel.title or channel.id
        found[channel.id] = ruling
    return found


def _after_first(ruling: Ruling, first: str, stage: int) -> Ruling:
    rule = row("order", "one-firm-one-complaint" if stage == 1 else "one-authority")
    return replace(
        ruling,
        due=False,
        sentences=(_("“{first}” comes first.").format(first=first), rule.sentence(), *ruling.sentences),
        rows=(rule.id, *ruling.rows),
        reasons=(rule.sentence(), *ruling.reasons),
    )


def evaluate(case: Case, channel: ChannelFact, filings: Sequence[FilingFact], today: dt.date) -> Ruling:
    """Return what the rules say of a channel.

    Args:
        case: The facts; its lenders decide who is competent.
        channel: The channel.
        filings: What the journal shows of every filing of the matter.
        today: The day in China.
    """
    own = next((f for f in filings if f.channel == channel.id and f.was_sent), None)
    if own is not None:
        return _already_filed(own)
    if channel.stage == 1:
        return _institution(filings)
    if channel.body in AUTHORITIES:
        return _authority(case, channel, filings, today)
    return _other(case, channel, filings, today)


def _already_filed(own: FilingFact) -> Ruling:
    findings = _Findings()
    findings.say(
        _("Filed there on {day}: there is no second filing of the same matter.").format(day=own.filed_on)
        if own.outcome is not Outcome.UNKNOWN
        else _(
            "It is not certain whether it was filed there on {day}: look there before anything else."
        ).format(day=own.filed_on)
    )
    return replace(findings.ruling(due=False), filed=own.outcome)


def _institution(filings: Sequence[FilingFact]) -> Ruling:
    findings = _Findings()
    desk = next((f for f in filings if f.stage == 1 and f.was_sent), None)
    if desk is None:
        findings.rule("order", "institution-first")
        return findings.ruling(due=True)
    findings.say(
        _("The institution has this complaint already, through “{title}” on {day}{number}.").format(
            title=desk.title,
            day=desk.filed_on,
            number=_(", number {number}").format(number=desk.number) if desk.number else "",
        )
    )
    findings.rule("order", "one-firm-one-complaint")
    return findings.ruling(due=False)


def _authority(case: Case, channel: ChannelFact, filings: Sequence[FilingFact], today: dt.date) -> Ruling:
    findings = _Findings()
    known = [loan for loan in case.loans if loan.lender]
    if not known and channel.body == "regulator":
        findings.rule("order", "lender-first")
        return findings.ruling(due=False)
    competence = _competence(case, channel, findings)
    if competence.not_competent:
        return competence
    return _after_institution(case, channel, filings, today, findings)


def _competence(case: Case, channel: ChannelFact, findings: _Findings) -> Ruling:
    """Say who is competent; not competent only when no lender of the case falls under this body."""
    types = lender_types(case)
    rows = [
        r for r in table("competence") if r.word("body") == channel.body and r.word("lender_type") in types
    ]
    for rule in rows:
        findings.take(rule)
    if len(types) > 1:
        names = _(", ").join(lender_type_name(name) for name in types)
        findings.say(
            _("The loans have lenders of several types ({names}); each type has its own addressee.").format(
                names=names
            )
        )
    wrong = [r for r in rows if r.word("competent") == "no"]
    is_wrong = bool(rows) and len(wrong) == len(rows)
    return Ruling(
        due=False,
        not_competent=is_wrong,
        verified=is_wrong and all(rule.verified for rule in wrong),
        sentences=tuple(findings.sentences),
        right_addressee=wrong[0].word("right") if is_wrong else "",
        rows=tuple(rule.id for rule in findings.rows),
        reasons=tuple(findings.reasons),
    )


def _other(case: Case, channel: ChannelFact, filings: Sequence[FilingFact], today: dt.date) -> Ruling:
    findings = _Findings()
    return _after_institution(case, channel, filings, today, findings)


def _after_institution(
    case: Case,
    channel: ChannelFact,
    filings: Sequence[FilingFact],
    today: dt.date,
    findings: _Findings,
) -> Ruling:
    elsewhere = _elsewhere(channel, filings, findings)
    ruling = _turn(case, filings, today, findings)
    return replace(ruling, due=False, refused_elsewhere=True) if elsewhere else ruling


def _elsewhere(channel: ChannelFact, filings: Sequence[FilingFact], findings: _Findings) -> bool:
    others = [f for f in filings if f.stage == 2 and f.was_sent and f.channel != channel.id]
    if not others:
        return False
    if channel.body == "association" and any(f.body in AUTHORITIES for f in others):
        findings.rule("order", "association-refuses-what-another-has")
    else:
        findings.rule("order", "one-authority")
    titles = _(", ").join(f"“{f.title}”" for f in others)
    findings.say(_("The matter is with {titles}.").format(titles=titles))
    return True


def _turn(case: Case, filings: Sequence[FilingFact], today: dt.date, findings: _Findings) -> Ruling:
    """Say whether the institution had its turn: asked, and answered or silent past the date."""
    asked = [f for f in filings if f.stage == 1 and f.was_sent]
    if not asked and not any(contact.number for contact in case.contacts):
        findings.rule("order", "institution-first")
        return findings.ruling(due=False)
    if not asked:
        return _after_contact(case, today, findings)
    answered = next((f for f in asked if f.answered_on is not None), None)
    if answered is not None:
        findings.say(_("The institution answered on {day}.").format(day=answered.answered_on))
        return findings.ruling(due=True)
    return _waiting(case, asked, today, findings)


def _waiting(case: Case, asked: Sequence[FilingFact], today: dt.date, findings: _Findings) -> Ruling:
    first = min(asked, key=lambda f: str(f.filed_on))
    dates = [d for d in case_deadlines(case, first) if d.kind in ("answer", "reminder")]
    until = max((d.date for d in dates if d.date is not None), default=None)
    for date in dates:
        findings.cite(date.sentence())
    if until is None or today <= until:
        return findings.ruling(due=False, waits_until=until)
    findings.say(_("No answer by {day} is recorded.").format(day=until.isoformat()))
    return findings.ruling(due=True)


def _after_contact(case: Case, today: dt.date, findings: _Findings) -> Ruling:
    """The institution was asked by phone or chat before, with a number, as the person says."""
    numbered = [contact for contact in case.contacts if contact.number]
    answered = any(contact.answer for contact in numbered)
    days = [contact.at for contact in numbered if contact.at is not None]
    first = (
        FilingFact("contact", "", 1, "institution", Outcome.FILED, None, china_noon(min(days)))
        if days
        else None
    )
    findings.say(
        _("The institution was asked before, number {number} (your own word).").format(
            number=numbered[0].number
        )
    )
    if answered or first is None:
        return findings.ruling(due=True)
    return _waiting(case, [first], today, findings)


def wrong_addressee(case: Case, body: str) -> tuple[str, ...]:
    """Return why a body is probably not the one for all lenders of a case, one sentence per rule; empty: it is.

    Args:
        case: Its lenders decide.
        body: The kind of body, as a channel says.
    """
    if body not in AUTHORITIES:
        return ()
    if not any(loan.lender for loan in case.loans):
        return (row("order", "lender-first").sentence(),)
    types = lender_types(case)
    rows = (r for r in table("competence") if r.word("body") == body and r.word("lender_type") in types)
    return tuple(rule.sentence() for rule in rows if rule.word("competent") == "no")
