"""Where there is no store that can be trusted, nothing is kept anywhere, and the person is told what to do."""

from __future__ import annotations

import importlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, PasswordSetError

from complain.cli.main import run
from complain.environment import Environment, Home
from complain.errors import UsageError, VaultUnavailable
from complain.vault import LONGEST, KeyringVault, PracticeVault, known_names, open_vault


class Store(KeyringBackend):
    """A store in memory, which can be told to fail; without a priority no other test ever gets it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.error = error

    def _check(self) -> None:
        if self.error is not None:
            raise self.error

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        del self.kept[service, username]


def shipped(name: str) -> KeyringBackend:
    """Return one of keyring's own stores, whose constructors have no types."""
    module = importlib.import_module(f"keyring.backends.{name}")
    return cast("type[KeyringBackend]", module.Keyring)()


class PlainFile(Store):
    """Stands where `keyrings.alt` has its plain-text file."""


PlainFile.__module__ = "keyrings.alt.file"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def use() -> Iterator[type[None]]:
    before = keyring.get_keyring()
    yield type(None)
    keyring.set_keyring(before)


pytestmark = pytest.mark.usefixtures("use")


@pytest.mark.parametrize("store", [shipped("fail"), shipped("null"), PlainFile()])
def test_a_store_that_keeps_nothing_or_keeps_plain_text_is_refused(home: Home, store: KeyringBackend) -> None:
    keyring.set_keyring(store)

    with pytest.raises(VaultUnavailable):
        KeyringVault(home).set("a", "canary")
    with pytest.raises(VaultUnavailable):
        KeyringVault(home).get("a")

    assert not home.path.exists()
    assert getattr(store, "kept", {}) == {}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyringLocked("x"), "locked"),
        (InitError("x"), "locked"),
        (PasswordSetError("canary"), "PasswordSetError"),
        (OSError("canary"), "OSError"),
    ],
)
def test_whatever_a_store_raises_becomes_one_sentence_without_the_secret(
    home: Home, error: Exception, said: str
) -> None:
    keyring.set_keyring(Store(error))

    with pytest.raises(VaultUnavailable, match=said) as raised:
        KeyringVault(home).set("a", "canary")

    assert "canary" not in raised.value.message + raised.value.next_step
    assert known_names(home) == ()


def test_names_are_listed_without_asking_the_store(home: Home) -> None:
    keyring.set_keyring(Store())
    vault = KeyringVault(home)
    vault.set("b", "1")
    vault.set("a", "2")
    keyring.set_keyring(shipped("fail"))

    assert known_names(home) == ("a", "b")


def test_a_deleted_name_is_listed_no_more(home: Home) -> None:
    keyring.set_keyring(Store())
    vault = KeyringVault(home)
    vault.set("a", "1")

    assert (vault.delete("a"), vault.delete("a"), vault.get("a"), known_names(home)) == (
        True,
        False,
        None,
        (),
    )


@pytest.mark.parametrize("value", ["", "x" * (LONGEST + 1), "𠮷" * (LONGEST // 2 + 1)])
def test_what_not_every_system_can_hold_is_refused_everywhere(home: Home, value: str) -> None:
    keyring.set_keyring(Store())

    with pytest.raises(UsageError):
        KeyringVault(home).set("a", value)
    assert known_names(home) == ()


def test_the_longest_secret_of_windows_is_kept(home: Home) -> None:
    keyring.set_keyring(Store())
    KeyringVault(home).set("a", "𠮷" * (LONGEST // 2))

    assert KeyringVault(home).get("a") == "𠮷" * (LONGEST // 2)


def test_practice_keeps_its_secrets_in_the_given_mapping_only(home: Home) -> None:
    store = Store()
    keyring.set_keyring(store)
    secrets = {"regulator.user": "practice"}
    vault = open_vault(Environment(home=Home(home.root, practice=True)), secrets)

    vault.set("a", "1")

    assert isinstance(vault, PracticeVault)
    assert (vault.get("regulator.user"), secrets["a"], store.kept) == ("practice", "1", {})
    assert not home.root.exists()


def test_keyring_is_imported_only_when_a_secret_is_asked_for(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from complain.environment import Environment, Home\n"
        "from complain.vault import known_names, open_vault\n"
        f"home = Home(Path({str(tmp_path)!r})); vault = open_vault(Environment(home=home)); known_names(home)\n"
        "assert 'keyring' not in sys.modules\n"
        "import complain.cli.secret, complain.cli.receipts, complain.cli.forget\n"
        "assert not {'keyring', 'pydantic', 'jinja2', 'playwright', 'pyrage'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], env=dict(os.environ)).returncode == 0


@pytest.mark.parametrize("name", ["session-key", "a b", "../x", "", "密码", "a=b"])
def test_a_name_that_cannot_be_is_refused_before_the_secret_is_read(name: str) -> None:
    assert run(["secret", "set", name]) == 2


def test_a_secret_is_read_whole_from_standard_input(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store()
    keyring.set_keyring(store)
    monkeypatch.setattr(sys, "stdin", io.StringIO("two words \r\n"))

    assert run(["secret", "set", "mail.password", "--home", str(home.root)]) == 0
    assert store.kept == {("complain", "mail.password"): "two words "}
    shown = capsys.readouterr()
    assert "two words" not in shown.out + shown.err
