"""Adding tables to ``case.toml`` without touching anything else in it: comments, order and line ends stay."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from pathlib import Path
from typing import cast

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Array, Comment, Item, Key, Table, Whitespace

from complain.case.folder import CASE_FILE, case_folder, read_case_text
from complain.durable import write_durably
from complain.errors import UsageError
from complain.i18n import _

Entry = Mapping[str, object]


def append_entries(folder: Path, key: str, entries: Sequence[Entry]) -> None:
    """Append tables to a list of ``case.toml``, on the disk when this returns.

    Args:
        folder: The case folder.
        key: The list, as ``evidence`` or ``incidents``.
        entries: What the new tables hold, in their order.

    Raises:
        UsageError: There is no case, it is no TOML, or the list is written in a way that cannot be added to.
    """
    path = (case_folder(folder) / CASE_FILE).resolve()
    text = read_case_text(folder)
    write_durably(path, with_entries(text, key, entries).encode())


def with_entries(text: str, key: str, entries: Sequence[Entry]) -> str:
    """Return a case file's text with tables appended to one list.

    Args:
        text: Of the case file.
        key: The list.
        entries: What the new tables hold.

    Raises:
        UsageError: It is no TOML, or the list cannot be added to.
    """
    is_windows = "\r\n" in text
    plain = text.replace("\r\n", "\n")
    before = _read(plain)
    document = tomlkit.parse(plain)
    for entry in entries:
        _append(document, key, entry)
    result = tomlkit.dumps(document)
    _check(before, result, key, entries)
    return result.replace("\n", "\r\n") if is_windows else result


def set_in_entry(folder: Path, key: str, number: int, name: str, value: str) -> None:
    """Set one text in one table of a list of ``case.toml``, on the disk when this returns.

    Args:
        folder: The case folder.
        key: The list, as ``evidence``.
        number: Of the table, from 1.
        name: Of the text.
        value: The text.

    Raises:
        UsageError: There is no such case or table, or it is written in a way that cannot be changed.
    """
    path = (case_folder(folder) / CASE_FILE).resolve()
    text = read_case_text(folder)
    plain = text.replace("\r\n", "\n")
    wanted = _read(plain)
    document = tomlkit.parse(plain)
    cast("list[dict[str, object]]", wanted[key])[number - 1][name] = value
    cast("MutableSequence[MutableMapping[str, object]]", document[key])[number - 1][name] = value
    result = tomlkit.dumps(document)
    if _read(result) != wanted:
        raise _cannot_be_added_to(key)
    write_durably(path, (result.replace("\n", "\r\n") if "\r\n" in text else result).encode())


def _read(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise UsageError(
            _("{file} is not valid TOML, so nothing was added to it.").format(file=CASE_FILE),
            next_step="complain check",
        ) from None


def _append(document: TOMLDocument, key: str, entry: Entry) -> None:
    tables = cast("MutableMapping[str, object]", document)
    there = tables.get(key)
    if isinstance(there, AoT) and len(there):
        table = _table(entry)
        _move_tail(there[-1], table)
        cast("MutableSequence[object]", there).append(table)
    elif isinstance(there, Array):
        inline = tomlkit.inline_table()
        cast("MutableMapping[str, object]", inline).update(entry)
        cast("MutableSequence[object]", there).append(inline)
    elif there is None:
        many = tomlkit.aot()
        cast("MutableSequence[object]", many).append(_table(entry))
        document.append(key, many)


def _table(entry: Entry) -> Table:
    table = tomlkit.table()
    for key, value in entry.items():
        table.add(key, value)
    return table


def _move_tail(last: Table, table: Table) -> None:
    """Move what follows the last table's keys after a blank line: it is the heading of what comes next."""
    body = last.value.body
    start = len(body)
    while start and isinstance(body[start - 1][1], (Comment, Whitespace)):
        start -= 1
    blank = next((at for at in range(start, len(body)) if _is_blank(body[at])), len(body))
    tail = body[blank:]
    del body[blank:]
    last.value.add(tomlkit.nl())
    for _key, item in tail:
        table.value.add(item)


def _is_blank(entry: tuple[Key | None, Item]) -> bool:
    return isinstance(entry[1], Whitespace)


def _check(before: dict[str, object], text: str, key: str, entries: Sequence[Entry]) -> None:
    """Refuse to write anything but the old facts and the new ones behind them."""
    after = _read(text)
    old, new = before.pop(key, []), after.pop(key, None)
    wanted = [*cast("list[object]", old), *map(dict, entries)] if isinstance(old, list) else None
    if before != after or new != wanted:
        raise _cannot_be_added_to(key)


def _cannot_be_added_to(key: str) -> UsageError:
    return UsageError(
        _("“{key}” stands in {file} in a way that cannot be added to; nothing was changed.").format(
            key=key, file=CASE_FILE
        ),
        next_step=_("Write each entry as [[{key}]], as in docs/case-toml.md.").format(key=key),
    )
