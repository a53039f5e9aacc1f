"""Secrets in the system's password store, and nowhere else.

The store (macOS Keychain, Windows Credential Locker, Secret Service, KWallet) is reached through `keyring`, which
is imported when a secret is first asked for: a channel that needs none never touches the store. Where there is
no store, the tool says so and stops; it never writes a secret to a file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, MutableMapping
from typing import Protocol, TypeVar, cast

from complain.durable import make_folder, write_durably
from complain.environment import Environment, Home
from complain.errors import UsageError, VaultUnavailable
from complain.i18n import _

SERVICE = "complain"
"""The name under which the system's password store shows what this tool keeps."""

LONGEST = 1280
"""UTF-16 units that every store takes: Windows allows 2,560 bytes (CRED_MAX_CREDENTIAL_BLOB_SIZE, wincred.h)."""

_T = TypeVar("_T")


class Vault(Protocol):
    """Where secrets are kept."""

    def get(self, name: str) -> str | None:
        """Return the secret, or None when there is none of this name."""
        ...

    def set(self, name: str, value: str) -> None:
        """Keep a secret; an older one of this name is replaced."""
        ...

    def delete(self, name: str) -> bool:
        """Remove a secret; say whether there was one."""
        ...


class _Store(Protocol):
    """What is used of a `keyring` backend, with the types that `keyring` leaves out."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


def open_vault(environment: Environment, practice_secrets: MutableMapping[str, str] | None = None) -> Vault:
    """Return where this run's secrets are. Nothing is asked of the system before a secret is.

    Args:
        environment: In practice the system's password store is never touched.
        practice_secrets: What the practice desks know; used in practice only, kept in memory only.
    """
    if environment.practice:
        return PracticeVault({} if practice_secrets is None else practice_secrets)
    return KeyringVault(environment.home)


class PracticeVault:
    """Secrets of the practice desks: in memory, gone with the process.

    Args:
        secrets: Name to value.
    """

    def __init__(self, secrets: MutableMapping[str, str]) -> None:
        self._secrets = secrets

    def get(self, name: str) -> str | None:
        """Return the secret, or None when there is none of this name."""
        return self._secrets.get(name)

    def set(self, name: str, value: str) -> None:
        """Keep a secret until the process ends."""
        self._secrets[name] = value

    def delete(self, name: str) -> bool:
        """Remove a secret; say whether there was one."""
        return self._secrets.pop(name, None) is not None


class KeyringVault:
    """The system's password store.

    A store cannot list what it holds, so the names (never the values) are kept in ``secrets.json`` of the home:
    a name is written there before its secret is stored and removed after it is gone.

    Args:
        home: Whose ``secrets.json`` is kept.
    """

    def __init__(self, home: Home) -> None:
        self._home = home

    def get(self, name: str) -> str | None:
        """Return the secret, or None when there is none of this name.

        Raises:
            VaultUnavailable: There is no password store here, or it stays locked.
        """
        return _ask(lambda store: store.get_password(SERVICE, name))

    def set(self, name: str, value: str) -> None:
        """Keep a secret; an older one of this name is replaced.

        Raises:
            UsageError: The value is empty or longer than every store can hold.
            VaultUnavailable: There is no password store here, or it stays locked. Nothing was kept.
        """
        _check_length(value)
        _ask(lambda store: store.get_password(SERVICE, name))  # fails before the name is written
        _write_names(self._home, {*known_names(self._home), name})
        _ask(lambda store: store.set_password(SERVICE, name, value))

    def delete(self, name: str) -> bool:
        """Remove a secret; say whether there was one.

        Raises:
            VaultUnavailable: There is no password store here, or it stays locked.
        """
        there = self.get(name) is not None
        if there:
            _ask(lambda store: store.delete_password(SERVICE, name))
        if name in known_names(self._home):
            _write_names(self._home, {*known_names(self._home)} - {name})
        return there


def known_names(home: Home) -> tuple[str, ...]:
    """Return the names of the secrets that were stored from this home, sorted.

    Args:
        home: Its ``secrets.json`` is read; the password store is not touched.
    """
    path = home.path / "secrets.json"
    if not path.is_file():
        return ()
    document: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return tuple(sorted(document["names"]))


def _write_names(home: Home, names: set[str]) -> None:
    if not names:
        (home.path / "secrets.json").unlink(missing_ok=True)
        return
    text = json.dumps({"names": sorted(names)}, ensure_ascii=False, indent=1)
    write_durably(make_folder(home.path) / "secrets.json", (text + "\n").encode())


def _check_length(value: str) -> None:
    if not value:
        raise UsageError(_("The secret is empty; nothing was stored."))
    if len(value.encode("utf-16-le")) // 2 > LONGEST:
        raise UsageError(
            _("The secret is longer than {most} characters; nothing was stored.").format(most=LONGEST)
        )


def _ask(question: Callable[[_Store], _T]) -> _T:
    store = _system_store()
    try:
        return question(store)
    except Exception as error:  # a store is a plugin: each kind raises its own library's exceptions
        raise _unavailable(error) from error


def _system_store() -> _Store:
    import keyring

    parts = _parts(cast(_Store, keyring.get_keyring()))
    for store in parts:
        if not _is_no_store(store):
            return store
    raise _no_store(parts)


def _parts(store: _Store) -> list[_Store]:
    """Return the stores behind a chain of stores, or the store itself."""
    from keyring.backends.chainer import ChainerBackend

    return [cast(_Store, part) for part in store.backends] if isinstance(store, ChainerBackend) else [store]


def _is_no_store(store: _Store) -> bool:
    """Say whether a backend keeps nothing, or keeps it in a file of its own instead of the system's store."""
    module = type(store).__module__
    return module in ("keyring.backends.fail", "keyring.backends.null") or module.startswith("keyrings.alt")


def _no_store(parts: list[_Store]) -> VaultUnavailable:
    files = [type(part).__qualname__ for part in parts if type(part).__module__.startswith("keyrings.alt")]
    if files:
        message = _(
            "A secret is needed, but the password store that is set up here ({kind}) is a file, not the "
            "system's own. Secrets are not kept there."
        ).format(kind=files[0])
        return VaultUnavailable(message, next_step="pip uninstall keyrings.alt")
    message = _(
        "A secret is needed, but this system has no password store that can be used. Nothing was stored, "
        "and no file is used in its place."
    )
    return VaultUnavailable(message, next_step=_remedy())


def _unavailable(error: Exception) -> VaultUnavailable:
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    if isinstance(error, KeyringLocked | InitError) or "Locked" in type(error).__name__:
        message = _("The system's password store is locked, and it was not unlocked.")
    elif isinstance(error, NoKeyringError):
        message = _("This system has no password store that can be used.")
    else:
        message = _("The system's password store did not answer as it should ({kind}).").format(
            kind=type(error).__name__
        )
    return VaultUnavailable(message, next_step=_remedy())


def _remedy() -> str:
    if sys.platform == "linux":
        return _(
            "Unlock the desktop's password store. Without a desktop: install gnome-keyring and dbus, start "
            "a shell with 'dbus-run-session -- bash', type 'gnome-keyring-daemon --unlock' in it, then a "
            "password of your own and Ctrl-D twice, and run the command again there."
        )
    return _("Unlock the system's password store, then run the command again.")
