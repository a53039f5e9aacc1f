"""The browser's own process: is that one, and no later one with its number, still alive?

A process number alone proves nothing, because the system gives it out again; together with the moment at
which the process started it names one process for ever. Needs no browser and no third-party library, so that
a later run can ask while it starts.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class BrowserProcess:
    """One process of one machine start.

    Attributes:
        pid: The system's number for it.
        started: When it started, as the system says it; compared, never read.
    """

    pid: int
    started: str


def started_mark(pid: int) -> str | None:
    """Return when process ``pid`` started, in the system's own words; None when there is no such process."""
    if sys.platform == "linux":
        return _linux_mark(pid)
    if sys.platform == "win32":
        return _windows_mark(pid)
    return _posix_mark(pid)


def _linux_mark(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # proc(5): the name may hold spaces and brackets; after it, field 3 is the state, field 22 the start.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else f"{boot}/{fields[19]}"


def _posix_mark(pid: int) -> str | None:
    shown = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    return shown.stdout.strip() or None


def _windows_mark(pid: int) -> str | None:
    if sys.platform != "win32":
        return None
    import ctypes
    from ctypes import wintypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    query_limited_information, still_active = 0x1000, 259
    handle = kernel.OpenProcess(query_limited_information, False, pid)
    if not handle:
        return None
    try:
        code, times = wintypes.DWORD(), [wintypes.FILETIME() for _ in range(4)]
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.GetProcessTimes(handle, *map(ctypes.byref, times))
        if code.value != still_active:
            return None
        return f"{times[0].dwHighDateTime:x}{times[0].dwLowDateTime:08x}"
    finally:
        kernel.CloseHandle(handle)


def parent_of(pid: int) -> int | None:
    """Return the number of the process that started ``pid``; None when it is not known (Windows)."""
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return None
        return int(stat.rpartition(")")[2].split()[1])
    if sys.platform == "win32":
        return None
    shown = subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return int(shown.stdout) if shown.stdout.strip() else None


def process_alive(process: BrowserProcess) -> bool:
    """Tell whether exactly this process still runs."""
    return started_mark(process.pid) == process.started


def wait_until_gone(process: BrowserProcess, seconds: float) -> bool:
    """Wait until the process has ended.

    Args:
        process: The browser of an earlier run.
        seconds: The longest wait.

    Returns:
        Whether it is gone.
    """
    deadline = time.monotonic() + seconds
    while process_alive(process):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)  # no system gives a signal for another process's child
    return True


def end_process(process: BrowserProcess, seconds: float = 5.0) -> bool:
    """End exactly this process, if it still runs, and wait for its end.

    Args:
        process: The browser of an earlier run.
        seconds: How long it may take.

    Returns:
        Whether it is gone.
    """
    if not process_alive(process):
        return True
    try:
        os.kill(process.pid, signal.SIGTERM)
    except ProcessLookupError:
        return True
    return wait_until_gone(process, seconds)
