"""``complain status``: every filing, its outcome, its receipt, the next date. The filings come from the journal only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainCommand, case_argument, pass_environment
from complain.commands import home_options, typed
from complain.environment import Environment, china_day
from complain.i18n import _
from complain.model import FilingReport

if TYPE_CHECKING:
    from complain.filing.standing import Standing


@click.command(cls=ComplainCommand, help="Show every filing, its receipt, and the next date.")
@case_argument
@pass_environment
def status(environment: Environment, case: Path) -> int:
    from complain.case.folder import case_id
    from complain.filing.standing import standing_of

    identity = case_id(case)
    standing = standing_of(environment, identity)
    if environment.json:
        document = {
            "case": identity,
            "run": None,
            "filings": [report.as_json() for report in standing.reports],
            "exit_code": 0,
        }
        click.echo(json.dumps(document, ensure_ascii=False), file=environment.stdout)
    elif not standing.reports:
        click.echo(_("Nothing has been filed in this case yet."), file=environment.stdout)
    else:
        _show(environment, standing, case, identity)
        if not _show_next(environment, case):
            return 0  # a mistake may be one of time alone, which passes by itself
    _may_be_kept(environment, case, identity, standing)
    return 0


def _may_be_kept(environment: Environment, case: Path, identity: str, standing: Standing) -> None:
    """Let this answer be given again as long as nothing changes that it tells of, packs and the case's files included."""
    from complain.case.folder import case_folder
    from complain.cli.keeping import keep

    packs = environment.home.packs / identity
    folder = case_folder(case)
    keep(
        environment,
        [packs, *(packs / report.channel for report in standing.reports), folder, *folder.glob("**/")],
    )


def _show_next(environment: Environment, case: Path) -> bool:
    """Print what is due next; a case that has mistakes still shows its filings, and False is returned."""
    from complain.cli.lines import print_lines
    from complain.cli.plan_lines import next_lines
    from complain.errors import CaseMistakes
    from complain.filing.planning import make_plan

    try:
        made = make_plan(environment, case)
    except CaseMistakes:
        command = typed("complain", "check", case.absolute(), *home_options(environment.home))
        said = _("The case has mistakes, so no date can be counted: {command}").format(command=command)
        print_lines(environment, [said])
        return False
    print_lines(environment, next_lines(made, case, environment.home))
    return True


def _show(environment: Environment, standing: Standing, case: Path, identity: str) -> None:
    from rich.console import Console

    from complain.cli.digest import desk_of, print_digest
    from complain.reports.waiting import waiting_for_person

    desk = desk_of(environment, case, identity)
    titles, by_mail = standing.titles, standing.by_mail
    waiting = waiting_for_person(standing.reports, desk, titles=titles, by_mail=by_mail)
    told_below = {each.channel for each in waiting}
    for report in standing.reports:
        title = titles.get(report.channel, report.channel)
        click.echo(
            _line(report, title, report.channel in by_mail, report.channel in told_below),
            file=environment.stdout,
        )
    print_digest(Console(file=environment.stdout, highlight=False), waiting, desk.status())


def _line(report: FilingReport, title: str, by_mail: bool, told_below: bool) -> str:
    from complain.wording import outcome_label, outcome_sentence

    day = f"{china_day(report.receipt.filed_at)}  " if report.receipt else ""
    path = f"\n    {report.receipt.path}" if report.receipt and report.receipt.path else ""
    words = outcome_label(report.outcome) if told_below else outcome_sentence(report, title, by_mail=by_mail)
    return f"{title}\n    {day}{words}{path}"
