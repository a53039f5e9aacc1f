"""What a plugin must be before it is used: made for this interface, with hooks that exist and channels that are some.

The tool asks this when it loads a plugin, and ``complain plugin lint`` when its author does: one answer for both.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FunctionType
from typing import Any, cast, get_args

from complain.channels import hookspecs
from complain.channels.base import API_VERSION, ID, RESERVED, Channel
from complain.errors import FileMistakes, Mistake, PluginMistake
from complain.handover import Body
from complain.i18n import _

VERSION = "complain_api_version"
_PREFIX = "complain_"
_MARK = f"{hookspecs.PROJECT}_impl"


class PluginMistakes(FileMistakes):
    """A plugin has mistakes; all of them are named at once."""


def hooks() -> dict[str, tuple[str, ...]]:
    """Return every hook with the names of its arguments."""
    found = {name: value for name, value in vars(hookspecs).items() if name.startswith(_PREFIX)}
    return {name: tuple(inspect.signature(hook).parameters) for name, hook in found.items()}


def check_plugin(plugin: Any, file: str) -> None:
    """Refuse a plugin that was made for something else; a hook that is never called is never a silent one.

    Args:
        plugin: Its module.
        file: As the person knows it, for what has no line.

    Raises:
        PluginMistakes: It was made for another interface, or one of its hooks would never be called.
    """
    mistakes = list(plugin_mistakes(plugin, file))
    if mistakes:
        raise PluginMistakes(_("The plugin {file} has mistakes:").format(file=file), mistakes)


def plugin_mistakes(plugin: Any, file: str) -> Iterator[Mistake]:
    """Yield what is wrong with a plugin's version or, where that fits, with its hooks.

    Args:
        plugin: Its module.
        file: As the person knows it, for what has no line.
    """
    theirs = getattr(plugin, VERSION, API_VERSION)
    if theirs != API_VERSION:  # its hooks are another interface's, and nothing here can judge them
        yield version_mistake(file, _line_of_version(plugin), theirs)
        return
    for name, value in cast("Mapping[str, object]", vars(plugin)).items():
        if isinstance(value, FunctionType):
            yield from _hook_mistakes(name, value)


def version_mistake(file: str, line: int | None, theirs: object) -> Mistake:
    """Return what is said of a plugin that was made for another version.

    Args:
        file: The plugin.
        line: Where it says so, when that is known.
        theirs: The version that it names.
    """
    return Mistake(
        file,
        line,
        VERSION,
        _("The plugin is made for interface {theirs}; this tool has {ours}.").format(
            theirs=repr(theirs), ours=API_VERSION
        ),
        _("Use a version of the tool that has it, or adapt the plugin."),
    )


def _line_of_version(plugin: Any) -> int | None:
    try:
        lines = inspect.getsource(plugin).splitlines()
    except (OSError, TypeError):
        return None
    return next((number for number, line in enumerate(lines, 1) if line.startswith(VERSION)), None)


def _hook_mistakes(name: str, function: FunctionType) -> Iterator[Mistake]:
    known = hooks()
    mark: dict[str, object] | None = getattr(function, _MARK, None)
    code = function.__code__

    def mistake(problem: str, remedy: str) -> Mistake:
        return Mistake(code.co_filename, code.co_firstlineno, name, problem, remedy)

    if mark is None:
        if name in known:
            yield mistake(
                _("The hook is not marked, so it is never called."),
                _("Write @hookimpl above it (from complain import hookimpl)."),
            )
        return
    if name not in known:
        if not mark.get("optionalhook"):
            yield mistake(_("There is no hook of this name."), nearest(name, tuple(known)))
        return
    if inspect.iscoroutinefunction(function):
        yield mistake(
            _("The hook is asynchronous, so it would do nothing."), _("Write def in place of async def.")
        )
    given = tuple(inspect.signature(function).parameters)
    for argument in given:
        if argument not in known[name]:
            yield mistake(
                _("The hook has no argument “{name}”.").format(name=argument), nearest(argument, known[name])
            )
    if not given:
        form = f"def {name}({', '.join(known[name])}):"
        yield mistake(
            _("The hook takes no argument, so it can do nothing."), _("Write it as {form}.").format(form=form)
        )


def nearest(name: str, known: tuple[str, ...]) -> str:
    """Return the remedy for a misspelt name.

    Args:
        name: As it was written.
        known: The names that there are.
    """
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return _("Did you mean “{key}”?").format(key=near[0])
    return _("There are: {names}.").format(names=", ".join(known))


def check_channel(channel: object) -> Channel:
    """Return what a plugin registers, when it is a channel that can be used.

    Args:
        channel: What was handed to ``register``.

    Raises:
        PluginMistake: It is something else, or its id, stage or body cannot be one.
    """
    if isinstance(channel, type):
        raise PluginMistake(
            _("The class {name} itself was registered.").format(name=channel.__name__),
            next_step=_("Make a channel of it: register({name}(…)).").format(name=channel.__name__),
        )
    if not isinstance(channel, Channel):
        raise PluginMistake(
            _("What was registered is no channel but {kind}.").format(kind=type(channel).__name__),
            next_step=_("Hand over a Channel, FormChannel or MailChannel."),
        )
    if not {"id", "title", "stage", "body"} <= vars(channel).keys():
        raise PluginMistake(
            _("{name} was not made as a channel is.").format(name=type(channel).__name__),
            next_step=_("Call super().__init__(…) in its __init__."),
        )
    _check_values(channel)
    return channel


def check_templates(folder: object) -> Path:
    """Return what a plugin registers, when it is a folder with letter templates.

    Args:
        folder: What was handed to ``register``.

    Raises:
        PluginMistake: It is something else, or does not exist.
    """
    if isinstance(folder, Path) and folder.is_dir():
        return folder
    raise PluginMistake(
        _("The templates folder {folder} does not exist.").format(folder=folder),
        next_step=_("Hand over the Path of a folder that does."),
    )


def _check_values(channel: Channel) -> None:
    if not isinstance(cast("object", channel.id), str) or ID.fullmatch(channel.id) is None:
        raise PluginMistake(
            _("“{value}” cannot be a channel's id.").format(value=channel.id),
            next_step=_("Use letters, digits, “-” and “_”, and begin with a letter or digit."),
        )
    if channel.id in RESERVED:
        raise PluginMistake(
            _("“{value}” cannot be a channel's id: --channels means something else by it.").format(
                value=channel.id
            ),
            next_step=_("Give it another id."),
        )
    for name, value, known in (("stage", channel.stage, (1, 2)), ("body", channel.body, get_args(Body))):
        if value not in known:
            raise PluginMistake(
                _("Channel “{id}” has {name} “{value}”.").format(id=channel.id, name=name, value=value),
                next_step=_("Write one of: {values}.").format(values=", ".join(map(str, known))),
            )
