"""Extract messages, merge them into the Chinese catalogue, compile it; exit 1 when something is untranslated."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "core/complain/locale"
PO = LOCALE / "zh_CN/LC_MESSAGES/complain.po"
METHODS = [("core/**.py", "python"), ("plugins/**.py", "python"), ("templates/reports/**.j2", "jinja2")]


def extracted() -> Catalog:
    """Return every message of the code, without places: those change with every edit."""
    template = Catalog(project="complain", fuzzy=False)
    for _place, _line, message, comments, context in extract_from_dir(
        ROOT, METHODS, options_map={"templates/reports/**.j2": {"silent": "false"}}
    ):
        template.add(message, auto_comments=comments, context=context)
    for message in helps():
        template.add(message)
    return template


def helps() -> Iterator[str]:
    """Yield the help texts of commands and options, which are msgids without a call."""
    sys.path.insert(0, str(ROOT / "core"))
    import importlib
    import importlib.util

    import click

    from complain.cli.main import COMMANDS, cli

    def texts(command: click.Command) -> Iterator[str]:
        if command.help:
            yield command.help
        for param in command.params:
            if isinstance(param, click.Option) and param.help:
                yield param.help
        for child in command.commands.values() if isinstance(command, click.Group) else ():
            yield from texts(child)

    yield cli.help or ""
    for name, (module, attribute, line) in COMMANDS.items():
        yield line
        if importlib.util.find_spec(module) is None:
            print(f"The command {name} is left out: there is no module {module}.", file=sys.stderr)
            continue
        yield from texts(getattr(importlib.import_module(module), attribute))


def merged(template: Catalog) -> Catalog:
    """Return the catalogue with today's messages and all translations that are known."""
    if PO.is_file():
        with PO.open("rb") as file:
            catalog = read_po(file, locale="zh_CN", domain="complain")
    else:
        catalog = Catalog(locale="zh_CN", domain="complain", project="complain", fuzzy=False)
    for part in sorted((LOCALE / "parts").glob("*.po")) if (LOCALE / "parts").is_dir() else ():
        with part.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                if message.id and message.string:
                    catalog.add(message.id, message.string)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def main() -> int:
    """Do it all and name what is missing."""
    catalog = merged(extracted())
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=110, omit_header=False, sort_output=True, ignore_obsolete=True)
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    missing = [message.id for message in catalog if message.id and not message.string]
    for message in missing:
        print(message if isinstance(message, str) else message[0])
    print(f"{len(catalog)} messages, {len(missing)} untranslated", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
