"""Where the tool stands: its home, its streams, its clock, its options. Handed in, so that tests hand in another."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from complain.config import Config

HOME_VARIABLE = "COMPLAIN_HOME"
PLUGINS_VARIABLE = "COMPLAIN_PLUGINS_DIR"
CHINA = dt.timezone(dt.timedelta(hours=8), "CST")


def china_day(moment: dt.datetime) -> str:
    """Return the day in China as 2026-11-23: journals keep UTC, people live by the wall clock.

    Args:
        moment: Aware.
    """
    return moment.astimezone(CHINA).date().isoformat()


def china_noon(day: dt.date) -> dt.datetime:
    """Return noon in China: it stands for a day whose time nobody knows.

    Args:
        day: In China.
    """
    return dt.datetime.combine(day, dt.time(12), CHINA)


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Home:
    """The one folder that holds all state.

    Attributes:
        root: The folder that the person named, or the platform's own.
        practice: Whether this is the practice home, kept apart inside ``root``.
    """

    root: Path
    practice: bool = False

    @property
    def path(self) -> Path:
        """The folder in use: ``root``, or ``root/practice``."""
        return self.root / "practice" if self.practice else self.root

    @property
    def config(self) -> Path:
        """The configuration file; practice reads its ``[browser]`` and ``[plugins]`` tables only."""
        return self.root / "config.toml"

    @property
    def journal(self) -> Path:
        """The write-ahead journal."""
        return self.path / "journal.sqlite"

    @property
    def archive(self) -> Path:
        """One BagIt bag per filing: ``archive/<case>/<channel>/<attempt>``."""
        return self.path / "archive"

    @property
    def runs(self) -> Path:
        """One folder per run: the preview report and the evidence taken on the way."""
        return self.path / "runs"

    @property
    def packs(self) -> Path:
        """Hand-over packs: ``packs/<case>/<channel>``."""
        return self.path / "packs"

    @property
    def sessions(self) -> Path:
        """Encrypted browser sessions, one file per channel."""
        return self.path / "sessions"

    @property
    def kept(self) -> Path:
        """Answers of commands that only read, see ``complain.cli.kept``."""
        return self.path / "kept"

    @property
    def locks(self) -> Path:
        """One lock file per case."""
        return self.path / "locks"


def default_root() -> Path:
    """Return ``COMPLAIN_HOME``, or the platform's folder for user data."""
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path  # not needed when a home is named

    return user_data_path("complain", appauthor=False)


def has_screen() -> bool:
    """Say whether a program with a window could be started here."""
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


@dataclass(frozen=True)
class Environment:
    """What every command is handed.

    Attributes:
        home: Where state lives.
        plugin_dirs: Folders named by ``--plugins-dir`` and ``COMPLAIN_PLUGINS_DIR``, in that order.
        json: Whether exactly one JSON document goes to ``stdout``, and nothing else.
        verbose: Whether a fault shows its traceback.
        stdin: Where answers are read from.
        stdout: Where the result goes.
        stderr: Where everything else goes.
        now: The clock; aware, UTC.
        environ: Environment variables.
    """

    home: Home
    plugin_dirs: tuple[Path, ...] = ()
    json: bool = False
    verbose: bool = False
    stdin: TextIO = field(default_factory=lambda: sys.stdin)
    stdout: TextIO = field(default_factory=lambda: sys.stdout)
    stderr: TextIO = field(default_factory=lambda: sys.stderr)
    now: Callable[[], dt.datetime] = _utc_now
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def practice(self) -> bool:
        """Whether this run speaks of the practice home only."""
        return self.home.practice

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked: stdin is a terminal and the answer is not JSON."""
        return self.stdin.isatty() and not self.json

    def today(self) -> dt.date:
        """Return today's date in China, where the channels are."""
        return self.now().astimezone(CHINA).date()

    def config(self) -> Config:
        """Return the configuration of this home, validated.

        Raises:
            ConfigMistakes: The file has mistakes; all are named.
        """
        from complain.config import load_config

        return load_config(self.home.config)
