"""What every channel by mail must stand: the same questions as to a form, asked of a letter and its server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage

from complain.authoring.lint_mail import mail_mistakes
from complain.channels.mail import MailChannel, MailLimits
from complain.i18n import _, ngettext
from complain.mail.compose import LETTER_PDF_NAME, REFERENCE_HEADER
from complain.model import Draft, FilingReport, Outcome
from complain.testing.examples import NoExample, example_of
from complain.testing.mail_trial import MailTrial
from complain.testing.post_desk import ADDRESS, REFUSAL, MailTrap, Posted
from complain.testing.trial import Bench
from complain.testing.verdicts import NotApplicable, Violation, find_secrets, judge

SHORT_LETTER = 12
"""Characters; no letter is so short."""
OTHER_ADDRESS = "everyone@elsewhere.example"
THANKS = "已收到"
"""An answer's subject that holds no number."""
_BY_OTHERS = ("To", "Cc", "Bcc", "Reply-To", "Resent-To", "Resent-Cc", "Resent-Bcc")
_NOTHING_SENT = (Outcome.NOT_FILED, Outcome.NEEDS_HUMAN)


def _lint(_bench: Bench, channel: MailChannel) -> None:
    mistakes = [f"{problem} {remedy}" for problem, remedy in mail_mistakes(channel)]
    if mistakes:
        raise Violation("\n".join(mistakes))


def _dry_run(bench: Bench, channel: MailChannel) -> None:
    trial = MailTrial(bench, channel)
    report = trial.submit(dry_run=True)
    if trial.desk.steps:
        said = ", ".join(trial.desk.steps)
        raise Violation(_("A dry run let these requests out: {requests}.").format(requests=said))
    _expect(trial, report, (Outcome.PREPARED,), rows=0)


def _files(bench: Bench, channel: MailChannel) -> None:
    trial = MailTrial(bench, channel)
    draft = trial.draft()
    report = trial.submit()
    _expect(trial, report, (Outcome.FILED_UNVERIFIED,), rows=1)
    for sentence in _differences(draft, trial.desk.letters[0].message, report):
        raise Violation(sentence)


def _origins(bench: Bench, channel: MailChannel) -> None:
    trial = MailTrial(bench, channel)
    _expect(trial, trial.submit(), (Outcome.FILED_UNVERIFIED,), rows=1)
    _expect_one_reader(trial.desk.letters[0])


def _expect_one_reader(letter: Posted) -> None:
    names = {name: str(letter.message[name] or "") for name in _BY_OTHERS}
    others = [name for name, value in names.items() if value not in ("", ADDRESS)]
    if letter.recipients != (ADDRESS,) or others or names["To"] != ADDRESS:
        raise Violation(
            _("The letter went to others than the channel's address ({what}).").format(
                what=", ".join(others) or len(letter.recipients)
            )
        )


def _headers(bench: Bench, channel: MailChannel) -> None:
    trial = MailTrial(bench, channel, subject=f"投诉\r\nBcc: {OTHER_ADDRESS}")
    smuggles = "\n" in _subject(trial)
    report = trial.submit()
    _expect(trial, report, _NOTHING_SENT if smuggles else (Outcome.FILED_UNVERIFIED,), 0 if smuggles else 1)
    for letter in trial.desk.letters:
        _expect_one_reader(letter)
    for address in (
        f"{ADDRESS}, {OTHER_ADDRESS}",
        f"{ADDRESS}>\r\nRCPT TO:<{OTHER_ADDRESS}",
        f"x <{ADDRESS}>",
    ):
        trial = MailTrial(bench, channel, address=address)
        _expect(trial, trial.submit(), _NOTHING_SENT, rows=0)


def _subject(trial: MailTrial) -> str:
    mail = trial.draft().mail
    assert mail is not None
    return mail.subject


def _cut(bench: Bench, channel: MailChannel) -> None:
    trial = MailTrial(bench, channel, MailTrap.CUT)
    _expect(trial, trial.submit(), (Outcome.UNKNOWN,), rows=1)
    trial.desk.trap = MailTrap.NONE
    _expect(trial, trial.submit(), (Outcome.UNKNOWN,), rows=1)


def _broken_off(bench: Bench, channel: MailChannel) -> None:
    """A cut in the middle proves that nothing was stored, unless the letter's end was on its way already."""
    trial = MailTrial(bench, channel, MailTrap.BROKEN_OFF)
    report = trial.submit()
    _expect(trial, report, (Outcome.NOT_FILED, Outcome.UNKNOWN), rows=0)
    trial.desk.trap = MailTrap.NONE
    if report.outcome is Outcome.NOT_FILED:
        _expect(trial, trial.submit(), (Outcome.FILED_UNVERIFIED,), rows=1)
    else:
        _expect(trial, trial.submit(), (Outcome.UNKNOWN,), rows=0)


def _reconcile(bench: Bench, channel: MailChannel) -> None:
    trial = MailTrial(bench, channel, MailTrap.CUT)
    _expect(trial, trial.submit(), (Outcome.UNKNOWN,), rows=1)
    _expect(trial, trial.look(), (Outcome.UNKNOWN,), rows=1)
    trial.desk.answer(THANKS, THANKS)
    _expect(trial, trial.look(), (Outcome.FILED_UNVERIFIED,), rows=1)


def _too_long(bench: Bench, channel: MailChannel) -> None:
    trial = MailTrial(bench, channel, change=_limited(replace(channel.limits, letter=SHORT_LETTER)))
    _expect(trial, trial.submit(), (Outcome.NOT_FILED,), rows=0)


def _attachments(bench: Bench, channel: MailChannel) -> None:
    sizes = [attachment.size for attachment in MailTrial(bench, channel).draft().attachments]
    tight = (
        replace(channel.limits, attachments=0),
        replace(channel.limits, attachments=1),
        replace(channel.limits, types=("none-such",)),
        replace(channel.limits, size=1),
        replace(channel.limits, size=max(sizes, default=1) + 1),  # each file for itself fits
    )
    for limits in tight:
        trial = MailTrial(bench, channel, change=_limited(limits))
        report = trial.submit()
        _expect(trial, report, (Outcome.FILED_UNVERIFIED,), rows=1)
        for sentence in _over(limits, trial, report):
            raise Violation(sentence)


def _over(limits: MailLimits, trial: MailTrial, report: FilingReport) -> Iterator[str]:
    parts = list(trial.desk.letters[0].message.iter_attachments())
    names = [part.get_filename() or "" for part in parts]
    total = sum(len(_content(part)) for part in parts)
    if limits.attachments is not None and len(parts) > limits.attachments:
        sentence = ngettext(
            "The mail holds one file, and the limit is {most}.",
            "The mail holds {count} files, and the limit is {most}.",
            len(parts),
        )
        yield sentence.format(count=len(parts), most=limits.attachments)
    if limits.size is not None and total > limits.size:
        yield _("The mail's files have {size} bytes, and the limit is {most}.").format(
            size=total, most=limits.size
        )
    if limits.types and any(name.rpartition(".")[2] not in limits.types for name in names):
        yield _("The mail holds a file of a type that is not taken.")
    titles = {f"证据{n}": item.name for n, item in enumerate(trial.case.evidence, 1)}
    for stem, title in titles.items():
        if not any(name.startswith(f"{stem}.") for name in names) and not _is_said(title, report):
            yield _("“{title}” was left out without a word.").format(title=title)


def _is_said(title: str, report: FilingReport) -> bool:
    return any(title in sentence for sentence in report.warnings)


def _limited(limits: MailLimits) -> Callable[[MailChannel], None]:
    def change(channel: MailChannel) -> None:
        channel.limits = limits

    return change


def _receipt(bench: Bench, channel: MailChannel) -> None:
    trial = MailTrial(bench, channel)
    _expect(trial, trial.submit(), (Outcome.FILED_UNVERIFIED,), rows=1)
    for text in _without_number(trial.desk.letters[0].message):
        trial.desk.answer(text, THANKS)
        number = _number(trial.look())
        if number is not None:
            raise Violation(
                _(
                    "The answer “{answer}” gives no number, and “{number}” was read as one. Make number_pattern "
                    "narrower."
                ).format(answer=text, number=number)
            )
    if channel.number_pattern:
        _expect_number(trial)


def _without_number(letter: EmailMessage) -> tuple[str, ...]:
    """Answers as offices write them, each with one thing that a careless pattern takes for a number."""
    reference = str(letter[REFERENCE_HEADER])
    return (
        THANKS,
        f"{THANKS} {reference}",
        f"{THANKS}，咨询电话 96000123",
        f"{THANKS}，编号另行通知",
        f"{THANKS}，受理编号：以短信为准",
        f"{THANKS}，编号：----",
    )


def _expect_number(trial: MailTrial) -> None:
    try:
        text, given = example_of(trial.channel.number_pattern)
    except NoExample as error:
        raise NotApplicable(
            _("No answer could be made for number_pattern ({why}).").format(why=error)
        ) from error
    if given is None or given in trial.draft().letter:  # what our own letter says is no receipt
        return
    trial.desk.answer(f"您的来信{THANKS}。\n\n{text}\n\n请等候通知。\n", THANKS)
    read = _number(trial.look())
    if read is None:
        raise Violation(
            _(
                "The answer “… {answer} …” gives the number “{number}”, and none was read: number_pattern is searched "
                "in the whole text on one line."
            ).format(answer=text, number=given)
        )
    if read != given:
        raise Violation(
            _("The far side gave the number “{shown}”, and “{read}” was read.").format(shown=given, read=read)
        )


def _number(report: FilingReport) -> str | None:
    return report.receipt.number if report.receipt else None


def _refusal(bench: Bench, channel: MailChannel) -> None:
    answers = {
        MailTrap.NO_SUCH_ADDRESS: (Outcome.NOT_FILED,),
        MailTrap.REFUSES: (Outcome.REFUSED, Outcome.NOT_FILED),
    }
    for trap, outcomes in answers.items():
        trial = MailTrial(bench, channel, trap)
        report = trial.submit()
        _expect(trial, report, outcomes, rows=0)
        if REFUSAL not in report.reason:
            raise Violation(
                _("The mail server said “{words}”, and this was told: {told}").format(
                    words=REFUSAL, told=report.reason
                )
            )


def _secrets(bench: Bench, channel: MailChannel) -> None:
    if not any(bench.folder.iterdir()):
        MailTrial(bench, channel).submit()
    find_secrets(bench.folder, bench.said, (bench.canary,))


MAIL_CHECKS: dict[str, Callable[[Bench, MailChannel], None]] = {
    "lint": _lint,
    "dry-run": _dry_run,
    "files": _files,
    "origins": _origins,
    "headers": _headers,
    "broken-off": _broken_off,
    "cut": _cut,
    "reconcile": _reconcile,
    "too-long": _too_long,
    "attachments": _attachments,
    "receipt": _receipt,
    "refusal": _refusal,
    "secrets": _secrets,
}
"""Every check of a mail channel by its name; those that a form is asked too have the same names."""


def meaning_of(check: str) -> str:
    """Return what a check proves of a mail channel, one sentence.

    Args:
        check: A name of `MAIL_CHECKS`.
    """
    return {
        "lint": _("Subject and limits have no mistake."),
        "dry-run": _("A dry run logs in and says nothing of the letter."),
        "files": _("It sends one letter, whole, with every attachment as planned."),
        "origins": _("The letter goes to the channel's own address, and to nobody else."),
        "headers": _("A line break in the subject, or a second address, stops it before anything is sent."),
        "broken-off": _(
            "A connection cut in the middle of the letter leaves nothing behind, and one letter at most."
        ),
        "cut": _("A connection cut after storing is unknown, and asking again sends nothing."),
        "reconcile": _("What a cut left unknown is found by reading the mailbox, not by sending."),
        "too-long": _("A letter over the limit is refused, never cut."),
        "attachments": _("A file over the limits of number, size or type is left out, and said."),
        "receipt": _("A number is read only where an answer gives one as number_pattern says."),
        "refusal": _("The mail server's refusal is told in its own words."),
        "secrets": _("A secret stands in no file and in nothing printed."),
    }[check]


def _expect(
    trial: MailTrial, report: FilingReport, outcomes: tuple[Outcome, ...], rows: int | None = None
) -> None:
    why = report.reason or report.task
    if trial.faults:
        fault = trial.faults.strip().splitlines()[-1]
        raise Violation(_("The plugin or the tool has a fault. {why}").format(why=f"{why} {fault}".strip()))
    judge(report, len(trial.desk.letters), outcomes, rows, why)


def _differences(draft: Draft, letter: EmailMessage, report: FilingReport) -> Iterator[str]:
    mail = draft.mail
    assert mail is not None
    body = letter.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    if text.replace("\r\n", "\n").strip() != draft.letter.strip():
        yield _("The letter was not filed whole.")
    if str(letter["Subject"]) != mail.subject:
        yield _("“{field}” was filed with another value than planned.").format(field=_("Subject"))
    held = {hashlib.sha256(_content(part)).hexdigest() for part in letter.iter_attachments()}
    for attachment in draft.attachments:
        if attachment.sha256 not in held:
            yield _("“{field}” was filed with another value than planned.").format(field=attachment.name)
    more = len(held - {attachment.sha256 for attachment in draft.attachments})
    if more > 1 or (more == 0 and not _is_said(LETTER_PDF_NAME, report)):
        yield _("The letter's own copy as PDF is missing, or a file is there that was not planned.")


def _content(part: object) -> bytes:
    payload = part.get_payload(decode=True) if isinstance(part, EmailMessage) else None
    return payload if isinstance(payload, bytes) else b""
