"""One truth everywhere: what a letter says now against what was said before (USERS U28).

Only statements about the same thing are compared: the same contact by its day and time, the same loan on the same
day, the same filing by channel and day. New facts are no contradiction, nor is evidence that was found later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
_CONTACT = re.compile(rf"(?:〔[^〕]*〕[^：\n]*：)?({_DAY}\d{{1,2}}:\d{{2}})，[^\n]*")
_LOAN = re.compile(rf"编号(\S+?)，放款主体([^，\n]+)，截至({_DAY})显示([^，\n]*元)")
_FILING = re.compile(rf"({_DAY})通过“([^”]+)”提交，编号([^，。\n]+)")
_EVIDENCE = re.compile(
    r"（(?:见证据[\d、]+|通话情况见证据[\d、]+，通话内容暂无录音|暂无证据材料)）|^\d+\. ?|〔转述〕"
)
_PLACEHOLDER = "〔"


@dataclass(frozen=True)
class Contradiction:
    """Two statements about one thing that cannot both be true.

    Attributes:
        about: What they are about.
        first: What was said in the one text.
        second: What is said in the other.
    """

    about: str
    first: str
    second: str


def contradictions(first: str, second: str) -> list[Contradiction]:
    """Return where two texts say different things of the same thing.

    Args:
        first: A letter as it was filed before, or another letter of this run.
        second: A letter as it would be filed now.
    """
    before, now = dict(_statements(first)), dict(_statements(second))
    return [
        Contradiction(about, before[about], now[about])
        for about in before
        if about in now and _plain(before[about]) != _plain(now[about])
    ]


def _plain(statement: str) -> str:
    return re.sub(r"\s", "", _EVIDENCE.sub("", statement))


def _statements(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a statement is about, and the statement."""
    for line in text.split("\n"):
        if contact := _CONTACT.search(_EVIDENCE.sub("", line)):
            yield f"contact {contact.group(1)}", contact.group()
        for loan in _LOAN.finditer(line):
            yield f"loan {loan.group(1)} {loan.group(3)}", loan.group()
        for filing in _FILING.finditer(line):
            if _PLACEHOLDER not in filing.group(3):
                yield f"filing {filing.group(2)} {filing.group(1)}", filing.group()
