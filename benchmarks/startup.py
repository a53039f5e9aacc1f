"""How long commands take to start, as ratios to ``python -c "import click"`` in the same run.

Run it: ``python benchmarks/startup.py``. Absolute times of one machine mean little; the runs are interleaved.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 21
BASE = [sys.executable, "-c", "import click"]
COMMANDS = {
    "complain --help": [sys.executable, "-m", "complain", "--help"],
    "complain channels": [sys.executable, "-m", "complain", "channels"],
    "complain status": [sys.executable, "-m", "complain", "status", str(ROOT / "examples/basic")],
}


def seconds(command: list[str], home: str) -> float:
    """Return the wall time of one run."""
    start = time.perf_counter()
    subprocess.run(
        [*command], capture_output=True, check=True, env={"COMPLAIN_HOME": home, "LANG": "C.UTF-8"}
    )
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as home:
        for command in (BASE, *COMMANDS.values()):
            seconds(command, home)  # warm up
        ratios: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for _run in range(RUNS):
            base = seconds(BASE, home)
            for name, command in COMMANDS.items():
                ratios[name].append(seconds(command, home) / base)
    for name, found in ratios.items():
        print(
            f"{name:20} {statistics.median(found):5.2f} of `import click` ({min(found):.2f}-{max(found):.2f})"
        )


if __name__ == "__main__":
    main()
