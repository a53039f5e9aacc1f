"""``complain forget CASE``: show all that is kept of a case, offer an export, then remove it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainCommand, case_argument, pass_environment
from complain.environment import Environment, Home
from complain.errors import ExitCode, PersonNeeded, UsageError
from complain.i18n import _

if TYPE_CHECKING:
    from complain.filing.case_files import CaseFiles
    from complain.filing.forgetting import Traces


@dataclass(frozen=True)
class _Wish:
    """What the options asked for, made whole by what the person answered.

    Attributes:
        export: Where all of it was copied first; None for no copy.
        with_folder: Whether the case folder's own files go too.
    """

    export: Path | None
    with_folder: bool


@click.command(cls=ComplainCommand, help="Remove everything of a case, after offering an export.")
@case_argument
@click.option(
    "--export", type=click.Path(path_type=Path, dir_okay=False), help="First copy all of it to this zip file."
)
@click.option("--no-export", is_flag=True, help="Offer no export.")
@click.option(
    "--with-folder", is_flag=True, help="Remove case.toml and the evidence files that it names, too."
)
@click.option("--yes", is_flag=True, help="Do not ask for the case's id to be typed.")
@pass_environment
def forget(
    environment: Environment, case: Path, export: Path | None, no_export: bool, with_folder: bool, yes: bool
) -> int:
    """Show, export, ask, remove, and say what is left.

    Args:
        environment: Streams and home.
        case: The case folder, or the case's id when the folder is gone.
        export: Where the export goes.
        no_export: Whether the person wants none.
        with_folder: Whether the case folder's own files go too.
        yes: Whether the typed id is not asked for.
    """
    _check_options(environment, export, no_export, yes)
    from complain.filing.case_files import CaseFiles, named_case
    from complain.filing.forgetting import find_traces

    identity, files = named_case(case)
    if environment.practice:
        files = CaseFiles(None)  # the practice home alone is spoken of
    traces = [found for home in _homes(environment) if not (found := find_traces(home, identity)).is_empty]
    if not traces and not (with_folder and files.paths):
        return _report(
            environment, identity, None, [_("Nothing is kept here of case “{case}”.").format(case=identity)]
        )
    _show(environment, identity, traces, files)
    asked = _ask_export(environment, identity) if _is_asked(environment, export, no_export) else export
    _copy_first(environment, asked, traces, files)
    if not (yes or _ask_identity(environment, identity)):
        click.echo(_("Nothing was removed."), file=environment.stderr)
        return ExitCode.NEEDS_HUMAN
    wish = _Wish(asked, with_folder or (not yes and bool(files.paths) and _ask_folder(environment, files)))
    return _carry_out(environment, identity, traces, files, wish)


def _check_options(environment: Environment, export: Path | None, no_export: bool, yes: bool) -> None:
    if export and no_export:
        raise UsageError(_("--export and --no-export contradict each other; nothing was removed."))
    if environment.stdin.isatty():
        return
    if not yes:
        raise PersonNeeded(
            _(
                "Removing a case must be confirmed by typing its id, and there is no terminal. Nothing was removed."
            ),
            next_step=_("complain forget CASE --yes --export FILE"),
        )
    if not (export or no_export):
        raise UsageError(
            _("Nobody can be asked whether to keep a copy. Say it with --export FILE or --no-export."),
            next_step=_("complain forget CASE --yes --export FILE"),
        )


def _homes(environment: Environment) -> list[Home]:
    """Return the homes to look in: a case that was rehearsed left its traces in the practice home as well."""
    practice = Home(environment.home.root, practice=True)
    return [practice] if environment.practice else [environment.home, practice]


def _show(environment: Environment, identity: str, traces: Sequence[Traces], files: CaseFiles) -> None:
    lines = [_("This is kept of case “{case}”:").format(case=identity)]
    lines += [line for found in traces for line in _kept_lines(found)]
    if files.paths:
        lines.append(
            _("Your own files in {folder}: {count} (case.toml and evidence).").format(
                folder=files.folder, count=len(files.paths)
            )
        )
    for found in traces:
        if found.may_be_sent and not found.home.practice:
            lines.append(
                _(
                    "The filings with {channels} have reached the other side, or may have. Once they are forgotten, "
                    "the tool cannot keep you from filing the same again."
                ).format(channels=_(", ").join(found.may_be_sent))
            )
    click.echo("\n".join(lines), file=environment.stderr)


def _kept_lines(found: Traces) -> Iterator[str]:
    yield _("In {folder}:").format(folder=found.home.path)
    counts = [
        (_("receipts: {count}"), len(found.receipts)),
        (_("previews and evidence of runs: {count}"), len(found.runs)),
        (_("packs, signatures and other files: {count}"), len(found.further)),
        (_("entries of the journal: {count}"), found.journal_rows),
    ]
    yield from (f"  {words.format(count=count)}" for words, count in counts if count)
    if found.sessions:
        yield "  " + _("kept log-ins: {names}").format(names=", ".join(found.sessions))
    if found.secrets:
        yield "  " + _("in the system's password store: {names}").format(names=", ".join(found.secrets))
    if found.others:
        yield "  " + _("Log-ins and secrets are kept, because other cases use them: {cases}.").format(
            cases=", ".join(found.others)
        )


def _is_asked(environment: Environment, export: Path | None, no_export: bool) -> bool:
    return not (export or no_export) and environment.stdin.isatty()


def _copy_first(
    environment: Environment, target: Path | None, traces: Sequence[Traces], files: CaseFiles
) -> None:
    from complain.filing.forgetting import damage, export_case

    if target is None:
        return
    export_case(target.absolute(), traces, files.paths)
    for sentence in [_("Written: {path}").format(path=target.absolute()), *damage(traces)]:
        click.echo(sentence, file=environment.stderr)


def _ask_export(environment: Environment, identity: str) -> Path | None:
    words = _("Copy all of it to a zip file first? File name, or “-” for no copy [receipts-{case}.zip]: ")
    answer = _ask(environment, words.format(case=identity))
    return None if answer == "-" else Path(answer or f"receipts-{identity}.zip")


def _ask_folder(environment: Environment, files: CaseFiles) -> bool:
    words = _(
        "Remove your own files in {folder} as well? The evidence may be your only originals. “yes” removes them, "
        "Enter alone keeps them: "
    )
    return _ask(environment, words.format(folder=files.folder)).casefold() in {"yes", "是"}


def _ask_identity(environment: Environment, identity: str) -> bool:
    words = _("This cannot be undone. Type the case's id, “{case}”, to remove it: ")
    return _ask(environment, words.format(case=identity)) == identity


def _ask(environment: Environment, words: str) -> str:
    click.echo(words, nl=False, file=environment.stderr)
    return environment.stdin.readline().strip()


def _carry_out(
    environment: Environment, identity: str, traces: Sequence[Traces], files: CaseFiles, wish: _Wish
) -> int:
    from complain.filing.case_files import remove_case_files
    from complain.filing.forgetting import remove_traces
    from complain.vault import open_vault

    stuck = [path for found in traces for path in remove_traces(found, open_vault(environment))]
    stuck += remove_case_files(files) if wish.with_folder else ()
    left = [_("{path} could not be removed; remove it yourself.").format(path=path) for path in stuck]
    left += list(_out_of_reach(environment, files, wish))
    code = ExitCode.NEEDS_HUMAN if stuck else ExitCode.OK
    done = _("Case “{case}” is forgotten.").format(case=identity)
    return _report(environment, identity, wish.export, [done], left, code)


def _out_of_reach(environment: Environment, files: CaseFiles, wish: _Wish) -> Iterator[str]:
    """Say what stays where this tool cannot reach."""
    from complain.case.place import synced_by

    if files.paths and not wish.with_folder:
        yield _("Your own files in {folder} were kept.").format(folder=files.folder)
    for folder in (environment.home.path, files.folder):
        service = "" if folder is None else synced_by(folder.absolute(), environment.environ)
        if service:
            yield _("{folder} is copied elsewhere by {service}: remove the copies there too.").format(
                folder=folder, service=service
            )
    if wish.export is not None:
        yield _("The copy in {path} holds everything: keep it where nobody else looks.").format(
            path=wish.export.absolute()
        )
    yield _("Backups and copies that you made yourself cannot be removed from here.")
    yield _("What was sent stays with those who received it, and in your mailbox and on your phone.")
    yield _(
        "Deleted files can sometimes be restored with special tools as long as the disk is not encrypted."
    )


def _report(
    environment: Environment,
    identity: str,
    export: Path | None,
    done: Sequence[str],
    left: Sequence[str] = (),
    code: ExitCode = ExitCode.OK,
) -> int:
    if environment.json:
        document = {
            "case": identity,
            "export": None if export is None else str(export.absolute()),
            "done": list(done),
            "not_removed": list(left),
            "exit_code": int(code),
        }
        click.echo(json.dumps(document, ensure_ascii=False), file=environment.stdout)
    else:
        click.echo("\n".join([*done, *left]), file=environment.stdout)
    return code
