"""An assisted filing in the journal and the archive: the person submits, and their word settles it.

The journal says ``committing`` before the first write may leave: a crash while the person is at work is ``unknown``,
as it is in every other filing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from complain.archive.index import RECEIPT_FILE
from complain.browser.assisting import Assisted
from complain.browser.process import BrowserProcess
from complain.environment import Environment
from complain.errors import UsageError
from complain.filing.evidence import EvidenceFolder
from complain.filing.journal import Journal
from complain.filing.receipting import archive_filing, receipt_json
from complain.filing.transitions import FILED, REOPENABLE, By, State, outcome_of
from complain.i18n import _
from complain.model import Draft, FilingReport, Receipt


@dataclass(frozen=True)
class Said:
    """What the person said at the end.

    Attributes:
        state: ``FILED``, ``FILED_UNVERIFIED`` or ``NOT_FILED``; ``UNKNOWN`` when nothing was said.
        number: The receipt number; None without one.
    """

    state: State
    number: str | None = None


@dataclass
class AssistRecord:
    """One assisted attempt in the journal.

    Attributes:
        environment: Home and clock.
        journal: Open, with the case's lock held.
        case: The case's id.
        channel: ``assist-<host>``.
        title: What it is called in lists.
        run: The run's id.
        evidence: Where it keeps what it saw.
    """

    environment: Environment
    journal: Journal
    case: str
    channel: str
    title: str
    run: str
    evidence: EvidenceFolder
    attempt: int = 0

    def refuse_second(self) -> None:
        """Stop before anything is opened if this matter may already be there.

        Raises:
            UsageError: It is, or may be.
        """
        last = self.journal.last(self.case, self.channel)
        if last is None or last.state in REOPENABLE:
            return
        if outcome_of(last.state) is outcome_of(State.UNKNOWN):
            raise UsageError(
                _("Whether this case was filed at “{title}” is not known; settle that first.").format(
                    title=self.title
                ),
                next_step=_("complain resolve {channel} --filed NUMBER").format(channel=self.channel),
            )
        raise UsageError(
            _("This case is already filed at “{title}”; there is no second one.").format(title=self.title),
            next_step="complain status",
        )

    def hand_over(self, draft: Draft, process: BrowserProcess) -> None:
        """Say that from now on the person may submit; durable when this returns."""
        payload = {"payload": draft.payload_hash, "title": self.title, "letter": draft.letter_name}
        now = self.environment.now
        self.attempt = self.journal.begin(self.case, self.channel, self.run, now(), payload, by=By.PERSON)
        self._record(State.PREPARED, payload)
        self._record(State.CONFIRMED, payload)
        mark = {"browser_pid": process.pid, "browser_started": process.started}
        self._record(State.COMMITTING, mark)

    def settle(self, said: Said, draft: Draft) -> FilingReport:
        """Record the person's word, archive it, and report."""
        now = self.environment.now()
        waiting = _("You have not said yet whether it was submitted.")
        self._record(State.UNKNOWN, {"reason": waiting, "payload": draft.payload_hash})
        if said.state is not State.UNKNOWN:
            reason = _("You said that you did not submit it.") if said.state is State.NOT_FILED else ""
            data = {"number": said.number, "reason": reason, "payload": draft.payload_hash}
            self._record(said.state, data, by=By.PERSON)
        filed = said.state in FILED
        if filed:
            self.evidence.save(RECEIPT_FILE, receipt_json(self.channel, said.number, now, "person"))
        bag = archive_filing(
            self.environment,
            self.journal,
            case=self.case,
            channel=self.channel,
            attempt=self.attempt,
            draft=draft,
            files=self.evidence.files,
            info={"Complain-Outcome": said.state.value, "Complain-Receipt-By": "person"},
        )
        receipt = Receipt(self.channel, said.number, now, bag, by="person") if filed else None
        reason, task = _words(said.state, waiting, self.title)
        return FilingReport(self.channel, outcome_of(said.state), receipt, reason, task)

    def _record(self, state: State, data: Mapping[str, Any], *, by: By = By.RUN) -> None:
        now = self.environment.now()
        self.journal.record(self.case, self.channel, self.attempt, self.run, state, now, data, by=by)


def _words(state: State, waiting: str, title: str) -> tuple[str, str]:
    """Reason and task, as a report has them."""
    if state is State.UNKNOWN:
        return waiting, _("Look in “{where}”, then enter what you saw.").format(where=title)
    if state is State.NOT_FILED:
        return _("You said that you did not submit it."), ""
    return _("You said that there was no number.") if state is State.FILED_UNVERIFIED else "", ""


def keep_fields(evidence: EvidenceFolder, pages: Sequence[Assisted], draft: Draft) -> None:
    """Keep what was filled and what was left, before the person submits."""
    filled = [
        {
            "page": number,
            "name": item.name,
            "value": "、".join(item.filled.field.values),
            "source": item.filled.field.source,
        }
        for number, page in enumerate(pages, 1)
        for item in page.filled
    ]
    left = [
        {"page": number, "name": item.name, "why": item.why}
        for number, page in enumerate(pages, 1)
        for item in page.left
    ]
    evidence.save_json("fields.json", {"fields": filled, "left": left})
    if draft.letter:
        evidence.save_text("letter.txt", draft.letter)
