"""Questions of ``complain evidence import-calls``: which column, which number, why, for whom, and is this incident so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from complain.case.asking import AnswersEnded, Talk
from complain.evidence.calls import NumberCount, State
from complain.evidence.cells import Cell, CellFault, cell_text, read_number
from complain.evidence.drafting import DraftIncident
from complain.evidence.kept_calls import Ticked
from complain.i18n import _

SHOWN = 40
"""So many numbers are listed; a rarer one can be typed."""

_PRIVATE = re.compile(r"(?:1[3-9]\d{9}|0\d{9,11})")


@dataclass(frozen=True)
class Shown:
    """How numbers are shown on the screen.

    Attributes:
        known: Numbers that the case names already.
        reveal: Show every number in whole.
    """

    known: Collection[str] = ()
    reveal: bool = False

    def text(self, number: str) -> str:
        """Return a number as it is shown: people's numbers masked, those of the case and of services whole."""
        if self.reveal or number in self.known or not _PRIVATE.fullmatch(number):
            return number
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def number_lines(counts: Sequence[NumberCount], shown: Shown) -> list[str]:
    """Return the numbers of a log by count, one line each."""
    lines: list[str] = []
    for place, count in enumerate(counts[:SHOWN], 1):
        notes = [_("in your contacts")] if count.in_contacts else []
        notes += [_("named in the case")] if count.number in shown.known else []
        lines.append(
            f"  {place:>2}  {shown.text(count.number):<14} "
            + _("{count} rows, {first} to {last}").format(
                count=len(count.rows), first=count.first.isoformat(), last=count.last.isoformat()
            )
            + (_(" ({notes})").format(notes=_(", ").join(notes)) if notes else "")
        )
    return lines


def ask_numbers(talk: Talk, counts: Sequence[NumberCount], shown: Shown) -> list[str]:
    """Return the numbers that the person ticks; none for an empty answer.

    Raises:
        AnswersEnded: Nothing more can be read.
    """
    talk.say(_("Which of these numbers are the collectors'? Only their rows will be kept."))
    for line in number_lines(counts, shown):
        talk.say(line)
    if len(counts) > SHOWN:
        talk.say(_("  … and {more} rarer numbers; type one to name it.").format(more=len(counts) - SHOWN))
    talk.say(_("Type places or whole numbers, as 1,3. Enter alone keeps nothing."))
    while True:
        marks = [mark for mark in re.split(r"[\s,，、;；]+", _plain(talk.read())) if mark]
        chosen = [_chosen(mark, counts) for mark in marks]
        numbers = [number for number in chosen if number is not None]
        if len(numbers) == len(marks):
            return list(dict.fromkeys(numbers))
        talk.say(_("That is no place and no number of this list."))


def _chosen(mark: str, counts: Sequence[NumberCount]) -> str | None:
    if mark.isdecimal() and 1 <= int(mark) <= min(len(counts), SHOWN):
        return counts[int(mark) - 1].number
    try:
        number = read_number(mark)
    except CellFault:
        return None
    return number if any(count.number == number for count in counts) else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def reasons() -> list[tuple[str, str]]:
    """Return the usual reasons: as a letter's annex says them, and as the person is asked."""
    return [
        (
            "来电人自称催收人员，或谈及本人欠款",
            _("The caller spoke of my overdue loan, or called himself a collector."),
        ),
        ("短信或消息写明该号码用于催收", _("A message names this number as the collectors'.")),
        ("机构客服确认该号码", _("The institution's customer service confirmed the number.")),
    ]


def ask_reason(talk: Talk, number: str) -> str:
    """Return why a number is the collectors' (USERS U20); it is never empty.

    Args:
        talk: The person.
        number: As it is shown.

    Raises:
        AnswersEnded: Nothing more can be read.
    """
    usual = reasons()
    talk.say(_("Why is {number} the collectors'?").format(number=number))
    for place, (_written, asked) in enumerate(usual, 1):
        talk.say(f"  {place}  {asked}")
    talk.say(_("Type a place, or the reason in your own words."))
    while True:
        answer = _plain(talk.read())
        if answer.isdecimal() and 1 <= int(answer) <= len(usual):
            return usual[int(answer) - 1][0]
        if len(answer) >= 2 and not answer.isdecimal():
            return answer
        talk.say(_("Without a reason the number is not kept; please give one."))


def ask_lender(talk: Talk, number: str, lenders: Sequence[str]) -> str:
    """Return for which lender a number collects; empty when the person does not know. One lender is not asked for.

    Args:
        talk: The person.
        number: As it is shown.
        lenders: Of the case.

    Raises:
        AnswersEnded: Nothing more can be read.
    """
    if len(lenders) < 2:
        return ""
    talk.say(
        _("For which lender does {number} collect? Calls of two lenders are counted apart.").format(
            number=number
        )
    )
    for place, lender in enumerate(lenders, 1):
        talk.say(f"  {place}  {lender}")
    talk.say(_("Type a place; Enter alone: I do not know."))
    while True:
        answer = _plain(talk.read())
        if not answer or answer == "?":
            return ""
        if answer.isdecimal() and 1 <= int(answer) <= len(lenders):
            return lenders[int(answer) - 1]
        talk.say(_("Please answer with a number from 1 to {most}.").format(most=len(lenders)))


def ask_ticked(talk: Talk, numbers: Sequence[str], lenders: Sequence[str], shown: Shown) -> list[Ticked]:
    """Return each number with its reason and its lender.

    Raises:
        AnswersEnded: Nothing more can be read.
    """
    ticked: list[Ticked] = []
    for number in numbers:
        name = shown.text(number)
        ticked.append(Ticked(number, ask_reason(talk, name), ask_lender(talk, name, lenders)))
    return ticked


def ask_columns(talk: Talk, heading: Sequence[Cell]) -> dict[str, int]:
    """Return the columns of a list with unknown headings: field -> place, from 0.

    Raises:
        AnswersEnded: Nothing more can be read.
    """
    talk.say(_("The headings of this list are not known. Please say once what stands where:"))
    for place, cell in enumerate(heading, 1):
        talk.say(f"  {place}  {cell_text(cell)}")
    places: dict[str, int] = {}
    for field, question, required in _fields():
        answer = _ask_column(talk, question, len(heading), required)
        if answer is not None:
            places[field] = answer
    return places


def _fields() -> list[tuple[str, str, bool]]:
    return [
        ("number", _("Which column holds the other side's number?"), True),
        ("at", _("Which column holds the time of the call (with or without the day)?"), True),
        ("day", _("Which column holds the day, if it stands apart? Enter alone: none."), False),
        ("duration", _("Which column holds the duration? Enter alone: none."), False),
        ("direction", _("Which column says who called? Enter alone: none."), False),
    ]


def _ask_column(talk: Talk, question: str, most: int, required: bool) -> int | None:
    talk.say(question)
    while True:
        answer = _plain(talk.read())
        if not answer and not required:
            return None
        if answer.isdecimal() and 1 <= int(answer) <= most:
            return int(answer) - 1
        talk.say(_("Please answer with a number from 1 to {most}.").format(most=most))


def draft_line(draft: DraftIncident) -> str:
    """Return one drafted incident as a person reads it."""
    answered = {
        State.CONNECTED: _("the call was answered"),
        State.MISSED: _("not answered"),
        State.UNKNOWN: _("not known whether answered"),
    }[draft.call.state]
    what = (
        _("one of {count} answered calls on that day").format(count=draft.day_calls)
        if draft.day_calls
        else _("between 22:00 and 8:00")
    )
    return _("{time}, {number}: {what}, {answered}").format(
        time=f"{draft.call.at:%Y-%m-%d %H:%M:%S}", number=draft.call.number, what=what, answered=answered
    )


def confirm_drafts(talk: Talk, drafts: Sequence[DraftIncident]) -> list[DraftIncident]:
    """Return the drafted incidents that the person confirms, one by one; where the answers end, those until then."""
    confirmed: list[DraftIncident] = []
    for place, draft in enumerate(drafts, 1):
        talk.say(f"{place}/{len(drafts)}  {draft_line(draft)}")
        talk.say(_("Did you live through this yourself, and is it so? y, n, or q to stop."))
        try:
            answer = _yes_no_stop(talk)
        except AnswersEnded:
            break  # what was confirmed is the person's word, and is not thrown away
        if answer == "q":
            break
        if answer == "y":
            confirmed.append(draft)
    return confirmed


def _yes_no_stop(talk: Talk) -> str:
    words = {
        "y": "y",
        "yes": "y",
        "是": "y",
        "n": "n",
        "no": "n",
        "否": "n",
        "不是": "n",
        "q": "q",
        "停": "q",
    }
    while True:
        answer = words.get(_plain(talk.read()).casefold())
        if answer is not None:
            return answer
        talk.say(_("Please answer y, n or q."))
