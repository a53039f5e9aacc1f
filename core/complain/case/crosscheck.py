"""What one table says against another, and against the folder. Works on the raw values, so that a mistake in
one table hides none in another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import cast

from complain.case.folder import leaves_folder
from complain.case.lines import KeyLines, KeyPath
from complain.case.mistakes import key_text
from complain.errors import Mistake
from complain.i18n import _

Raw = Mapping[str, object]


def cross_mistakes(raw: Raw, folder: Path, file: str, lines: KeyLines) -> Iterator[Mistake]:
    """Yield what does not fit together in a case.

    Args:
        raw: As `tomllib` read it.
        folder: The case folder; evidence is looked for there.
        file: As the person named it.
        lines: Places of the keys.
    """
    for path, problem, remedy in _findings(raw, folder):
        yield Mistake(file, lines.line(path), key_text(path), problem, remedy)


Finding = tuple[KeyPath, str, str]


def _findings(raw: Raw, folder: Path) -> Iterator[Finding]:
    yield from _evidence_files(raw, folder)
    yield from _evidence_numbers(raw)
    yield from _same_incident_twice(raw)
    yield from _same_contract_twice(raw)


def _tables(raw: Raw, name: str) -> Iterator[tuple[int, Raw]]:
    entries = raw.get(name)
    if isinstance(entries, list):
        for place, entry in enumerate(cast("list[object]", entries)):
            if isinstance(entry, dict):
                yield place, cast("Raw", entry)


def _evidence_files(raw: Raw, folder: Path) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for place, entry in _tables(raw, "evidence"):
        name = entry.get("file")
        if not isinstance(name, str) or not name.strip():
            continue
        relative = str(PurePosixPath(name.strip().replace("\\", "/")))
        path: KeyPath = ("evidence", place, "file")
        if relative in seen:
            yield (
                path,
                _("The same file is already evidence {number}.").format(number=seen[relative]),
                _("Remove one of the two."),
            )
        seen.setdefault(relative, place + 1)
        yield from _one_file(path, folder, relative)
        copy = entry.get("redacted")
        if isinstance(copy, str) and copy.strip():
            yield from _one_file(("evidence", place, "redacted"), folder, copy.strip().replace("\\", "/"))


def _one_file(path: KeyPath, folder: Path, relative: str) -> Iterator[Finding]:
    target = folder / relative
    if leaves_folder(relative):
        return  # the value's own check has said so
    if not target.is_file():
        yield (
            path,
            _("The file {file} was not found in the case folder.").format(file=relative),
            _("Copy it there, or correct the name."),
        )
    elif not target.resolve().is_relative_to(folder.resolve()):
        yield (
            path,
            _("The file {file} is a link out of the case folder.").format(file=relative),
            _("Copy the file itself into the case folder."),
        )
    elif target.stat().st_size == 0:
        yield (
            path,
            _("The file {file} is empty.").format(file=relative),
            _("Copy it again, or remove it from the case."),
        )


def _evidence_numbers(raw: Raw) -> Iterator[Finding]:
    entries = raw.get("evidence", [])
    count = len(cast("list[object]", entries)) if isinstance(entries, list) else 0
    for place, incident in _tables(raw, "incidents"):
        numbers = incident.get("evidence")
        if not isinstance(numbers, list):
            continue
        for index, number in enumerate(cast("list[object]", numbers)):
            if isinstance(number, int) and number > count:
                yield (
                    ("incidents", place, "evidence", index),
                    _("There is no evidence {number}: the case holds {count}.").format(
                        number=number, count=count
                    ),
                    _("Count the [[evidence]] tables from 1, as evidence = [1, 3]."),
                )


def _same_incident_twice(raw: Raw) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for place, incident in _tables(raw, "incidents"):
        mark = repr(sorted((key, repr(value)) for key, value in incident.items() if key != "evidence"))
        if mark in seen:
            yield (
                ("incidents", place),
                _("This is the same as incident {number}, so it would count twice.").format(
                    number=seen[mark]
                ),
                _("Remove one of the two, or write what differs."),
            )
        seen.setdefault(mark, place + 1)


def _same_contract_twice(raw: Raw) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for place, loan in _tables(raw, "loans"):
        number = loan.get("contract_number")
        if not isinstance(number, str) or not number.strip():
            continue
        mark = number.strip()
        if mark in seen:
            yield (
                ("loans", place, "contract_number"),
                _("Loan {number} already has this contract number.").format(number=seen[mark]),
                _("Remove one of the two, or correct the number."),
            )
        seen.setdefault(mark, place + 1)
