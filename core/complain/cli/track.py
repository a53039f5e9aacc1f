"""``complain track``: read what came back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainCommand, case_argument, pass_environment
from complain.environment import Environment, china_day
from complain.i18n import _

if TYPE_CHECKING:
    from complain.filing.hands import AnswerFunction
    from complain.filing.list_following import Looked
    from complain.filing.mail_following import Followed
    from complain.mail.tracking import TrackedMail


@click.command(cls=ComplainCommand, help="Read replies and portal states.")
@case_argument
@pass_environment
def track(environment: Environment, case: Path) -> int:
    from complain.case.folder import case_id
    from complain.filing.exit_codes import exit_code
    from complain.filing.list_run import look_up_case
    from complain.filing.mail_run import follow_case

    identity = case_id(case)
    looked = look_up_case(environment, identity, _hand(environment))
    if not environment.json:
        _print_looked(environment, looked)  # at once: a mailbox that cannot be read ends the command
    followed, titles = follow_case(environment, identity)
    code = exit_code([*(one.report for one in looked), *(one.report for one in followed)])
    if environment.json:
        _print_json(environment, identity, looked, followed, code)
    elif followed or not looked:
        _print(environment, followed, titles)
    return code


def _hand(environment: Environment) -> AnswerFunction | None:
    if not environment.interactive:
        return None
    from rich.console import Console

    from complain.cli.asking import LineReader, TerminalHand

    console = Console(file=environment.stderr, highlight=False)
    return TerminalHand(LineReader(environment.stdin), console, environment.home.runs, lambda: None)


def _print_looked(environment: Environment, looked: Sequence[Looked]) -> None:
    from complain.wording import outcome_sentence

    for one in looked:
        kept = [] if one.bag is None else [_("Kept in: {path}").format(path=one.bag)]
        words = [one.sentence, outcome_sentence(one.report, one.title), *kept]
        click.echo("\n".join([one.title, *(f"    {line}" for line in words)]), file=environment.stdout)


def _print_json(
    environment: Environment, case: str, looked: Sequence[Looked], followed: Sequence[Followed], code: int
) -> None:
    filings: list[dict[str, object]] = [{**one.report.as_json(), "look": one.sentence} for one in looked]
    filings += [{**one.report.as_json(), "mails": [_as_json(mail) for mail in one.mails]} for one in followed]
    document = {"case": case, "run": None, "filings": filings, "exit_code": int(code)}
    click.echo(json.dumps(document, ensure_ascii=False), file=environment.stdout)


def _as_json(mail: TrackedMail) -> dict[str, object]:
    return {
        "kind": mail.kind,
        "number": mail.number,
        "at": None if mail.at is None else mail.at.isoformat(),
        "words": mail.words,
    }


def _print(environment: Environment, followed: Sequence[Followed], titles: Mapping[str, str]) -> None:
    if not followed:
        click.echo(_("No filing of this case went by mail."), file=environment.stdout)
    for one in followed:
        for line in _lines(one, titles.get(one.report.channel, one.report.channel)):
            click.echo(line, file=environment.stdout)


def _lines(one: Followed, title: str) -> list[str]:
    from complain.wording import outcome_sentence

    news = [_mail_sentence(mail) for mail in one.mails] or [_("Nothing new has come.")]
    kept = [] if one.bag is None else [_("Kept in: {path}").format(path=one.bag)]
    said = [outcome_sentence(one.report, title, by_mail=True), *news, *kept]
    return [title, *(f"    {line}" for line in said)]


def _mail_sentence(mail: TrackedMail) -> str:
    day = "" if mail.at is None else f"{china_day(mail.at)}  "
    said = {
        "bounce": _("It came back undelivered: “{words}”"),
        "report": _("A delivery report: “{words}”"),
        "number": _("An answer with the number {number}: “{words}”"),
        "auto-answer": _("An automatic answer: “{words}”"),
        "reply": _("A reply: “{words}”"),
    }[mail.kind]
    return day + said.format(words=mail.words, number=mail.number)
