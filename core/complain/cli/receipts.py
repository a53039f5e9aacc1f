"""``complain receipts``: what the archive holds, whether it is unchanged, and a copy for others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainGroup, pass_environment
from complain.cli.targets import checked_target
from complain.commands import home_options, typed
from complain.environment import CHINA, Environment
from complain.errors import ExitCode, UsageError
from complain.i18n import _, ngettext

if TYPE_CHECKING:
    from complain.archive.index import KeptReceipt
    from complain.archive.verify import ArchivedRow, Finding


@click.group(cls=ComplainGroup, help="List, show, verify and export receipts.")
def receipts() -> None:
    """Group of the commands that follow."""


@receipts.command("list", help="List all receipts, or those of one case or channel.")
@click.argument("which", required=False, metavar="[CASE[/CHANNEL]]")
@pass_environment
def list_receipts(environment: Environment, which: str | None) -> None:
    """List receipts.

    Args:
        environment: Streams and home.
        which: A case's id or folder, with or without a channel; all when left out.
    """
    kept = _kept(environment) if which is None else _chosen(environment, [which])
    if environment.json:
        _print_json(environment, {"receipts": [one.as_json() for one in kept], "exit_code": 0})
    elif kept:
        _print_table(environment, kept)
    else:
        click.echo(_("No receipt is kept yet."), file=environment.stdout)


@receipts.command("show", help="Show all that is kept of a filing: CASE/CHANNEL.")
@click.argument("which", metavar="CASE[/CHANNEL[/ATTEMPT]]")
@pass_environment
def show(environment: Environment, which: str) -> None:
    """Show receipts in detail.

    Args:
        environment: Streams and home.
        which: As ``receipts list`` names them.
    """
    kept = _chosen(environment, [which])
    if environment.json:
        details = [{**one.as_json(), "info": dict(one.info), "files": _files_json(one)} for one in kept]
        _print_json(environment, {"receipts": details, "exit_code": 0})
        return
    click.echo("\n\n".join(_details(one) for one in kept), file=environment.stdout)


@receipts.command("verify", help="Check that every kept file is unchanged and that nothing is missing.")
@pass_environment
def verify(environment: Environment) -> int:
    """Hash everything again; name every file that differs.

    Args:
        environment: Streams and home.
    """
    from complain.archive.verify import verify_archive

    findings = verify_archive(environment.home, _journal_rows(environment))
    code = ExitCode.DAMAGED if any(finding.is_damage for finding in findings) else ExitCode.OK
    kept = _kept(environment)
    if environment.json:
        _print_json(environment, _verified_json(kept, findings, code))
        return code
    for finding in findings:
        click.echo(finding.sentence(), file=environment.stdout)
    click.echo(_verdict(kept, findings), file=environment.stdout)
    return code


@receipts.command("export", help="Copy receipts into one zip or PDF file for others to check.")
@click.argument("which", nargs=-1, required=True, metavar="CASE[/CHANNEL]...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; its ending, .zip or .pdf, says which kind.",
)
@pass_environment
def export(environment: Environment, which: tuple[str, ...], output: Path | None) -> int:
    """Write one file with all that is kept of some filings.

    Args:
        environment: Streams and home.
        which: As ``receipts list`` names them.
        output: Where to; by default ``receipts-CASE.zip`` in the current folder.
    """
    from complain.archive.export import default_name
    from complain.durable import write_durably

    kept = _chosen(environment, which)
    target = (output or default_name(kept)).absolute()
    data = _export_bytes(environment, kept, _checked_target(target))
    write_durably(target, data)
    findings = _selected_findings(environment, kept)
    _report_export(environment, kept, target, findings)
    return ExitCode.DAMAGED if findings else ExitCode.OK


def _export_bytes(environment: Environment, kept: Sequence[KeptReceipt], target: Path) -> bytes:
    if target.suffix.lower() == ".pdf":
        import asyncio

        from complain.filing.receipt_printing import receipts_pdf

        return asyncio.run(receipts_pdf(environment, kept))
    from complain.archive.export import zip_receipts

    return zip_receipts(kept)


def _checked_target(target: Path) -> Path:
    if target.suffix.lower() not in (".zip", ".pdf"):
        raise UsageError(
            _("The export is a .zip or a .pdf file; “{name}” is neither.").format(name=target.name),
            next_step=_("Name it with one of these endings."),
        )
    return checked_target(target)


def _report_export(
    environment: Environment, kept: Sequence[KeptReceipt], target: Path, findings: Sequence[Finding]
) -> None:
    for finding in findings:
        click.echo(finding.sentence(), file=environment.stderr)
    if environment.json:
        document = {
            "export": str(target),
            "receipts": [one.identity for one in kept],
            "findings": [_finding_json(finding) for finding in findings],
            "exit_code": int(ExitCode.DAMAGED if findings else ExitCode.OK),
        }
        _print_json(environment, document)
        return
    click.echo(_("Written: {path}").format(path=target), file=environment.stdout)
    click.echo(
        _("It holds your name, your phone number and what you stated. Give it only to whom it is meant for."),
        file=environment.stderr,
    )


def _selected_findings(environment: Environment, kept: Iterable[KeptReceipt]) -> list[Finding]:
    from complain.archive.verify import verify_bag

    return [finding for one in kept for finding in verify_bag(one.path, environment.home.archive)]


def _kept(environment: Environment) -> list[KeptReceipt]:
    from complain.archive.index import kept_receipts

    return kept_receipts(environment.home.archive)


def _chosen(environment: Environment, identifiers: Iterable[str]) -> list[KeptReceipt]:
    """Return the receipts that the person named, each once, in the archive's order."""
    from complain.archive.index import select_receipts

    kept = _kept(environment)
    chosen: set[str] = set()
    for identifier in identifiers:
        found = select_receipts(kept, _as_identifier(identifier))
        if not found:
            raise UsageError(
                _("No receipt is kept under “{name}”.").format(name=identifier),
                next_step=typed("complain", "receipts", "list", *home_options(environment.home)),
            )
        chosen.update(one.identity for one in found)
    return [one for one in kept if one.identity in chosen]


def _as_identifier(named: str) -> str:
    """Return the case's id when a case folder was named, else the text itself."""
    from complain.case.folder import CASE_FILE, case_folder, case_id

    folder = case_folder(Path(named))
    return case_id(folder) if (folder / CASE_FILE).is_file() else named


def _journal_rows(environment: Environment) -> Sequence[ArchivedRow]:
    """Return the bags that the journal names; a home without a journal has none, and none is made."""
    if not environment.home.journal.is_file():
        return ()
    from contextlib import closing

    from complain.filing.journal import open_journal

    with closing(open_journal(environment.home.journal)) as journal:
        return journal.archived()


def _print_json(environment: Environment, document: Mapping[str, object]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False), file=environment.stdout)


def _files_json(one: KeptReceipt) -> list[dict[str, object]]:
    return [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in one.files]


def _finding_json(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind.value,
        "path": finding.path,
        "expected": finding.expected or None,
        "found": finding.found or None,
        "message": finding.sentence(),
    }


def _verified_json(
    kept: Sequence[KeptReceipt], findings: Sequence[Finding], code: ExitCode
) -> dict[str, object]:
    return {
        "receipts": len(kept),
        "files": sum(len(one.files) for one in kept),
        "clean": code is ExitCode.OK,
        "findings": [_finding_json(finding) for finding in findings],
        "exit_code": int(code),
    }


def _verdict(kept: Sequence[KeptReceipt], findings: Sequence[Finding]) -> str:
    files = sum(len(one.files) for one in kept)
    damage = sum(finding.is_damage for finding in findings)
    if damage:
        return ngettext(
            "{damage} difference found; the archive is not as it was.",
            "{damage} differences found; the archive is not as it was.",
            damage,
        ).format(damage=damage)
    return _("Everything is as it was kept: {receipts} receipts, {files} files.").format(
        receipts=len(kept), files=files
    )


def _print_table(environment: Environment, kept: Sequence[KeptReceipt]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in (_("Receipt"), _("How it stood"), _("Number"), _("Seen at")):
        table.add_column(heading, overflow="fold")
    for one in kept:
        table.add_row(one.identity, _standing(one), one.number or "", _moment(one))
    width = None if environment.stdout.isatty() else 200
    Console(file=environment.stdout, width=width, highlight=False, markup=False).print(table)


def _standing(one: KeptReceipt) -> str:
    from complain.model import Outcome
    from complain.wording import outcome_label

    known = one.outcome in {outcome.value for outcome in Outcome}
    return outcome_label(Outcome(one.outcome)) if known else one.outcome


def _moment(one: KeptReceipt) -> str:
    return "" if one.filed_at is None else f"{one.filed_at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _details(one: KeptReceipt) -> str:
    lines = [
        one.identity,
        _("How it stood: {standing}").format(standing=_standing(one)),
        _("Number: {number}").format(number=one.number or _("none")),
        _("Seen at: {moment}").format(moment=_moment(one) or _("not recorded")),
        _("Folder: {path}").format(path=one.path),
        _("SHA-256 of the whole: {sha256}").format(sha256=one.sha256 or _("missing")),
        *(f"{label}: {value}" for label, value in one.info.items()),
        *(f"{file.sha256}  {file.size:>9}  {file.name}" for file in one.files),
    ]
    return "\n".join(lines)
