"""A plugin in Python: does it load, are its hooks hooks, and do its channels override what there is to override?"""

from __future__ import annotations

import ast
import difflib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FunctionType, ModuleType

from complain.authoring.lint_mail import mail_mistakes
from complain.channels.base import API_VERSION, Channel
from complain.channels.form import FormChannel
from complain.channels.hookspecs import PROJECT
from complain.channels.mail import MailChannel
from complain.channels.plugin_checks import (
    check_channel,
    check_templates,
    hooks,
    plugin_mistakes,
    version_mistake,
)
from complain.channels.plugin_failures import declared_version
from complain.errors import ComplainError, FileMistakes, Mistake
from complain.i18n import _

PUBLIC = ("complain", "complain.errors", "complain.testing")
"""The modules that a plugin may import."""
STEPS = ("after_open", "after_fill", "before_next", "read_receipt", "reconcile")
"""The methods of a `FormChannel` that a plugin may override."""


def lint_python(path: Path) -> tuple[list[Mistake], list[Channel]]:
    """Import a plugin and return its mistakes, and the channels that it registers.

    Args:
        path: The ``*.py`` file; it is run, as the tool itself would.
    """
    try:
        module = _import(path)
    except (Exception, SystemExit) as error:  # whatever the plugin's own code raises is its mistake
        return [_not_importable(path, error)], []
    mistakes = [*_hooks(path, module)]
    channels: list[Channel] = []
    if not mistakes:
        mistakes.extend(_registered(path, module, channels))
    for kind in dict.fromkeys([*map(type, channels), *_classes(module)]):
        mistakes.extend(_steps(path, kind))
    return mistakes, channels


def registered_by(path: Path) -> list[Channel]:
    """Return the channels that a plugin without mistakes registers.

    Args:
        path: The ``*.py`` file.
    """
    channels: list[Channel] = []
    register = getattr(_import(path), "complain_register_channels", None)
    if register is not None:
        register(register=channels.append)
    return channels


def _import(path: Path) -> ModuleType:
    name = f"complain_linted_{path.stem}"
    inside = [str(path.parent)] if path.name == "__init__.py" else None  # a package finds its own modules
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=inside)
    if spec is None or spec.loader is None:
        raise ImportError(_("The file cannot be imported."))
    module = importlib.util.module_from_spec(spec)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.modules[name] = module  # a dataclass looks its module up there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    finally:
        sys.dont_write_bytecode = written
    return module


def _not_importable(path: Path, error: BaseException) -> Mistake:
    if isinstance(error, SyntaxError):
        return Mistake(
            str(path),
            error.lineno,
            "",
            _("This is not Python: {reason}.").format(reason=error.msg),
            _("Correct the line."),
        )
    declared = declared_version(path)
    if declared is not None and declared[0] != API_VERSION:  # it may well miss what its own interface has
        return version_mistake(str(path), declared[1], declared[0])
    problem = _("The file cannot be imported: {kind}: {reason}.").format(
        kind=type(error).__name__, reason=str(error).rstrip(".")
    )
    remedy = (
        _("Install what is missing into the same Python as the tool, or correct the name.")
        if isinstance(error, ImportError)
        else _("A plugin's file must do nothing but define and register; correct the line.")
    )
    return Mistake(str(path), _line_in(path, error), "", problem, remedy)


def _line_in(path: Path, error: BaseException) -> int | None:
    trace, line = error.__traceback__, None
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename).absolute() == path.absolute():
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _hooks(path: Path, module: ModuleType) -> Iterator[Mistake]:
    """What the tool would refuse when it loads the plugin, and a plugin that it would load for nothing."""
    yield from (
        replace(mistake, file=_as_named(path, mistake.file)) for mistake in plugin_mistakes(module, str(path))
    )
    functions = [value for value in vars(module).values() if isinstance(value, FunctionType)]
    known = hooks()
    if not any(hasattr(function, f"{PROJECT}_impl") or function.__name__ in known for function in functions):
        yield Mistake(
            str(path),
            None,
            "",
            _("The plugin implements no hook, so it does nothing."),
            _("Begin with @hookimpl and def complain_register_channels(register):"),
        )


def _as_named(path: Path, file: str) -> str:
    return str(path) if Path(file).absolute() == path.absolute() else file


def _registered(path: Path, module: ModuleType, channels: list[Channel]) -> Iterator[Mistake]:
    def add(channel: object) -> None:
        channels.append(check_channel(channel))

    yield from _called(path, getattr(module, "complain_register_channels", None), add)
    yield from _called(path, getattr(module, "complain_register_templates", None), check_templates)
    seen: set[str] = set()
    for channel in channels:
        if channel.id in seen:
            yield Mistake(
                str(path),
                module.complain_register_channels.__code__.co_firstlineno,
                "complain_register_channels",
                _("Two channels have the id “{id}”.").format(id=channel.id),
                _("Give one of them another id."),
            )
        seen.add(channel.id)
        if isinstance(channel, MailChannel):
            yield from _mail(path, module.complain_register_channels.__code__.co_firstlineno, channel)


def _mail(path: Path, line: int, channel: MailChannel) -> Iterator[Mistake]:
    for problem, remedy in mail_mistakes(channel):
        yield Mistake(str(path), line, channel.id, problem, remedy)


def _called(
    path: Path, hook: Callable[..., object] | None, register: Callable[[object], object]
) -> Iterator[Mistake]:
    """Call a hook as the tool does when it loads the plugin, and yield what stops it."""
    if hook is None:
        return
    try:
        hook(register=register)
    except FileMistakes as error:  # another file's: each names it
        yield from error.mistakes
    except ComplainError as error:
        yield Mistake(str(path), _line_in(path, error), "", error.message, error.next_step)
    except (Exception, SystemExit) as error:  # as above: the plugin's own code
        problem = _("It fails while it registers: {kind}: {reason}.").format(
            kind=type(error).__name__, reason=str(error).rstrip(".")
        )
        yield Mistake(str(path), _line_in(path, error), "", problem, _("Correct the line."))


def internal_imports(path: Path) -> Iterator[str]:
    """Yield a sentence for each import of what is internal, and may be gone in the next release.

    Args:
        path: A plugin that can be parsed.
    """
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        for name in names:
            if name.startswith("complain.") and name not in PUBLIC:
                yield _(
                    "{file}:{line}: “{name}” is internal and may change; plugins import {public}."
                ).format(file=path, line=node.lineno, name=name, public=", ".join(PUBLIC))


def _classes(module: ModuleType) -> Iterator[type[Channel]]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Channel) and value.__module__ == module.__name__:
            yield value


def _steps(path: Path, kind: type[Channel]) -> Iterator[Mistake]:
    """A misspelt step would never be called, and nobody would be told."""
    if kind.__module__.startswith("complain."):
        return
    for name, value in vars(kind).items():
        if not isinstance(value, FunctionType) or name.startswith("_"):
            continue
        line = value.__code__.co_firstlineno
        known = _step(name)
        if known is None and (near := difflib.get_close_matches(name, STEPS, n=1, cutoff=0.7)):
            yield Mistake(
                str(path),
                line,
                name,
                _("A channel has no step of this name, so it is never called."),
                _("Did you mean “{key}”?").format(key=near[0]),
            )
        if known is not None:
            yield from _signature(path, name, value, known)


def _step(name: str) -> FunctionType | None:
    return getattr(FormChannel, name) if name in STEPS else None


def _signature(path: Path, name: str, value: FunctionType, known: FunctionType) -> Iterator[Mistake]:
    wanted, given = inspect.signature(known), inspect.signature(value)
    line = value.__code__.co_firstlineno
    if not inspect.iscoroutinefunction(value):
        yield Mistake(
            str(path), line, name, _("The step is not asynchronous."), _("Write async def in place of def.")
        )
    if len(wanted.parameters) != len(given.parameters):
        yield Mistake(
            str(path),
            line,
            name,
            _("The step takes other arguments."),
            _("Write it as {form}.").format(form=f"async def {name}({', '.join(wanted.parameters)})"),
        )
