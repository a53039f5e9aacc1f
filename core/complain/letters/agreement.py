"""One truth everywhere: what a letter says now against what was said before (USERS U28).

Only statements about the same thing are compared: the same contact by its day and time, the same loan on the same
day and since when it is overdue, the same filing or talk with the institution by channel and day. New facts are no
contradiction, nor is evidence that was found later, an answer that came, or more calls of one day; fewer are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
_CONTACT = re.compile(rf"(?:〔[^〕]*〕[^：\n]*：)?({_DAY}\d{{1,2}}:\d{{2}})，[^\n]*")
_LOAN = re.compile(rf"编号(\S+?)，放款主体([^，\n]+)，截至({_DAY})显示([^，\n]*元)")
_OVERDUE = re.compile(rf"编号(\S+?)，放款主体[^\n]*?(自{_DAY}起逾期)")
_TALK = re.compile(rf"({_DAY})，通过([^，；\n]+)反映(?:，接洽方为[^，；\n]+)?，工单号([^，；。\n]+)")
_CALLS = re.compile(rf"上列({_DAY})致电本人的来电中，([^。\n]+)")
_CALL_COUNT = re.compile(r"(已接通|未接通|是否接通不详)(\d+)次")
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
        named: What a correction has to name: the day and time, the loan's number, the channel.
    """

    about: str
    first: str
    second: str
    named: str = ""


def contradictions(first: str, second: str) -> list[Contradiction]:
    """Return where two texts say different things of the same thing.

    Args:
        first: A letter as it was filed before, or another letter of this run.
        second: A letter as it would be filed now.
    """
    before, now = dict(_statements(first)), dict(_statements(second))
    differing = [
        Contradiction(" ".join(about).strip(), before[about], now[about], about[1])
        for about in before
        if about in now and _plain(before[about]) != _plain(now[about])
    ]
    return [found for found in differing if not _only_grew(found)]


def _only_grew(found: Contradiction) -> bool:
    """Whether two counts of one day differ only because calls were added: new facts, no contradiction."""
    if not found.about.startswith("calls "):
        return False
    before, now = (dict(_CALL_COUNT.findall(text)) for text in (found.first, found.second))
    return all(int(now.get(state, "0")) >= int(count) for state, count in before.items())


def _plain(statement: str) -> str:
    return re.sub(r"\s", "", _EVIDENCE.sub("", statement))


About = tuple[str, str, str]


def _statements(text: str) -> Iterator[tuple[About, str]]:
    """Yield what a statement is about (its kind, its name, its day), and the statement."""
    for line in text.split("\n"):
        if contact := _CONTACT.search(_EVIDENCE.sub("", line)):
            yield ("contact", contact.group(1), ""), contact.group()
        for loan in _LOAN.finditer(line):
            yield ("loan", loan.group(1), loan.group(3)), loan.group()
        for overdue in _OVERDUE.finditer(line):
            yield ("overdue", overdue.group(1), ""), overdue.group(2)
        for talk in _TALK.finditer(line):
            yield ("talk", talk.group(2), talk.group(1)), talk.group()
        for calls in _CALLS.finditer(line):
            yield ("calls", calls.group(1), ""), calls.group()
        for filing in _FILING.finditer(line):
            if _PLACEHOLDER not in filing.group(3):
                yield ("filing", filing.group(2), filing.group(1)), filing.group()
