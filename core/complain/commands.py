"""Commands as a person types them: quoted, so that they can be copied into a terminal as they are."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from complain.environment import Home, default_root
from complain.i18n import _


def typed(*words: str | Path) -> str:
    """Return a command as it is typed in this system's terminal; what the shell would read stands in quotes.

    Args:
        words: Program and arguments.
    """
    return " ".join(_quoted(str(word)) for word in words)


def _quoted(word: str) -> str:
    if os.name != "nt":
        # shlex leaves only ASCII bare; a Chinese folder needs no quotes in any shell.
        return word if word and word.replace("_", "").isalnum() else shlex.quote(word)
    return f'"{word}"' if not word or any(sign in word for sign in ' "&|<>^%()') else word


def home_options(home: Home) -> tuple[str, ...]:
    """Return the options by which a later command finds the same home, wherever it is typed.

    Args:
        home: The home in use.
    """
    return (*(("--practice",) if home.practice else ()), *named_home(home))


def at_home(step: str, home: Home) -> str:
    """Return what to do next, a command with the options by which it finds the home; other words as they are.

    Args:
        step: A command, or a sentence.
        home: The home in use.
    """
    if not step.startswith("complain ") or "--practice" in step or "--home" in step:
        return step
    return " ".join(part for part in (step, typed(*home_options(home))) if part)


def named_home(home: Home) -> tuple[str, ...]:
    """Return ``--home`` and its folder, where a command would not find the home by itself.

    Args:
        home: The home in use.
    """
    return () if home.root == default_root() else ("--home", str(home.root))


def resolve_command(
    folder: Path, channel: str, home: Home, *, number: str = "", not_filed: bool = False
) -> str:
    """Return the command that enters what the person saw or did.

    Args:
        folder: The case folder.
        channel: The channel's id.
        home: Where the filing is kept.
        number: The receipt number; empty: a word stands in its place.
        not_filed: Whether it is the command for "it is not there".
    """
    # A number that begins with a dash would be read as an option.
    filed = [f"--filed={number}"] if number.startswith("-") else ["--filed", number or _("NUMBER")]
    word = ["--not-filed"] if not_filed else filed
    return typed("complain", "resolve", folder.absolute(), channel, *word, *home_options(home))


def unknown_task(folder: Path, channel: str, title: str, home: Home) -> str:
    """Return what a person does about a filing that nobody can tell of.

    Args:
        folder: The case folder.
        channel: The channel's id.
        title: The channel, as a person calls it.
        home: Where the filing is kept.
    """
    return _("Look in “{where}”, then enter what you saw: {there}, or: {absent}").format(
        where=title,
        there=resolve_command(folder, channel, home),
        absent=resolve_command(folder, channel, home, not_filed=True),
    )
