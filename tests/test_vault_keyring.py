"""The vault against a real Secret Service: stored, locked, absent, deleted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.secret_service import SecretService, secret_service, why_not
from fakes.terminal import at_terminal

pytestmark = [pytest.mark.keyring, pytest.mark.skipif(bool(why_not()), reason=why_not() or "it is here")]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SecretService]:
    with secret_service(tmp_path / "bus") as service:
        yield service


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def complain(
    store: SecretService, home: Path, *args: str, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    environ = {**store.environ, "COMPLAIN_HOME": str(home), "LANGUAGE": "en"}
    return subprocess.run(
        [sys.executable, "-m", "complain", *args],
        input=typed,
        capture_output=True,
        text=True,
        env=environ,
        timeout=60,
    )


def test_a_secret_goes_into_the_systems_store_and_nowhere_else(store: SecretService, home: Path) -> None:
    store.start()

    done = complain(store, home, "secret", "set", "mail.password", typed="canary-3141 密\n")

    assert (done.returncode, store.stored()) == (0, {"mail.password": "canary-3141 密"})
    assert "canary" not in done.stdout + done.stderr
    files = [path for path in home.rglob("*") if path.is_file()]
    assert [path.name for path in files] == ["secrets.json"]
    assert b"canary" not in files[0].read_bytes()


def test_typed_at_a_terminal_a_secret_is_not_shown(store: SecretService, home: Path, tmp_path: Path) -> None:
    store.start()
    environ = {**store.environ, "COMPLAIN_HOME": str(home), "LANGUAGE": "en"}
    command = [sys.executable, "-m", "complain", "secret", "set", "a"]

    code, shown = at_terminal(command, [("not shown", "canary-5772")], cwd=tmp_path, environ=environ)

    assert (code, store.stored()) == (0, {"a": "canary-5772"})
    assert "canary" not in shown


def test_without_a_store_nobody_is_asked_to_type_a_secret(
    store: SecretService, home: Path, tmp_path: Path
) -> None:
    environ = {**store.environ, "COMPLAIN_HOME": str(home), "LANGUAGE": "en"}

    code, shown = at_terminal(
        [sys.executable, "-m", "complain", "secret", "set", "a"], [], cwd=tmp_path, environ=environ
    )

    assert code == 3
    assert "not shown" not in shown


def test_a_stored_secret_survives_the_store_being_started_again(store: SecretService, home: Path) -> None:
    store.start()
    complain(store, home, "secret", "set", "a", typed="first")
    store.stop()
    store.start()

    complain(store, home, "secret", "set", "a", typed="second")

    assert store.stored() == {"a": "second"}


def test_a_deleted_secret_is_gone_from_store_and_list(store: SecretService, home: Path) -> None:
    store.start()
    complain(store, home, "secret", "set", "a", typed="x")

    done = complain(store, home, "secret", "delete", "a", "--json")

    assert (done.returncode, store.stored()) == (0, {})
    assert '"existed": true' in done.stdout
    assert "No secret" in complain(store, home, "secret", "list").stdout


def test_deleting_what_is_not_there_says_so(store: SecretService, home: Path) -> None:
    store.start()

    assert "There was no secret" in complain(store, home, "secret", "delete", "a").stdout


def test_a_locked_store_is_exit_3_with_the_way_to_unlock_it_and_no_file(
    store: SecretService, home: Path
) -> None:
    store.start()
    complain(store, home, "secret", "set", "a", typed="old")
    store.lock()

    done = complain(store, home, "secret", "set", "b", typed="canary-2718")

    assert done.returncode == 3
    assert "locked" in done.stderr
    assert "gnome-keyring-daemon --unlock" in done.stderr
    assert "canary" not in "".join(path.read_text() for path in home.rglob("*") if path.is_file())
    assert complain(store, home, "secret", "list").stdout == "a\n"


def test_no_store_on_the_bus_is_exit_3_and_one_sentence_of_help(store: SecretService, home: Path) -> None:
    done = complain(store, home, "secret", "set", "a", typed="canary-1618")

    assert done.returncode == 3
    assert "no password store" in done.stderr
    assert "Traceback" not in done.stderr
    assert not home.exists()


def test_no_bus_at_all_is_exit_3(store: SecretService, home: Path) -> None:
    lonely = SecretService("", {**store.environ, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"})

    done = complain(lonely, home, "secret", "set", "a", typed="x")

    assert (done.returncode, home.exists()) == (3, False)


def test_practice_leaves_a_store_that_is_there_alone(store: SecretService, home: Path) -> None:
    store.start()

    done = complain(store, home, "secret", "set", "a", "--practice", typed="x")

    assert (done.returncode, store.stored()) == (2, {})


def test_a_kept_log_in_is_opened_again_only_with_the_key_in_the_store(
    store: SecretService, home: Path
) -> None:
    store.start()
    kept = _session(
        store, home, "s.save('website', {'cookies': [{'name': 'sid', 'value': 'canary-cookie'}]})"
    )
    assert kept == ""
    assert list(store.stored()) == ["session-key"]
    assert all(b"canary" not in path.read_bytes() for path in home.rglob("*") if path.is_file())

    assert "canary-cookie" in _session(store, home, "print(s.load('website'))")
    complain(store, home, "secret", "delete", "session-key")
    assert _session(store, home, "print(s.load('website'))") == "None\n"


def _session(store: SecretService, home: Path, code: str) -> str:
    script = (
        "from pathlib import Path; from complain.environment import Environment, Home\n"
        "from complain.browser.sessions import SessionStore; from complain.vault import open_vault\n"
        f"home = Home(Path({str(home)!r})); s = SessionStore(home, open_vault(Environment(home=home)))\n{code}"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=dict(store.environ), timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_forgetting_the_last_case_empties_the_store(store: SecretService, home: Path) -> None:
    store.start()
    complain(store, home, "secret", "set", "mail.password", typed="x")
    _session(store, home, "s.save('website', {})")

    done = complain(store, home, "forget", "the-case", "--yes", "--no-export")

    assert (done.returncode, store.stored()) == (0, {})
    assert not [path for path in home.rglob("*") if path.is_file()]


def test_a_child_process_never_sees_the_secret_in_its_arguments(store: SecretService, home: Path) -> None:
    store.start()

    done = complain(store, home, "secret", "set", "a", "canary-4669")

    assert done.returncode == 2
    assert "canary" not in done.stdout + done.stderr
    assert os.environ.get("DBUS_SESSION_BUS_ADDRESS") != store.address
    assert store.stored() == {}
