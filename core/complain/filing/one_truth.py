"""One truth everywhere (USERS U28): a letter may not contradict another one of the same matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from complain.filing.journal import Journal
from complain.filing.transitions import REOPENABLE
from complain.i18n import _
from complain.letters.agreement import contradictions

CORRECTION = "更正"
"""With this word a letter says of itself that an earlier one was wrong."""


def filed_letters(journal: Journal, archive: Path, case: str) -> Iterator[tuple[str, str]]:
    """Yield channel and letter of everything that was filed in a case before, or may have been.

    A letter that provably was not sent, or that was refused, binds nobody: it is what gets corrected.

    Args:
        journal: Knows the bags.
        archive: The home's archive.
        case: The case's id.
    """
    states = {(event.channel, event.attempt): event.state for event in journal.events(case)}
    for bag in journal.archived(case):
        if states.get((bag.channel, bag.attempt)) in REOPENABLE:
            continue
        letter = archive / bag.path / "data" / "letter.txt"
        if letter.is_file():
            yield bag.channel, letter.read_text(encoding="utf-8")


def contradicted(letter: str, others: Iterable[tuple[str, str]]) -> str:
    """Return the sentence that stops a letter, or an empty text.

    Args:
        letter: As it would be filed now.
        others: Channel and letter of the other filings, made or about to be made.
    """
    for channel, other in others:
        for found in contradictions(other, letter):
            if _is_corrected(letter, found.named):
                continue
            return _(
                "Two letters of this matter disagree. “{channel}”: “{before}” This one: “{now}” Correct the case; if "
                "the earlier one was wrong, say so in complaint.summary in one line with “{word}” and “{named}”."
            ).format(
                channel=channel, before=found.first, now=found.second, word=CORRECTION, named=found.named
            )
    return ""


def _is_corrected(letter: str, named: str) -> bool:
    """Whether the letter itself tells its reader that it corrects the earlier one, and in what."""
    return any(CORRECTION in line and named in line for line in letter.split("\n"))
