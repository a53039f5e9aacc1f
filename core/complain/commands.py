"""Commands as a person types them: quoted, so that they can be copied into a terminal as they are."""

from __future__ import annotations

import re
from pathlib import Path

from complain.i18n import _

_PLAIN = re.compile(r"[\w./:=,@%+~\\-]+")


def typed(*words: str | Path) -> str:
    """Return a command as it is typed; a word with a space or a sign of the shell stands in quotes.

    Args:
        words: Program and arguments.
    """
    return " ".join(word if _PLAIN.fullmatch(word) else f'"{word}"' for word in map(str, words))


def resolve_command(
    folder: Path, channel: str, *, practice: bool, number: str = "", not_filed: bool = False
) -> str:
    """Return the command that enters what the person saw or did.

    Args:
        folder: The case folder.
        channel: The channel's id.
        practice: Whether the filing is one of the practice home.
        number: The receipt number; empty: a word stands in its place.
        not_filed: Whether it is the command for "it is not there".
    """
    word = ["--not-filed"] if not_filed else ["--filed", number or _("NUMBER")]
    return typed(
        "complain", "resolve", folder.absolute(), channel, *word, *(["--practice"] if practice else [])
    )


def unknown_task(folder: Path, channel: str, title: str, *, practice: bool) -> str:
    """Return what a person does about a filing that nobody can tell of.

    Args:
        folder: The case folder.
        channel: The channel's id.
        title: The channel, as a person calls it.
        practice: Whether the filing is one of the practice home.
    """
    return _("Look in “{where}”, then enter what you saw: {there}, or: {absent}").format(
        where=title,
        there=resolve_command(folder, channel, practice=practice),
        absent=resolve_command(folder, channel, practice=practice, not_filed=True),
    )
