"""Options that every command takes, before and after the command's name."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from complain.cli.help import HelpContext
from complain.i18n import _

if TYPE_CHECKING:  # at run time only where they are used: a help page needs neither
    from pathlib import Path

    from complain.environment import Environment

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Settings:
    """What the shared options said, wherever on the line they stood; and which command it was, of which case."""

    home: Path | None = None
    plugin_dirs: list[Path] = field(default_factory=list["Path"])
    practice: bool = False
    json: bool = False
    verbose: bool = False
    command: str = "complain"
    case: Path | None = None

    def take_ahead(self, args: Iterable[str]) -> None:
        """Read the folders that are named after a command which only a plugin has, to find that plugin.

        Args:
            args: What follows the command; whatever else is there is the command's own.
        """
        words = list(args)
        for at, word in enumerate(words):
            name, sign, value = word.partition("=")
            if name not in ("--plugins-dir", "--home") or not (sign or words[at + 1 :]):
                continue
            (path,) = _paths([value if sign else words[at + 1]])
            if name == "--home":
                self.home = path
            elif path not in self.plugin_dirs:
                self.plugin_dirs.append(path)

    def environment(self) -> Environment:
        """Return the environment that these settings name."""
        import os
        from pathlib import Path

        from complain.environment import PLUGINS_VARIABLE, Environment, Home, default_root

        root = self.home.expanduser().absolute() if self.home else default_root()
        named = [Path(part) for part in os.environ.get(PLUGINS_VARIABLE, "").split(os.pathsep) if part]
        return Environment(
            home=Home(root, self.practice),
            plugin_dirs=tuple(path.expanduser().absolute() for path in (*self.plugin_dirs, *named)),
            json=self.json,
            verbose=self.verbose,
        )


def settings_of(ctx: click.Context) -> Settings:
    """Return what the shared options said.

    Args:
        ctx: Of any command of the line.
    """
    return ctx.ensure_object(Settings)


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        settings = settings_of(ctx)
        if name == "plugin_dirs":
            settings.plugin_dirs.extend(_paths(value))
        elif name == "home" and value:
            (settings.home,) = _paths([value])
        elif value:
            setattr(settings, name, value)

    return callback


def _paths(values: Iterable[str]) -> list[Path]:
    from pathlib import Path

    return [Path(value) for value in values]


def shared_options() -> list[click.Parameter]:
    """Return fresh parameters for the options that every command takes."""
    return [
        click.Option(
            ["--home"],
            type=click.Path(file_okay=False),
            expose_value=False,
            callback=_keep("home"),
            help="The folder that holds all state.",
        ),
        click.Option(
            ["--plugins-dir"],
            type=click.Path(file_okay=False),
            multiple=True,
            expose_value=False,
            callback=_keep("plugin_dirs"),
            help="A folder with further channels.",
        ),
        click.Option(
            ["--practice"],
            is_flag=True,
            expose_value=False,
            callback=_keep("practice"),
            help="Speak of the practice desks only; nothing reaches a real institution.",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            callback=_keep("json"),
            help="Print one JSON document.",
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            expose_value=False,
            callback=_keep("verbose"),
            help="Show more when something fails.",
        ),
    ]


class _TranslatedHelp(click.Command):
    """Help texts are msgids; they are translated when they are shown."""

    context_class = HelpContext

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        original = self.help
        try:
            self.help = _(original) if original else original
            super().format_help_text(ctx, formatter)
        finally:
            self.help = original

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [record for option in options if (record := _help_record(option, ctx))]
        if records:
            with formatter.section(_("Options")):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)


def _help_record(option: click.Option, ctx: click.Context) -> tuple[str, str] | None:
    original = option.help
    try:
        option.help = _(original) if original else original
        return option.get_help_record(ctx)
    finally:
        option.help = original


class ComplainCommand(_TranslatedHelp):
    """A command that also takes the shared options."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(shared_options())


class ComplainGroup(_TranslatedHelp, click.Group):
    """A group whose commands take the shared options, and so does the group itself."""

    command_class = ComplainCommand
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(shared_options())

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = [
            (name, command) for name in self.list_commands(ctx) if (command := self.get_command(ctx, name))
        ]
        if commands:
            with formatter.section(_("Commands")):
                formatter.write_dl(
                    [(name, _(command.help) if command.help else "") for name, command in commands]
                )


def pass_environment(function: Callable[Concatenate[Environment, P], R]) -> Callable[P, R]:
    """Hand the `Environment` to a command as its first argument."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        context = click.get_current_context()
        settings = settings_of(context)
        settings.command, settings.case = context.command_path, context.params.get("case")
        environment = settings.environment()
        if not environment.json:
            return function(environment, *args, **kwargs)
        with redirect_stdout(environment.stderr):  # what a plugin prints is not part of the one document
            return function(environment, *args, **kwargs)

    return wrapper


def say(environment: Environment, document: Mapping[str, object], words: str) -> None:
    """Print what a command did: words, or with ``--json`` one document.

    Args:
        environment: Its streams.
        document: Without the exit code, which is 0.
        words: For a person.
    """
    import json

    text = json.dumps({**document, "exit_code": 0}, ensure_ascii=False) if environment.json else words
    click.echo(text, file=environment.stdout)


def case_argument(function: Callable[P, R]) -> Callable[P, R]:
    """Add the optional CASE argument: a folder with ``case.toml``; the current folder when left out."""
    from pathlib import Path

    return click.argument("case", required=False, default=".", type=click.Path(path_type=Path))(function)
