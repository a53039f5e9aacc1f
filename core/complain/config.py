"""``config.toml``: what a person may set. No secret is ever read from it.

Plain dataclasses, and msgspec only where there is a file to check: ``complain channels`` reads the configuration
too and must start fast, which pydantic would not let it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, cast

from complain.errors import ConfigMistakes, Mistake
from complain.i18n import _


@dataclass(frozen=True)
class BrowserTable:
    """``[browser]``.

    Attributes:
        path: The browser to start; empty means: look for Chrome, Edge or Chromium.
        sandbox: ``on``, or ``off`` where Chromium's sandbox cannot work; recorded in every receipt.
        proxy: The person's own proxy, ``socks5://`` or ``http://``; chained behind the gate.
        settle: Seconds to wait for the channel's answer after the submit.
        hand: Seconds to wait for a person's hand (a code, a scan) before it becomes a task.
    """

    path: str = ""
    sandbox: Literal["on", "off"] = "on"
    proxy: str = ""
    settle: float = 60.0
    hand: float = 300.0


@dataclass(frozen=True)
class PluginsTable:
    """``[plugins]``.

    Attributes:
        dirs: Folders with further channels (``*.py`` and ``*.toml``).
    """

    dirs: tuple[str, ...] = ()


@dataclass(frozen=True)
class MailTable:
    """``[mail]``: the person's own mailbox.

    Attributes:
        host: SMTP submission server.
        port: Its port.
        security: ``tls`` (implicit), ``starttls``, or ``none`` on loopback only.
        user: Login name; its password is in the keyring as ``mail.password``. Empty: no login.
        imap_host: Server of the mailbox; empty: replies are not read.
        imap_port: Its port.
        imap_security: As ``security``.
        maildir: A local Maildir to read replies from, in place of IMAP.
        sent_folder: Name of the folder for sent mail; empty: the one the server marks so.
    """

    host: str = ""
    port: int = 465
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    imap_host: str = ""
    imap_port: int = 993
    imap_security: Literal["tls", "starttls", "none"] = "tls"
    maildir: str = ""
    sent_folder: str = ""


@dataclass(frozen=True)
class ChannelTable:
    """``[channels.ID]``.

    Attributes:
        enabled: Whether ``all`` and ``due`` include the channel.
        url: In place of the address that the channel ships with.
        address: Where a mail channel sends to; asked for, never defaulted.
        overrides: A ``form.toml`` used in place of the channel's own.
    """

    enabled: bool = True
    url: str = ""
    address: str = ""
    overrides: str = ""


@dataclass(frozen=True)
class ArchiveTable:
    """``[archive]``.

    Attributes:
        timestamp_url: An RFC 3161 timestamp service; empty: none.
    """

    timestamp_url: str = ""


@dataclass(frozen=True)
class Config:
    """The whole file."""

    browser: BrowserTable = BrowserTable()
    plugins: PluginsTable = PluginsTable()
    mail: MailTable = MailTable()
    archive: ArchiveTable = ArchiveTable()
    channels: dict[str, ChannelTable] = field(default_factory=dict[str, ChannelTable])

    def channel(self, identity: str) -> ChannelTable:
        """Return what is set for one channel."""
        return self.channels.get(identity, ChannelTable())


_TABLES: Mapping[str, type[Any]] = {
    "browser": BrowserTable,
    "plugins": PluginsTable,
    "mail": MailTable,
    "archive": ArchiveTable,
}


def load_config(path: Path) -> Config:
    """Read and validate a configuration file; a missing file is an empty one.

    Args:
        path: The file.

    Raises:
        ConfigMistakes: The file is not TOML, has unknown keys or a value of the wrong kind; unknown keys are
            named all at once.
    """
    if not path.is_file():
        return Config()
    text = path.read_text(encoding="utf-8")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        problem = _("This is not valid TOML: {why}.").format(why=error)
        raise _refused([Mistake(str(path), int(line[1]) if line else None, "", problem, "")]) from error
    unknown = [_unknown(path, text, table, key, known) for table, key, known in _unknown_keys(data)]
    if unknown:
        raise _refused(unknown)
    return _converted(path, text, data)


def _converted(path: Path, text: str, data: Mapping[str, Any]) -> Config:
    import msgspec

    try:
        return msgspec.convert(data, Config)
    except msgspec.ValidationError as error:
        where = re.search(r" - at `\$\.?(.*?)`$", str(error))
        key = where[1] if where else ""
        problem = _("The value is of the wrong kind: {why}.").format(why=str(error).split(" - at ")[0])
        raise _refused([Mistake(str(path), _line_of(text, key.split(".")[-1]), key, problem, "")]) from error


def _unknown_keys(data: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield table, key and the keys that the table knows."""
    yield from _unknown_in("", data, Config)
    for name, table in _TABLES.items():
        yield from _unknown_in(name, data.get(name), table)
    channels = data.get("channels")
    if isinstance(channels, dict):
        for identity, values in cast("dict[str, object]", channels).items():
            yield from _unknown_in(f"channels.{identity}", values, ChannelTable)


def _unknown_in(name: str, data: object, table: type[Any]) -> Iterator[tuple[str, str, list[str]]]:
    known = [one.name for one in fields(table)]
    if isinstance(data, dict):
        yield from ((name, key, known) for key in cast("dict[str, object]", data) if key not in known)


def _unknown(path: Path, text: str, table: str, key: str, known: list[str]) -> Mistake:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    remedy = (
        _("Did you mean “{key}”?").format(key=near[0])
        if near
        else _("See config.example.toml for every key.")
    )
    place = ".".join(part for part in (table, key) if part)
    return Mistake(str(path), _line_of(text, key), place, _("There is no such key."), remedy)


def _line_of(text: str, key: str) -> int | None:
    pattern = re.compile(rf"^\s*(?:\[.*\b)?{re.escape(key)}\b")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), None)


def _refused(mistakes: list[Mistake]) -> ConfigMistakes:
    message = _("The configuration has mistakes; nothing was started.")
    return ConfigMistakes(message, mistakes, next_step="complain channels")
