"""Reading a case folder: TOML, the model, and every mistake at once."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pydantic import ValidationError

from complain.case.crosscheck import cross_mistakes
from complain.case.folder import CASE_FILE, case_folder, read_case_text
from complain.case.lines import KeyLines
from complain.case.mistakes import mistakes_of
from complain.case.model import Case
from complain.commands import typed
from complain.errors import CaseMistakes, Mistake
from complain.i18n import _

_PLACE = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")
_WIDE = re.compile("[“”‘’＂＇＝［］，　]")


def load_case(folder: Path, *, now: dt.datetime | None = None) -> Case:
    """Return the validated case of a folder.

    Args:
        folder: The case folder, or its ``case.toml``.
        now: The moment after which nothing can have happened (aware); the system's clock when left out.

    Raises:
        UsageError: There is no case in the folder.
        CaseMistakes: The case has mistakes; all of them are named.
    """
    home = case_folder(folder)
    file, text = str(home / CASE_FILE), read_case_text(folder)
    raw = _read_toml(file, text, home)
    lines = KeyLines(text)
    case: Case | None = None
    mistakes = list(cross_mistakes(raw, home, file, lines))
    try:
        case = Case.model_validate(raw, context={"now": now or dt.datetime.now(dt.UTC)})
    except ValidationError as error:
        mistakes.extend(mistakes_of(error, file, lines))
    if case is None or mistakes:
        raise _case_mistakes(file, mistakes, home)
    return case


def _case_mistakes(file: str, mistakes: list[Mistake], folder: Path) -> CaseMistakes:
    ordered = sorted(mistakes, key=lambda mistake: (mistake.line or 0, mistake.key))
    return CaseMistakes(
        _("{file} has mistakes; nothing was started:").format(file=file),
        ordered,
        next_step=typed("complain", "check", folder),
    )


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _read_toml(file: str, text: str, folder: Path) -> dict[str, object]:
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except tomllib.TOMLDecodeError as error:
        raise _case_mistakes(file, [_syntax_mistake(file, text, str(error))], folder) from None


def _syntax_mistake(file: str, text: str, message: str) -> Mistake:
    place = _PLACE.search(message)
    lines = text.splitlines() or [""]
    line = int(place[1]) if place and place[1] else len(lines)
    reason = _PLACE.sub("", message)
    return Mistake(file, line, "", *_syntax_phrase(reason, lines[min(line, len(lines)) - 1]))


def _syntax_phrase(reason: str, line: str) -> tuple[str, str]:
    if _WIDE.search(re.sub(r'"[^"]*"|#.*', "", line)):
        return (
            _("This line holds full-width signs where the file needs plain ones."),
            _('Write " = [ ] and , with the keyboard set to English.'),
        )
    if "date" in reason.lower():
        return (
            _("There is no such day or time."),
            _("Write it as 2026-10-01, or with the time as 2026-10-01 21:30."),
        )
    if "overwrite" in reason or "twice" in reason or "Cannot declare" in reason:
        return (
            _("The same key or table stands here a second time."),
            _("Remove one of the two; a further entry of a list begins with [[name]]."),
        )
    return (
        _("This line is not valid TOML: {reason}.").format(reason=reason),
        _('A line is key = "text", key = 12.50, key = 2026-10-01 21:30:00, or [table].'),
    )
