"""One channel of a stage on its way, and what all attempts of a run share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from complain.case.model import Case
from complain.channels.base import Channel
from complain.environment import Environment
from complain.filing.factory import Factory
from complain.filing.journal import Journal
from complain.filing.prepared import Filing, Prepared
from complain.filing.review import Review
from complain.filing.transitions import By, State
from complain.model import FilingReport, Outcome, Receipt


class RunUi(Protocol):
    """How a run speaks with a person; the command line has one, tests have another."""

    def step(self, channel: Channel, words: str) -> None:
        """Show what a channel is doing now."""
        ...

    def warn(self, sentence: str) -> None:
        """Show a warning."""
        ...

    async def confirm(self, review: Review, preview: Path) -> bool | None:
        """Show the review and ask; True to go on, False to stop, None when nobody can be asked."""
        ...


@dataclass(frozen=True)
class SubmitOptions:
    """What the command line asked for.

    Attributes:
        dry_run: Fill and show; send nothing.
        reveal: Do not mask.
        retry: Channels to try again although they refused.
    """

    dry_run: bool = False
    reveal: bool = False
    retry: tuple[str, ...] = ()


@dataclass
class Stop:
    """Whether the person asked to stop, and whether this is a moment that must not be cut.

    Attributes:
        asked: Ctrl-C was pressed.
        committing: A submission is on its way and is waited for, or what came of one is being written down.
    """

    asked: bool = False
    committing: bool = False


@dataclass
class Attempt:
    """One channel of a stage on its way.

    Attributes:
        channel: The channel.
        filing: Fills and submits it.
        number: In the journal; 0 while it has no row, and in a rehearsal.
        prepared: What was filled; None before.
        confirmed: Whether the journal says that the person confirmed it.
        report: How it ended; None while it goes on.
    """

    channel: Channel
    filing: Filing
    number: int = 0
    prepared: Prepared | None = None
    confirmed: bool = False
    report: FilingReport | None = None


@dataclass(frozen=True)
class RunContext:
    """What all steps of one run share.

    Attributes:
        environment: Home, clock, streams.
        case: The facts.
        folder: The case folder.
        journal: Open, with the case's lock held.
        factory: Makes the filing of a channel.
        ui: Speaks with the person.
        options: What was asked for.
        id: The run's id.
    """

    environment: Environment
    case: Case
    folder: Path
    journal: Journal
    factory: Factory
    ui: RunUi
    options: SubmitOptions
    id: str

    @property
    def run_folder(self) -> Path:
        """Where this run keeps its preview and evidence."""
        return self.environment.home.runs / self.id

    @property
    def preview(self) -> Path:
        """The preview report of this run."""
        return self.run_folder / "preview.html"

    def record(
        self,
        attempt: Attempt,
        state: State,
        data: Mapping[str, object],
        unless: Callable[[], None] | None = None,
        by: By = By.RUN,
    ) -> None:
        """Append a row for an attempt; a rehearsal leaves no rows.

        Args:
            attempt: The attempt.
            state: Where it is now.
            data: What belongs to the row.
            unless: Called while no other process can write; what it raises keeps the row from being written.
            by: Who or what brings it about.

        Raises:
            IllegalTransition: The attempt may not move there.
            OSError: It could not be written; sqlite3.Error likewise.
        """
        if self.options.dry_run or not attempt.number:
            return
        case, now = self.case.id, self.environment.now()
        channel, number = attempt.channel.id, attempt.number
        self.journal.record(case, channel, number, self.id, state, now, data, by=by, unless=unless)

    def report(
        self,
        attempt: Attempt,
        outcome: Outcome,
        *,
        receipt: Receipt | None = None,
        reason: str = "",
        task: str = "",
        afterwards: tuple[str, ...] = (),
        is_fault: bool = False,
    ) -> FilingReport:
        """Return the report of an attempt, with what its preparation had to say."""
        prepared = attempt.prepared or Prepared()
        return FilingReport(
            attempt.channel.id,
            outcome,
            receipt=receipt,
            reason=reason,
            task=task,
            preview=self.preview,
            warnings=(*prepared.warnings, *(() if receipt else prepared.waiting)),
            afterwards=afterwards,
            is_fault=is_fault,
        )
