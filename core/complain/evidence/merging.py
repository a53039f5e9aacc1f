"""One call that stands in several logs is one call. The rule is shown in the report (USERS U20).

Rows of different files are the same call when the number is the same, the starts lie at most 60 seconds apart and
the direction does not differ. The nearest starts are joined first; a file gives at most one row to a call. So no
count can rise by merging, and rows of one file are never merged with each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from complain.evidence.calls import Call, Direction, State
from complain.evidence.kept_calls import KeptLog

APART = dt.timedelta(seconds=60)
"""At most so far apart are the starts of one call in two logs: their clocks differ, and some lists round."""


@dataclass(frozen=True, slots=True)
class RowName:
    """One row of one file, as people can look it up: ``A12``."""

    label: str
    row: int

    def __str__(self) -> str:
        return f"{self.label}{self.row}"


@dataclass(frozen=True, slots=True)
class MergedCall:
    """One call.

    Attributes:
        number: The other side.
        at: Start: by the telephone's log where there is one, else by the first label (aware).
        direction: Who called.
        state: Whether it was answered; unknown when two logs contradict each other.
        seconds: Duration by the log that tells it.
        rows: Where it stands; one row per file.
        is_contradicted: Whether one log says answered and another missed.
    """

    number: str
    at: dt.datetime
    direction: Direction
    state: State
    seconds: int | None
    rows: tuple[RowName, ...]
    is_contradicted: bool = False

    @property
    def name(self) -> str:
        """Its rows as one word: ``A12`` or ``A12=B7``."""
        return "=".join(map(str, self.rows))


@dataclass(frozen=True, slots=True)
class _Named:
    order: int
    name: RowName
    call: Call


def merge(logs: Sequence[KeptLog], numbers: Iterable[str] | None = None) -> tuple[MergedCall, ...]:
    """Return the calls of all logs, each once, earliest first.

    Args:
        logs: What was kept; the telephone's own log decides the time of a call in several.
        numbers: Only these; None: all.
    """
    wanted = None if numbers is None else frozenset(numbers)
    ordered = sorted(logs, key=lambda log: (log.kind.value != "phone", log.label))
    by_number: dict[str, list[_Named]] = {}
    for order, log in enumerate(ordered):
        for call in log.calls:
            if wanted is None or call.number in wanted:
                by_number.setdefault(call.number, []).append(
                    _Named(order, RowName(log.label, call.row), call)
                )
    merged = [_joined(group) for rows in by_number.values() for group in _groups(rows)]
    return tuple(sorted(merged, key=lambda call: (call.at, call.name)))


def _groups(rows: list[_Named]) -> list[list[_Named]]:
    rows.sort(key=lambda row: (row.call.at, row.order, row.name.row))
    group_of = {id(row): [row] for row in rows}
    for _apart, _place, one, other in sorted(_near_pairs(rows), key=lambda pair: pair[:2]):
        left, right = group_of[id(one)], group_of[id(other)]
        if left is not right and _fit(left, right):
            left.extend(right)
            for row in right:
                group_of[id(row)] = left
    return list({id(group): group for group in group_of.values()}.values())


def _near_pairs(rows: Sequence[_Named]) -> Iterator[tuple[dt.timedelta, int, _Named, _Named]]:
    for place, one in enumerate(rows):
        for other in rows[place + 1 :]:
            apart = other.call.at - one.call.at
            if apart > APART:
                break
            if one.order != other.order:
                yield apart, place, one, other


def _fit(left: Sequence[_Named], right: Sequence[_Named]) -> bool:
    both = [*left, *right]
    times = [row.call.at for row in both]
    directions = {row.call.direction for row in both} - {Direction.UNKNOWN}
    return (
        len({row.order for row in both}) == len(both)
        and max(times) - min(times) <= APART
        and len(directions) <= 1
    )


def _joined(group: Sequence[_Named]) -> MergedCall:
    ordered = sorted(group, key=lambda row: row.order)
    calls = [row.call for row in ordered]
    states = {call.state for call in calls} - {State.UNKNOWN}
    directions = {call.direction for call in calls} - {Direction.UNKNOWN}
    return MergedCall(
        number=calls[0].number,
        at=calls[0].at,
        direction=directions.pop() if directions else Direction.UNKNOWN,
        state=next(iter(states)) if len(states) == 1 else State.UNKNOWN,
        seconds=next((call.seconds for call in calls if call.seconds is not None), None),
        rows=tuple(row.name for row in ordered),
        is_contradicted=len(states) > 1,
    )
