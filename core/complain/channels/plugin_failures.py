"""Why a plugin could not be used, as its author reads it: file, line and what to do."""

from __future__ import annotations

import ast
import importlib.util
import inspect
from dataclasses import dataclass
from pathlib import Path

from complain.channels.base import API_VERSION
from complain.channels.plugin_checks import VERSION, version_mistake
from complain.commands import typed
from complain.errors import ComplainError, FileMistakes
from complain.i18n import _
from complain.masking import mask


@dataclass(frozen=True)
class Plugin:
    """Something that is loaded.

    Attributes:
        name: As a person knows it: distribution and version, or the file.
        module: The module that is imported; empty for a file that is data.
        path: Its file in a plugins folder; None for a distribution.
    """

    name: str
    module: str = ""
    path: Path | None = None

    @property
    def file(self) -> Path | None:
        """What ``complain plugin lint`` looks at; None where nothing is found."""
        if self.path is not None:
            return self.path
        try:
            found = importlib.util.find_spec(self.module.partition(".")[0])
        except (ImportError, ValueError):
            return None
        return Path(found.origin) if found is not None and found.origin else None

    def has(self, module: object) -> bool:
        """Whether a module is the plugin's own."""
        top = self.module.partition(".")[0]
        return bool(top) and (module == top or str(module).startswith(f"{top}."))


def not_used(plugin: Plugin, error: BaseException) -> str:
    """Return the one warning about a plugin that could not be used.

    Args:
        plugin: Which one.
        error: What it raised.
    """
    sentences = [_("Plugin {name} is not used: {why}").format(name=plugin.name, why=_why(plugin, error))]
    if (file := plugin.file) is not None:
        command = typed("complain", "plugin", "lint", file)
        sentences.append(_("Look at it with: {command}").format(command=command))
    return " ".join(sentences)


def failed_hook(name: str, hook: str, error: BaseException) -> str:
    """Return the warning about a plugin that was loaded and failed; what it said might hold a secret.

    Args:
        name: The plugin, as a person knows it.
        hook: Which one raised.
        error: What it raised.
    """
    frames = inspect.getinnerframes(error.__traceback__) if error.__traceback__ else []
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    why = f"{type(error).__name__}{place}."
    return _("Plugin {name} failed in {hook}: {why}").format(name=name, hook=hook, why=why)


def _why(plugin: Plugin, error: BaseException) -> str:
    if isinstance(error, FileMistakes):  # each names its file, its line and the remedy
        return "\n".join(map(str, error.mistakes))
    place = line_of(plugin, error)
    if isinstance(error, ComplainError):
        return " ".join(part for part in (place and f"{place}:", error.message, error.next_step) if part)
    file = plugin.file
    declared = declared_version(file) if file is not None and file.suffix == ".py" else None
    if declared is not None and declared[0] != API_VERSION:  # it may well miss what its own interface has
        return str(version_mistake(str(file), declared[1], declared[0]))
    said = mask(str(error))  # it may repeat what the plugin was working on
    return f"{type(error).__name__}: {said}{place and f' ({place})'}."


def line_of(plugin: Plugin, error: BaseException) -> str:
    """Return file and line of the plugin's own code that was running; what it called is not the author's.

    Args:
        plugin: Which one.
        error: What was raised; empty when none of its code ran.
    """
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}"
    frames = inspect.getinnerframes(error.__traceback__) if error.__traceback__ else []
    own = [frame for frame in frames if plugin.has(frame.frame.f_globals.get("__name__"))]
    return f"{own[-1].filename}:{own[-1].lineno}" if own else ""


def declared_version(file: Path) -> tuple[object, int] | None:
    """Return the interface that a plugin's file names, and the line, without running it; None when it names none.

    Args:
        file: A Python file.
    """
    try:
        body = ast.parse(file.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return None
    for statement in reversed(body):
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or not isinstance(
            statement.value, ast.Constant
        ):
            continue
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        if any(isinstance(target, ast.Name) and target.id == VERSION for target in targets):
            return statement.value.value, statement.lineno
    return None
