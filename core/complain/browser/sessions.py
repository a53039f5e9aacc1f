"""Log-ins that are kept: a browser's storage state, encrypted, its key in the system's password store.

Cookies are as good as a password, and too long for every store (Windows takes 2,560 bytes): so they are encrypted
with age (C2SP age-encryption.org/v1) into ``sessions/<channel>.age``, and only the 74 characters of the age
identity are kept in the store.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, cast

from complain.durable import make_folder, sync_folder, write_durably
from complain.environment import Home
from complain.errors import UsageError
from complain.i18n import _
from complain.vault import Vault

KEY_NAME = "session-key"
"""Under this name the vault keeps the age identity of all sessions."""

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class _Identity(Protocol):
    def to_public(self) -> object: ...


class _Identities(Protocol):
    def generate(self) -> _Identity: ...
    def from_str(self, text: str) -> _Identity: ...


class _X25519(Protocol):
    @property
    def Identity(self) -> _Identities: ...


class _Age(Protocol):
    """What is used of `pyrage`, which ships no types."""

    @property
    def x25519(self) -> _X25519: ...
    @property
    def IdentityError(self) -> type[Exception]: ...
    @property
    def DecryptError(self) -> type[Exception]: ...
    def encrypt(self, plain: bytes, recipients: Sequence[object]) -> bytes: ...
    def decrypt(self, sealed: bytes, identities: Sequence[object]) -> bytes: ...


class SessionStore:
    """The log-ins of one home.

    Args:
        home: Its ``sessions`` folder is used.
        vault: Keeps the key. It is asked only when there is a session to read or write.
    """

    def __init__(self, home: Home, vault: Vault) -> None:
        self._folder = home.sessions
        self._vault = vault

    def save(self, channel: str, storage_state: Mapping[str, object]) -> None:
        """Keep a log-in; an older one of this channel is replaced.

        Args:
            channel: The channel's id.
            storage_state: As Playwright's ``context.storage_state()`` returns it.

        Raises:
            VaultUnavailable: There is no password store here, or it stays locked. Nothing was kept.
        """
        sealed_path, note_path = self._paths(channel)
        age = _age()
        identity = self._identity(age) or self._new_identity(age)
        sealed = age.encrypt(json.dumps(storage_state).encode(), [identity.to_public()])
        make_folder(self._folder)
        expires = _earliest_expiry(storage_state)
        note = {"expires_at": None if expires is None else expires.isoformat()}
        write_durably(note_path, json.dumps(note).encode())
        write_durably(sealed_path, sealed)

    def load(self, channel: str) -> dict[str, object] | None:
        """Return the storage state; None when there is none, or when its key is gone: log in again.

        Args:
            channel: The channel's id.

        Raises:
            VaultUnavailable: There is a session, but the password store with its key cannot be used.
        """
        sealed_path = self._paths(channel)[0]
        if not sealed_path.is_file():
            return None
        age = _age()
        identity = self._identity(age)
        if identity is None:
            return None
        try:
            plain = age.decrypt(sealed_path.read_bytes(), [identity])
        except age.DecryptError:
            return None  # sealed with a key that was removed since
        return cast("dict[str, object]", json.loads(plain))

    def forget(self, channel: str) -> bool:
        """Remove a log-in; say whether there was one.

        Args:
            channel: The channel's id.
        """
        sealed_path, note_path = self._paths(channel)
        there = sealed_path.is_file()
        for path in (sealed_path, note_path):
            path.unlink(missing_ok=True)
        if there:
            sync_folder(self._folder)
        return there

    def expires_at(self, channel: str) -> dt.datetime | None:
        """Return when the first cookie of a log-in expires (aware, UTC); None when that is not known.

        The password store is not asked.

        Args:
            channel: The channel's id.
        """
        sealed_path, note_path = self._paths(channel)
        if not sealed_path.is_file() or not note_path.is_file():
            return None
        said: dict[str, str | None] = json.loads(note_path.read_bytes())
        text = said.get("expires_at")
        return dt.datetime.fromisoformat(text) if text else None

    def channels(self) -> tuple[str, ...]:
        """Return the ids of channels with a kept log-in, sorted. The password store is not asked."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.age")))

    def _paths(self, channel: str) -> tuple[Path, Path]:
        if _FILE_NAME.fullmatch(channel) is None:
            raise UsageError(_("“{channel}” is no channel's id.").format(channel=channel))
        return self._folder / f"{channel}.age", self._folder / f"{channel}.json"

    def _identity(self, age: _Age) -> _Identity | None:
        text = self._vault.get(KEY_NAME)
        if text is None:
            return None
        try:
            return age.x25519.Identity.from_str(text)
        except age.IdentityError:
            return None  # something else was put under this name: the sessions sealed before cannot be read

    def _new_identity(self, age: _Age) -> _Identity:
        identity = age.x25519.Identity.generate()
        self._vault.set(KEY_NAME, str(identity))
        return identity


def _age() -> _Age:
    return cast(_Age, importlib.import_module("pyrage"))


def _earliest_expiry(storage_state: Mapping[str, object]) -> dt.datetime | None:
    """Return the first expiry of its cookies; those that last as long as the browser (-1) do not count."""
    cookies = cast("Sequence[Mapping[str, object]]", storage_state.get("cookies") or ())
    moments = [e for cookie in cookies if isinstance(e := cookie.get("expires"), int | float) and e > 0]
    return dt.datetime.fromtimestamp(min(moments), dt.UTC) if moments else None
