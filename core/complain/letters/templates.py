"""Where the templates are: inside the installed package, else beside the source tree."""

from __future__ import annotations

from pathlib import Path

import complain


def template_folder() -> Path:
    """Return the folder of the shipped templates (``letters/`` is inside it)."""
    packaged = Path(complain.__file__).parent / "templates"
    return packaged if packaged.is_dir() else Path(complain.__file__).parents[2] / "templates"
