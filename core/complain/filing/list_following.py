"""``complain track`` for filings by form: read the channel's own list, keep it, move the journal by reading alone.

Evidence is durable before the journal's row, and the row before the bag, as in a run. Nothing is ever sent.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from complain.archive.index import RECEIPT_FILE
from complain.channels.form import FormChannel
from complain.environment import Environment
from complain.errors import ComplainError
from complain.filing.evidence import EvidenceFolder
from complain.filing.journal import Event, Journal
from complain.filing.list_reading import ListReader, Wanted
from complain.filing.receipting import EVIDENCE_RUN, archive_filing, receipt_json
from complain.filing.reconciling import (
    LETTER_BEGINS,
    Found,
    Inconclusive,
    Look,
    Moment,
    ProvenAbsent,
    conclude,
    counts,
    earlier_look,
)
from complain.filing.reports import report_of
from complain.filing.transitions import By, State, outcome_of
from complain.i18n import _
from complain.masking import mask
from complain.model import FilingReport, Receipt

TOLD_STATES = (State.UNKNOWN, State.FILED_UNVERIFIED)
"""What is told also when a look settles nothing."""
OPEN_STATES = (*TOLD_STATES, State.NEEDS_HUMAN, State.REFUSED)
"""What a list may correct after a press: a site can take a filing and then show a refusal or a log-in page."""
_SUBJECT_SOURCE = "complaint.subject"


@dataclass(frozen=True)
class Looked:
    """What the channel's own list showed about one filing.

    Attributes:
        report: How it stands now.
        title: The channel's.
        sentence: What the look showed.
        has_changed: Whether the outcome is another than before.
        bag: Where the list is kept, when it settled something.
    """

    report: FilingReport
    title: str
    sentence: str
    has_changed: bool
    bag: Path | None = None


@dataclass
class ListFollower:
    """Looks one filing up and records what follows. Call it with the case's lock held.

    Attributes:
        environment: Home and clock.
        journal: Open.
        run: Id for the journal's rows and the evidence.
        moment: Says when a look is made, given the clock's time.
    """

    environment: Environment
    journal: Journal
    run: str
    moment: Callable[[dt.datetime], Moment]

    async def follow(self, event: Event, channel: FormChannel, reader: ListReader) -> Looked:
        """Look one filing up.

        Args:
            event: Its last event, one of `OPEN_STATES`.
            channel: Where it was filed.
            reader: Reads the channel's list.
        """
        commit = self._commit_of(event)
        wanted = self._wanted(event, channel, commit)
        if wanted is None:
            return self._as_before(
                event, channel, _("What was sent is no longer kept, so no entry can be told.")
            )
        try:
            look = await reader.look(wanted)
        except ComplainError as error:
            said = " ".join(part for part in (mask(error.message), error.next_step) if part)
            return self._as_before(event, channel, said)
        finally:
            await reader.close()
        return self._concluded(event, channel, commit, look, reader.evidence)

    def _commit_of(self, event: Event) -> Event:
        rows = self.journal.events(event.case, event.channel)
        return next(r for r in rows if r.attempt == event.attempt and r.state is State.COMMITTING)

    def _concluded(
        self, event: Event, channel: FormChannel, commit: Event, look: Look, evidence: EvidenceFolder
    ) -> Looked:
        moment, pressed = self.moment(self.environment.now()), Moment(commit.at, "", 0.0)
        rows = self.journal.events(event.case, event.channel)
        conclusion = conclude(look, moment, pressed, earlier_look(rows, event.attempt))
        if isinstance(conclusion, Inconclusive):
            if event.state is State.UNKNOWN and counts(look, moment, pressed):
                self._record(event, State.UNKNOWN, {**event.data, "absent": moment.kept()})
            return self._as_before(event, channel, conclusion.reason)
        state, number, sentence = _verdict(conclusion)
        if state is event.state or (state is State.NOT_FILED and event.state is not State.UNKNOWN):
            return self._as_before(event, channel, sentence)
        return self._settled(event, channel, state, number, sentence, evidence)

    def _settled(
        self,
        event: Event,
        channel: FormChannel,
        state: State,
        number: str | None,
        sentence: str,
        evidence: EvidenceFolder,
    ) -> Looked:
        now, is_filed = self.environment.now(), state is not State.NOT_FILED
        if is_filed:
            evidence.save(RECEIPT_FILE, receipt_json(event.channel, number, now, "channel"))
        data = {"number": number, "reason": sentence, "payload": event.data.get("payload")}
        self._record(event, state, {**data, EVIDENCE_RUN: self.run})
        bag = archive_filing(
            self.environment,
            self.journal,
            case=event.case,
            channel=event.channel,
            attempt=event.attempt,
            draft=None,
            files=evidence.files,
            info={"Complain-Outcome": state.value, "Complain-Read-From": "list"},
        )
        receipt = Receipt(event.channel, number, now, bag) if is_filed else None
        report = FilingReport(event.channel, outcome_of(state), receipt, reason=sentence)
        return Looked(report, channel.title, sentence, has_changed=True, bag=bag)

    def _record(self, event: Event, state: State, data: Mapping[str, Any]) -> None:
        now = self.environment.now()
        self.journal.record(
            event.case, event.channel, event.attempt, self.run, state, now, data, by=By.READING
        )

    def _as_before(self, event: Event, channel: FormChannel, sentence: str) -> Looked:
        return Looked(report_of(event), channel.title, sentence, has_changed=False)

    def _wanted(self, event: Event, channel: FormChannel, commit: Event) -> Wanted | None:
        table = channel.definition.list
        shown = next(
            (
                text
                for folder in self._places(event, commit)
                for text in _sent(folder, table.match if table else None)
            ),
            "",
        )
        return Wanted(shown, self._known(event), commit.at, self.environment.now()) if shown else None

    def _places(self, event: Event, commit: Event) -> Iterator[Path]:
        """Where what was sent is kept: the evidence of its run, else its bags."""
        yield self.environment.home.runs / commit.run / event.channel
        for bag in self.journal.archived(event.case):
            if (bag.channel, bag.attempt) == (event.channel, event.attempt):
                yield self.environment.home.archive / bag.path / "data"

    def _known(self, event: Event) -> frozenset[str]:
        """Numbers that the channel gave to other filings, of any case."""
        rows = (row for case in self.journal.cases() for row in self.journal.events(case, event.channel))
        mine = (event.case, event.attempt)
        numbers = (row.data.get("number") for row in rows if (row.case, row.attempt) != mine)
        return frozenset(str(number) for number in numbers if number)


def _sent(folder: Path, match: str | None) -> Iterator[str]:
    file = folder / "draft.json"
    if not file.is_file():
        return
    draft = json.loads(file.read_text(encoding="utf-8"))
    if match == "letter":
        yield "".join(str(draft["letter"]).split())[:LETTER_BEGINS]
        return
    for page in draft["pages"]:
        yield from (f["values"][0] for f in page["fields"] if _SUBJECT_SOURCE in f["source"] and f["values"])


def _verdict(conclusion: Found | ProvenAbsent) -> tuple[State, str | None, str]:
    if isinstance(conclusion, ProvenAbsent):
        return State.NOT_FILED, None, _("The channel's own complete list does not have it, twice looked at.")
    if conclusion.number is None:
        return State.FILED_UNVERIFIED, None, _("The channel's own list shows it, without a number.")
    sentence = _("The channel's own list shows it, number {number}.").format(number=conclusion.number)
    return State.FILED, conclusion.number, sentence
