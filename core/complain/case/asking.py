"""Putting the questions of ``complain init`` to a person, one by one, in a terminal or through a pipe."""

from __future__ import annotations

import datetime as dt
import getpass
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TextIO

from complain.case.answers import Answered, Answers
from complain.case.interview import questions
from complain.case.question import AnswerRefused, Question
from complain.i18n import _

BACK = Answered(("<",), "later")
_YES_NO = {
    **dict.fromkeys(("y", "yes", "是", "有", "对", "是的"), "yes"),
    **dict.fromkeys(("n", "no", "否", "没有", "没", "不是"), "no"),
}


class AnswersEnded(Exception):
    """Nothing more can be read: the pipe or the terminal was closed."""


class Lines(Protocol):
    """Where answers are read from: a text stream."""

    def readline(self) -> str:
        """Return the next line with its end; an empty text when there is none."""
        ...

    def isatty(self) -> bool:
        """Say whether a person types."""
        ...


@dataclass(frozen=True)
class Talk:
    """Where questions are put and answers come from.

    Attributes:
        stdin: Read line by line.
        stderr: Questions go here: the result alone goes to stdout.
        now: The clock; aware.
    """

    stdin: Lines
    stderr: TextIO
    now: Callable[[], dt.datetime]

    def say(self, text: str = "") -> None:
        """Print one line."""
        print(text, file=self.stderr, flush=True)

    def read(self, *, secret: bool = False) -> str:
        """Return the next line without its end.

        Args:
            secret: Not shown while it is typed, where a terminal can do that.

        Raises:
            AnswersEnded: There is none.
        """
        if secret and self.stdin.isatty():
            return self._read_hidden()
        print("> ", end="", file=self.stderr, flush=True)
        try:
            typed = self.stdin.readline()
        except UnicodeDecodeError:
            raise AnswersEnded from None
        if not typed:
            self.say()
            raise AnswersEnded
        return typed.rstrip("\r\n")

    def _read_hidden(self) -> str:
        try:
            return getpass.getpass("> ", stream=self.stderr)
        except EOFError:
            raise AnswersEnded from None


class SecretStore(Protocol):
    """Keeps what must not stand in a file; it speaks to the person itself when it cannot."""

    def standing(self, key: str) -> Literal["kept", "absent", "unavailable"]:
        """Say whether the secret is there, is not, or could not be kept at all."""
        ...

    def keep(self, key: str, value: str) -> bool:
        """Keep a secret; say whether it was kept."""
        ...


def ask_all(
    talk: Talk,
    answers: Answers,
    files: Sequence[str],
    keep: Callable[[Answers], None],
    store: SecretStore,
    prefix: str = "",
) -> None:
    """Ask what has not been answered yet, until nothing is left.

    Args:
        talk: The person.
        answers: Those given so far; the new ones are added.
        files: Files of the case folder that could be evidence.
        keep: Called after every answer.
        store: Keeps secrets; one that is there already, or could not be kept, is not asked for.
        prefix: Stop before the first question whose key does not begin with this.

    Raises:
        AnswersEnded: Nothing more can be read; all answers so far have been kept.
    """
    section = ""
    while (question := next_question(answers, files)) is not None and question.key.startswith(prefix):
        if question.section != section:
            section = question.section
            talk.say(f"\n── {section} ──")
        answer = _ask_secret(talk, question, store) if question.secret else ask(talk, question)
        if answer is BACK:
            _step_back(talk, answers)
        else:
            answers.given[question.key] = answer
        keep(answers)


def _ask_secret(talk: Talk, question: Question, store: SecretStore) -> Answered:
    standing = store.standing(question.key)
    if standing != "absent":
        return Answered(("kept",)) if standing == "kept" else Answered(skipped="later")
    answer = ask(talk, question)
    if answer.skipped:
        return answer
    return Answered(("kept",)) if store.keep(question.key, answer.value) else Answered(skipped="later")


def next_question(answers: Answers, files: Sequence[str]) -> Question | None:
    """Return the first question that has no answer yet, or None.

    Args:
        answers: Those given so far.
        files: Files of the case folder that could be evidence.
    """
    return next(
        (question for question in questions(answers, files) if question.key not in answers.given), None
    )


def _step_back(talk: Talk, answers: Answers) -> None:
    if answers.given:
        answers.given.popitem()
    else:
        talk.say(_("This is the first question."))


def ask(talk: Talk, question: Question) -> Answered:
    """Ask one question until there is an answer, ``?`` (not known), Enter (later) or ``<`` (back).

    Args:
        talk: The person.
        question: What to ask.

    Returns:
        The answer; `BACK` for a step back.
    """
    _show(talk, question)
    while True:
        typed = talk.read(secret=question.secret).strip()
        skipped = _skipped(typed)
        if skipped is not None:
            return skipped
        try:
            return _taken(talk, question, typed)
        except AnswerRefused as refusal:
            talk.say(f"  {refusal}")


def _show(talk: Talk, question: Question) -> None:
    talk.say(f"\n{question.text}")
    for number, choice in enumerate(question.choices, 1):
        talk.say(f"  {number}  {choice.label}")
    talk.say(_("  ?  I do not know      Enter  later      <  back"))
    if question.form == "prose":
        talk.say(_("  (Several lines are possible; an empty line ends the answer.)"))


def _skipped(typed: str) -> Answered | None:
    plain = unicodedata.normalize("NFKC", typed).strip().casefold()
    if plain in ("", "later", "以后再说"):
        return Answered(skipped="later")
    if plain in ("?", "unknown", "不知道"):
        return Answered(skipped="unknown")
    return BACK if plain in ("<", "上一题") else None


def _taken(talk: Talk, question: Question, typed: str) -> Answered:
    match question.form:
        case "one":
            values: tuple[str, ...] = (_chosen(question, typed),)
        case "several":
            marks = [mark for mark in re.split(r"[\s,，、;；]+", typed) if mark]
            values = tuple(dict.fromkeys(_chosen(question, mark) for mark in marks))
        case "prose":
            values = (question.check("\n".join([typed, *_further_lines(talk)]), talk.now()),)
        case "line":
            values = (_understood(talk, question, typed),)
    for value in values:
        if value in question.advice:
            talk.say(f"\n{question.advice[value]}")
    return Answered(values)


def _chosen(question: Question, mark: str) -> str:
    plain = unicodedata.normalize("NFKC", mark).strip().rstrip(".、)").casefold()
    if plain.isdecimal() and 1 <= int(plain) <= len(question.choices):
        return question.choices[int(plain) - 1].value
    for choice in question.choices:
        if plain == choice.label.casefold() or choice.value == _YES_NO.get(plain):
            return choice.value
    raise AnswerRefused(_("Please answer with a number from 1 to {most}.").format(most=len(question.choices)))


def _further_lines(talk: Talk) -> list[str]:
    lines: list[str] = []
    try:
        while line := talk.read().strip():
            lines.append(line)
    except AnswersEnded:
        pass  # what was typed up to here is the answer; the next question meets the end again
    return lines


def _understood(talk: Talk, question: Question, typed: str) -> str:
    kept = question.check(typed, talk.now())
    if kept != typed and not question.secret:
        talk.say(f"  → {kept.removesuffix(':00') if ' ' in kept else kept}")
    return kept
