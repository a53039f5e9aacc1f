"""What became of a mail: bounces, automatic answers, case numbers, replies.

Absence proves nothing: no function here concludes anything from a mail that is not there.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Literal, TypeVar

from complain.i18n import _
from complain.mail.mailbox import Mailbox
from complain.mail.matching import concerns, header, names_message
from complain.mail.reading import own_words
from complain.mail.reports import DeliveryReport, delivery_reports
from complain.model import Outcome

T = TypeVar("T")
Kind = Literal["bounce", "report", "number", "auto-answer", "reply"]
_MOST_WORDS = 600
_LOOK_AGAIN = 5.0
_SLACK = dt.timedelta(days=1)  # the mailbox's clock is not ours


@dataclass(frozen=True)
class MailFiling:
    """One filing that went by mail, as the journal knows it.

    Attributes:
        channel: The channel's id.
        message_id: Of our mail.
        reference: Of our mail.
        sent_at: When (aware).
        number_pattern: The channel's; empty: it gives no numbers.
        recipient: The address it went to.
        own_text: Our subject and letter: a number that we wrote ourselves is never the receipt.
    """

    channel: str
    message_id: str
    reference: str
    sent_at: dt.datetime
    number_pattern: str = ""
    recipient: str = ""
    own_text: str = field(default="", repr=False)


@dataclass(frozen=True)
class TrackedMail:
    """One mail that came because of ours.

    Attributes:
        kind: ``bounce``: it could not be delivered. ``report``: another delivery or reading report. ``number``: it
            holds the receipt number. ``auto-answer``: written by a machine, without a number. ``reply``: any other.
        number: The receipt number, for ``number`` only.
        words: What it says, on one line, without what it quotes.
        at: Its date (aware), or None.
        sender: As written in it; anyone can write anything there.
        subject: Its subject.
        channel: The filing's channel, from `track_mail`.
        data: The whole mail, for the archive, from `track_mail`.
    """

    kind: Kind
    number: str | None
    words: str
    at: dt.datetime | None
    sender: str = ""
    subject: str = ""
    channel: str = ""
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Standing:
    """What the mailbox shows about a filing.

    Attributes:
        outcome: The new outcome, or the one it had.
        number: The receipt number, when there is one.
        reason: What it follows from, one sentence, or for ``refused`` the server's words; empty when nothing changed.
        mails: What was found, oldest first.
    """

    outcome: Outcome
    number: str | None = None
    reason: str = ""
    mails: tuple[TrackedMail, ...] = ()


def classify(
    mail: bytes | EmailMessage,
    *,
    message_id: str,
    reference: str,
    number_pattern: str,
    recipient: str = "",
    own_text: str = "",
) -> TrackedMail | None:
    """Return what a mail means for ours, or None when it has nothing to do with it.

    Args:
        mail: A mail from the mailbox.
        message_id: Ours.
        reference: Ours.
        number_pattern: Regular expression with a group ``number``, or empty. It is searched in the subject and in
            the sender's own words; two different numbers in one mail are none.
        recipient: The address we wrote to: the failure of an address that it was passed on to is no bounce.
        own_text: Numbers that stand in it are ours and not a receipt.
    """
    message = message_from_bytes(mail, policy=default) if isinstance(mail, bytes) else mail
    if not concerns(message, message_id, reference):
        return None
    reports = delivery_reports(message) if names_message(message, message_id, reference) else []
    if reports or _is_report(message):
        return _reported(message, reports, recipient)
    words = own_words(message)
    number = _number_in((header(message, "Subject"), words), number_pattern, own_text)
    kind: Kind = "number" if number else "auto-answer" if _is_automatic(message) else "reply"
    return _tracked(message, kind, words, number)


def track_mail(mailbox: Mailbox, filings: Iterable[MailFiling]) -> list[TrackedMail]:
    """Read what came for each filing, oldest first within one.

    Args:
        mailbox: The complainant's.
        filings: From the journal.

    Raises:
        MailboxUnavailable: It could not be read.
    """
    return [mail for filing in filings for mail in _tracked_for(mailbox, filing)]


def reconcile(mailbox: Mailbox, filing: MailFiling, outcome: Outcome) -> Standing:
    """Return what the mailbox shows about a filing; nothing found leaves the outcome as it is.

    A copy of our mail counts only while the outcome is ``unknown``: the tool keeps its own copy only of mails that
    were accepted, so then it was the provider who put it there, after accepting.

    Args:
        mailbox: The complainant's.
        filing: From the journal.
        outcome: What it is now.

    Raises:
        MailboxUnavailable: It could not be read.
    """
    mails = tuple(_tracked_for(mailbox, filing))
    standing = settle(outcome, mails)
    if standing.outcome is Outcome.UNKNOWN and mailbox.search_message_id(filing.message_id, filing.reference):
        reason = _("The mail provider keeps a copy of the mail as sent.")
        return Standing(Outcome.FILED_UNVERIFIED, None, reason, mails)
    return standing


def settle(outcome: Outcome, mails: Sequence[TrackedMail]) -> Standing:
    """Return what a filing is after these mails: a pure function.

    Args:
        outcome: ``filed_unverified`` or ``unknown``; any other stays.
        mails: What came, oldest first.
    """
    found = tuple(mails)
    if outcome not in (Outcome.FILED_UNVERIFIED, Outcome.UNKNOWN) or not found:
        return Standing(outcome, None, "", found)
    number = next((mail.number for mail in found if mail.number), None)
    if number:
        return Standing(Outcome.FILED, number, _("An answer by mail gives the number."), found)
    bounce = next((mail for mail in found if mail.kind == "bounce"), None)
    answered = any(mail.kind in ("auto-answer", "reply") for mail in found)
    if bounce and not answered:
        return Standing(Outcome.REFUSED, None, bounce.words, found)
    if outcome is Outcome.UNKNOWN:
        reason = _("A mail that came because of it shows that it arrived.")
        return Standing(Outcome.FILED_UNVERIFIED, None, reason, found)
    return Standing(outcome, None, "", found)


async def await_answer(mailbox: Mailbox, filing: MailFiling, outcome: Outcome, *, seconds: float) -> Standing:
    """Wait until the mailbox settles a filing, at most for ``seconds``; the last look is returned.

    A cancellation ends it after the look or the wait that is going on; a look that settles the filing is returned
    all the same.

    Args:
        mailbox: The complainant's; nobody else may use it meanwhile.
        filing: What was sent.
        outcome: What it is now.
        seconds: The longest wait.

    Raises:
        MailboxUnavailable: The mailbox could not be read.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        standing = await uncut(partial(reconcile, mailbox, filing, outcome), even_if=_settles)
        left = end - loop.time()
        if _settles(standing) or left <= 0:
            return standing
        # A mail that came between the look and the wait is seen by the next look.
        await uncut(partial(mailbox.wait, min(left, _LOOK_AGAIN)))


def _settles(standing: Standing) -> bool:
    return standing.outcome in (Outcome.FILED, Outcome.REFUSED)


async def uncut(call: Callable[[], T], even_if: Callable[[T], bool] = lambda _result: False) -> T:
    """Call in a thread; a cancellation waits for its end, for two threads must not use one mailbox.

    Args:
        call: What is done.
        even_if: Whether a result is worth more than the cancellation, which is then passed over.

    Raises:
        asyncio.CancelledError: It was cancelled meanwhile.
    """
    running = asyncio.ensure_future(asyncio.to_thread(call))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        if running.exception() is None and even_if(running.result()):
            return running.result()
        raise


def _tracked_for(mailbox: Mailbox, filing: MailFiling) -> list[TrackedMail]:
    found: list[TrackedMail] = []
    for stored in mailbox.replies_to(filing.message_id, filing.reference, filing.sent_at - _SLACK):
        mail = classify(
            stored.data,
            message_id=filing.message_id,
            reference=filing.reference,
            number_pattern=filing.number_pattern,
            recipient=filing.recipient,
            own_text=filing.own_text,
        )
        if mail is not None:
            at = stored.received_at or mail.at
            found.append(replace(mail, channel=filing.channel, data=stored.data, at=at))
    return found


def _reported(message: EmailMessage, reports: list[DeliveryReport], recipient: str) -> TrackedMail:
    failed = [report for report in reports if report.action == "failed" and report.is_about(recipient)]
    if failed:
        return _tracked(message, "bounce", failed[0].words or own_words(message))
    words = "; ".join(f"{report.action} {report.words}" for report in reports)
    return _tracked(message, "report", words or own_words(message))


def _is_report(message: EmailMessage) -> bool:
    """Delivery and reading reports alike; one without readable fields says nothing for certain."""
    return message.get_content_type() == "multipart/report"


def _is_automatic(message: EmailMessage) -> bool:
    """RFC 3834 §5, and what older programs write in its place."""
    submitted = header(message, "Auto-Submitted").lower()
    old_signs = (header(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-AutoReply-From"))
    bulk = header(message, "Precedence").lower() in ("auto_reply", "bulk", "junk")
    return (submitted not in ("", "no")) or any(old_signs) or bulk


def _number_in(texts: Iterable[str], pattern: str, own_text: str) -> str | None:
    if not pattern:
        return None
    found = {
        match["number"]
        for text in texts
        for match in re.finditer(pattern, " ".join(text.split()))
        if match["number"] and match["number"] not in own_text
    }
    return found.pop() if len(found) == 1 else None


def _tracked(message: EmailMessage, kind: Kind, words: str, number: str | None = None) -> TrackedMail:
    return TrackedMail(
        kind=kind,
        number=number,
        words=" ".join(words.split())[:_MOST_WORDS],
        at=_date(message),
        sender=header(message, "From"),
        subject=header(message, "Subject"),
    )


def _date(message: EmailMessage) -> dt.datetime | None:
    try:
        date = parsedate_to_datetime(header(message, "Date"))
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=dt.UTC)
