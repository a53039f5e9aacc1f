"""An installable plugin around a definition: entry point, data, a test of fourteen lines."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from complain.channels.base import API_VERSION
from complain.errors import UsageError
from complain.i18n import _

_PYPROJECT = """[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "complain-{id}"
version = "0.1.0"
description = "The channel {id} for complain."
requires-python = ">=3.11"
dependencies = ["complain-filing>={version}"]

[project.entry-points.complain]
{id} = "{module}"

[dependency-groups]
dev = ["pytest>=9"]

[tool.hatch.build.targets.wheel]
packages = ["src/{module}"]

[tool.pytest.ini_options]
testpaths = ["tests"]
"""
_MODULE = '''"""The channel ``{id}``, as its ``form.toml`` says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from complain import Channel, FormChannel, hookimpl

complain_api_version = {api}  # written out, so that a tool with another interface notices


@hookimpl
def complain_register_channels(register: Callable[[Channel], None]) -> None:
    """Register the channel."""
    register(FormChannel(Path(__file__).with_name("form.toml")))
'''
_TEST = '''"""The channel stands what every channel must stand; it is tried on stand-in forms on this computer."""

from __future__ import annotations

from pathlib import Path

import {module}
from complain.testing import ChannelContract


class Test{klass}(ChannelContract):
    definition = Path({module}.__file__).with_name("form.toml")
'''


def write_project(folder: Path, identity: str, form: str) -> list[Path]:
    """Write an installable plugin and return its files.

    Args:
        folder: New or empty.
        identity: The channel's id.
        form: The text of its ``form.toml``.

    Raises:
        UsageError: The folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            _("{folder} is there already and not empty; nothing was written.").format(folder=folder)
        )
    module = "complain_" + identity.lower().replace("-", "_")
    names = {
        "id": identity,
        "module": module,
        "api": API_VERSION,
        "version": version("complain-filing"),
        "klass": "".join(part.title() for part in module.split("_")[1:]),
    }
    files = {
        "pyproject.toml": _PYPROJECT.format(**names),
        f"src/{module}/__init__.py": _MODULE.format(**names),
        f"src/{module}/form.toml": form,
        f"src/{module}/py.typed": "",
        f"tests/test_{module.removeprefix('complain_')}.py": _TEST.format(**names),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [folder / name for name in files]
