"""``complain plan``: which channels are due, which wait, and why; the dates as a calendar file."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainCommand, case_argument, pass_environment
from complain.cli.targets import checked_target
from complain.environment import Environment
from complain.i18n import _

if TYPE_CHECKING:
    from complain.filing.planning import Plan
    from complain.rules.clock import Deadline
    from complain.rules.evaluate import Ruling


@click.command(cls=ComplainCommand, help="Show which channels are due, which wait, and why.")
@case_argument
@click.option(
    "--ics", type=click.Path(path_type=Path, dir_okay=False), help="Write the dates to a calendar file."
)
@pass_environment
def plan(environment: Environment, case: Path, ics: Path | None) -> int:
    from complain.cli.lines import print_lines
    from complain.cli.plan_lines import plan_lines
    from complain.filing.planning import make_plan

    target = None if ics is None else checked_target(ics, may_replace=b"BEGIN:VCALENDAR")
    made = make_plan(environment, case)
    if target is not None:
        _write_calendar(environment, made, target)
    if environment.json:
        click.echo(json.dumps(_document(made), ensure_ascii=False), file=environment.stdout)
    else:
        print_lines(environment, plan_lines(made, case, environment.home))
    return 0


def _write_calendar(environment: Environment, made: Plan, path: Path) -> None:
    from complain.durable import write_durably
    from complain.rules.ics import calendar_file

    write_durably(path, calendar_file(made.case, made.dates, made.titles, environment.now()))
    click.echo(
        _("{count} dates were written to {path}.").format(count=len(made.dates), path=path),
        file=environment.stderr,
    )


def _document(made: Plan) -> dict[str, object]:
    return {
        "case": made.case,
        "channels": [
            _channel(channel, made.titles[channel], ruling) for channel, ruling in made.rulings.items()
        ],
        "dates": [_date(date) for date in made.dates],
        "letters": [dataclasses.asdict(offer) for offer in made.offers],
        "exit_code": 0,
    }


def _channel(channel: str, title: str, ruling: Ruling) -> dict[str, object]:
    return {
        "channel": channel,
        "title": title,
        "due": ruling.due,
        "waits_until": ruling.waits_until.isoformat() if ruling.waits_until else None,
        "refused_elsewhere": ruling.refused_elsewhere,
        "not_competent": ruling.not_competent,
        "verified": ruling.verified,
        "right_addressee": ruling.right_addressee or None,
        "sentences": list(ruling.sentences),
        "rows": list(ruling.rows),
    }


def _date(date: Deadline) -> dict[str, object]:
    return {
        "channel": date.channel or None,
        "date": date.date.isoformat() if date.date else None,
        "unit": date.unit or None,
        "kind": date.kind,
        "what": date.what,
        "source": date.source,
        "verified": date.verified,
        "rule": date.id,
    }
