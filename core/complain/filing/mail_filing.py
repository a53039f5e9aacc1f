"""A letter as a mail: one address, one Message-ID, one final dot."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from complain.channels.mail import MailChannel, MailLimits
from complain.errors import ComplainError, UsageError
from complain.filing.evidence import EvidenceFolder
from complain.filing.prepared import CommitMark, Filled, Prepared, Progress
from complain.filing.settlement import Settlement
from complain.filing.transitions import State
from complain.filing.unwritten import note_fault, why
from complain.i18n import _
from complain.mail.compose import LETTER_PDF_NAME, compose, reference_of, to_bytes
from complain.mail.mailbox import Mailbox
from complain.mail.read_back import check_mail
from complain.mail.server import MailServer
from complain.mail.submission import Submission, SubmissionResult
from complain.mail.tracking import MailFiling as SentMail
from complain.mail.tracking import await_answer, uncut
from complain.model import Draft, Outcome

PdfMaker = Callable[[Draft], Awaitable[bytes]]


@dataclass
class MailFiling:
    """One filing by mail.

    Attributes:
        channel: The mail channel.
        evidence: Where the mail and the server's words are kept.
        server: The person's own submission server; None when none is configured.
        sender_name: The complainant's name.
        drafter: Makes the draft.
        pdf: Makes the letter's PDF.
        mailbox: Where an answer may come; None: it is read later, by ``complain track``.
        wait: Seconds to wait for an answer with a number.
        keep_copy: Whether a copy of what was sent is put into the mailbox.
        progress: Told what is being done.
    """

    channel: MailChannel
    evidence: EvidenceFolder
    server: MailServer | None
    sender_name: str
    drafter: Callable[[], Draft]
    pdf: PdfMaker
    mailbox: Mailbox | None
    wait: float
    progress: Progress
    now: Callable[[], dt.datetime]
    keep_copy: bool = False
    _draft: Draft | None = None
    _data: bytes = b""
    _letter_pdf: bytes | None = None
    _submission: Submission | None = None

    @property
    def draft(self) -> Draft:
        """The mail as it would be sent."""
        if self._draft is None:
            self._draft = self.drafter()
        return self._draft

    async def prepare(self) -> Prepared:
        """Compose the mail and see that the server would take it; nothing is sent."""
        self.progress(_("composing the mail"))
        letter_pdf = await self.pdf(self.draft)
        left_out = _without_copy(self.channel.limits, self.draft, len(letter_pdf))
        self._letter_pdf = None if left_out else letter_pdf
        message = compose(
            self.draft, sender_name=self.sender_name, letter_pdf=self._letter_pdf, date=self.now()
        )
        self._data = to_bytes(message)
        check_mail(self._data, self.draft, self._letter_pdf)
        self.evidence.save("mail.eml", self._data)
        self.evidence.save("letter.pdf", letter_pdf)
        async with self._new_submission() as submission:
            await submission.probe()
        warnings = (*self.draft.warnings, *left_out)
        return Prepared(fields=self._fields(), hosts=(self._server().host,), warnings=warnings)

    def _server(self) -> MailServer:
        if self.server is None:
            raise UsageError(
                _("No mail server is named in the configuration."),
                next_step=_("Set host, port, security and user under [mail] in config.toml."),
            )
        return self.server

    def _new_submission(self) -> Submission:
        mail = self.draft.mail
        assert mail is not None
        return Submission(
            self._server(),
            sender=mail.sender,
            recipient=mail.recipient,
            size=len(self._data),
            progress=self.progress,
        )

    def _fields(self) -> tuple[Filled, ...]:
        mail = self.draft.mail
        assert mail is not None
        return (
            Filled(0, _("From"), mail.sender, "complainant.email", sensitive=True),
            Filled(0, _("To"), mail.recipient, "config.toml [channels]"),
            Filled(0, _("Subject"), mail.subject, "complaint.subject"),
        )

    async def approach(self) -> None:
        """Do nothing: a server that has said yes is not kept waiting."""

    async def finish(self) -> None:
        """Go up to the point where the server has said yes to sender and recipient."""
        self.progress(_("asking the mail server to take the letter"))
        check_mail(self._data, self.draft, self._letter_pdf)
        self._submission = self._new_submission()
        await self._submission.prepare()

    def mark(self) -> CommitMark:
        """Return the Message-ID: by it the mailbox is searched later."""
        mail = self.draft.mail
        assert mail is not None
        return CommitMark({"message_id": mail.message_id, "reference": reference_of(mail.message_id)})

    async def commit(self) -> Settlement:
        """Send the mail and read the server's answer."""
        assert self._submission is not None
        self.progress(_("sending"))
        result = await asyncio.shield(self._submission.send(self._data))
        said = {
            "kind": result.kind,
            "code": result.code,
            "words": result.words,
            "transcript": result.transcript,
        }
        with suppress(
            OSError
        ):  # a full disk must not hide what the server said; the settlement has its words
            self.evidence.save_json("smtp.json", said)
        settlement = _settled(result, self.channel.title, dict(self.mark().data))
        if settlement.state is State.FILED_UNVERIFIED and self.mailbox is not None:
            return dataclasses.replace(settlement, later=partial(self._follow_up, settlement))
        return settlement

    async def _follow_up(self, sent: Settlement) -> Settlement:
        return await self._wait_for_number(await self._keep_sent(sent))

    async def _keep_sent(self, sent: Settlement) -> Settlement:
        """Put a copy into the folder for sent mail: only of what was accepted, for that is what a copy shows."""
        if not self.keep_copy:
            return sent
        assert self.mailbox is not None and sent.filed_at is not None
        mail = self._sent_mail(sent.filed_at)
        try:
            await uncut(
                partial(self.mailbox.append_sent, self._data, mail.message_id, mail.reference, mail.sent_at)
            )
        except Exception as error:  # the mail was taken, whatever becomes of its copy
            return self._nevertheless(sent, error)
        return sent

    async def _wait_for_number(self, sent: Settlement) -> Settlement:
        """Look for the answer that brings a number; without one the filing stays ``filed_unverified``."""
        assert self.mailbox is not None and sent.filed_at is not None
        self.progress(_("waiting for the answer"))
        try:
            standing = await await_answer(
                self.mailbox, self._sent_mail(sent.filed_at), Outcome.FILED_UNVERIFIED, seconds=self.wait
            )
        except Exception as error:  # the mail was taken; that its answer cannot be read changes nothing
            return self._nevertheless(sent, error)
        with suppress(
            OSError
        ):  # a full disk: the number is told all the same, and the mail stays in the mailbox
            for number, mail in enumerate(standing.mails, 1):
                self.evidence.save(f"answer-{number}.eml", mail.data)
        return Settlement(
            State(standing.outcome.value),
            number=standing.number,
            reason="" if standing.number else standing.reason or sent.reason,
            filed_at=sent.filed_at,
            data=sent.data,
        )

    def _nevertheless(self, sent: Settlement, error: Exception) -> Settlement:
        """Return what is known, and what could not be done beyond it."""
        if not isinstance(error, ComplainError):
            note_fault(self.evidence, error)
        told = error.message if isinstance(error, ComplainError) else why(error)
        return dataclasses.replace(sent, reason=f"{sent.reason} {told}")

    def _sent_mail(self, at: dt.datetime) -> SentMail:
        mail = self.draft.mail
        assert mail is not None
        return SentMail(
            channel=self.channel.id,
            message_id=mail.message_id,
            reference=reference_of(mail.message_id),
            sent_at=at,
            number_pattern=self.channel.number_pattern,
            recipient=mail.recipient,
            own_text=f"{mail.subject}\n{self.draft.letter}",
        )

    async def close(self) -> None:
        """Hang up."""
        if self._submission is not None:
            submission, self._submission = self._submission, None
            await submission.__aexit__(None, None, None)
        if self.mailbox is not None:
            await asyncio.to_thread(self.mailbox.close)


def _without_copy(limits: MailLimits, draft: Draft, size: int) -> tuple[str, ...]:
    """Say that the letter's copy as PDF finds no place beside the evidence; empty where it does."""
    files = draft.attachments
    fits = (
        (limits.attachments is None or len(files) < limits.attachments)
        and (limits.size is None or sum(each.size for each in files) + size <= limits.size)
        and (not limits.types or "pdf" in {each.lower().lstrip(".") for each in limits.types})
    )
    if fits:
        return ()
    sentence = _(
        "“{file}” is not attached: this channel takes no further file. The mail's text is the letter."
    )
    return (sentence.format(file=LETTER_PDF_NAME),)


def _settled(result: SubmissionResult, where: str, data: dict[str, object]) -> Settlement:
    words = {**data, "code": result.code, "phase": result.phase.value}
    if result.kind == "accepted":
        reason = _("The mail server took the letter; no number has come back yet.")
        return Settlement(State.FILED_UNVERIFIED, reason=reason, filed_at=result.at, data=words)
    if result.kind == "refused":
        return Settlement(State.REFUSED, reason=result.words, data=words)
    if result.kind == "not_sent":
        said = f" “{result.words}”" if result.words else ""
        reason = _("The mail server broke off before the end of the mail.") + said
        return Settlement(State.NOT_FILED, reason=reason, data=words)
    return Settlement(
        State.UNKNOWN,
        reason=_("The mail was handed over whole, but no clear answer came."),
        task=_("Look in “{where}”, then enter what you saw.").format(where=where),
        data=words,
    )
