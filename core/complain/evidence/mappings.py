"""Columns that a person named for a list with unknown headings, kept in the home: asked once per kind of list."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from complain.durable import make_folder, write_durably
from complain.environment import Home
from complain.errors import UsageError
from complain.evidence.cells import Cell
from complain.evidence.headings import FIELDS, plain_heading
from complain.i18n import _

FILE = "call-mappings.json"
Places = Mapping[str, int]


def remembered(home: Home, heading: Sequence[Cell]) -> dict[str, int] | None:
    """Return the columns that were named for these headings, or None.

    Args:
        home: Where they are kept.
        heading: The row of headings.

    Raises:
        UsageError: The file cannot be understood.
    """
    return _all(home.path / FILE).get(_key(heading))


def remember(home: Home, heading: Sequence[Cell], places: Places) -> None:
    """Keep the columns of a kind of list; only headings' hashes and places are kept, no cell of any row.

    Args:
        home: Where to.
        heading: The row of headings.
        places: Field -> place, from 0.
    """
    make_folder(home.path)
    path = home.path / FILE
    document = {**_all(path), _key(heading): dict(places)}
    write_durably(path, (json.dumps(document, indent=1, sort_keys=True) + "\n").encode())


def _key(heading: Sequence[Cell]) -> str:
    return hashlib.sha256("\x1f".join(map(plain_heading, heading)).encode()).hexdigest()


def _all(path: Path) -> dict[str, dict[str, int]]:
    if not path.is_file():
        return {}
    try:
        raw: dict[str, dict[str, int]] = json.loads(path.read_text(encoding="utf-8"))
        return {
            key: {field: int(place) for field, place in places.items() if field in FIELDS}
            for key, places in raw.items()
        }
    except (ValueError, AttributeError, TypeError):
        raise UsageError(
            _("The file of remembered columns {file} cannot be understood.").format(file=path),
            next_step=_("Move it away; the columns are then asked for again."),
        ) from None


def named_places(named: Sequence[str], heading: Sequence[Cell]) -> dict[str, int]:
    """Return the columns that were named on the command line.

    Args:
        named: Each as ``number=3`` (a place from 1) or ``number=对端号码`` (a heading).
        heading: The row of headings.

    Raises:
        UsageError: A field or a column is not known.
    """
    places: dict[str, int] = {}
    for text in named:
        field, _sign, column = text.partition("=")
        place = _place(column.strip(), heading)
        if field.strip() not in FIELDS or place is None:
            raise UsageError(
                _("“{text}” names no column.").format(text=text),
                next_step=_(
                    "Write field=column; fields are {fields}, a column is its heading or its place."
                ).format(fields=", ".join(FIELDS)),
            )
        places[field.strip()] = place
    return places


def _place(column: str, heading: Sequence[Cell]) -> int | None:
    plain = [plain_heading(cell) for cell in heading]
    if plain_heading(column) in plain:
        return plain.index(plain_heading(column))
    place = int(column) - 1 if column.isdecimal() else -1
    return place if 0 <= place < len(heading) else None
