"""Names of rows in print: ``A12`` to ``A15`` in a row become ``A12…A15``, and every name can be read back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_PLAIN = re.compile(r"([^\W\d]+)(\d+)")
_SHORTEST = 3
"""So many rows that follow each other are written as a range: two are as short by themselves."""


def in_print(names: Iterable[str]) -> str:
    """Return names in one line, neighbours as ranges; 无 when there is none.

    Args:
        names: As ``A12``, or ``A12=B7`` for a call in two files.
    """
    return "、".join(_ranges(list(names))) or "无"


def _ranges(names: Sequence[str]) -> Iterator[str]:
    run: list[str] = []
    for name in names:
        if run and not _follows(run[-1], name):
            yield from _written(run)
            run = []
        run.append(name)
    yield from _written(run)


def _follows(one: str, other: str) -> bool:
    first, second = _PLAIN.fullmatch(one), _PLAIN.fullmatch(other)
    return (
        first is not None
        and second is not None
        and first[1] == second[1]
        and int(second[2]) == int(first[2]) + 1
    )


def _written(run: Sequence[str]) -> Iterator[str]:
    if len(run) >= _SHORTEST:
        yield f"{run[0]}…{run[-1]}"
    else:
        yield from run


def read_back(text: str) -> list[str]:
    """Return the names of a line that `in_print` wrote."""
    return [name for part in text.split("、") if part not in ("", "无") for name in _expanded(part)]


def _expanded(part: str) -> Iterator[str]:
    first, dots, last = part.partition("…")
    if not dots:
        yield part
        return
    one, other = _PLAIN.fullmatch(first), _PLAIN.fullmatch(last)
    assert one is not None and other is not None, part
    yield from (f"{one[1]}{row}" for row in range(int(one[2]), int(other[2]) + 1))
