"""``complain evidence``: keep files, take the collectors' calls out of a call log, and report what they show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainGroup, case_argument, pass_environment
from complain.environment import Environment
from complain.i18n import _

if TYPE_CHECKING:
    from complain.evidence.keeping import KeptEvidence


@click.group(cls=ComplainGroup, help="Keep evidence: add, list, import calls, report.")
def evidence() -> None:
    """Group of the commands that follow."""


@evidence.command("add", help="Copy files into the case, and number them as evidence.")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option("--title", default="", metavar="TEXT", help="What you call it; left out, the file's name.")
@click.option(
    "--case",
    "case",
    default=".",
    type=click.Path(path_type=Path),
    help="The case folder; left out, the current one.",
)
@pass_environment
def add(environment: Environment, files: tuple[Path, ...], title: str, case: Path) -> None:
    """Add evidence.

    Args:
        environment: Streams and clock.
        files: Originals; they stay as they are.
        title: What the person calls them.
        case: The case folder.
    """
    from complain.case.load import load_case
    from complain.evidence.keeping import add_evidence

    kept = add_evidence(load_case(case, now=environment.now()), case, files, title.strip())
    if environment.json:
        _print_json(environment, {"evidence": [entry.as_json() for entry in kept], "exit_code": 0})
        return
    for entry in kept:
        click.echo(_added(entry), file=environment.stdout)
    click.echo(
        _(
            "Keep the originals, and the phone they came from: what lies here are copies. The hash shows that a "
            "file is unchanged since now; it does not show that it is true."
        ),
        file=environment.stderr,
    )
    for sentence in _advice(kept):
        click.echo(sentence, file=environment.stderr)


def _advice(kept: Sequence[KeptEvidence]) -> list[str]:
    """Return how files of these kinds are kept so that they can be used, each once."""
    from complain.rules.rows import table

    endings = {entry.file.rpartition(".")[2].lower() for entry in kept}
    return [row.sentence() for row in table("keeping") if endings & set(row.names("endings"))]


def _added(entry: KeptEvidence) -> str:
    sentence = (
        _("Evidence {number}: {file} (SHA-256 {sha256}).")
        if entry.is_new
        else _("This is evidence {number} already: {file} (SHA-256 {sha256}); it was not added again.")
    )
    return sentence.format(number=entry.number, file=entry.file, sha256=entry.sha256)


@evidence.command("list", help="List the evidence of a case with its numbers and hashes.")
@case_argument
@pass_environment
def list_(environment: Environment, case: Path) -> None:
    """List evidence.

    Args:
        environment: Streams and clock.
        case: The case folder.
    """
    from complain.case.load import load_case
    from complain.evidence.keeping import list_evidence

    kept = list_evidence(load_case(case, now=environment.now()), case)
    if environment.json:
        _print_json(environment, {"evidence": [entry.as_json() for entry in kept], "exit_code": 0})
    elif kept:
        click.echo("\n".join(_listed(kept)), file=environment.stdout)
    else:
        click.echo(_("No evidence is kept yet."), file=environment.stdout)


def _listed(kept: Sequence[KeptEvidence]) -> list[str]:
    return [
        f"{entry.number:>3}  {entry.title}\n     {entry.file} ({entry.size:,} B)\n     SHA-256 {entry.sha256}"
        for entry in kept
    ]


@evidence.command("import-calls", help="Keep the collectors' rows of a call log; all others are forgotten.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@case_argument
@click.option("--number", "numbers", multiple=True, metavar="N", help="A number of the collectors'.")
@click.option("--reason", default="", metavar="TEXT", help="Why these numbers are the collectors'.")
@click.option("--lender", default="", metavar="NAME", help="For which lender of the case they collect.")
@click.option(
    "--column", "columns", multiple=True, metavar="FIELD=COLUMN", help="Where a field stands, as number=3."
)
@click.option("--year", type=click.IntRange(2000, 2100), help="The year, for a list that leaves it out.")
@click.option("--keep-file", is_flag=True, help="Also keep the whole file as evidence.")
@click.option("--reveal", is_flag=True, help="Show every number in whole.")
@pass_environment
def import_calls(
    environment: Environment,
    file: Path,
    case: Path,
    numbers: tuple[str, ...],
    reason: str,
    lender: str,
    columns: tuple[str, ...],
    year: int | None,
    keep_file: bool,
    reveal: bool,
) -> None:
    """Import the collectors' rows of a call log.

    Args:
        environment: Streams, clock and home.
        file: Android backup, CSV or XLSX.
        case: The case folder.
        numbers: The collectors'; asked for when none is named.
        reason: Why they are the collectors'.
        lender: For whom they collect.
        columns: Columns of a list with unknown headings.
        year: Of a list without years.
        keep_file: Keep the file itself as evidence.
        reveal: Mask no number on the screen.
    """
    from complain.cli.evidence_facts import calls_a_day
    from complain.cli.evidence_import import import_document, import_lines
    from complain.evidence.importing import ImportRequest, import_calls

    asked = environment.interactive or not (numbers or environment.json)
    request = ImportRequest(
        file, case, calls_a_day(), numbers, reason, lender, columns, year, keep_file, reveal, asked
    )
    imported = import_calls(environment, request)
    if environment.json:
        _print_json(environment, import_document(imported))
    else:
        click.echo("\n".join(import_lines(imported)), file=environment.stdout)


@evidence.command(
    "transcribe",
    help="Read calls from pictures, row by row, and black parts out, on a page of this computer.",
)
@case_argument
@click.option("--evidence", "number", type=click.IntRange(1), metavar="N", help="Only this picture.")
@pass_environment
def transcribe(environment: Environment, case: Path, number: int | None) -> None:
    """Serve the page until the person is done, then draft incidents from what was read.

    Args:
        environment: Streams, clock and home.
        case: The case folder.
        number: Of one picture; None: all.
    """
    from complain.cli.evidence_pictures import transcribe_pictures, transcribed_document, transcribed_lines

    made = transcribe_pictures(environment, case, number)
    if environment.json:
        _print_json(environment, transcribed_document(made))
    else:
        click.echo("\n".join(transcribed_lines(made)), file=environment.stdout)


@evidence.command("report", help="Count the collectors' calls beside the limits; a folder for a lawyer.")
@case_argument
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write it as one HTML page.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a PDF file.")
@click.option("--for-lawyer", is_flag=True, help="The folder for a lawyer or legal aid instead of the annex.")
@click.option(
    "--with-reachability", is_flag=True, help="Attach whether you could be reached before others were called."
)
@click.option(
    "--cba-member", "members", multiple=True, metavar="NAME", help="A bank of the case that is a CBA member."
)
@pass_environment
def report(
    environment: Environment,
    case: Path,
    html: Path | None,
    pdf: Path | None,
    for_lawyer: bool,
    with_reachability: bool,
    members: tuple[str, ...],
) -> None:
    """Report what the kept calls show.

    Args:
        environment: Streams, clock and home.
        case: The case folder.
        html: Where to write the page.
        pdf: Where to write the PDF.
        for_lawyer: The lawyer's folder instead of the annex on calls.
        with_reachability: Attach the reachability table.
        members: Lenders that are members of the banking association.
    """
    from complain.cli.evidence_report import ReportRequest, make_report, report_document, report_lines

    made = make_report(environment, ReportRequest(case, html, pdf, for_lawyer, with_reachability, members))
    if environment.json:
        _print_json(environment, report_document(made))
    else:
        click.echo("\n".join(report_lines(made)), file=environment.stdout)
    if made.written:
        click.echo(
            _("It holds your name and what you stated. Give it only to whom it is meant for."),
            file=environment.stderr,
        )


def _print_json(environment: Environment, document: Mapping[str, object]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False), file=environment.stdout)
