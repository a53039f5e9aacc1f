"""``complain doctor``: is everything here; does each form still look as defined?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainCommand, pass_environment
from complain.environment import Environment
from complain.i18n import _

if TYPE_CHECKING:
    from complain.filing.checkup import Checkup
    from complain.filing.doctoring import Examined


@click.command(cls=ComplainCommand, help="Check this machine, and each form against its definition.")
@click.argument("channel", required=False)
@pass_environment
def doctor(environment: Environment, channel: str | None) -> int:
    from complain.filing.checkup import check_up

    found = check_up(environment, channel)
    if environment.json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False), file=environment.stdout)
    else:
        _print(environment, found)
    return int(found.exit_code)


def _print(environment: Environment, found: Checkup) -> None:
    for check in found.machine:
        mark = "✓" if check.fine else "✗"
        click.echo(f"{mark} {check.sentence}", file=environment.stdout)
        if check.remedy:
            click.echo(f"    {check.remedy}", file=environment.stdout)
    for examined in found.channels:
        if examined.unreachable:
            click.echo(
                _("? {id}: {why}").format(id=examined.channel, why=examined.unreachable),
                file=environment.stdout,
            )
            _print_record(environment, examined)
            continue
        mark = "✗" if examined.differs else "✓"
        said = (
            _("as defined, as far as it can be seen") if not examined.differs else _("no longer as defined")
        )
        click.echo(f"{mark} {examined.channel}: {said}", file=environment.stdout)
        for sentence in examined.differs:
            click.echo(f"    {_placed(examined, sentence)}", file=environment.stdout)
        for sentence in examined.unseen:
            click.echo(f"    {sentence}", file=environment.stdout)
        if examined.differs and examined.definition:
            click.echo(
                "    " + _("The definition is {file}.").format(file=examined.definition),
                file=environment.stdout,
            )
        _print_record(environment, examined)
    for sentence in found.by_hand:
        click.echo(f"  {sentence}", file=environment.stdout)


def _placed(examined: Examined, sentence: str) -> str:
    from pathlib import Path

    from complain.channels.definition_places import place_of

    place = place_of(Path(examined.definition), sentence) if examined.definition else ""
    return f"{place}: {sentence}" if place else sentence


def _print_record(environment: Environment, examined: Examined) -> None:
    if examined.record.since is not None:
        click.echo(f"    {examined.record.sentence()}", file=environment.stdout)
