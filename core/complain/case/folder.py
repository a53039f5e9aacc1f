"""The case folder and its id, read without any heavy library: for ``complain status`` and its like."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path, PurePosixPath

from complain.commands import typed
from complain.errors import CaseMistakes, Mistake, UsageError
from complain.i18n import _

CASE_FILE = "case.toml"
PROGRESS_FILE = ".complain-init.json"
OLD_CASE_FILE = "case.old.toml"
BESIDE = (PROGRESS_FILE, OLD_CASE_FILE)
"""What ``complain init`` writes beside the case file: the answers so far, and the case that it replaced."""

CALLS_FOLDER = "calls"
"""Rows of call logs that were kept, as ``complain evidence import-calls`` writes them."""

_CASE_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
# Names that Windows keeps for devices: the id becomes a folder's name there too.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))})


def is_case_id(text: str) -> bool:
    """Return whether ``text`` can be a case's id: 1 to 64 of a-z, 0-9 and ``-``, safe as a folder's name."""
    return _CASE_ID.fullmatch(text) is not None and text not in _DEVICES


def leaves_folder(name: str) -> bool:
    """Return whether a relative file name leads, on any system, out of the folder that it starts from."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name) is not None


def case_folder(named: Path) -> Path:
    """Return the case folder that a person named.

    Args:
        named: The folder, or its ``case.toml``.
    """
    return named.parent if named.name == CASE_FILE and not named.is_dir() else named


def read_case_text(folder: Path) -> str:
    """Return the text of ``case.toml``.

    Args:
        folder: The case folder.

    Raises:
        UsageError: There is no such file, or it cannot be read.
        CaseMistakes: It is not UTF-8.
    """
    path = case_folder(folder) / CASE_FILE
    try:
        return path.read_bytes().decode("utf-8-sig")  # Windows' Notepad may put a byte order mark
    except FileNotFoundError:
        raise UsageError(
            _(
                "There is no case in {folder}: {file} was not found. A made-up one, to practise on, is written by: "
                "{example}"
            ).format(
                folder=case_folder(folder),
                file=CASE_FILE,
                example=typed("complain", "init", case_folder(folder), "--example"),
            ),
            next_step=typed("complain", "init", case_folder(folder)),
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise CaseMistakes(
            _("{file} cannot be read.").format(file=path), [_not_utf8(path, line)], next_step=""
        ) from None
    except OSError as error:
        raise UsageError(
            _("{file} cannot be read: {reason}").format(file=path, reason=error.strerror)
        ) from error


def _not_utf8(path: Path, line: int) -> Mistake:
    return Mistake(
        str(path),
        line,
        "",
        _("The file is not saved as UTF-8."),
        _("Open it in an editor and save it again with the encoding UTF-8."),
    )


def case_id(folder: Path) -> str:
    """Return the id of the case in ``folder``, reading nothing else of it.

    Args:
        folder: The case folder, or its ``case.toml``.

    Raises:
        UsageError: There is no case in the folder.
        CaseMistakes: The file is not TOML, or has no usable id.
    """
    path = case_folder(folder) / CASE_FILE
    try:
        value = tomllib.loads(read_case_text(folder)).get("id")
    except tomllib.TOMLDecodeError as error:
        raise CaseMistakes(
            _("{file} has mistakes:").format(file=path),
            [
                Mistake(
                    str(path), None, "", _("The file is not valid TOML: {reason}.").format(reason=error), ""
                )
            ],
            next_step=typed("complain", "check", case_folder(folder)),
        ) from None
    if isinstance(value, str) and is_case_id(value):
        return value
    raise CaseMistakes(
        _("{file} has mistakes:").format(file=path),
        [Mistake(str(path), None, "id", *id_phrase())],
        next_step=typed("complain", "check", case_folder(folder)),
    )


def id_phrase() -> tuple[str, str]:
    """Return the problem and the remedy for a case without a usable id."""
    return (
        _("The case needs an id of its own."),
        _('Write a short name of small letters, digits and hyphens, as id = "case-2026".'),
    )
