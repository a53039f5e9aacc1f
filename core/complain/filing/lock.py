"""One run per case: an OS file lock, held for the whole run."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from complain.errors import CaseLocked
from complain.i18n import _


@contextmanager
def case_lock(folder: Path, case: str) -> Generator[None]:
    """Hold the lock of a case.

    The lock is the operating system's own and falls when the process dies, however it dies.

    Args:
        folder: Where lock files are kept.
        case: The case's id.

    Raises:
        CaseLocked: Another process holds it.
    """
    from filelock import FileLock, Timeout

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(folder / f"{case}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise CaseLocked(
            _("Another run is working on case “{case}”; this one did nothing.").format(case=case),
            next_step="complain status",
        ) from error
    try:
        yield
    finally:
        lock.release()
