"""``complain track``: read what came back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainCommand, case_argument, pass_environment
from complain.environment import Environment
from complain.i18n import _

if TYPE_CHECKING:
    from complain.filing.mail_following import Followed
    from complain.mail.tracking import TrackedMail


@click.command(cls=ComplainCommand, help="Read replies and portal states.")
@case_argument
@pass_environment
def track(environment: Environment, case: Path) -> int:
    from complain.case.folder import case_id
    from complain.filing.exit_codes import exit_code
    from complain.filing.mail_run import follow_case

    identity = case_id(case)
    followed, titles = follow_case(environment, identity)
    code = exit_code([one.report for one in followed])
    if environment.json:
        _print_json(environment, identity, followed, code)
    else:
        _print(environment, followed, titles)
    return code


def _print_json(environment: Environment, case: str, followed: Sequence[Followed], code: int) -> None:
    filings = [{**one.report.as_json(), "mails": [_as_json(mail) for mail in one.mails]} for one in followed]
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

    news = [f"    {_mail_sentence(mail)}" for mail in one.mails] or [f"    {_('Nothing new has come.')}"]
    kept = [] if one.bag is None else [f"    {_('Kept in: {path}').format(path=one.bag)}"]
    return [title, f"    {outcome_sentence(one.report, title, by_mail=True)}", *news, *kept]


def _mail_sentence(mail: TrackedMail) -> str:
    day = "" if mail.at is None else f"{mail.at.date().isoformat()}  "
    said = {
        "bounce": _("It came back undelivered: “{words}”"),
        "report": _("A delivery report: “{words}”"),
        "number": _("An answer with the number {number}: “{words}”"),
        "auto-answer": _("An automatic answer: “{words}”"),
        "reply": _("A reply: “{words}”"),
    }[mail.kind]
    return day + said.format(words=mail.words, number=mail.number)
