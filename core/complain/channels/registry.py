"""Which channels there are: entry points first, then plugins folders; one broken plugin is one warning."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib.metadata import Distribution, EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pluggy

from complain.channels import hookspecs
from complain.channels.base import API_VERSION, Channel
from complain.channels.plugin_checks import check_plugin
from complain.errors import ComplainError, DefinitionMistakes
from complain.i18n import _

if TYPE_CHECKING:
    import click

    from complain.environment import Environment
    from complain.model import Challenge, Receipt

GROUP = "complain"
OWN_DISTRIBUTION = "complain-filing"


@dataclass(frozen=True)
class Origin:
    """Where a channel comes from.

    Attributes:
        kind: ``built-in``, ``distribution`` or ``folder``.
        name: Distribution name and version, or the file.
        overrides: Origin name of the channel of the same id that it replaces; empty for none.
    """

    kind: str
    name: str
    overrides: str = ""


@dataclass
class Registry:
    """All channels that loaded, and what went wrong with the others.

    Attributes:
        plugins: The pluggy manager.
        channels: By id.
        origins: Where each came from, by id.
        warnings: One sentence per plugin that could not be used.
    """

    plugins: pluggy.PluginManager
    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])
    origins: dict[str, Origin] = field(default_factory=dict[str, Origin])
    warnings: list[str] = field(default_factory=list[str])

    def add(self, channel: Channel, origin: Origin) -> None:
        """Take a channel; a folder's replaces an earlier one of the same id, another plugin's does not.

        Raises:
            ComplainError: The id is taken, or the plugin was made for another version.
        """
        if channel.api_version != API_VERSION:
            raise ComplainError(
                _("Channel “{id}” was made for plugin interface {theirs}; this tool has {ours}.").format(
                    id=channel.id, theirs=channel.api_version, ours=API_VERSION
                )
            )
        earlier = self.origins.get(channel.id)
        if earlier is not None and (origin.kind != "folder" or earlier.kind == "folder"):
            raise ComplainError(
                _("Channel id “{id}” is already taken by {other}.").format(id=channel.id, other=earlier.name)
            )
        if earlier is not None:
            channel.sheet = channel.sheet or self.channels[channel.id].sheet
            origin = Origin(origin.kind, origin.name, overrides=earlier.name)
        self.channels[channel.id] = channel
        self.origins[channel.id] = origin

    def template_folders(self) -> list[Path]:
        """Return the folders that plugins add for letters."""
        folders: list[Path] = []
        self.plugins.hook.complain_register_templates(register=folders.append)
        return folders

    def add_commands(self, group: click.Group) -> None:
        """Let plugins add their commands to ``group``."""
        self.plugins.hook.complain_register_commands(cli=group)

    @property
    def answers_challenges(self) -> bool:
        """Whether any plugin offers to answer challenges."""
        return bool(self.plugins.hook.complain_answer_challenge.get_hookimpls())

    def answer_challenge(self, challenge: Challenge) -> str | bool | None:
        """Ask plugins for an answer; None when none has one."""
        answer = self.plugins.hook.complain_answer_challenge(challenge=challenge)
        return answer if isinstance(answer, str | bool) else None

    def receipt_archived(self, receipt: Receipt) -> list[str]:
        """Tell plugins of a durable receipt; return a warning per plugin that failed."""
        try:
            self.plugins.hook.complain_receipt_archived(receipt=receipt)
        except Exception as error:  # a plugin's fault after the fact must not undo a filing
            return [
                _("A plugin failed after the receipt was archived: {why}.").format(why=type(error).__name__)
            ]
        return []


def load_registry(environment: Environment) -> Registry:
    """Load every plugin: installed distributions, then the folders of config, ``--plugins-dir`` and environment."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    registry = Registry(manager)
    for entry in sorted(entry_points(group=GROUP), key=_own_first):
        _try(registry, _entry_name(entry), partial(_load_entry, registry, entry))
    for folder in _folders(environment):
        _load_folder(registry, folder)
    if not environment.practice:
        _configure(registry, environment)
    return registry


def _configure(registry: Registry, environment: Environment) -> None:
    """Apply ``[channels.ID]`` of the configuration; practice ignores it."""
    for identity, table in environment.config().channels.items():
        if table.overrides:
            file = Path(table.overrides).expanduser()
            _try(registry, str(file), partial(_override, registry, identity, file))
        channel = registry.channels.get(identity)
        if channel is None:
            registry.warnings.append(
                _("config.toml speaks of a channel “{id}” that is not there.").format(id=identity)
            )
        elif table.url:
            channel.url = table.url


def _override(registry: Registry, identity: str, file: Path) -> None:
    from complain.channels.form import FormChannel

    channel = FormChannel(file)
    if channel.id != identity:
        raise ComplainError(
            _("It defines channel “{other}” and cannot stand in for “{id}”.").format(
                other=channel.id, id=identity
            )
        )
    registry.add(channel, Origin("folder", str(file)))


@lru_cache
def _told(distribution: Distribution | None) -> tuple[str, str]:
    """Return name and version; each question for one of them reads the distribution's whole METADATA again."""
    told = distribution.metadata if distribution else {"Name": "", "Version": ""}
    return told["Name"], told["Version"]


def _own_first(entry: EntryPoint) -> tuple[bool, str, str]:
    name, _version = _told(entry.dist)
    return (name != OWN_DISTRIBUTION, name, entry.name)


def _entry_name(entry: EntryPoint) -> str:
    return " ".join(_told(entry.dist)) if entry.dist else entry.value


def _folders(environment: Environment) -> Iterator[Path]:
    """Each folder once: the configuration and the command line may name the same one."""
    named = [Path(folder).expanduser() for folder in environment.config().plugins.dirs]
    folders: dict[Path, Path] = {}
    for folder in (*environment.plugin_dirs, *named):
        folders.setdefault(folder.resolve(), folder)
    yield from folders.values()


def _try(registry: Registry, name: str, load: Callable[[], None]) -> None:
    try:
        load()
        return
    except DefinitionMistakes as error:  # each names its file and line
        why = "\n".join(map(str, error.mistakes))
    except ComplainError as error:
        why = error.message
    except (Exception, SystemExit) as error:
        why = f"{type(error).__name__}: {error}{_where(error)}"
    sentences = [_("Plugin {name} is not used: {why}").format(name=name, why=why)]
    if name.endswith((".py", ".toml")):
        sentences.append(_("Look at it with: complain plugin lint {file}").format(file=name))
    registry.warnings.append(" ".join(sentences))


def _where(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f" ({error.filename}:{error.lineno})"
    trace = inspect.getinnerframes(error.__traceback__)[-1] if error.__traceback__ else None
    return f" ({trace.filename}:{trace.lineno})" if trace else ""


def _load_entry(registry: Registry, entry: EntryPoint) -> None:
    own = _told(entry.dist)[0] == OWN_DISTRIBUTION
    origin = Origin("built-in" if own else "distribution", _entry_name(entry))
    _register(registry, entry.load(), entry.name, origin)


def _register(registry: Registry, plugin: Any, name: str, origin: Origin) -> None:
    check_plugin(plugin)
    registry.plugins.register(plugin, name=f"{origin.name}:{name}")
    implementation = getattr(plugin, "complain_register_channels", None)
    if implementation is None:
        return
    # pluggy would let one plugin's exception end the call for all: each is called by itself.
    others = [other for other in registry.plugins.get_plugins() if other is not plugin]
    call = registry.plugins.subset_hook_caller("complain_register_channels", others)
    channels, origins = dict(registry.channels), dict(registry.origins)
    try:
        call(register=partial(_add, registry, origin))
    except BaseException:  # half a plugin is none: what it registered before it failed goes too
        registry.plugins.unregister(plugin)
        registry.channels, registry.origins = channels, origins
        raise


def _add(registry: Registry, origin: Origin, channel: Channel) -> None:
    registry.add(channel, origin)


def _load_folder(registry: Registry, folder: Path) -> None:
    if not folder.is_dir():
        registry.warnings.append(_("The plugins folder {folder} does not exist.").format(folder=folder))
        return
    for file in sorted(folder.glob("*.py")):
        _try(registry, str(file), partial(_load_python, registry, file))
    used = {getattr(channel, "path", None) for channel in registry.channels.values()}
    for file in sorted(folder.glob("*.toml")):
        if file in used:  # a Python plugin of this folder has taken it
            continue
        _try(registry, str(file), partial(_load_form, registry, file))


def _load_python(registry: Registry, file: Path) -> None:
    name = f"complain_folder_plugin_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ComplainError(_("The file cannot be imported."))
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # a dataclass looks its module up there
    spec.loader.exec_module(module)
    _register(registry, module, str(file), Origin("folder", str(file)))


def _load_form(registry: Registry, file: Path) -> None:
    from complain.channels.form import FormChannel

    registry.add(FormChannel(file), Origin("folder", str(file)))
