"""Every test has its own home, and no keyring, plugins folder or language of the machine it runs on."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings

from fakes.cli import Cli

# How long one example takes says something about the machine, and nothing about the code.
settings.register_profile("here", deadline=None)
settings.load_profile("here")

# Started in the background of a shell script, all this ignores Ctrl-C, and so would every command that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLAIN_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv("COMPLAIN_PLUGINS_DIR", raising=False)
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Run the real command line in a process of its own, with a home of its own."""
    return Cli(home=tmp_path / "home")
