"""``submit --channels all`` on the five practice desks, as a ratio to the same five filed by five separate runs.

Run it: ``python benchmarks/desks.py [ROUNDS]``. Both in turns, each with a new home. Target: at most 0.6.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROUNDS = 3
DESKS = ("in-app", "website", "public-account", "regulator", "association")


def seconds(*runs: str) -> float:
    """Return how long these runs take together, one after the other, with one home."""
    with tempfile.TemporaryDirectory() as home:
        begun = time.perf_counter()
        for channels in runs:
            command = ["submit", str(ROOT / "examples/basic"), "--channels", channels, "--practice", "--yes"]
            subprocess.run(
                [sys.executable, "-m", "complain", *command],
                env={**os.environ, "COMPLAIN_HOME": home},
                capture_output=True,
                check=True,
            )
        return time.perf_counter() - begun


def main() -> None:
    """Print the ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    pairs = [(seconds("all"), seconds(*DESKS)) for _round in range(rounds)]
    ratio = statistics.median(one / five for one, five in pairs)
    print(f"all in one run {ratio:.2f} of five runs ({rounds} rounds; target 0.60)")


if __name__ == "__main__":
    main()
