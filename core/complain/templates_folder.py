"""Where the templates are: inside the installed package, else beside the source tree."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent  # not `import complain`, which would bring the channels with it


def template_folder() -> Path:
    """Return the folder of the shipped templates: ``letters/`` and ``reports/`` are inside it."""
    packaged = _PACKAGE / "templates"
    return packaged if packaged.is_dir() else _PACKAGE.parents[1] / "templates"
