"""``complain submit``: parse, call the run, print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainCommand, case_argument, pass_environment
from complain.environment import Environment

if TYPE_CHECKING:
    from complain.filing.run import RunResult


@click.command(cls=ComplainCommand, help="Fill every channel's form, show it, and file it once.")
@case_argument
@click.option("--channels", required=True, metavar="all|due|ID,ID", help="Which channels.")
@click.option("--dry-run", is_flag=True, help="Fill and show; submit nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before submitting; never asks anything.")
@click.option("--by-hand", is_flag=True, help="Lay every channel out in a pack, to be done by yourself.")
@click.option("--headed", is_flag=True, help="Show the browser.")
@click.option("--reveal", is_flag=True, help="Do not mask personal data in the preview.")
@click.option("--retry", multiple=True, metavar="ID", help="Try a channel again that refused.")
@pass_environment
def submit(
    environment: Environment,
    case: Path,
    channels: str,
    dry_run: bool,
    yes: bool,
    headed: bool,
    reveal: bool,
    retry: tuple[str, ...],
    by_hand: bool,
) -> int:
    from complain.cli.run_ui import TerminalUi
    from complain.filing.interrupting import told
    from complain.filing.run import SubmitRequest, run_submit

    request = SubmitRequest(
        folder=case,
        channels=channels,
        dry_run=dry_run,
        yes=yes,
        headed=headed,
        reveal=reveal,
        retry=retry,
        by_hand=by_hand,
    )
    try:
        with TerminalUi(environment, yes=yes, folder=case) as ui:
            result = run_submit(request, environment, ui)
            if result.fault:
                ui.warn(result.fault)
        if environment.json:
            _print_json(environment, result)
        else:
            ui.show_result(result)
    finally:
        told()
    return int(result.exit_code)


def _print_json(environment: Environment, result: RunResult) -> None:
    document = {
        "case": result.case,
        "run": result.run,
        "filings": [report.as_json() for report in result.filings],
        **({"error": {"message": result.fault, "next": "complain status"}} if result.fault else {}),
        "exit_code": int(result.exit_code),
    }
    click.echo(json.dumps(document), file=environment.stdout)  # ASCII: whatever the output can carry
