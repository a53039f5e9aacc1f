"""``complain init``, without its command line: ask, keep, write; never over a case that a person has changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from complain.case.answers import keep_answers, load_answers
from complain.case.asking import AnswersEnded, SecretStore, Talk, ask_all
from complain.case.folder import CASE_FILE, OLD_CASE_FILE, case_id
from complain.case.place import possible_evidence
from complain.case.write import case_text, new_case_id
from complain.commands import typed
from complain.durable import write_durably
from complain.errors import ComplainError, UsageError
from complain.i18n import _


@dataclass(frozen=True)
class Begun:
    """What ``complain init`` did.

    Attributes:
        case_id: The case's id; empty when nothing was written.
        file: The case file.
        written: False when the person kept the file that was there.
    """

    case_id: str
    file: Path
    written: bool


def begin(folder: Path, talk: Talk, store: SecretStore, warnings: list[str]) -> Begun:
    """Ask, and write ``case.toml``.

    Args:
        folder: The case folder; made when it is missing.
        talk: The person.
        store: Keeps the identity number.
        warnings: About the folder; shown after the questions about safety.

    Raises:
        UsageError: The answers ended too early, or the folder cannot be used. What was answered is kept.
    """
    _make(folder)
    answers = load_answers(folder)
    talk.say(_greeting(bool(answers.given)))
    answers.ask_again()
    answers.case_id = answers.case_id or _id_there(folder) or new_case_id()
    before = _digest(folder / CASE_FILE)
    files = possible_evidence(folder)
    ask = partial(ask_all, talk, answers, files, partial(keep_answers, folder), store)
    try:
        ask("safety.")
        for warning in warnings:
            talk.say(f"\n{warning}")
        if before not in ("", answers.written) and not _may_replace(talk, folder):
            return Begun("", folder / CASE_FILE, written=False)
        ask()
    except AnswersEnded:
        raise _ended(folder) from None
    _write(folder, case_text(answers, files), before)
    answers.written = _digest(folder / CASE_FILE)
    keep_answers(folder, answers)
    return Begun(answers.case_id, folder / CASE_FILE, written=True)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            _("The folder {folder} cannot be made: {reason}.").format(folder=folder, reason=error.strerror)
        ) from error


def _greeting(goes_on: bool) -> str:
    if goes_on:
        return _("Going on where you stopped. What you put off is asked again.")
    return _(
        "A few questions, one at a time. Answer what you know; every answer is kept at once on this computer "
        "only. Stop with Ctrl-C whenever you like and start again later: nothing is lost and nothing is sent."
    )


def _ended(folder: Path) -> UsageError:
    return UsageError(
        _("The answers ended before the questions did. What was answered is kept."),
        next_step=typed("complain", "init", folder),
    )


def _id_there(folder: Path) -> str:
    try:
        return case_id(folder)
    except ComplainError:
        return ""  # no case yet, or one without an id that could be kept


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def _may_replace(talk: Talk, folder: Path) -> bool:
    word = _("replace")
    talk.say(
        "\n"
        + _(
            "There is already a case in {folder}, and it was written or changed elsewhere. Type “{word}” to replace "
            "it when you have answered (the old one is kept as {old}); Enter alone leaves it as it is."
        ).format(folder=folder, word=word, old=OLD_CASE_FILE)
    )
    return talk.read().strip().strip('“”"').casefold() in {word.casefold(), "replace", "替换"}


def _write(folder: Path, text: str, before: str) -> None:
    file = folder / CASE_FILE
    if _digest(file) != before:
        raise UsageError(
            _(
                "{file} was changed while the questions were asked, and is left as it is. Your answers are kept."
            ).format(file=file),
            next_step=typed("complain", "init", folder),
        )
    if before:
        write_durably(folder / OLD_CASE_FILE, file.read_bytes())
    write_durably(file, text.encode())
