"""The entry point: a lazy group, the options that every command takes, and the one place that catches."""

from __future__ import annotations

import importlib
import io
import os
import sys
from typing import Any

import click

from complain.cli.help import places
from complain.cli.kept import answered
from complain.cli.options import ComplainCommand, ComplainGroup, Settings, settings_of
from complain.errors import ComplainError, ExitCode
from complain.i18n import _, preferred_language, use_language

# name -> (module, attribute, one line of help as a msgid). Nothing is imported before its command is called.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "init": ("complain.cli.case", "init", "Ask, and write a case folder."),
    "check": ("complain.cli.case", "check", "Say what is missing or wrong, per channel."),
    "sign": ("complain.cli.case", "sign", "Show facts and letters, and sign them as true."),
    "plan": ("complain.cli.plan", "plan", "Show which channels are due, which wait, and why."),
    "submit": ("complain.cli.submit", "submit", "Fill every channel's form, show it, and file it once."),
    "status": ("complain.cli.status", "status", "Show every filing, its receipt, and the next date."),
    "resolve": ("complain.cli.resolve", "resolve", "Settle an unknown outcome by what you saw."),
    "track": ("complain.cli.track", "track", "Read replies and portal states."),
    "letter": ("complain.cli.letter", "letter", "Print a letter as text or PDF."),
    "evidence": ("complain.cli.evidence", "evidence", "Keep evidence: add, list, import calls, report."),
    "assist": ("complain.cli.assist", "assist", "Fill what is recognised on any form; you submit."),
    "forget": ("complain.cli.forget", "forget", "Remove everything of a case, after offering an export."),
    "receipts": ("complain.cli.receipts", "receipts", "List, show, verify and export receipts."),
    "channels": (
        "complain.cli.channels",
        "channels",
        "Show what is installed, configured and last seen working.",
    ),
    "login": ("complain.cli.session", "login", "Log in to a channel in a visible browser."),
    "logout": ("complain.cli.session", "logout", "Forget a channel's session."),
    "secret": ("complain.cli.secret", "secret", "Keep passwords in the system's password store."),
    "plugin": ("complain.cli.plugin", "plugin", "Write, check and test a channel."),
    "doctor": ("complain.cli.doctor", "doctor", "Check this machine, and each form against its definition."),
    "practice": ("complain.cli.practice", "practice", "Run the practice desks and print their addresses."),
    "browser": ("complain.cli.browser", "browser", "Get a browser."),
}


class LazyGroup(ComplainGroup):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            module, attribute, _help = COMMANDS[cmd_name]
            command = getattr(importlib.import_module(module), attribute)
            assert isinstance(command, click.Command)
            return command
        from complain.cli.plugin_commands import plugin_commands

        return plugin_commands(settings_of(ctx).environment()).get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:  # a plugin's: its folder may be named only after it
            settings_of(ctx).take_ahead(args[1:])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(entry[2])) for name, entry in COMMANDS.items()])


def _version() -> str:
    from importlib.metadata import version

    return version("complain-filing")


def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"complain {_version()}")
        ctx.exit()


@click.group(cls=LazyGroup, name="complain")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version.",
)
def cli() -> None:
    """File your own true complaint, once, through every channel that should hear it."""


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit.

    Args:
        args: Arguments without the program's name; ``None`` means the process's own.
    """
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):  # a redirect on Windows may carry no Chinese: never end over that
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    language = preferred_language()
    use_language(language)
    os.environ["LANGUAGE"] = language  # click's own messages: gettext asks the environment, empty on Windows
    given = sys.argv[1:] if args is None else args
    sys.exit(answered(given, lambda: run(given)))


def _open_closed_streams() -> None:
    """Let a stream that was closed at the start (``<&-``; Python has None for it) be one of nothing at all."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  pathlib is a tenth of `--help`


def run(args: list[str]) -> int:
    """Run the command line and return the exit code; every error becomes one sentence on stderr."""
    settings = Settings()
    settings.json = "--json" in args
    try:
        result = cli.main(args=args, prog_name="complain", standalone_mode=False, obj=settings)
    except ComplainError as error:
        return _fail(settings, error.message, error.next_step, error.exit_code, error)
    except click.UsageError as error:
        hint = f"{error.ctx.command_path} --help" if error.ctx else "complain --help"
        return _fail(settings, _usage_words(error), hint, ExitCode.USAGE, error)
    except click.ClickException as error:
        return _fail(settings, error.format_message(), "", ExitCode.USAGE, error)
    except (click.Abort, KeyboardInterrupt) as error:
        return _fail(
            settings,
            _("Interrupted. Nothing was sent after this point."),
            "complain status",
            ExitCode.INTERRUPTED,
            error,
        )
    except Exception as error:
        message = _("The tool itself has a fault ({kind}). What was prepared is kept.").format(
            kind=type(error).__name__
        )
        return _fail(settings, message, "complain status", ExitCode.FAULT, error)
    return int(result) if isinstance(result, int) else 0


def _usage_words(error: click.UsageError) -> str:
    """Return click's sentence; the one that click puts together from pieces is one of ours."""
    if isinstance(error, click.MissingParameter) and error.param is not None:
        missing = places(error.param.get_error_hint(error.ctx).strip("'"))
        return _("This is missing: {name}.").format(name=missing)
    return error.format_message()


def _known_case(settings: Settings) -> str | None:
    """Return the id of the case that the command was about, where one can be read."""
    from complain.case.folder import case_id

    if settings.case is None:
        return None
    try:
        return case_id(settings.case)
    except (ComplainError, OSError, ValueError):
        return None


def _fail(settings: Settings, message: str, next_step: str, code: ExitCode, error: BaseException) -> int:
    from complain.masking import mask

    next_step = next_step or ("complain doctor" if code is ExitCode.FAULT else f"{settings.command} --help")
    if settings.json:
        import json

        document: dict[str, Any] = {
            "case": _known_case(settings),
            "run": None,
            "filings": [],
            "error": {"message": mask(message), "next": next_step},
            "exit_code": int(code),
        }
        click.echo(json.dumps(document))
    click.echo(mask(message), err=True)
    click.echo(_("Next: {step}").format(step=next_step), err=True)
    if settings.verbose and code is ExitCode.FAULT:
        import traceback

        click.echo(mask("".join(traceback.format_exception(error))), err=True)
    return int(code)


__all__ = ["COMMANDS", "ComplainCommand", "cli", "main", "run"]
