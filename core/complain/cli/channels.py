"""``complain channels``: what is installed, where it comes from, when it was last seen working."""

from __future__ import annotations

import json

import click

from complain.cli.options import ComplainCommand, pass_environment
from complain.commands import home_options
from complain.environment import Environment
from complain.i18n import _


@click.command(cls=ComplainCommand, help="Show what is installed, configured and last seen working.")
@pass_environment
def channels(environment: Environment) -> int:
    from complain.cli.keeping import keep
    from complain.filing.inventory import inventory

    listed = inventory(environment)
    keep(environment)
    for warning in listed.warnings:
        click.echo(warning, err=True)
    if environment.json:
        document = {
            "channels": [entry.as_json() for entry in listed.entries],
            "warnings": listed.warnings,
            "exit_code": 0,
        }
        click.echo(json.dumps(document, ensure_ascii=False), file=environment.stdout)
        return 0
    for entry in listed.entries:
        click.echo(f"{entry.id}  {entry.title}", file=environment.stdout)
        for sentence in entry.sentences():
            click.echo(f"    {sentence}", file=environment.stdout)
    used = [_("Use them with: complain submit --channels ID,ID"), *home_options(environment.home)]
    click.echo(" ".join(used), file=environment.stdout)
    return 0
