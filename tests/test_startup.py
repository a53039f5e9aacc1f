"""Start-up: what is only listed or read imports nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fakes.cli import EXAMPLE, Cli

HEAVY = ("playwright", "pydantic", "keyring", "jinja2")
CODE = """
import sys
from complain.cli.main import run
code = run(sys.argv[1:])
print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(
    "command", [["--help"], ["channels"], ["status", str(EXAMPLE)], ["submit", "--help"]]
)
def test_listing_and_reading_import_nothing_heavy(cli: Cli, command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(heavy=HEAVY), *command],
        capture_output=True,
        text=True,
        env=cli.environment(),
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stderr.strip().splitlines()[-1] == "[]"
