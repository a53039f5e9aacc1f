"""What the tool cannot know, settled by the person's own word: recorded as such, and archived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from complain.archive.index import RECEIPT_FILE
from complain.browser.process import BrowserProcess, process_alive
from complain.environment import CHINA, Environment, china_noon
from complain.errors import CaseLocked, IllegalTransition, UsageError
from complain.filing.adopting import adopt
from complain.filing.evidence import EvidenceFolder
from complain.filing.forgetting import note_run
from complain.filing.journal import Event, Journal, open_journal
from complain.filing.lock import case_lock
from complain.filing.receipting import EVIDENCE_RUN, archive_filing, receipt_json
from complain.filing.recovery import recover
from complain.filing.reports import FILED_ON
from complain.filing.transitions import By, State, advance, outcome_of
from complain.filing.unwritten import WRITE_FAULTS, why
from complain.i18n import _
from complain.model import FilingReport, Receipt
from complain.wording import outcome_label


@dataclass(frozen=True)
class Word:
    """What the person saw.

    Attributes:
        number: The receipt number; None: it is not there.
        picture: A picture of the receipt.
        filed_on: The day in China on which it was filed; None: today, or when the tool submitted it.
    """

    number: str | None
    picture: Path | None = None
    filed_on: dt.date | None = None


def check_word(environment: Environment, case: str, channel: str, word: Word) -> None:
    """See that there is something to settle by this word, before the person is asked anything.

    Raises:
        UsageError: There is nothing to settle, or not by this word.
    """
    if word.filed_on is not None and word.filed_on > environment.today():
        raise UsageError(
            _("The day {day} has not come yet; nothing was entered.").format(day=word.filed_on.isoformat()),
            next_step=_("Give the day on which you filed, as --on {today}.").format(
                today=environment.today().isoformat()
            ),
        )
    if not environment.home.journal.is_file():
        raise _nothing_to_settle(channel, None)
    with closing(open_journal(environment.home.journal)) as journal:
        last = journal.last(case, channel)
    state = None if last is None else last.state
    if state is State.COMMITTING:  # without settlement: it becomes unknown as soon as the word is entered
        state = State.UNKNOWN
    if state is None or not _may_be_said(state, word):
        raise _nothing_to_settle(channel, state)


def _nothing_to_settle(channel: str, state: State | None) -> UsageError:
    how = _("nothing was ever tried there") if state is None else _step_words(state)
    return UsageError(
        _("There is nothing to settle for “{channel}”: {how}.").format(channel=channel, how=how),
        next_step="complain status",
    )


def what_was_seen(environment: Environment, case: str, channel: str) -> Iterator[str]:
    """Yield what the tool itself saw of a filing, before the person says that it is not there."""
    with closing(open_journal(environment.home.journal)) as journal:
        for event in journal.events(case, channel):
            yield _step_line(event)
            if event.state is State.UNKNOWN and event.data.get("connections"):
                yield _(
                    "A connection to the channel was opened after the button was pressed: it may well have arrived."
                )
        for bag in journal.archived(case):
            if bag.channel == channel:
                yield _("What was kept: {path}").format(path=environment.home.archive / bag.path)


def _step_line(event: Event) -> str:
    words = _step_words(event.state)
    if event.by is By.PERSON:
        words = _("{words} (your own word)").format(words=words)
    at = f"{event.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    return f"{at}  {words}  {event.data.get('reason') or ''}".rstrip()


def _step_words(state: State) -> str:
    """Return a step of the journal as a person calls it."""
    before = {
        State.DRAFTED: _("The letter was written"),
        State.CONFIRMED: _("You confirmed it"),
        State.COMMITTING: _("The submission began"),
    }
    return before.get(state) or outcome_label(outcome_of(state))


def resolve_filing(environment: Environment, case: str, channel: str, word: Word) -> FilingReport:
    """Record the person's word and archive it.

    Raises:
        UsageError: There is nothing to settle, or not by this word.
        CaseLocked: Another run works on the case, or the old browser is still alive.
    """
    with case_lock(environment.home.locks, case), closing(open_journal(environment.home.journal)) as journal:
        _refuse_while_alive(journal, case, channel)
        recover(journal, case, "resolve", environment.now())
        adopt(environment, journal, case)
        last = journal.last(case, channel)
        if last is None or not _may_be_said(last.state, word):
            raise _nothing_to_settle(channel, None if last is None else last.state)
        return _record(environment, journal, last, word)


def _may_be_said(state: State, word: Word) -> bool:
    """Whether the person's word settles anything where the filing stands now."""
    try:
        advance(state, State.NOT_FILED if word.number is None else State.FILED, By.PERSON)
    except IllegalTransition:
        return False
    return True


def _refuse_while_alive(journal: Journal, case: str, channel: str) -> None:
    last = journal.last(case, channel)
    if last is None or last.state is not State.COMMITTING or "browser_pid" not in last.data:
        return
    process = BrowserProcess(int(last.data["browser_pid"]), str(last.data["browser_started"]))
    if process_alive(process):
        raise CaseLocked(
            _("The browser of that run is still alive (process {pid}); it may still be submitting.").format(
                pid=process.pid
            ),
            next_step="complain status",
        )


def _record(environment: Environment, journal: Journal, last: Event, word: Word) -> FilingReport:
    now = environment.now()
    if word.number is None:
        reason = _("You looked, and it is not there.")
        journal.record(
            last.case,
            last.channel,
            last.attempt,
            "resolve",
            State.NOT_FILED,
            now,
            {"reason": reason},
            by=By.PERSON,
        )
        return FilingReport(last.channel, outcome_of(State.NOT_FILED), reason=reason)
    folder = environment.home.runs / f"resolve-{now:%Y%m%dT%H%M%SZ}"
    note_run(folder, last.case)
    evidence = EvidenceFolder(folder / last.channel)
    said = {} if word.filed_on is None else {FILED_ON: word.filed_on.isoformat()}
    filed_at = now if word.filed_on is None else china_noon(word.filed_on)
    evidence.save(RECEIPT_FILE, receipt_json(last.channel, word.number, filed_at, "person"))
    if word.picture is not None:
        evidence.save(*_picture(word.picture))
    data = {"number": word.number, EVIDENCE_RUN: folder.name, **said}
    journal.record(last.case, last.channel, last.attempt, "resolve", State.FILED, now, data, by=By.PERSON)
    bag, unkept = _archive(environment, journal, last, evidence)
    receipt = Receipt(last.channel, word.number, filed_at, bag, by="person")
    return FilingReport(last.channel, outcome_of(State.FILED), receipt, afterwards=unkept)


def _picture(path: Path) -> tuple[str, bytes]:
    """Return a picture's name and bytes for the archive, which others may be given: without place, device and time."""
    from complain.letters.pictures import UnreadablePicture, prepared_picture

    data = path.read_bytes()
    with suppress(UnreadablePicture):  # a PDF, or a kind that cannot be read: it is kept as it is
        if (plain := prepared_picture(data, ("png", "jpg"), None)) is not None:
            return f"picture.{plain.type}", plain.data
    return f"picture{path.suffix.lower()}", data


def _archive(
    environment: Environment, journal: Journal, last: Event, evidence: EvidenceFolder
) -> tuple[Path | None, tuple[str, ...]]:
    """Return the bag; or None and a warning: the word is entered, and the next command writes its bag."""
    try:
        bag = archive_filing(
            environment,
            journal,
            case=last.case,
            channel=last.channel,
            attempt=last.attempt,
            draft=None,
            files=evidence.files,
            info={"Complain-Outcome": State.FILED.value, "Complain-Receipt-By": "person"},
        )
    except WRITE_FAULTS as error:
        sentence = _("The receipt could not be archived ({why}). Make room on the disk and run it again.")
        return None, (sentence.format(why=why(error)),)
    return bag, ()
