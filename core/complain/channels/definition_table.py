"""Reading a channel's TOML without checking it: light enough for a list of channels.

Imports nothing beyond the standard library, since ``complain --help`` and ``complain channels`` come here.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, cast

from complain.channels.base import API_VERSION as API_VERSION
from complain.errors import DefinitionMistakes, Mistake
from complain.i18n import _

_PLACE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


def refuse(path: Path, mistakes: list[Mistake]) -> DefinitionMistakes:
    """Return the error that names all ``mistakes`` of the definition at ``path``."""
    return DefinitionMistakes(
        _("The channel definition {file} has mistakes:").format(file=path),
        mistakes,
        next_step=_("Correct the file, then type: complain plugin lint {file}").format(file=path),
    )


def read_text(path: Path) -> str:
    """Return the text of a definition; a byte-order mark, as Windows editors write, is dropped.

    Raises:
        DefinitionMistakes: The file cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        problem = _("The file cannot be read: {reason}.").format(
            reason=error.strerror or type(error).__name__
        )
        remedy = _("Check its name and permissions.")
    except UnicodeDecodeError:
        problem = _("The file is not UTF-8 text.")
        remedy = _("Save it as UTF-8.")
    raise refuse(path, [Mistake(str(path), None, "", problem, remedy)])


def parse_toml(path: Path, text: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Raises:
        DefinitionMistakes: The text is not TOML; the mistake names the line.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = _("This is not TOML: {reason}.").format(reason=_PLACE.sub("", str(error)).strip())
        mistake = Mistake(
            str(path), _line_of(error, text), "", problem, _("See docs/form-toml.md for a whole example.")
        )
        raise refuse(path, [mistake]) from error


def _line_of(error: tomllib.TOMLDecodeError, text: str) -> int:
    """The line is only in the message before Python 3.14."""
    place = _PLACE.search(str(error))
    if place is None or place.group(1) is None:
        return text.count("\n") + 1
    return int(place.group(1))


def read_channel_table(path: Path) -> dict[str, Any]:
    """Return the ``[channel]`` table of a definition, checked only for ``id`` and ``url``; the title is filled in.

    Args:
        path: The ``*.toml`` file.

    Raises:
        DefinitionMistakes: The file is not TOML, or has no ``[channel]`` table with an ``id`` and a ``url``.
    """
    table: object = parse_toml(path, read_text(path)).get("channel")
    channel: dict[str, Any] = cast("dict[str, Any]", table) if isinstance(table, dict) else {}
    for key in ("id", "url"):
        if not isinstance(channel.get(key), str) or not channel[key]:
            problem = _("There is no [channel] table with “{key}”.").format(key=key)
            remedy = _("See docs/form-toml.md for a whole example.")
            raise refuse(path, [Mistake(str(path), None, f"channel.{key}", problem, remedy)])
    return {"title": channel["id"], **channel}
