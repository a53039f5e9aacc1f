"""Whether Playwright's driver, the program between this one and the browser, still runs.

When it dies, the browser lets go whatever the guard was just holding (DevTools ends, interception ends) before it
ends itself: seen with a killed driver, one POST in three trials. So the gate asks before it passes anything on.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from complain.browser.process import parent_of


def driver_watch(browser_pid: int) -> Callable[[], bool]:
    """Return a function that tells whether the driver that started a browser still runs.

    The driver is the child of this process among the browser's ancestors. Where it cannot be found (Windows) it is
    taken to run: the browser then ends by itself a moment after it.

    Args:
        browser_pid: The number of the browser process.
    """
    driver = _child_among_ancestors(browser_pid)
    if driver is None:
        return lambda: True
    return _watch_child(driver)


def _child_among_ancestors(pid: int) -> int | None:
    seen: set[int] = set()
    while pid > 1 and pid not in seen:
        seen.add(pid)
        parent = parent_of(pid)
        if parent == os.getpid():
            return pid
        if parent is None:
            return None
        pid = parent
    return None


if sys.platform == "win32":

    def _watch_child(child: int) -> Callable[[], bool]:
        del child
        return lambda: True

elif sys.platform == "darwin":  # its Python has no waitid before 3.13
    import select

    def _watch_child(child: int) -> Callable[[], bool]:
        queue = select.kqueue()
        exits = select.kevent(child, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)
        queue.control([exits], 0)
        ended: list[object] = []

        def runs() -> bool:
            ended.extend(queue.control(None, 1, 0))
            return not ended

        return runs

else:

    def _watch_child(child: int) -> Callable[[], bool]:
        def runs() -> bool:
            try:
                # WNOWAIT leaves the exit status to asyncio, which waits for its own children.
                return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
            except ChildProcessError:
                return False

        return runs
