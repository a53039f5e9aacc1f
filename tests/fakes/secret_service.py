"""A real Secret Service on a bus of its own: gnome-keyring, started, locked and stopped by a test."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import secretstorage

# No service directory: nothing is started by being asked for, so that "absent" stays absent.
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""
_PASSWORD = b"only for this test\n"
_PATIENCE = 20.0


def why_not() -> str:
    """Return why no Secret Service can be started here; empty when it can."""
    missing = [name for name in ("dbus-daemon", "gnome-keyring-daemon") if shutil.which(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


@dataclass
class SecretService:
    """One bus, and the store on it.

    Attributes:
        address: Of the bus.
        environ: For a child process that is to use this bus and no other home.
    """

    address: str
    environ: Mapping[str, str]
    _daemons: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    def start(self) -> None:
        """Start the store with its ring unlocked; a ring of an earlier start is opened again."""
        daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(self.environ),
        )
        self._daemons.append(daemon)
        assert daemon.stdin is not None
        daemon.stdin.write(_PASSWORD)
        daemon.stdin.close()
        self._wait(daemon)

    def _wait(self, daemon: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline and daemon.poll() is None:
            with patch.dict(os.environ, self.environ), closing(secretstorage.dbus_init()) as connection:
                if secretstorage.check_service_availability(connection):
                    return
            time.sleep(0.02)  # the daemon takes its name on the bus some milliseconds after it started
        raise RuntimeError("gnome-keyring-daemon did not come up")

    def lock(self) -> None:
        """Lock the ring; nobody is there to unlock it."""
        with patch.dict(os.environ, self.environ), closing(secretstorage.dbus_init()) as connection:
            secretstorage.get_default_collection(connection).lock()

    def stored(self) -> dict[str, str]:
        """Return what the ring holds for the tool, name to value, as another program sees it."""
        with patch.dict(os.environ, self.environ), closing(secretstorage.dbus_init()) as connection:
            items = list(secretstorage.search_items(connection, {"service": "complain"}))
            return {item.get_attributes()["username"]: item.get_secret().decode() for item in items}

    def stop(self) -> None:
        """Stop the store; the bus stays."""
        for daemon in self._daemons:
            daemon.terminate()
            daemon.wait(_PATIENCE)
        self._daemons.clear()


@contextmanager
def secret_service(folder: Path) -> Generator[SecretService]:
    """Run a bus with no store on it yet.

    Args:
        folder: Everything that bus and store write goes here.
    """
    (folder / "run").mkdir(mode=0o700, parents=True)
    config = folder / "bus.conf"
    config.write_text(_BUS, encoding="ascii")
    environ = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    environ.pop("PYTHON_KEYRING_BACKEND", None)
    for name, part in (
        ("HOME", ""),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_RUNTIME_DIR", "run"),
    ):
        environ[name] = str(folder / part)
    bus = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environ,
    )
    assert bus.stdout is not None
    address = bus.stdout.readline().decode().strip()
    service = SecretService(address, {**environ, "DBUS_SESSION_BUS_ADDRESS": address})
    try:
        yield service
    finally:
        service.stop()
        bus.terminate()
        bus.wait(_PATIENCE)
        bus.stdout.close()
