"""``complain resolve``: settle what the tool cannot know by what the person saw."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from complain.cli.options import ComplainCommand, pass_environment
from complain.environment import Environment
from complain.errors import UsageError
from complain.i18n import _

_PLACEHOLDERS = ("编号", "NUMBER")  # as packs and messages print the command


@click.command(cls=ComplainCommand, help="Settle an unknown outcome by what you saw: [CASE] CHANNEL.")
@click.argument("where", nargs=-1, required=True, metavar="[CASE] CHANNEL")
@click.option("--filed", "number", metavar="NUMBER", help="You saw it there, with this number.")
@click.option("--not-filed", is_flag=True, help="You looked, and it is not there.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day on which you filed it by hand, if it was not today.",
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A picture of the receipt.",
)
@click.option("--yes", is_flag=True, help="Do not ask twice.")
@pass_environment
def resolve(
    environment: Environment,
    where: tuple[str, ...],
    number: str | None,
    not_filed: bool,
    on: dt.datetime | None,
    picture: Path | None,
    yes: bool,
) -> int:
    from complain.case.folder import case_id
    from complain.commands import resolve_command
    from complain.filing.resolving import Word, check_word, resolve_filing, what_was_seen

    folder, channel = _place(where)
    number = number if number is None else number.strip()
    command = resolve_command(folder, channel, environment.home)
    _check_options(number, not_filed, on, command)
    case = case_id(folder)
    word = Word(number=number, picture=picture, filed_on=None if on is None else on.date())
    check_word(environment, case, channel, word)
    if not_filed:
        for line in what_was_seen(environment, case, channel):
            click.echo(line, err=True)
        if not yes:
            _ask_twice(environment, channel, folder)
    report = resolve_filing(environment, case, channel, word)
    for sentence in report.afterwards:
        click.echo(sentence, err=True)
    if environment.json:
        import json

        document = {"case": case, "run": None, "filings": [report.as_json()], "exit_code": 0}
        click.echo(json.dumps(document, ensure_ascii=False), file=environment.stdout)
        return 0
    done = (
        _("Entered as filed, number {number}, on your word.").format(number=number)
        if number is not None
        else _("Entered as not filed, on your word. It may be submitted again.")
    )
    click.echo(done, file=environment.stdout)
    return 0


def _check_options(number: str | None, not_filed: bool, on: dt.datetime | None, command: str) -> None:
    if (number is None) == (not not_filed) or number == "":
        raise UsageError(_("Say either --filed NUMBER or --not-filed."), next_step=command)
    if not_filed and on is not None:
        raise UsageError(_("What is not there has no day: --on goes with --filed only."), next_step=command)
    if number in (_("NUMBER"), *_PLACEHOLDERS):
        raise UsageError(
            _("“{number}” stands for the number that you were given; nothing was entered.").format(
                number=number
            ),
            next_step=command,
        )


def _place(where: tuple[str, ...]) -> tuple[Path, str]:
    if len(where) > 2:
        raise UsageError(
            _("Name one case folder at most, and one channel."), next_step="complain resolve --help"
        )
    return Path(*where[:-1]), "".join(where[-1:])


def _ask_twice(environment: Environment, channel: str, folder: Path) -> None:
    from complain.commands import home_options, typed

    questions = (
        _(
            "Did you look in “{channel}” itself, logged in, and is this complaint not there? Type the channel's id: "
        ),
        _(
            "If it is there after all, a second one would harm you. Are you sure? Type the channel's id again: "
        ),
    )
    asked = False
    for question in questions:
        click.echo(question.format(channel=channel), err=True, nl=False)
        answer = environment.stdin.readline()
        if not answer and not asked:  # nobody is there to be asked: the command itself is the word
            click.echo("", err=True)
            return
        asked = True
        if answer.strip() != channel:
            raise UsageError(
                _("Nothing was entered; the outcome stays unknown."),
                next_step=typed("complain", "status", folder.absolute(), *home_options(environment.home)),
            )
