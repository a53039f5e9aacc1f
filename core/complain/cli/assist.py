"""``complain assist``: fill what is recognised on any form in a visible browser; the person submits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from complain.cli.options import ComplainCommand, pass_environment
from complain.environment import Environment
from complain.errors import PersonNeeded, UsageError
from complain.i18n import _

if TYPE_CHECKING:
    from complain.browser.assisting import Assisted
    from complain.cli.asking import LineReader
    from complain.filing.assisting import AssistResult

LETTERS = ("platform", "regulator", "local-bureau", "association")


@click.command(cls=ComplainCommand, help="Fill what is recognised on any form; you submit.")
@click.argument("url")
@click.argument("case", required=False, default=".", type=click.Path(path_type=Path))
@click.option(
    "--letter", type=click.Choice(LETTERS), default="platform", help="To whom the letter is written."
)
@click.option(
    "--also", multiple=True, metavar="ORIGIN", help="A further origin that may receive what is typed."
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep what was learnt as a channel definition.",
)
@click.option("--headless", is_flag=True, hidden=True)
@pass_environment
def assist(
    environment: Environment,
    url: str,
    case: Path,
    letter: str,
    also: tuple[str, ...],
    save: Path | None,
    headless: bool,
) -> int:
    from complain.cli.asking import LineReader
    from complain.environment import has_screen

    if not environment.interactive or not (headless or has_screen()):
        raise PersonNeeded(
            _("You submit this form yourself: run the command in a terminal on a computer with a screen."),
            next_step=f"complain assist {url}",
        )
    _refuse_to_replace(save)
    from complain.filing.assisting import AssistRequest, run_assist

    person = TerminalPerson(environment, LineReader(environment.stdin))
    result = run_assist(AssistRequest(url, case, letter, also, headed=not headless), environment, person)
    return show_result(environment, person, result, save)


class TerminalPerson:
    """The person at the terminal.

    Args:
        environment: Its streams.
        reader: Reads what they type.
    """

    def __init__(self, environment: Environment, reader: LineReader) -> None:
        self._environment = environment
        self._reader = reader

    def say(self, sentence: str) -> None:
        """Show a sentence."""
        click.echo(sentence, file=self._environment.stderr)

    async def ask(self, question: str) -> str | None:
        """Ask, and return one line; None at the end of the input."""
        click.echo(question, file=self._environment.stderr, nl=False)
        line = await self._reader.line_or_end()
        return None if line is None else line.strip()

    def show(self, assisted: Assisted) -> None:
        """Show which fields were filled, and which were left and why."""
        out = self._environment.stdout
        click.echo(_("Filled, {count}:").format(count=len(assisted.filled)), file=out)
        for item in assisted.filled:
            click.echo(f"  ✓ {item.name}", file=out)
        click.echo(
            _("Left to you, {count} (outlined in the window):").format(count=len(assisted.left)), file=out
        )
        for number, left in enumerate(assisted.left, 1):
            click.echo(f"  {number}. {left.name}: {left.why}", file=out)

    async def sign(self, why: str) -> bool:
        """Ask for the truth statement; only the exact word signs."""
        from complain.filing.signing import is_truth_word
        from complain.wording import truth_text

        self.say(f"{why}\n{truth_text()}")
        typed = await self.ask(_("Type 属实 to sign; Enter alone signs nothing: "))
        return typed is not None and is_truth_word(typed)


def show_result(
    environment: Environment, person: TerminalPerson, result: AssistResult, save: Path | None
) -> int:
    """Show how it ended, offer to keep what was learnt, and return the exit code.

    Args:
        environment: Its streams.
        person: Asked where to keep it, when ``save`` does not say.
        result: How it ended.
        save: Where what was learnt goes; None: the person is asked.
    """
    import asyncio

    from complain.filing.exit_codes import exit_code
    from complain.wording import outcome_sentence

    report = result.report
    click.echo(outcome_sentence(report, report.channel), file=environment.stdout)
    if report.receipt is not None and report.receipt.path is not None:
        click.echo(_("Kept, on your word: {path}").format(path=report.receipt.path), file=environment.stdout)
    if result.learnt:
        path = save or asyncio.run(_where(person))
        if path is not None:
            _save(environment, path, result.learnt)
    return int(exit_code([report]))


async def _where(person: TerminalPerson) -> Path | None:
    question = _(
        "Keep what was learnt of this form as a channel definition? Type a file name (Enter alone: no): "
    )
    while name := await person.ask(question):
        path = _free_path(name)
        if path is not None:
            return path
        person.say(_("“{path}” is there already, or its folder is not.").format(path=name))
    return None


def _free_path(name: str) -> Path | None:
    path = Path(name).expanduser()
    return path if not path.exists() and path.absolute().parent.is_dir() else None


def _refuse_to_replace(save: Path | None) -> None:
    if save is not None and _free_path(str(save)) is None:
        raise UsageError(
            _("“{path}” is there already, or its folder is not.").format(path=save),
            next_step=_("Give another name to --save."),
        )


def _save(environment: Environment, path: Path, text: str) -> None:
    from complain.channels.definition import load_definition
    from complain.durable import write_durably
    from complain.errors import DefinitionMistakes

    write_durably(path.absolute(), text.encode())
    click.echo(
        _("Written: {path}. Nobody has checked it yet: look through it, then try it with --dry-run.").format(
            path=path
        ),
        file=environment.stdout,
    )
    try:
        load_definition(path)
    except DefinitionMistakes as incomplete:
        click.echo(incomplete.message, file=environment.stderr)
