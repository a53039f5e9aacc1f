"""``complain letter``: print a letter as text, or write it as a PDF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainCommand, case_argument, pass_environment
from complain.cli.targets import checked_target
from complain.environment import Environment
from complain.i18n import _

if TYPE_CHECKING:
    from complain.filing.letter_writing import MadeLetter


@click.command(cls=ComplainCommand, help="Print a letter as text or PDF.")
@case_argument
@click.option("--channel", default="", metavar="ID", help="The channel it is for.")
@click.option("--kind", default="", metavar="KIND", help="Which letter; left out, the one the channel gets.")
@click.option(
    "--length", default="", metavar="LENGTH", help="full, compact, short or brief; left out, what fits."
)
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a PDF file.")
@click.option("--annex", is_flag=True, help="Add a table of statements and what they rest on to the PDF.")
@pass_environment
def letter(
    environment: Environment, case: Path, channel: str, kind: str, length: str, pdf: Path | None, annex: bool
) -> int:
    from complain.case.folder import case_folder
    from complain.filing.letter_writing import LetterRequest, as_document, make_letter

    folder = case_folder(case)
    target = None if pdf is None else checked_target(pdf, may_replace=b"%PDF")
    made = make_letter(environment, LetterRequest(folder, channel, kind, length))
    for caution in made.cautions:
        click.echo(caution, file=environment.stderr)
    if target is not None:
        _write_pdf(environment, made, folder, target, annex)
    if environment.json:
        click.echo(json.dumps(as_document(made), ensure_ascii=False), file=environment.stdout)
    elif pdf is None:
        click.echo(made.letter.text, file=environment.stdout)
    return 0


def _write_pdf(environment: Environment, made: MadeLetter, folder: Path, pdf: Path, annex: bool) -> None:
    import asyncio

    from complain.durable import write_durably
    from complain.filing.letter_writing import write_pdf

    write_durably(pdf, asyncio.run(write_pdf(environment, made, folder, annex=annex)))
    click.echo(_("The letter was written to {path}.").format(path=pdf), file=environment.stderr)
