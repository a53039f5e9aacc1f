"""Which channels there are: entry points first, then plugins folders; one broken plugin is one warning."""

from __future__ import annotations

import importlib.util
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
from complain.channels.definition_table import parse_toml, read_text
from complain.channels.handover import is_sheet
from complain.channels.plugin_checks import check_channel, check_plugin, check_templates
from complain.channels.plugin_failures import Plugin, failed_hook, not_used
from complain.errors import ComplainError
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
        templates: Folders with letter templates, in the order in which they are looked at.
        names: What a person calls a plugin, by its name in pluggy.
    """

    plugins: pluggy.PluginManager
    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])
    origins: dict[str, Origin] = field(default_factory=dict[str, Origin])
    warnings: list[str] = field(default_factory=list[str])
    templates: list[Path] = field(default_factory=list[Path])
    names: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, channel: Channel, origin: Origin) -> None:
        """Take a channel; a folder's replaces an earlier one of the same id, another plugin's does not.

        Raises:
            ComplainError: It is no channel, its id is taken, or the plugin was made for another version.
        """
        check_channel(channel)
        if channel.api_version != API_VERSION:
            raise ComplainError(
                _("Channel “{id}” was made for plugin interface {theirs}; this tool has {ours}.").format(
                    id=channel.id, theirs=channel.api_version, ours=API_VERSION
                ),
                next_step=_("Use a version of the tool that has it, or adapt the plugin."),
            )
        earlier = self.origins.get(channel.id)
        if earlier is not None and (origin.kind != "folder" or earlier.kind == "folder"):
            raise ComplainError(
                _("Channel id “{id}” is already taken by {other}.").format(id=channel.id, other=earlier.name),
                next_step=_("Give one of them another id, or remove one of the two."),
            )
        if earlier is not None:
            channel.sheet = channel.sheet or self.channels[channel.id].sheet
            origin = Origin(origin.kind, origin.name, overrides=earlier.name)
        self.channels[channel.id] = channel
        self.origins[channel.id] = origin

    def add_templates(self, folder: object) -> None:
        """Take a folder with letter templates; those of a later plugin are looked at first.

        Raises:
            PluginMistake: It is no folder.
        """
        self.templates.insert(0, check_templates(folder))

    def template_folders(self) -> list[Path]:
        """Return the folders that plugins add for letters."""
        return list(self.templates)

    def add_commands(self, group: click.Group) -> None:
        """Let plugins add their commands to ``group``."""
        for _name, call in self._calls("complain_register_commands", self.warnings.append):
            call(cli=group)

    @property
    def answers_challenges(self) -> bool:
        """Whether any plugin offers to answer challenges."""
        return bool(self.plugins.hook.complain_answer_challenge.get_hookimpls())

    def answer_challenge(self, challenge: Challenge, warn: Callable[[str], None]) -> str | bool | None:
        """Ask plugins for an answer, one after the other; None when none has one.

        Args:
            challenge: What only a person can give.
            warn: Told of a plugin that fails, or gives what is no answer; the next one is asked.
        """
        for name, call in self._calls("complain_answer_challenge", warn):
            answer = call(challenge=challenge)
            if isinstance(answer, str | bool):
                return answer
            if answer is not None:
                warn(
                    _("Plugin {name} answered a challenge with {kind}, which is no answer.").format(
                        name=name, kind=type(answer).__name__
                    )
                )
        return None

    def receipt_archived(self, receipt: Receipt) -> list[str]:
        """Tell plugins of a durable receipt; return a warning per plugin that failed, since that undoes no filing."""
        failed: list[str] = []
        for _name, call in self._calls("complain_receipt_archived", failed.append):
            call(receipt=receipt)
        return failed

    def _calls(self, hook: str, warn: Callable[[str], None]) -> Iterator[tuple[str, Callable[..., Any]]]:
        """Yield each plugin's name and its hook, as pluggy orders them; one that raises is a warning and gives None.

        pluggy would let one plugin's exception end the call for all: each is called by itself.
        """
        everything = self.plugins.get_plugins()
        for implementation in reversed(getattr(self.plugins.hook, hook).get_hookimpls()):
            others = [plugin for plugin in everything if plugin is not implementation.plugin]
            call = self.plugins.subset_hook_caller(hook, others)
            name = self.names[implementation.plugin_name]
            yield name, partial(_or_warn, call, name, hook, warn)


def _or_warn(
    call: Callable[..., Any], name: str, hook: str, warn: Callable[[str], None], **arguments: object
) -> Any:
    try:
        return call(**arguments)
    except (Exception, SystemExit) as error:  # the plugin's own code
        warn(failed_hook(name, hook, error))
        return None


def load_registry(environment: Environment) -> Registry:
    """Load every plugin: installed distributions, then the folders of config, ``--plugins-dir`` and environment."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    registry = Registry(manager)
    for entry in sorted(entry_points(group=GROUP), key=_own_first):
        plugin = Plugin(_entry_name(entry), entry.module)
        _try(registry, plugin, partial(_load_entry, registry, entry, plugin))
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
            _try(registry, Plugin(str(file), path=file), partial(_override, registry, identity, file))
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


def _try(registry: Registry, plugin: Plugin, load: Callable[[], None]) -> None:
    try:
        load()
    except (Exception, SystemExit) as error:
        registry.warnings.append(not_used(plugin, error))


def _load_entry(registry: Registry, entry: EntryPoint, plugin: Plugin) -> None:
    own = _told(entry.dist)[0] == OWN_DISTRIBUTION
    _register(
        registry, entry.load(), entry.name, plugin, Origin("built-in" if own else "distribution", plugin.name)
    )


def _register(registry: Registry, module: Any, name: str, plugin: Plugin, origin: Origin) -> None:
    check_plugin(module, plugin.name)
    key = f"{origin.name}:{name}"
    registry.plugins.register(module, name=key)
    registry.names[key] = plugin.name
    # pluggy would let one plugin's exception end the call for all: each is called by itself.
    others = [other for other in registry.plugins.get_plugins() if other is not module]
    channels, origins, templates = dict(registry.channels), dict(registry.origins), list(registry.templates)
    taking = {
        "complain_register_channels": partial(_add, registry, origin),
        "complain_register_templates": registry.add_templates,
    }
    try:
        for hook, register in taking.items():
            if hasattr(module, hook):
                registry.plugins.subset_hook_caller(hook, others)(register=register)
    except BaseException:  # half a plugin is none: what it registered before it failed goes too
        registry.plugins.unregister(module)
        registry.channels, registry.origins, registry.templates = channels, origins, templates
        raise


def _add(registry: Registry, origin: Origin, channel: Channel) -> None:
    registry.add(channel, origin)


def _load_folder(registry: Registry, folder: Path) -> None:
    if not folder.is_dir():
        registry.warnings.append(_("The plugins folder {folder} does not exist.").format(folder=folder))
        return
    for file in sorted(folder.glob("*.py")):
        plugin = Plugin(str(file), f"complain_folder_plugin_{file.stem}", file)
        _try(registry, plugin, partial(_load_python, registry, file, plugin))
    used = {file for channel in registry.channels.values() for file in _files_of(channel)}
    for file in sorted(folder.glob("*.toml")):
        if file in used:  # a Python plugin of this folder has taken it
            continue
        _try(registry, Plugin(str(file), path=file), partial(_load_toml, registry, file))


def _load_python(registry: Registry, file: Path, plugin: Plugin) -> None:
    name = plugin.module
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ComplainError(_("The file cannot be imported."))
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # a dataclass looks its module up there
    spec.loader.exec_module(module)
    _register(registry, module, str(file), plugin, Origin("folder", str(file)))


def _files_of(channel: Channel) -> Iterator[Path]:
    """The files that a channel is made of: a folder's own plugin has taken them."""
    named = (getattr(channel, "path", None), channel.practice, channel.sheet.path if channel.sheet else None)
    yield from (file for file in named if file is not None)


def _load_toml(registry: Registry, file: Path) -> None:
    from complain.channels.form import FormChannel

    data = parse_toml(file, read_text(file))
    channel = Channel.from_sheet(file) if is_sheet(data) else FormChannel(file)
    registry.add(channel, Origin("folder", str(file)))
