"""``complain status``: every filing, its outcome, its receipt, the next date. The filings come from the journal only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from complain.cli.options import ComplainCommand, case_argument, pass_environment
from complain.environment import Environment, china_day
from complain.i18n import _
from complain.model import FilingReport


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
        return 0
    if not standing.reports:
        click.echo(_("Nothing has been filed in this case yet."), file=environment.stdout)
        return 0
    for report in standing.reports:
        click.echo(
            _line(report, standing.titles.get(report.channel, report.channel)), file=environment.stdout
        )
    for line in _next(environment, case):
        click.echo(line, file=environment.stdout)
    return 0


def _next(environment: Environment, case: Path) -> Iterator[str]:
    """Yield what is due next; a case that has mistakes still shows its filings."""
    from complain.cli.plan_lines import next_lines
    from complain.errors import CaseMistakes
    from complain.filing.planning import make_plan

    try:
        made = make_plan(environment, case)
    except CaseMistakes:
        yield _("The case has mistakes, so no date can be counted: complain check {folder}").format(
            folder=case
        )
        return
    yield from next_lines(made, case)


def _line(report: FilingReport, title: str) -> str:
    from complain.wording import outcome_sentence

    day = f"{china_day(report.receipt.filed_at)}  " if report.receipt else ""
    path = f"\n    {report.receipt.path}" if report.receipt and report.receipt.path else ""
    return f"{title}\n    {day}{outcome_sentence(report, title)}{path}"
