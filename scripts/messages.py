"""Extract messages, merge them into the Chinese catalogues, compile them; exit 1 when something is untranslated.

``complain`` holds the tool's own messages, ``messages`` those of click, which asks for them in that domain.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "core/complain/locale/zh_CN/LC_MESSAGES"
METHODS = [("core/**.py", "python"), ("plugins/**.py", "python"), ("templates/reports/**.j2", "jinja2")]


def own_messages() -> Catalog:
    """Return every message of the code, without places: those change with every edit."""
    template = Catalog(project="complain", fuzzy=False)
    for _place, _line, message, comments, context in extract_from_dir(
        ROOT, METHODS, options_map={"templates/reports/**.j2": {"silent": "false"}}
    ):
        template.add(message, auto_comments=comments, context=context)
    for help_text in help_texts():
        template.add(help_text)
    return template


def help_texts() -> Iterator[str]:
    """Yield the help texts of commands and options, which are msgids without a call."""
    sys.path.insert(0, str(ROOT / "core"))
    from complain.cli.main import COMMANDS, cli

    yield from _texts(cli)
    for name, (module, attribute, line) in COMMANDS.items():
        yield line
        if importlib.util.find_spec(module) is None:
            print(f"The command {name} is left out: there is no module {module}.", file=sys.stderr)
            continue
        yield from _texts(getattr(importlib.import_module(module), attribute))


def _texts(command: click.Command) -> Iterator[str]:
    if command.help:
        yield command.help
    for param in command.params:
        if isinstance(param, click.Option) and param.help:
            yield param.help
    for child in command.commands.values() if isinstance(command, click.Group) else ():
        yield from _texts(child)


def click_messages() -> Catalog:
    """Return every message of the installed click."""
    template = Catalog(project="click", fuzzy=False)
    for _place, _line, message, _comments, _context in extract_from_dir(
        Path(click.__file__).parent, [("**.py", "python")]
    ):
        template.add(message)
    return template


def merged(path: Path, template: Catalog) -> Catalog:
    """Return the catalogue with today's messages and all translations that are known.

    Args:
        path: The .po file; it may not be there yet.
        template: Today's messages.
    """
    catalog = Catalog(locale="zh_CN", domain=path.stem, project=path.stem, fuzzy=False)
    if path.is_file():
        with path.open("rb") as file:
            catalog = read_po(file, locale="zh_CN", domain=path.stem)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return catalog


def is_translated(text: str | Sequence[str] | None) -> bool:
    """Whether every form of a translation is there."""
    return bool(text) if isinstance(text, str) else bool(text) and all(text or ())


def refresh(path: Path, template: Catalog) -> int:
    """Write and compile one catalogue; return how many messages are untranslated, and print them."""
    catalog = merged(path, template)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, ignore_obsolete=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    missing = [message.id for message in catalog if message.id and not is_translated(message.string)]
    for message in missing:
        print(message if isinstance(message, str) else message[0])
    print(f"{path.stem}: {len(catalog)} messages, {len(missing)} untranslated", file=sys.stderr)
    return len(missing)


def main() -> int:
    """Do it all and name what is missing."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing = refresh(FOLDER / "complain.po", own_messages())
    missing += refresh(FOLDER / "messages.po", click_messages())
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
