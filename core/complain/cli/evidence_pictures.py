"""``complain evidence transcribe``: the page, and what comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.evidence_import import draft_lines
from complain.commands import typed
from complain.environment import Environment
from complain.errors import UsageError
from complain.i18n import _

if TYPE_CHECKING:
    from complain.evidence.drafting import DraftIncident
    from complain.evidence.kept_calls import KeptLog
    from complain.evidence.picture_desk import PictureDesk


@dataclass(frozen=True)
class Transcribed:
    """What came of it.

    Attributes:
        kept: What was read from each picture, by its number.
        copies: Copies with parts blacked out.
        drafts: Incidents that the calls suggest and the case does not have.
        entered: Those that the person confirmed.
    """

    kept: dict[int, KeptLog]
    copies: tuple[str, ...]
    drafts: tuple[DraftIncident, ...] = ()
    entered: tuple[DraftIncident, ...] = ()


def transcribe_pictures(environment: Environment, case: Path, number: int | None) -> Transcribed:
    """Serve the page until the person is done, then ask of each incident that the rows suggest.

    Args:
        environment: Streams and clock.
        case: The case folder.
        number: Of one picture; None: all.

    Raises:
        UsageError: There is no such picture.
        CaseMistakes: The case has mistakes.
    """
    from complain.evidence.picture_desk import PictureDesk

    desk = PictureDesk(case, environment.now, number)
    if not desk.pictures:
        raise UsageError(
            _("There is no picture among the evidence to read from."),
            next_step=_("Add one: {command}").format(
                command=typed("complain", "evidence", "add", _("FILE"), "--case", case)
            ),
        )
    with suppress(
        KeyboardInterrupt
    ):  # one way to be done: what was saved is told, and its incidents asked about
        asyncio.run(_serve(environment, desk))
    if not desk.kept:
        return Transcribed({}, tuple(desk.copies))
    return _with_incidents(environment, case, desk)


async def _serve(environment: Environment, desk: PictureDesk) -> None:
    import webbrowser

    async with desk.serving() as address:
        click.echo(
            _("Open this page in a browser of this computer: {address}").format(address=address), err=True
        )
        click.echo(
            _("Press “done” there when you have finished; Ctrl-C ends it too."), file=environment.stderr
        )
        if environment.interactive:
            await asyncio.to_thread(webbrowser.open, address)
        await desk.done.wait()


def _with_incidents(environment: Environment, case: Path, desk: PictureDesk) -> Transcribed:
    from complain.case.asking import Talk
    from complain.case.load import load_case
    from complain.cli.evidence_facts import calls_a_day
    from complain.evidence.importing import drafts_of, enter_confirmed

    talk = Talk(environment.stdin, environment.stderr, environment.now)
    drafts = drafts_of(load_case(case, now=environment.now()), case, calls_a_day())
    entered: list[DraftIncident] = []
    for number, kept in desk.kept.items() if environment.interactive else ():
        own = [draft for draft in drafts if any(row.label == kept.label for row in draft.call.rows)]
        entered += enter_confirmed(case, talk, [draft for draft in own if draft not in entered], number)
    return Transcribed(dict(desk.kept), tuple(desk.copies), drafts, tuple(entered))


def transcribed_document(made: Transcribed) -> dict[str, object]:
    """Return what ``--json`` prints."""
    return {
        "kept": [
            {"evidence": number, "label": log.label, "rows": len(log.calls)}
            for number, log in made.kept.items()
        ],
        "copies": list(made.copies),
        "drafts": [
            {"at": draft.call.at.isoformat(), "kind": draft.kind.value, "rows": draft.call.name}
            for draft in made.drafts
        ],
        "entered": len(made.entered),
        "exit_code": 0,
    }


def transcribed_lines(made: Transcribed) -> Iterator[str]:
    """Yield what a person reads afterwards."""
    for number, log in made.kept.items():
        yield _("Evidence {number}: {count} rows kept, as {label} (calls/{label}.json).").format(
            number=number, count=len(log.calls), label=log.label
        )
    for name in dict.fromkeys(made.copies):
        yield _("Copy with parts blacked out: {file}").format(file=name)
    if not made.kept and not made.copies:
        yield _("Nothing was kept.")
    yield from draft_lines(len(made.entered), made.drafts)
