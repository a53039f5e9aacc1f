"""``complain track`` for filings that went by mail: read the mailbox, keep what came, move the journal.

Evidence is durable before the journal's row, and the row before the bag, as in a run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_string
from email.policy import default
from pathlib import Path

from complain.archive.index import RECEIPT_FILE, kept_receipts
from complain.channels.base import Channel
from complain.channels.mail import MailChannel
from complain.environment import Environment
from complain.filing.adopting import adopt
from complain.filing.evidence import EvidenceFolder
from complain.filing.forgetting import note_run
from complain.filing.journal import Event, Journal
from complain.filing.receipting import EVIDENCE_RUN, archive_filing, receipt_json
from complain.filing.recovery import recover
from complain.filing.reports import receipt_of
from complain.filing.transitions import By, State, outcome_of
from complain.mail.mailbox import Mailbox
from complain.mail.tracking import MailFiling, Standing, TrackedMail, reconcile
from complain.model import FilingReport, Outcome, Receipt

_MAIL_FILE = "mail.eml"


@dataclass(frozen=True)
class Followed:
    """What the mailbox showed about one filing.

    Attributes:
        report: How it stands now.
        mails: What had not been kept before, oldest first.
        has_changed: Whether the outcome is another than before.
        bag: Where the new mails are kept; None when there are none.
    """

    report: FilingReport
    mails: tuple[TrackedMail, ...]
    has_changed: bool
    bag: Path | None = None


def sent_by_mail(journal: Journal, case: str) -> list[Event]:
    """Return the last event of each filing of a case whose last attempt was handed to a mail server.

    Args:
        journal: Open.
        case: The case's id.
    """
    return [event for event in journal.standing(case).values() if _commit_of(journal, event) is not None]


def follow_mail(
    environment: Environment,
    journal: Journal,
    case: str,
    mailbox: Mailbox,
    channels: Mapping[str, Channel],
) -> list[Followed]:
    """Read what came for every filing of a case that went by mail.

    Call it with the case's lock held.

    Args:
        environment: Home and clock.
        journal: Open.
        case: The case's id.
        mailbox: The complainant's.
        channels: For what a receipt number looks like.

    Raises:
        MailboxUnavailable: The mailbox could not be read; what was read before is kept.
    """
    run = f"track-{environment.now():%Y%m%dT%H%M%SZ}"
    recover(journal, case, run, environment.now())
    adopt(environment, journal, case)
    return [
        _follow(environment, journal, run, event, mailbox, channels.get(event.channel))
        for event in sent_by_mail(journal, case)
    ]


def _commit_of(journal: Journal, event: Event) -> Event | None:
    return next(
        (
            row
            for row in journal.events(event.case, event.channel)
            if row.attempt == event.attempt and row.state is State.COMMITTING and "message_id" in row.data
        ),
        None,
    )


def _follow(
    environment: Environment,
    journal: Journal,
    run: str,
    event: Event,
    mailbox: Mailbox,
    channel: Channel | None,
) -> Followed:
    kept = _kept_hashes(environment, event)
    before = outcome_of(event.state)
    standing = reconcile(mailbox, _filing(environment, journal, event, channel), before)
    new = tuple(mail for mail in standing.mails if hashlib.sha256(mail.data).hexdigest() not in kept)
    has_changed = standing.outcome is not before
    if not new and not has_changed:
        return Followed(_report(event, before), (), False)
    evidence = _keep(environment, run, event, standing, new)
    if has_changed:
        _record(environment, journal, run, event, standing)
    bag = archive_filing(
        environment,
        journal,
        case=event.case,
        channel=event.channel,
        attempt=event.attempt,
        draft=None,
        files=evidence.files,
        info={"Complain-Outcome": standing.outcome.value, "Complain-Read-From": "mailbox"},
    )
    report = _report(event, before) if not has_changed else _changed(environment, event, standing, bag)
    return Followed(report, new, has_changed, bag)


def _filing(environment: Environment, journal: Journal, event: Event, channel: Channel | None) -> MailFiling:
    commit = _commit_of(journal, event)
    assert commit is not None
    recipient, own_text = _as_sent(environment, event, commit)
    return MailFiling(
        channel=event.channel,
        message_id=str(commit.data["message_id"]),
        reference=str(commit.data.get("reference") or ""),
        sent_at=commit.at,
        number_pattern=channel.number_pattern if isinstance(channel, MailChannel) else "",
        recipient=recipient,
        own_text=own_text,
    )


def _as_sent(environment: Environment, event: Event, commit: Event) -> tuple[str, str]:
    """Return the recipient, and the subject and letter, of the mail as it was sent."""
    for folder in _places(environment, event, commit):
        file = folder / _MAIL_FILE
        if file.is_file():
            mail = message_from_string(file.read_text(encoding="utf-8"), policy=default)
            body = mail.get_body(("plain",))
            letter = "" if body is None else str(body.get_content())
            return mail["To"].addresses[0].addr_spec, f"{mail['Subject']}\n{letter}"
    return "", ""


def _places(environment: Environment, event: Event, commit: Event) -> Iterator[Path]:
    for kept in kept_receipts(environment.home.archive, event.case):
        if kept.channel == event.channel and kept.attempt == str(event.attempt):
            yield kept.path / "data"
    yield environment.home.runs / commit.run / event.channel


def _kept_hashes(environment: Environment, event: Event) -> set[str]:
    """Mails that are in a bag of this filing already: their hashes stand in the manifests."""
    return {
        file.sha256
        for kept in kept_receipts(environment.home.archive, event.case)
        if kept.channel == event.channel
        for file in kept.files
    }


def _keep(
    environment: Environment, run: str, event: Event, standing: Standing, mails: Sequence[TrackedMail]
) -> EvidenceFolder:
    note_run(environment.home.runs / run, event.case)
    evidence = EvidenceFolder(environment.home.runs / run / event.channel)
    for place, mail in enumerate(mails, 1):
        evidence.save(f"{mail.kind}-{place}.eml", mail.data)
    if standing.outcome is Outcome.FILED and standing.number:
        receipt = receipt_json(event.channel, standing.number, environment.now(), "channel")
        evidence.save(RECEIPT_FILE, receipt)
    return evidence


def _record(environment: Environment, journal: Journal, run: str, event: Event, standing: Standing) -> None:
    journal.record(
        event.case,
        event.channel,
        event.attempt,
        run,
        State(standing.outcome.value),
        environment.now(),
        {
            "number": standing.number,
            "reason": standing.reason,
            "payload": event.data.get("payload"),
            EVIDENCE_RUN: run,
        },
        by=By.READING,
    )


def _report(event: Event, outcome: Outcome) -> FilingReport:
    return FilingReport(event.channel, outcome, receipt_of(event), reason=str(event.data.get("reason") or ""))


def _changed(environment: Environment, event: Event, standing: Standing, bag: Path) -> FilingReport:
    is_filed = standing.outcome in (Outcome.FILED, Outcome.FILED_UNVERIFIED)
    receipt = Receipt(event.channel, standing.number, environment.now(), bag) if is_filed else None
    return FilingReport(event.channel, standing.outcome, receipt, reason=standing.reason)
