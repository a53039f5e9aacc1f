"""``complain init``, ``check`` and ``sign``: writing a case, finding its gaps, binding its truth."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from complain.cli.options import ComplainCommand, case_argument, pass_environment
from complain.commands import typed
from complain.environment import Environment
from complain.errors import CaseMistakes, ExitCode, Mistake, NotSigned, VaultUnavailable
from complain.i18n import _, ngettext

if TYPE_CHECKING:
    from complain.case.asking import Talk
    from complain.case.model import Case


def _print_json(environment: Environment, document: Mapping[str, object]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False), file=environment.stdout)


# -- init -----------------------------------------------------------------------------------------------------


@click.command(cls=ComplainCommand, help="Ask, and write a case folder.")
@click.argument("folder", metavar="[DIR]", required=False, default=".", type=click.Path(path_type=Path))
@click.option("--example", is_flag=True, help="Ask nothing; write a fictional case to rehearse with.")
@pass_environment
def init(environment: Environment, folder: Path, example: bool) -> int:
    if example:
        return _write_example(environment, folder)
    from complain.case.asking import Talk
    from complain.case.begin import begin
    from complain.case.place import folder_warnings

    talk = Talk(environment.stdin, environment.stderr, environment.now)
    try:
        begun = begin(
            folder, talk, _IdentityStore(environment, talk), folder_warnings(folder, environment.environ)
        )
    except KeyboardInterrupt:
        talk.say(
            "\n"
            + _("Stopped. What you answered is kept; go on with: complain init {folder}").format(
                folder=folder
            )
        )
        raise
    if environment.json:
        _print_json(
            environment,
            {
                "case": begun.case_id or None,
                "file": str(begun.file),
                "written": begun.written,
                "exit_code": 0,
            },
        )
    elif begun.written:
        _say_written(environment, folder, begun.file)
    else:
        click.echo(_("The case in {folder} is as it was.").format(folder=folder), file=environment.stdout)
    return ExitCode.OK


def _write_example(environment: Environment, folder: Path) -> int:
    from complain.case.example import write_example

    file = write_example(folder)
    if environment.json:
        document = {"case": "example-basic", "file": str(file), "written": True, "exit_code": 0}
        _print_json(environment, document)
    else:
        _say_written(environment, folder, file)
    return ExitCode.OK


def _say_written(environment: Environment, folder: Path, file: Path) -> None:
    click.echo(_("Written: {file}").format(file=file), file=environment.stdout)
    open_points = _open_points(environment, folder)
    if open_points:
        click.echo(
            ngettext("One thing is still open.", "{count} things are still open.", open_points).format(
                count=open_points
            ),
            file=environment.stdout,
        )
    click.echo(_("Next: {step}").format(step=typed("complain", "check", folder)), file=environment.stdout)


def _open_points(environment: Environment, folder: Path) -> int:
    from complain.case.load import load_case

    try:
        load_case(folder, now=environment.now())
    except CaseMistakes as mistakes:
        return len(mistakes.mistakes)
    return 0


class _IdentityStore:
    """Keeps the identity number in the system's password store, or says why it cannot."""

    def __init__(self, environment: Environment, talk: Talk) -> None:
        self._environment = environment
        self._talk = talk

    def standing(self, key: str) -> Literal["kept", "absent", "unavailable"]:
        from complain.vault import open_vault

        if self._environment.practice:
            return "unavailable"  # practice keeps no secret, and its desks need no real identity number
        try:
            return "kept" if open_vault(self._environment).get(key) else "absent"
        except VaultUnavailable as error:
            self._explain(error, key)
            return "unavailable"

    def keep(self, key: str, value: str) -> bool:
        from complain.vault import open_vault

        try:
            open_vault(self._environment).set(key, value)
        except VaultUnavailable as error:
            self._explain(error, key)
            return False
        return True

    def _explain(self, error: VaultUnavailable, key: str) -> None:
        self._talk.say(f"\n{error.message}")
        self._talk.say(
            _(
                "Your identity number is not asked for now. Everything else goes on; store it later, if a form "
                "needs it, with: complain secret set {name}"
            ).format(name=key)
        )


# -- check ----------------------------------------------------------------------------------------------------


@click.command(cls=ComplainCommand, help="Say what is missing or wrong, per channel.")
@case_argument
@pass_environment
def check(environment: Environment, case: Path) -> int:
    from complain.case.load import load_case

    try:
        loaded = load_case(case, now=environment.now())
    except CaseMistakes as mistakes:
        return _say_mistakes(environment, case, mistakes.mistakes)
    gaps = _gaps(environment, loaded)
    if environment.json:
        facts = {gap.channel: gap.facts for gap in gaps}
        document = _check_document(loaded.id, (), facts, ExitCode.OK)
        _print_json(environment, {**document, "warnings": _cautions(environment, loaded, case)})
        return ExitCode.OK
    _say_gaps(environment, loaded, case, gaps)
    click.echo(
        _("Next: {step}").format(
            step=typed("complain", "submit", case, "--channels", "all", "--practice", "--dry-run")
        ),
        file=environment.stdout,
    )
    return ExitCode.OK


def _say_mistakes(environment: Environment, folder: Path, mistakes: Sequence[Mistake]) -> int:
    if environment.json:
        _print_json(environment, _check_document(_id_of(folder), mistakes, {}, ExitCode.USAGE))
        return ExitCode.USAGE
    heading = ngettext("One thing must be corrected:", "{count} things must be corrected:", len(mistakes))
    click.echo(heading.format(count=len(mistakes)), file=environment.stdout)
    for mistake in mistakes:
        click.echo(f"  {_named(mistake)}", file=environment.stdout)
    click.echo(
        _("Correct them in the file, then: {command}").format(command=typed("complain", "check", folder)),
        file=environment.stdout,
    )
    return ExitCode.USAGE


def _named(mistake: Mistake) -> Mistake:
    """Return a mistake whose key also says what a person calls it."""
    from complain.case.labels import label

    name = label(mistake.key)
    if name == mistake.key:
        return mistake
    return replace(mistake, key=_("{key} ({name})").format(key=mistake.key, name=name))


def _id_of(folder: Path) -> str | None:
    from complain.case.folder import case_id

    try:
        return case_id(folder)
    except CaseMistakes:
        return None


def _check_document(
    case_id: str | None, mistakes: Sequence[Mistake], channels: Mapping[str, Sequence[str]], code: ExitCode
) -> dict[str, object]:
    return {
        "case": case_id,
        "mistakes": [asdict(mistake) for mistake in mistakes],
        "channels": {name: list(facts) for name, facts in channels.items()},
        "exit_code": int(code),
    }


@dataclass(frozen=True)
class _Gap:
    """What one channel lacks; `facts` may be empty."""

    channel: str
    title: str
    facts: tuple[str, ...]


def _gaps(environment: Environment, case: Case) -> list[_Gap]:
    """Return what each enabled channel lacks, in stage order."""
    from complain.channels.registry import load_registry

    registry = load_registry(environment)
    for warning in registry.warnings:
        click.echo(warning, file=environment.stderr)
    config = environment.config()
    stored = _stored_names(environment)
    enabled = [channel for channel in registry.channels.values() if config.channel(channel.id).enabled]
    return [
        _Gap(channel.id, channel.title, tuple(fact for fact in channel.missing(case) if fact not in stored))
        for channel in sorted(enabled, key=lambda channel: channel.stage)
    ]


def _stored_names(environment: Environment) -> tuple[str, ...]:
    from complain.vault import known_names  # reads names only; the password store is not touched

    return known_names(environment.home)


def _say_gaps(environment: Environment, case: Case, folder: Path, gaps: Sequence[_Gap]) -> None:
    from complain.case.notices import notices
    from complain.cli.lines import print_lines

    click.echo(_("The case can be read, and nothing in it contradicts itself."), file=environment.stdout)
    told = (*notices(case), *_cautions(environment, case, folder))
    print_lines(environment, (f"  · {notice}" for notice in told))
    if not case.evidence:
        words = typed("complain", "evidence", "add", "--case", folder), _("FILE")
        click.echo("      " + " ".join(words), file=environment.stdout)
    for gap in gaps:
        line = _("{name}: {value}").format(name=gap.title, value=_gap_words(gap))
        click.echo(f"  {line}", file=environment.stdout)


def _cautions(environment: Environment, case: Case, folder: Path) -> list[str]:
    """Return which words harm, which numbers a public channel would show, and where case and call log disagree."""
    from complain.channels.registry import load_registry
    from complain.evidence.disagreeing import disagreements
    from complain.filing.letter_writing import is_public
    from complain.rules.words import case_warnings

    config = environment.config()
    channels = load_registry(environment).channels.values()
    public = any(is_public(channel) for channel in channels if config.channel(channel.id).enabled)
    # what has no evidence is told by the notices already, all incidents in one sentence
    words = [c.sentence for c in case_warnings(case, public=public) if c.row != "no-evidence"]
    return [*disagreements(case, folder), *words]


def _gap_words(gap: _Gap) -> str:
    from complain.case.labels import label

    if not gap.facts:
        return _("nothing is missing.")
    return _("missing: {facts}.").format(facts=_(", ").join(label(fact) for fact in gap.facts))


# -- sign -----------------------------------------------------------------------------------------------------


@click.command(cls=ComplainCommand, help="Show facts and letters, and sign them as true.")
@case_argument
@pass_environment
def sign(environment: Environment, case: Path) -> int:
    from complain.case.load import load_case
    from complain.case.signature import record_signature
    from complain.filing.signing import signing_digest, statement

    loaded = load_case(case, now=environment.now())
    digest = signing_digest(loaded, case)  # before it is shown: what is signed is what was seen
    click.echo(statement(loaded), file=environment.stderr if environment.json else environment.stdout)
    if not _reads_truth_word(environment):
        raise NotSigned(
            _("Nothing was signed: the word 属实 was not typed."), next_step=typed("complain", "sign", case)
        )
    at = environment.now()
    record_signature(environment.home, loaded.id, digest, at)
    if environment.json:
        _print_json(
            environment,
            {"case": loaded.id, "signed": True, "digest": digest, "at": at.isoformat(), "exit_code": 0},
        )
    else:
        click.echo(
            _("Signed. Any change to facts, evidence or letters makes it void."), file=environment.stdout
        )
    return ExitCode.OK


def _reads_truth_word(environment: Environment) -> bool:
    from complain.filing.signing import is_truth_word
    from complain.wording import truth_text

    click.echo(truth_text(), file=environment.stderr)
    click.echo(_("Type 属实 to sign; Enter alone signs nothing: "), file=environment.stderr, nl=False)
    try:
        return is_truth_word(environment.stdin.readline())
    except UnicodeDecodeError:
        return False
