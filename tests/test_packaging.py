"""What is in plugins/ is registered, packed and checked, and every command that is listed exists."""

from __future__ import annotations

import tomllib
from importlib.metadata import entry_points
from typing import Any

import click
import pytest

from complain.channels.registry import GROUP, OWN_DISTRIBUTION
from complain.cli.main import COMMANDS, cli
from fakes.cli import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_plugin_folder_is_an_entry_point_a_package_and_in_the_import_contracts() -> None:
    folders = {path.name for path in (ROOT / "plugins").iterdir() if path.name.startswith("complain_")}
    installed = {e.value for e in entry_points(group=GROUP) if e.dist and e.dist.name == OWN_DISTRIBUTION}
    packages = {p.split("/")[-1] for p in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
    contracts = set(PROJECT["tool"]["importlinter"]["root_packages"])

    assert PROJECT["project"]["name"] == OWN_DISTRIBUTION
    assert folders == installed == packages - {"complain"} == contracts - {"complain"}


def test_every_sibling_package_of_the_core_is_in_the_layers() -> None:
    layers = " ".join(PROJECT["tool"]["importlinter"]["contracts"][0]["layers"])
    packages = {p.name for p in (ROOT / "core/complain").iterdir() if (p / "__init__.py").is_file()}

    assert {name for name in packages if f"complain.{name}" not in layers} == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_listed_command_exists_and_takes_the_shared_options(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)

    assert command is not None
    assert {"--home", "--practice", "--json"} <= {option for param in command.params for option in param.opts}
