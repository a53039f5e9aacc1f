"""Runs the command line on a disk that is full from one named step on: ``python -m fakes.full_disk STEP CHANNEL ARGUMENT...``.

The system itself refuses: no file of this process may grow any more (``RLIMIT_FSIZE``), whatever writes it, SQLite
included. Pipes and sockets go on, so that the browser lives. Steps are those of `fakes.killed`.
"""

from __future__ import annotations

import resource
import signal
import sys

from fakes import killed


def fill_up() -> None:
    """Let no file grow from now on: a write is an error, and not a signal."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


if __name__ == "__main__":
    from complain.cli.main import main

    killed.arm(sys.argv[1], fill_up, channel=sys.argv[2])
    main(sys.argv[3:])
