"""Runs the real command line in a process of its own and gives what a person would see."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "basic"


@dataclass(frozen=True)
class Result:
    """What one command did."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.stdout)

    @property
    def outcomes(self) -> dict[str, str]:
        """Channel -> outcome of a ``--json`` answer."""
        return {filing["channel"]: filing["outcome"] for filing in self.json["filings"]}

    @property
    def said(self) -> str:
        """Everything that was printed."""
        return f"{self.stdout}\n{self.stderr}"


@dataclass(frozen=True)
class Cli:
    """The command line with one home."""

    home: Path

    def command(self, *args: str | Path) -> list[str]:
        """Return the whole command, for a test that starts it by itself."""
        return [sys.executable, "-m", "complain", *map(str, args)]

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment for it."""
        return {**os.environ, "COMPLAIN_HOME": str(self.home), **more}

    def __call__(
        self, *args: str | Path, stdin: str = "", cwd: Path = ROOT, timeout: float = 240, **environment: str
    ) -> Result:
        """Run a command to its end."""
        done = subprocess.run(
            self.command(*args),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=cwd,
            env=self.environment(**environment),
            timeout=timeout,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)


def copy_example(folder: Path, **replace: str) -> Path:
    """Copy the example case into ``folder``; ``replace`` changes texts of its ``case.toml``, old -> new."""
    shutil.copytree(EXAMPLE, folder)
    file = folder / "case.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in replace.items():
        assert old in text, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return folder
