"""Files that a command is asked to write: checked before anything is made, and never written over something else."""

from __future__ import annotations

from pathlib import Path

from complain.errors import UsageError
from complain.i18n import _


def checked_target(path: Path, *, may_replace: bytes = b"") -> Path:
    """Return the absolute path of a file that may be written.

    Args:
        path: As it was named.
        may_replace: How an earlier file begins that this one may replace, as ``%PDF``; empty: none may be replaced.

    Raises:
        UsageError: Another file is there already, or its folder is missing.
    """
    target = path.absolute()
    if not target.parent.is_dir():
        raise UsageError(
            _("There is no folder {folder}.").format(folder=target.parent),
            next_step=_("Make the folder, or name a file in another one."),
        )
    if target.exists() and not (may_replace and _begins_with(target, may_replace)):
        raise UsageError(
            _("{path} is there already; it was left as it is.").format(path=path),
            next_step=_("Name another file, or move this one away."),
        )
    return target


def _begins_with(target: Path, start: bytes) -> bool:
    with target.open("rb") as file:
        return file.read(len(start)) == start
