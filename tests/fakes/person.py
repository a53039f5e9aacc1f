"""A person who answers ``complain init``, and the password store of their system."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from complain.case.asking import Lines, Talk
from complain.case.begin import Begun, begin

NOW = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
IDENTITY = "110101190001010014"
Standing = Literal["kept", "absent", "unavailable"]
Script = Mapping[str, str | Sequence[str]]


@dataclass
class Store:
    """A password store of the system: there, locked away, or holding the number already."""

    state: Standing = "absent"
    secrets: dict[str, str] = field(default_factory=dict[str, str])

    def standing(self, key: str) -> Standing:
        """Say how it stands with a secret."""
        return "kept" if key in self.secrets else self.state

    def keep(self, key: str, value: str) -> bool:
        """Keep a secret."""
        self.secrets[key] = value
        return True


class Person:
    """Answers by the question that was last shown; what is not listed is put off.

    Args:
        shown: What they see.
        script: Part of a question to the line, or lines, that they type.
        leaves_at: Part of the question at which they close the terminal.
    """

    def __init__(self, shown: io.StringIO, script: Script, leaves_at: str = "") -> None:
        self.shown, self.script, self.leaves_at = shown, script, leaves_at
        self._lines: Iterator[str] = iter(())

    @property
    def question(self) -> str:
        """What was asked last."""
        return self.shown.getvalue().rsplit("\n\n", 1)[-1]

    def isatty(self) -> bool:
        """Not a terminal: nothing can be hidden while it is typed."""
        return False

    def readline(self) -> str:
        """Type the next line."""
        line = self._line()
        self.shown.write(line)  # as a terminal echoes what is typed
        return line

    def _line(self) -> str:
        line = next(self._lines, None)
        if line is not None:
            return line + "\n"
        if self.leaves_at and self.leaves_at in self.question:
            return ""
        for part, answer in self.script.items():
            if part in self.question:
                lines = [answer] if isinstance(answer, str) else answer
                self._lines = iter(lines[1:])
                return lines[0] + "\n"
        return "\n"


def talk_to(stdin: Lines, shown: io.StringIO) -> Talk:
    """Return the talk with a person."""
    return Talk(stdin, shown, lambda: NOW)


def run(folder: Path, script: Script, store: Store | None = None, leaves_at: str = "") -> tuple[Begun, str]:
    """Run the questions once; return what was done and all that was shown."""
    shown = io.StringIO()
    person = Person(shown, script, leaves_at)
    begun = begin(folder, talk_to(person, shown), store or Store("unavailable"), [])
    return begun, shown.getvalue()


FULL: Script = {
    "Is anybody at your door": "2",
    "court summons": "2",
    "share your screen": "2",
    "In which app": "示例金融",
    "called on your phone": "示例金融App",
    "loan called in the app": "示例分期",
    "Which company lent": "示范小额贷款有限公司",
    "Where do you know this from": "1",
    "What kind of company": "3",
    "number of the contract": "SL-1",
    "How much principal": "8,600",
    "How much interest": "215.4",
    "late and other fees": "96.32",
    "see these figures": "11月15日",
    "Since which day": "2026-08-15",
    "was assigned": "no",
    "Is there another loan": "2",
    "Which collection agency": "虚构信息服务有限公司",
    "How do you know? For": "来电人自称",
    "When did it happen": "10月12日 晚上10点47分",
    "By what means": "1",
    "Whom did they reach": "4",
    "What is that person to you": "同事",
    "What was wrong": "2",
    "Was the call answered": "1",
    "Which number or account": "170-0000-0001",
    "What did they say": ["第一行", '第二行 "引号" \\ # [', ""],
    "tell that person": "1",
    "How do you know of it": "2",
    "Who told you": "同事",
    "On which day were you told": "10-13",
    "Did anything else happen": "2",
    "already turned to": "1",
    "On which day?": "10月16日",
    "Where did you turn to": "客服热线",
    "With whom": "坐席",
    "reference number": "KF-1",
    "What did you ask for": "停止联系同事",
    "What did they answer": "已记录",
    "another such contact": "2",
    "What do you ask for? Choose": "1、3, 6 10",
    "What else do you ask": "当面道歉",
    "What is it about": "催收人员深夜来电",
    "Tell in your own words": ["经过如下。", ""],
    "Which of them show": "1",
    "What do you call it": "通话记录",
    "What does it show": "来电时间",
    "Which of these does it show": "1",
    "What is your name": "张示例",
    "your telephone number": "138-0000-0000",
    "your e-mail": "name@example.com",
    "Can you be reached": "2",
    "At which hours": "18:00–21:00",
    "identity number": IDENTITY,
}
