"""Kept log-ins: encrypted on disk, the key in the vault, and no error where a log-in is simply gone."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

import pytest

from complain.browser.sessions import KEY_NAME, SessionStore, _age
from complain.cli.session import until_words
from complain.environment import Home
from complain.errors import UsageError, VaultUnavailable
from complain.vault import PracticeVault

STATE: dict[str, object] = {
    "cookies": [
        {"name": "sid", "value": "canary-cookie", "expires": -1},
        {"name": "late", "value": "x", "expires": 1_900_000_000},
        {"name": "soon", "value": "x", "expires": 1_800_000_000.5},
    ],
    "origins": [{"origin": "https://a.example", "localStorage": [{"name": "t", "value": "canary-token"}]}],
}


class NoVault:
    """A vault whose store is locked."""

    def get(self, name: str) -> str | None:
        raise VaultUnavailable(name)

    def set(self, name: str, value: str) -> None:
        raise VaultUnavailable(name)

    def delete(self, name: str) -> bool:
        raise VaultUnavailable(name)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def secrets() -> dict[str, str]:
    return {}


@pytest.fixture
def store(home: Home, secrets: dict[str, str]) -> SessionStore:
    return SessionStore(home, PracticeVault(secrets))


def test_a_log_in_comes_back_as_it_was_kept(store: SessionStore) -> None:
    store.save("website", STATE)

    assert store.load("website") == STATE
    assert store.channels() == ("website",)


def test_nothing_of_a_log_in_can_be_read_on_the_disk(store: SessionStore, home: Home) -> None:
    store.save("website", STATE)

    files = list(home.sessions.iterdir())
    assert all(b"canary" not in path.read_bytes() for path in files)
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(home.sessions.stat().st_mode) == 0o700


def test_the_key_fits_every_password_store(store: SessionStore, secrets: dict[str, str]) -> None:
    store.save("website", STATE)

    assert len(secrets[KEY_NAME]) == 74


def test_any_age_tool_with_the_key_opens_the_file(
    store: SessionStore, home: Home, secrets: dict[str, str]
) -> None:
    store.save("website", {"cookies": []})

    identity = _age().x25519.Identity.from_str(secrets[KEY_NAME])
    assert _age().decrypt((home.sessions / "website.age").read_bytes(), [identity]) == b'{"cookies": []}'


def test_one_key_serves_all_channels_and_a_newer_log_in_replaces_the_older(
    store: SessionStore, secrets: dict[str, str]
) -> None:
    store.save("website", STATE)
    key = secrets[KEY_NAME]
    store.save("in-app", {})
    store.save("website", {"cookies": []})

    assert secrets == {KEY_NAME: key}
    assert (store.load("website"), store.load("in-app")) == ({"cookies": []}, {})


@pytest.mark.parametrize(
    "key",
    [None, "not an age identity", str(_age().x25519.Identity.generate())],
    ids=["no key", "no age key", "another key"],
)
def test_without_its_key_a_log_in_is_simply_gone_and_can_be_made_again(
    store: SessionStore, secrets: dict[str, str], key: str | None
) -> None:
    store.save("website", STATE)
    secrets.pop(KEY_NAME)
    secrets.update({} if key is None else {KEY_NAME: key})

    assert store.load("website") is None
    store.save("website", STATE)
    assert store.load("website") == STATE


def test_a_damaged_file_is_a_log_in_that_is_gone(store: SessionStore, home: Home) -> None:
    store.save("website", STATE)
    sealed = home.sessions / "website.age"
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"\0")

    assert store.load("website") is None


def test_without_a_kept_log_in_the_password_store_is_never_asked(home: Home) -> None:
    store = SessionStore(home, NoVault())

    assert (store.load("website"), store.expires_at("website"), store.channels()) == (None, None, ())
    assert store.forget("website") is False


def test_with_a_kept_log_in_a_locked_store_is_said_and_expiry_is_still_known(
    store: SessionStore, home: Home
) -> None:
    store.save("website", STATE)
    locked = SessionStore(home, NoVault())

    with pytest.raises(VaultUnavailable):
        locked.load("website")
    assert locked.expires_at("website") == dt.datetime(2027, 1, 15, 8, 0, 0, 500_000, tzinfo=dt.UTC)


def test_with_a_locked_store_nothing_is_kept(home: Home) -> None:
    with pytest.raises(VaultUnavailable):
        SessionStore(home, NoVault()).save("website", STATE)

    assert not home.sessions.exists()


def test_the_end_of_a_log_in_is_told_to_the_minute_as_a_possibility() -> None:
    """Red while only the day was told: many log-ins end within the hour."""
    assert until_words(dt.datetime(2026, 11, 28, 16, 30, tzinfo=dt.UTC)) == (
        " By the site's own dates it may end from 2026-11-29 00:30 (Chinese time) on."
    )
    assert until_words(None) == ""


def test_cookies_that_end_with_the_browser_tell_no_expiry(store: SessionStore) -> None:
    store.save("website", {"cookies": [{"name": "a", "value": "b", "expires": -1}]})

    assert store.expires_at("website") is None


def test_a_forgotten_log_in_leaves_no_file(store: SessionStore, home: Home) -> None:
    store.save("website", STATE)

    assert store.forget("website") is True
    assert list(home.sessions.iterdir()) == []
    assert (store.load("website"), store.forget("website")) == (None, False)


@pytest.mark.parametrize("channel", ["../evil", "", "a/b", ".hidden", "a b"])
def test_a_channels_id_never_leads_out_of_the_folder(store: SessionStore, channel: str) -> None:
    with pytest.raises(UsageError):
        store.save(channel, STATE)
