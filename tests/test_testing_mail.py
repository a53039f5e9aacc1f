"""The kit for mail channels notices a tool that does what none may do: each fault is put into the tool itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest

from complain.channels.mail import MailChannel
from complain.filing import drafting, mail_filing
from complain.letters.fit import LetterLimit, fit
from complain.letters.fit_attachments import fit_attachments
from complain.mail import compose as composing
from complain.mail import submission, tracking
from complain.mail.compose import compose
from complain.mail.dialogue import Dialogue
from complain.mail.submission import Submission
from complain.mail.tracking import Standing, TrackedMail
from complain.mail.wire import Reply
from complain.model import Outcome
from complain.testing import MAIL_CHECKS, Bench, MailTrial, run_check
from complain.testing.subjects import channel_of

pytestmark = pytest.mark.browser
Fault = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Bench(tmp_path_factory.mktemp("mail")) as bench:
        yield bench


@pytest.fixture(scope="module")
def association() -> MailChannel:
    channel = channel_of("association")
    assert isinstance(channel, MailChannel)
    return channel


def _returning(value: object) -> Callable[..., object]:
    def instead(*_arguments: object, **_options: object) -> object:
        return value

    return instead


def _composed(patch: pytest.MonkeyPatch, change: Callable[[EmailMessage], None]) -> None:
    """Change the mail behind the back of the comparison with the preview."""

    def changed(*arguments: Any, **options: Any) -> EmailMessage:
        message = compose(*arguments, **options)
        change(message)
        return message

    patch.setattr(mail_filing, "compose", changed)
    patch.setattr(mail_filing, "check_mail", _returning(None))


def _dry_run_asks(patch: pytest.MonkeyPatch) -> None:
    async def probe(self: Submission) -> None:
        await self.prepare()

    patch.setattr(Submission, "probe", probe)


def _copies_to_another(patch: pytest.MonkeyPatch) -> None:
    _composed(patch, lambda message: message.add_header("Cc", "everyone@elsewhere.example"))


def _shortens_letter(patch: pytest.MonkeyPatch) -> None:
    def compose_less(draft: Any, **options: Any) -> EmailMessage:
        return compose(replace(draft, letter=draft.letter[:-20]), **options)

    patch.setattr(mail_filing, "compose", compose_less)
    patch.setattr(mail_filing, "check_mail", _returning(None))


def _takes_first_of_two(patch: pytest.MonkeyPatch) -> None:
    def first(address: str) -> str:
        return address.split(",")[0]

    for module in (submission, composing):
        patch.setattr(module, "check_address", first)
    patch.setattr(mail_filing, "check_mail", _returning(None))


def _says(kind: str) -> Fault:
    """Call every end of a submission by one name."""

    def fault(patch: pytest.MonkeyPatch) -> None:
        result: Any = Submission.__dict__["_result"]

        def always(self: Submission, _kind: str, reply: Reply | None) -> object:
            return result(self, kind, reply)

        patch.setattr(Submission, "_result", always)

    return fault


def _reads_nothing(patch: pytest.MonkeyPatch) -> None:
    def settle(outcome: Outcome, mails: Sequence[TrackedMail]) -> Standing:
        return Standing(outcome, None, "", tuple(mails))

    patch.setattr(tracking, "settle", settle)


def _cuts_letter(patch: pytest.MonkeyPatch) -> None:
    def cut(case: Any, kind: str, limit: Any, **options: Any) -> Any:
        letter = fit(case, kind, LetterLimit(), **options)
        return replace(letter, text=letter.text[: limit.max])

    patch.setattr(drafting, "fit", cut)


def _sends_all_files(patch: pytest.MonkeyPatch) -> None:
    def together(attachments: object, _most: object) -> tuple[object, tuple[str, ...]]:
        return attachments, ()

    patch.setattr(drafting, "_together", together)


def _always_adds_pdf(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(mail_filing, "_without_copy", _returning(()))


def _says_nothing_of_files(patch: pytest.MonkeyPatch) -> None:
    def silent(*arguments: Any) -> tuple[object, list[str]]:
        return fit_attachments(*arguments)[0], []

    patch.setattr(drafting, "fit_attachments", silent)


def _invents_number(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tracking, "_number_in", _returning("A-1"))


def _has_words_of_its_own(patch: pytest.MonkeyPatch) -> None:
    def note(_self: Dialogue, code: int, _words: object) -> Reply:
        return Reply(code, "no")

    patch.setattr(Dialogue, "_note", note)


# the check that catches it, the fault, in which words
FAULTS: list[tuple[str, Fault, str]] = [
    ("dry-run", _dry_run_asks, "A dry run let these requests out: MAIL, RCPT."),
    ("files", _shortens_letter, "The letter was not filed whole."),
    ("origins", _copies_to_another, "went to others than the channel's address (Cc)"),
    ("headers", _takes_first_of_two, "The far side holds one filing where 0 should be."),
    ("broken-off", _says("accepted"), "The outcome is “filed_unverified”"),
    ("cut", _says("not_sent"), "The outcome is “not_filed” and should be “unknown”."),
    ("reconcile", _reads_nothing, "The outcome is “unknown” and should be “filed_unverified”."),
    ("too-long", _cuts_letter, "The far side holds one filing where 0 should be."),
    ("attachments", _sends_all_files, "bytes, and the limit is"),
    ("attachments", _always_adds_pdf, "The mail holds one file, and the limit is 0."),
    ("attachments", _says_nothing_of_files, "was left out without a word."),
    ("receipt", _invents_number, "gives no number, and “A-1” was read as one."),
    ("refusal", _has_words_of_its_own, "The mail server said “this office takes no letters of this kind”"),
]


@pytest.mark.parametrize(("check", "fault", "words"), FAULTS, ids=[row[1].__name__ for row in FAULTS])
def test_a_fault_of_the_tool_is_caught_by_the_check_that_is_made_for_it(
    bench: Bench,
    association: MailChannel,
    monkeypatch: pytest.MonkeyPatch,
    check: str,
    fault: Fault,
    words: str,
) -> None:
    fault(monkeypatch)
    verdict = run_check(check, bench, association)

    assert verdict.state == "failed", verdict
    assert words in verdict.sentence


def test_every_check_is_met_by_a_fault() -> None:
    assert {row[0] for row in FAULTS} == set(MAIL_CHECKS) - {"lint", "secrets"}


def test_a_password_in_the_record_of_a_log_in_is_found(
    bench: Bench, association: MailChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands there in base64, as it went over the wire."""
    monkeypatch.setattr(Dialogue, "_secretly", Dialogue.__dict__["_command"])
    assert MailTrial(bench, association).submit().outcome is Outcome.FILED_UNVERIFIED

    assert "smtp.json" in run_check("secrets", bench, association).sentence
