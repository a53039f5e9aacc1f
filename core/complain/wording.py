"""The sentences that must never promise more than is true: outcomes, the last question, the truth, the debt.

English whole sentences here; the Chinese ones are in the catalogue. Imports nothing heavy: ``status`` and the
terminal use this too.
"""

from __future__ import annotations

from collections.abc import Sequence

from complain.i18n import _
from complain.model import FilingReport, Outcome, PlannedField

_END_MARKS = " .。；;"


def field_words(field: PlannedField) -> str:
    """Return what a field is called where a person reads it; a challenge that has no label by what it is.

    Args:
        field: Of a form.
    """
    if field.label or field.ask is None:
        return field.name
    names = {
        "sms": _("SMS code"),
        "captcha": _("code in the picture"),
        "qr": _("QR code to scan"),
        "slider": _("slider"),
        "confirm": _("confirmation by you"),
    }
    return names[field.ask]


def outcome_sentence(report: FilingReport, title: str, where: str = "", *, by_mail: bool = False) -> str:
    """Say how one filing stands, in one or two sentences and no more certain than the truth.

    Args:
        report: The filing.
        title: The channel as a person calls it.
        where: Where the person can look for it later; the title when empty.
        by_mail: Whether the channel is a mailbox: then no page can have shown anything.
    """
    match report.outcome:
        case Outcome.FILED:
            return _filed(report, by_mail)
        case Outcome.FILED_UNVERIFIED:
            return _filed_without_number(by_mail)
        case Outcome.UNKNOWN:
            return _(
                "It cannot be told yet whether this was submitted. Do not submit it again: look at “{where}” first, "
                "then record what you found."
            ).format(where=where or title)
        case Outcome.REFUSED:
            return _refused(report, by_mail)
        case _:
            return _not_sent(report)


def _refused(report: FilingReport, by_mail: bool) -> str:
    if by_mail:
        return _("The mail was not taken; what came back says: “{words}”").format(words=report.reason)
    return _("The other side did not take it; the page says: “{words}”").format(words=report.reason)


def _filed(report: FilingReport, by_mail: bool) -> str:
    receipt = report.receipt
    if receipt is None or not receipt.number:
        return _filed_without_number(by_mail)
    if receipt.by == "person":
        return _("Recorded as submitted in your own words, number: {number} (not read by this tool).").format(
            number=receipt.number
        )
    return _(
        "Submitted, number: {number} (whether it is accepted is for the other side’s notice to say)"
    ).format(number=receipt.number)


def _filed_without_number(by_mail: bool) -> str:
    if by_mail:
        return _(
            "The mail server took the letter, but no number has come back. Do not send it again; an answer or a "
            "returned mail will arrive in your mailbox."
        )
    return _(
        "The page says that it was submitted, but no number was seen. Do not submit it again; look under "
        "“My complaints” at this channel."
    )


def _not_sent(report: FilingReport) -> str:
    reason = report.reason.rstrip(_END_MARKS)
    match report.outcome:
        case Outcome.PREPARED:
            return _("Filled in, not submitted")
        case Outcome.NOT_FILED:
            return _("It is certain that nothing was submitted. Reason: {reason}. You can try again").format(
                reason=reason
            )
        case Outcome.NEEDS_HUMAN:
            return _("Your own hand is needed: {task}. All that was prepared is kept").format(
                task=(report.task or report.reason).rstrip(_END_MARKS)
            )
        case _:
            return _("Not done this time: {reason}").format(reason=reason)


def outcome_label(outcome: Outcome) -> str:
    """Return the outcome in a few words, for a table's cell or a heading."""
    return {
        Outcome.PREPARED: _("Filled in, not submitted"),
        Outcome.FILED: _("Filed"),
        Outcome.FILED_UNVERIFIED: _("Filed, no number seen"),
        Outcome.UNKNOWN: _("Not certain yet"),
        Outcome.NOT_FILED: _("Certainly not submitted"),
        Outcome.NEEDS_HUMAN: _("Waits for you"),
        Outcome.REFUSED: _("Not taken by the other side"),
        Outcome.SKIPPED: _("Not done this time"),
    }[outcome]


def confirm_text(recipients: Sequence[str]) -> str:
    """Return the last question before anything is sent; the default answer is no.

    Args:
        recipients: The full names of those who will receive it.
    """
    return _(
        "You are about to submit to “{names}” in your own name. This is not anonymous: they will see what the "
        "table above lists, and may pass it to the institution complained of. It may not be possible to change it "
        "afterwards. Type “{word}” to go on; Enter alone submits nothing."
    ).format(names=_("”, “").join(recipients), word=confirm_word())


def confirm_word() -> str:
    """Return the word that must be typed to submit."""
    return _("submit")


def is_confirmed(answer: str) -> bool:
    """Whether a typed answer is the confirming word, in the chosen language or in the other one."""
    return answer.strip().strip("“”\"'").casefold() in {confirm_word().casefold(), "submit", "提交"}


def truth_text() -> str:
    """Return the statement that only the person may tick."""
    return _(
        "□ I have checked every item. What I lived through myself I have told as it was; what others told me, what I "
        "infer and what I cannot prove yet is marked as such. I know that I answer for the truth of what I state."
    )


def debt_text() -> str:
    """Return what a complaint does not do to the debt."""
    return _(
        "The complaint is about the way of collecting. It does not by itself suspend repayment, nor stop interest, "
        "overdue records or a lawsuit. Keep your phone reachable and go on talking with the institution; when a "
        "court paper arrives, look at its time limit first. A repayment plan can be prepared separately if you "
        "need one."
    )


def callback_text() -> str:
    """Return what to mind when the institution calls back."""
    return _(
        "The institution may call to check: you may ask for a written answer; do not promise repayment in haste on "
        "the phone, and repay only through official channels."
    )


def head_line(*, dry_run: bool, practice: bool) -> str:
    """Return what kind of run this is, in the words that stand above every report.

    Args:
        dry_run: Forms are filled and nothing is submitted.
        practice: Only the tool's own practice desks are spoken to.
    """
    if practice and dry_run:
        return _("Practice, filled in only (no real institution is involved, and nothing is submitted)")
    if practice:
        return _("Practice (nothing reaches a real institution)")
    if dry_run:
        return _("Rehearsal (filled in only, not submitted)")
    return _("Preview before submitting")


def never_verified() -> str:
    """Return what is said of a channel that no person ever saw work."""
    return _("Nobody has ever checked this against the real website")
