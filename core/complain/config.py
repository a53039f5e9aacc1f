"""``config.toml``: what a person may set. No secret is ever read from it.

msgspec is used here, and not pydantic as for the case, because ``complain channels`` and ``complain status``
read the configuration too and must start fast.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from complain.errors import ConfigMistakes, Mistake
from complain.i18n import _


class BrowserTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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


class PluginsTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[plugins]``.

    Attributes:
        dirs: Folders with further channels (``*.py`` and ``*.toml``).
    """

    dirs: tuple[str, ...] = ()


class MailTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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


class ChannelTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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


class ArchiveTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[archive]``.

    Attributes:
        timestamp_url: An RFC 3161 timestamp service; empty: none.
    """

    timestamp_url: str = ""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    browser: BrowserTable = BrowserTable()
    plugins: PluginsTable = PluginsTable()
    mail: MailTable = MailTable()
    archive: ArchiveTable = ArchiveTable()
    channels: dict[str, ChannelTable] = {}

    def channel(self, identity: str) -> ChannelTable:
        """Return what is set for one channel."""
        return self.channels.get(identity, ChannelTable())


_TABLES: dict[str, type[msgspec.Struct]] = {
    "": Config,
    "browser": BrowserTable,
    "plugins": PluginsTable,
    "mail": MailTable,
    "archive": ArchiveTable,
    "channels": ChannelTable,
}


def load_config(path: Path) -> Config:
    """Read and validate a configuration file; a missing file is an empty one.

    Args:
        path: The file.

    Raises:
        ConfigMistakes: The file is not TOML, has an unknown key or a value of the wrong kind.
    """
    if not path.is_file():
        return Config()
    text = path.read_text(encoding="utf-8")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        problem = _("This is not valid TOML: {why}.").format(why=error)
        raise _mistakes(path, int(line[1]) if line else None, "", problem, "") from error
    try:
        return msgspec.convert(data, Config)
    except msgspec.ValidationError as error:
        raise _explain(path, text, str(error)) from error


def _explain(path: Path, text: str, words: str) -> ConfigMistakes:
    where = re.search(r"`\$\.?(.*?)`$", words)
    table = where[1] if where else ""
    unknown = re.search(r"unknown field `(.+?)`", words)
    if unknown is None:
        key = table
        problem = _("The value is of the wrong kind: {why}.").format(why=words.split(" - at ")[0])
        return _mistakes(path, _line_of(text, key.split(".")[-1]), key, problem, "")
    struct = _TABLES.get(table.split(".")[0].split("[")[0], Config)
    near = difflib.get_close_matches(unknown[1], struct.__struct_fields__, n=1, cutoff=0.5)
    key = ".".join(part for part in (table.replace("[...]", ".*"), unknown[1]) if part)
    remedy = (
        _("Did you mean “{key}”?").format(key=near[0])
        if near
        else _("See config.example.toml for every key.")
    )
    return _mistakes(path, _line_of(text, unknown[1]), key, _("There is no such key."), remedy)


def _line_of(text: str, key: str) -> int | None:
    pattern = re.compile(rf"^\s*(?:\[.*\b)?{re.escape(key)}\b")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), None)


def _mistakes(path: Path, line: int | None, key: str, problem: str, remedy: str) -> ConfigMistakes:
    mistake = Mistake(str(path), line, key, problem, remedy)
    return ConfigMistakes(_("The configuration has a mistake; nothing was started."), [mistake])
