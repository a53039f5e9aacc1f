"""After a crash between an outcome and its bag: what is on disk is archived, what is archived is recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from complain.archive.index import RECEIPT_FILE, KeptReceipt, kept_receipts
from complain.environment import Environment
from complain.filing.journal import BagRow, Event, Journal
from complain.filing.receipting import EVIDENCE_RUN, archive_filing
from complain.filing.transitions import FILED, By, State


def adopt(environment: Environment, journal: Journal, case: str) -> list[Path]:
    """Give every settled filing of a case the bag that it should have; return the bags.

    Call it with the case's lock held.

    Args:
        environment: Says where evidence and archive are.
        journal: Open.
        case: The case's id.
    """
    bags = kept_receipts(environment.home.archive, case)
    recorded = list(_record_bags(environment, journal, case, bags))
    held = {(kept.channel, file.sha256) for kept in bags for file in kept.files}
    archived = {(bag.channel, bag.attempt) for bag in journal.archived(case)}
    due = [s for s in _settled(environment, journal, case) if not s.is_kept(archived, held)]
    return recorded + [_archived(environment, journal, settled) for settled in due]


def _record_bags(
    environment: Environment, journal: Journal, case: str, bags: list[KeptReceipt]
) -> Iterator[Path]:
    """Record bags of this case's attempts that a crash left without their row."""
    archive, known = environment.home.archive, {bag.path for bag in journal.archived(case)}
    attempts = {(event.channel, event.attempt) for event in journal.events(case)}
    for kept in bags:
        relative = kept.path.relative_to(archive).as_posix()
        attempt = int(kept.attempt.split("-")[0])
        if relative in known or (kept.channel, attempt) not in attempts or not kept.sha256:
            continue  # a bag without its tag manifest cannot be recorded; `receipts verify` names it
        row = BagRow(case, kept.channel, attempt, relative, kept.sha256)
        journal.add_bag(row, environment.now())
        yield kept.path


@dataclass(frozen=True)
class _Settled:
    """An outcome, and the evidence that its bag should hold."""

    event: Event
    evidence: Mapping[str, Path]
    of_commit: bool

    def is_kept(self, archived: set[tuple[str, int]], held: set[tuple[str, str]]) -> bool:
        """Whether there is a bag: the attempt's first one for a commit, one with the same files for the others."""
        channel, attempt = self.event.channel, self.event.attempt
        if self.of_commit:
            return (channel, attempt) in archived
        return all((channel, _sha256(file)) in held for file in self.evidence.values())


def _settled(environment: Environment, journal: Journal, case: str) -> Iterator[_Settled]:
    """Yield the outcomes of commits and, later, of readings and of the person's word.

    What the run that filed wrote afterwards, as the answer to its mail, belongs to its commit: the evidence is one.
    """
    runs = environment.home.runs
    committed: dict[tuple[str, int], str] = {}
    of_commits: dict[tuple[str, int], _Settled] = {}
    others: list[_Settled] = []
    for event in journal.events(case):
        key, evidence_run = (event.channel, event.attempt), event.data.get(EVIDENCE_RUN)
        if event.state is State.COMMITTING:
            committed[key] = event.run
        elif key in committed and (event.by in (By.RUN, By.RECOVERY) or event.run == committed[key]):
            evidence = _evidence(runs / committed[key] / event.channel)
            of_commits[key] = _Settled(event, evidence, of_commit=True)
        elif evidence_run:
            evidence = _evidence(runs / str(evidence_run) / event.channel)
            others.append(_Settled(event, evidence, of_commit=False))
    yield from (*of_commits.values(), *others)


def _archived(environment: Environment, journal: Journal, settled: _Settled) -> Path:
    event = settled.event
    return archive_filing(
        environment,
        journal,
        case=event.case,
        channel=event.channel,
        attempt=event.attempt,
        draft=None,
        files=_holding(settled),
        info={"Complain-Outcome": event.state.value, "Complain-Archived-After": "an interrupted run"},
    )


def _holding(settled: _Settled) -> Mapping[str, Path]:
    """The evidence, without the receipt of what turned out not to be filed."""
    if settled.event.state in FILED:
        return settled.evidence
    return {name: file for name, file in settled.evidence.items() if name != RECEIPT_FILE}


def _evidence(folder: Path) -> dict[str, Path]:
    return {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
