"""What became of one filing in a long round, one line of JSON each, so that rounds can go on later and be summed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

ANSWERED = frozenset(
    {"none", "slow", "late", "script", "two-clicks", "code", "asks-again", "error-opening-twice"}
)
"""Faults at which the desk tells its number: without a kill, ``unknown`` is too little."""


@dataclass(frozen=True)
class Entry:
    """One filing that was tried.

    Attributes:
        round: Which table row it belongs to.
        seed: Of the round.
        house: Which house of the round; seed and house repeat it.
        number: Its place in the house.
        channel: The fault, the form and whether over TLS.
        kill: Where the run was killed; empty: it was not to be.
        killed: Whether it was; else it had ended before.
        stored: How many filings the far side holds.
        outcome: What the tool says.
        receipt: The number it names.
        reason: Why, as it says.
        lost: Why a receipt counts as lost; empty when none is.
        wrong: In what the outcome contradicts the far side; empty when it does not.
        seconds: What it took, its share of the common runs included.
        version: The commit that was measured.
        at: When, in UTC.
    """

    round: str
    seed: int
    house: int
    number: int
    channel: str
    kill: str
    killed: bool
    stored: int
    outcome: str
    receipt: str | None
    reason: str
    lost: str
    wrong: str
    seconds: float
    version: str
    at: str

    @property
    def is_phantom(self) -> bool:
        """Whether it is said to be filed and the far side has nothing."""
        return self.outcome.startswith("filed") and self.stored == 0

    @property
    def is_bad(self) -> bool:
        """Whether it counts in any of the four columns."""
        return self.stored > 1 or bool(self.lost or self.wrong)

    @property
    def is_needless_unknown(self) -> bool:
        """Whether a number was told, nobody was killed, and the tool says that it does not know."""
        told = self.channel.partition("--")[0] in ANSWERED and self.stored == 1
        return told and not self.kill and self.outcome == "unknown"


def append(file: Path, entries: Iterable[Entry]) -> None:
    """Write entries behind those that are there."""
    with file.open("a", encoding="utf-8") as lines:
        for entry in entries:
            lines.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")


def read(paths: Iterable[Path]) -> Iterator[Entry]:
    """Read the entries of files; a line that a stop cut short is left out."""
    names = {one.name for one in fields(Entry)}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.endswith("}"):
                yield Entry(**{key: value for key, value in json.loads(line).items() if key in names})


def next_house(file: Path, kind: str, seed: int) -> int:
    """Return the first house of a round that ``file`` does not have."""
    done = (
        [one.house for one in read([file]) if (one.round, one.seed) == (kind, seed)] if file.exists() else []
    )
    return max(done, default=-1) + 1


def table(entries: Sequence[Entry]) -> str:
    """Return the one table, in Markdown."""
    lines = [
        "| | runs | killed | duplicates | phantom filed | lost receipts | more certain than the truth |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(one.round for one in entries):
        row = [one for one in entries if one.round == name]
        numbers = (
            len(row),
            sum(one.killed for one in row),
            sum(one.stored > 1 for one in row),
            sum(one.is_phantom for one in row),
            sum(bool(one.lost) for one in row),
            sum(bool(one.wrong) and not one.is_phantom for one in row),
        )
        lines.append(f"| {name} | {' | '.join(map(str, numbers))} |")
    return "\n".join(lines)


def bounds(entries: Sequence[Entry]) -> Iterator[str]:
    """Say how far each row without a bad entry reaches: the rule of three, at 95 % confidence."""
    for name in dict.fromkeys(one.round for one in entries):
        row = [one for one in entries if one.round == name]
        if not any(one.is_bad for one in row):
            yield f"{name}: 0 of {len(row)} says: fewer than {3 / len(row):.2%} (95 %)"


def coverage(entries: Sequence[Entry]) -> Iterator[str]:
    """Say what the rounds met: outcomes, forms, steps, needless unknowns."""
    for name in dict.fromkeys(one.round for one in entries):
        row = [one for one in entries if one.round == name]
        outcomes = Counter(one.outcome for one in row)
        forms = Counter(one.channel.partition("--")[2] or "page" for one in row)
        told = ", ".join(f"{key} {count}" for key, count in outcomes.most_common())
        needless = sum(one.is_needless_unknown for one in row)
        yield f"{name}: {told}; unknown although a number was told: {needless}"
        yield f"  {len({one.channel for one in row})} channels; {', '.join(f'{k} {n}' for k, n in forms.most_common())}"
        steps = Counter(one.kill for one in row if one.killed and ":" in one.kill)
        if steps:
            yield f"  killed at steps: {', '.join(f'{k} {n}' for k, n in sorted(steps.items()))}"
        yield f"  {sum(one.seconds for one in row) / len(row):.1f} s each; versions {', '.join(sorted({one.version for one in row}))}"


def bad_ones(entries: Iterable[Entry]) -> Iterator[str]:
    """Tell each entry of a column that should be 0, with what repeats it."""
    for one in entries:
        if one.is_bad:
            yield (
                f"{one.round} seed {one.seed} house {one.house} number {one.number}: {one.channel}"
                f" killed {one.kill or 'never'}: stored {one.stored}, {one.outcome} {one.receipt or ''};"
                f" {one.wrong} {one.lost}"
            )
