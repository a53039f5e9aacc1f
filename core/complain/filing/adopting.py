"""After a crash between an outcome and its bag: what is on disk is archived, what is archived is recorded."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from complain.archive.bag import bag_path, tag_manifest_sha256
from complain.environment import Environment
from complain.filing.journal import BagRow, Event, Journal
from complain.filing.receipting import archive_filing
from complain.filing.transitions import By, State


def adopt(environment: Environment, journal: Journal, case: str) -> list[Path]:
    """Give every settled commit of a case the bag that it should have; return the bags.

    Call it with the case's lock held.

    Args:
        environment: Says where evidence and archive are.
        journal: Open.
        case: The case's id.
    """
    archived = {(bag.channel, bag.attempt) for bag in journal.archived(case)}
    return [
        _adopted(environment, journal, event)
        for event in _settled_commits(journal, case)
        if (event.channel, event.attempt) not in archived
    ]


def _settled_commits(journal: Journal, case: str) -> list[Event]:
    """Return the outcomes of commits, each with the run that committed."""
    committing: dict[tuple[str, int], str] = {}
    settled: list[Event] = []
    for event in journal.events(case):
        key = (event.channel, event.attempt)
        if event.state is State.COMMITTING:
            committing[key] = event.run
        elif key in committing and event.by in (By.RUN, By.RECOVERY):
            settled.append(dataclasses.replace(event, run=committing.pop(key)))
    return settled


def _adopted(environment: Environment, journal: Journal, event: Event) -> Path:
    bag = bag_path(environment.home.archive, event.case, event.channel, event.attempt)
    if bag.is_dir():  # the crash came between the bag and its row
        relative = bag.relative_to(environment.home.archive).as_posix()
        row = BagRow(event.case, event.channel, event.attempt, relative, tag_manifest_sha256(bag))
        journal.add_bag(row, environment.now())
        return bag
    return archive_filing(
        environment,
        journal,
        case=event.case,
        channel=event.channel,
        attempt=event.attempt,
        draft=None,
        files=_evidence(environment, event),
        info={"Complain-Outcome": event.state.value, "Complain-Archived-After": "an interrupted run"},
    )


def _evidence(environment: Environment, event: Event) -> dict[str, Path]:
    folder = environment.home.runs / event.run / event.channel
    return {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}
