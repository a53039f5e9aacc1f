"""What a plugin's module must be before its hooks are called: of this interface, with hooks that exist."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import FunctionType
from typing import Any, cast

from complain.channels import hookspecs
from complain.channels.base import API_VERSION
from complain.errors import ComplainError
from complain.i18n import _

_PREFIX = "complain_"
_MARK = f"{hookspecs.PROJECT}_impl"


def check_plugin(plugin: Any) -> None:
    """Refuse a plugin that was made for something else; a hook that is never called is never a silent one.

    Args:
        plugin: Its module.

    Raises:
        ComplainError: It was made for another interface, or one of its hooks would never be called.
    """
    theirs = getattr(plugin, "complain_api_version", API_VERSION)
    if theirs != API_VERSION:
        raise ComplainError(
            _("It was made for plugin interface {theirs}; this tool has {ours}.").format(
                theirs=theirs, ours=API_VERSION
            )
        )
    for name, value in cast("Mapping[str, object]", vars(plugin)).items():
        if isinstance(value, FunctionType):
            _check_hook(name, value)


def _check_hook(name: str, function: FunctionType) -> None:
    known = [hook for hook in vars(hookspecs) if hook.startswith(_PREFIX)]
    mark: dict[str, object] | None = getattr(function, _MARK, None)
    place = f"{function.__code__.co_filename}:{function.__code__.co_firstlineno}"
    if mark is not None and name not in known and not mark.get("optionalhook"):
        near = difflib.get_close_matches(name, known, n=1)
        raise ComplainError(
            _("There is no hook “{name}” ({place}). Did you mean “{near}”?").format(
                name=name, place=place, near=near[0] if near else ", ".join(known)
            )
        )
    if mark is None and name in known:
        raise ComplainError(
            _(
                "Its hook “{name}” ({place}) is not marked with @hookimpl, so it would never be called."
            ).format(name=name, place=place)
        )
