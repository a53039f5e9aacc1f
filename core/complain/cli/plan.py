"""``complain plan``: which channels are due, which wait, and why; the dates as a calendar file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainCommand, case_argument, pass_environment
from complain.environment import Environment
from complain.i18n import _
from complain.model import Outcome

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
    from complain.filing.planning import make_plan

    made = make_plan(environment, case)
    if ics is not None:
        _write_calendar(environment, made, ics)
    if environment.json:
        click.echo(json.dumps(_document(made), ensure_ascii=False), file=environment.stdout)
    else:
        _print(environment, made)
    return 0


def _write_calendar(environment: Environment, made: Plan, path: Path) -> None:
    from complain.durable import write_durably
    from complain.rules.ics import calendar_file

    write_durably(path.absolute(), calendar_file(made.case, made.dates, made.titles, environment.now()))
    click.echo(
        _("{count} dates were written to {path}.").format(count=len(made.dates), path=path),
        file=environment.stderr,
    )


def _print(environment: Environment, made: Plan) -> None:
    from complain.wording import debt_text

    lines: list[str] = []
    for channel, ruling in made.rulings.items():
        lines.append(
            _("{title} ({channel}): {when}").format(
                title=made.titles[channel], channel=channel, when=_when(ruling)
            )
        )
        lines.extend(f"    {sentence}" for sentence in ruling.sentences)
    if made.dates:
        lines += ["", _("What comes next:")]
        lines.extend(f"    {_date_line(made, date)}" for date in made.dates)
    lines += ["", debt_text()]
    click.echo("\n".join(lines), file=environment.stdout)


def _when(ruling: Ruling) -> str:
    if ruling.due:
        return _("due now")
    if ruling.filed is not None:
        return _("look there first") if ruling.filed is Outcome.UNKNOWN else _("submitted already")
    if ruling.not_competent:
        return _("probably not the right addressee")
    if ruling.refused_elsewhere:
        return _("may refuse, because another body has the matter")
    if ruling.waits_until is not None:
        return _("waits until {day}").format(day=ruling.waits_until.isoformat())
    return _("not due yet")


def _date_line(made: Plan, date: Deadline) -> str:
    title = made.titles.get(date.channel, "")
    return _("{name}: {value}").format(name=title, value=date.what) if title else date.what


def _document(made: Plan) -> dict[str, object]:
    return {
        "case": made.case,
        "channels": [
            {
                "channel": channel,
                "title": made.titles[channel],
                "due": ruling.due,
                "waits_until": ruling.waits_until.isoformat() if ruling.waits_until else None,
                "refused_elsewhere": ruling.refused_elsewhere,
                "not_competent": ruling.not_competent,
                "verified": ruling.verified,
                "right_addressee": ruling.right_addressee or None,
                "sentences": list(ruling.sentences),
                "rows": list(ruling.rows),
            }
            for channel, ruling in made.rulings.items()
        ],
        "dates": [
            {
                "channel": date.channel or None,
                "date": date.date.isoformat() if date.date else None,
                "unit": date.unit or None,
                "kind": date.kind,
                "what": date.what,
                "source": date.source,
                "verified": date.verified,
                "rule": date.id,
            }
            for date in made.dates
        ],
        "exit_code": 0,
    }
