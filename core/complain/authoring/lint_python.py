"""A plugin in Python: does it load, are its hooks hooks, and do its channels override what there is to override?"""

from __future__ import annotations

import difflib
import importlib.util
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType

from complain.channels import hookspecs
from complain.channels.base import API_VERSION, Channel
from complain.channels.form import FormChannel
from complain.errors import ComplainError, Mistake
from complain.i18n import _

STEPS = ("after_open", "after_fill", "before_next", "read_receipt", "reconcile")
"""The methods of a `FormChannel` that a plugin may override."""

_PREFIX = "complain_"


def hooks() -> dict[str, tuple[str, ...]]:
    """Return every hook with the names of its arguments."""
    found = {name: value for name, value in vars(hookspecs).items() if name.startswith(_PREFIX)}
    return {name: tuple(inspect.signature(hook).parameters) for name, hook in found.items()}


def lint_python(path: Path) -> tuple[list[Mistake], list[Path]]:
    """Import a plugin and return its mistakes, and the definitions that its channels use.

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
        mistakes.extend(_version(path, module))
        mistakes.extend(_registered(path, module, channels))
    for kind in dict.fromkeys([*map(type, channels), *_classes(module)]):
        mistakes.extend(_steps(path, kind))
    definitions = [channel.path for channel in channels if isinstance(channel, FormChannel)]
    return mistakes, list(dict.fromkeys(definitions))


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
    spec = importlib.util.spec_from_file_location(name, path)
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


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    for value in vars(module).values():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            yield value


def _hooks(path: Path, module: ModuleType) -> Iterator[Mistake]:
    known, found = hooks(), False
    for function in _functions(module):
        is_marked = hasattr(function, f"{hookspecs.PROJECT}_impl")
        if not is_marked and function.__name__ not in known:
            continue
        found = True
        yield from _hook(path, function, known, is_marked)
    if not found:
        yield Mistake(
            str(path),
            None,
            "",
            _("The plugin implements no hook, so it does nothing."),
            _("Begin with @hookimpl and def complain_register_channels(register):"),
        )


def _hook(
    path: Path, function: FunctionType, known: dict[str, tuple[str, ...]], is_marked: bool
) -> Iterator[Mistake]:
    name, line = function.__name__, function.__code__.co_firstlineno
    if not is_marked:
        yield Mistake(
            str(path),
            line,
            name,
            _("The hook is not marked, so it is never called."),
            _("Write @hookimpl above it (from complain import hookimpl)."),
        )
        return
    if name not in known:
        yield Mistake(
            str(path), line, name, _("There is no hook of this name."), _nearest(name, tuple(known))
        )
        return
    for argument in inspect.signature(function).parameters:
        if argument not in known[name]:
            yield Mistake(
                str(path),
                line,
                name,
                _("The hook has no argument “{name}”.").format(name=argument),
                _nearest(argument, known[name]),
            )


def _nearest(name: str, known: tuple[str, ...]) -> str:
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if nearest:
        return _("Did you mean “{key}”?").format(key=nearest[0])
    return _("There are: {names}.").format(names=", ".join(known))


def _version(path: Path, module: ModuleType) -> Iterator[Mistake]:
    theirs = getattr(module, "complain_api_version", API_VERSION)
    if theirs != API_VERSION:
        yield Mistake(
            str(path),
            _line_with("complain_api_version", path),
            "complain_api_version",
            _("The plugin is made for interface {theirs}; this tool has {ours}.").format(
                theirs=theirs, ours=API_VERSION
            ),
            _("Use a version of the tool that has it, or adapt the plugin."),
        )


def _line_with(name: str, path: Path) -> int | None:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(name)), None)


def _registered(path: Path, module: ModuleType, channels: list[Channel]) -> Iterator[Mistake]:
    register = getattr(module, "complain_register_channels", None)
    if register is None:
        return
    try:
        register(register=channels.append) if inspect.signature(register).parameters else register()
    except ComplainError as error:
        yield Mistake(str(path), _line_in(path, error), "", error.message, error.next_step)
    except (Exception, SystemExit) as error:  # as above: the plugin's own code
        yield _not_importable(path, error)
    seen: set[str] = set()
    for channel in channels:
        if channel.id in seen:
            yield Mistake(
                str(path),
                register.__code__.co_firstlineno,
                "complain_register_channels",
                _("Two channels have the id “{id}”.").format(id=channel.id),
                _("Give one of them another id."),
            )
        seen.add(channel.id)


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
