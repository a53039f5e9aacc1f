"""Far sides that answer as a script says, for the engine by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from complain.case.load import load_case
from complain.case.model import Case
from complain.channels.base import Channel
from complain.environment import Environment, Home
from complain.filing.attempt import RunContext, Stop, SubmitOptions
from complain.filing.engine import Run
from complain.filing.evidence import EvidenceFolder
from complain.filing.factory import Factory
from complain.filing.journal import Journal
from complain.filing.prepared import CommitMark, Prepared
from complain.filing.review import Review
from complain.filing.ruling import Rulings
from complain.filing.selection import Selection
from complain.filing.settlement import Settlement
from complain.filing.transitions import State
from complain.model import Draft, FilingReport, Outcome
from fakes.cli import EXAMPLE

Step = Callable[[], Awaitable[Any]]


async def nothing() -> None:
    """Let a step pass."""


async def accepted() -> Settlement:
    """Answer as a channel that gives a number."""
    return Settlement(State.FILED, number="N-1")


@dataclass
class Desk:
    """A far side: what happens at each step of a filing there, and how often it was sent to."""

    prepare: Step = nothing
    approach: Step = nothing
    finish: Step = nothing
    commit: Step = accepted
    letter: str = "信"
    prepared: Prepared = field(default_factory=Prepared)
    sent: int = 0


@dataclass
class DeskFiling:
    """A filing at such a far side."""

    desk: Desk
    evidence: EvidenceFolder
    draft: Draft

    async def prepare(self) -> Prepared:
        """Fill."""
        await self.desk.prepare()
        return self.desk.prepared

    async def approach(self) -> None:
        """Come close to the submit, beside another one's."""
        await self.desk.approach()

    async def finish(self) -> None:
        """Freshen."""
        await self.desk.finish()

    def mark(self) -> CommitMark:
        """There is no browser to wait for."""
        return CommitMark()

    async def commit(self) -> Settlement:
        """Send."""
        self.desk.sent += 1
        return cast("Settlement", await self.desk.commit())

    async def close(self) -> None:
        """Hold nothing."""


@dataclass
class Registered:
    """No plugins."""

    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])

    def receipt_archived(self, receipt: object) -> list[str]:
        """Nobody listens."""
        return []


@dataclass
class Desks:
    """Makes filings at the desks; the rules may leave channels out."""

    desks: dict[str, Desk]
    left_out: dict[str, str] = field(default_factory=dict[str, str])
    registry: Registered = field(default_factory=Registered)
    rulings: Rulings = field(default_factory=lambda: Rulings({}))
    by_hand: bool = False

    def start_browser(self) -> None:
        """None is needed."""

    def ruled_out(self, channel: Channel) -> FilingReport | None:
        """Leave out what the rules leave out."""
        reason = self.left_out.get(channel.id)
        return FilingReport(channel.id, Outcome.SKIPPED, reason=reason) if reason else None

    def make(
        self, channel: Channel, _receipts: object, evidence: EvidenceFolder, _progress: object
    ) -> DeskFiling:
        """Return the filing at a desk."""
        desk = self.desks[channel.id]
        return DeskFiling(desk, evidence, Draft(channel.id, desk.letter))

    def provenance(self, _channel: Channel) -> dict[str, str]:
        """Nothing is known."""
        return {}

    def pack_for(self, *_of: object) -> None:
        """There is no pack."""


@dataclass
class Person:
    """Confirms everything; may do something first."""

    first: Callable[[], None] = lambda: None
    said: list[str] = field(default_factory=list[str])

    def step(self, channel: Channel, words: str) -> None:
        """Read."""
        self.said.append(words)

    def warn(self, sentence: str) -> None:
        """Read."""
        self.said.append(sentence)

    async def confirm(self, review: Review, preview: Path) -> bool | None:
        """Go on."""
        self.first()
        return True


@dataclass
class House:
    """One home with its journal."""

    home: Path
    journal: Journal

    def run(
        self, desks: Desks, *, person: Person | None = None, case: Case | None = None, dry: bool = False
    ) -> Run:
        """Return a run that has not begun."""
        case = case or load_case(EXAMPLE)
        environment = Environment(Home(self.home))
        options = SubmitOptions(dry_run=dry)
        factory = cast("Factory", desks)
        ui = person or Person()
        return Run(RunContext(environment, case, EXAMPLE, self.journal, factory, ui, options, "run"), Stop())


def at(*identities: str, stage: int = 1) -> tuple[Channel, ...]:
    return tuple(Channel(id=identity, title=identity.upper(), stage=stage) for identity in identities)


def submit(run: Run, *channels: Channel) -> dict[str, FilingReport]:
    selection = Selection(
        channels or at(*cast("Desks", run.context.factory).desks), named=True, only_due=False
    )
    return {report.channel: report for report in asyncio.run(run.submit(selection))}


async def cancelled() -> Any:
    raise asyncio.CancelledError
