"""Commands that plugins add: they take the shared options as every command does, and never replace one of the tool's."""

from __future__ import annotations

from collections.abc import Mapping

import click

from complain.cli.options import ComplainGroup, shared_options
from complain.environment import Environment


def plugin_commands(environment: Environment) -> Mapping[str, click.Command]:
    """Return the commands of all plugins by name; what a plugin does wrong is said on stderr.

    Args:
        environment: Names the plugins folders.
    """
    from complain.channels.registry import load_registry

    registry = load_registry(environment)
    added = ComplainGroup()
    registry.add_commands(added)
    for warning in registry.warnings:
        click.echo(warning, file=environment.stderr)
    for command in added.commands.values():
        _share_options(command)
    return added.commands


def _share_options(command: click.Command) -> None:
    """Let a command take ``--home`` and the others, where it has none of its own of that name."""
    taken = {name for option in command.params for name in option.opts}
    command.params.extend(option for option in shared_options() if not taken & {*option.opts})
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _share_options(below)
