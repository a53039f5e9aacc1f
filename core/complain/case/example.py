"""The fictional example case that ships with the tool: for rehearsing before there is a case of one's own."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

from complain.errors import UsageError
from complain.i18n import _


def example_folder() -> Path:
    """Return the folder of the example as it ships."""
    shipped = Path(str(files("complain"))) / "examples" / "basic"
    return shipped if shipped.is_dir() else Path(__file__).parents[3] / "examples" / "basic"


def write_example(folder: Path) -> Path:
    """Copy the example into a folder and return its ``case.toml``.

    Args:
        folder: New or empty.

    Raises:
        UsageError: The folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            _("{folder} is there already and not empty; nothing was written.").format(folder=folder),
            next_step=_("Name a new folder: complain init DIR --example"),
        )
    shutil.copytree(example_folder(), folder, dirs_exist_ok=True)
    return folder / "case.toml"
