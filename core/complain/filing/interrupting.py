"""Ctrl-C: before a commit it leaves nothing sent; during one the run waits for the settlement, then stops."""

from __future__ import annotations

import asyncio
import signal
from types import TracebackType

from complain.errors import Interrupted
from complain.filing.engine import Run
from complain.i18n import _

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruptible:
    """A run that Ctrl-C stops where it may be stopped; use it as a context, inside the run's own task.

    Once there is something to tell, a further Ctrl-C is ignored until `told`: it would hide what was filed.

    Args:
        run: The run.

    Raises:
        Interrupted: On leaving, when the person stopped it.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._task = asyncio.current_task()
        self._loop = asyncio.get_running_loop()

    def __enter__(self) -> None:
        for number in SIGNALS:
            try:
                self._loop.add_signal_handler(number, self._stop)
            except NotImplementedError:  # Windows: the loop has no signal handlers
                signal.signal(number, lambda _number, _frame: self._loop.call_soon_threadsafe(self._stop))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in SIGNALS:
            try:
                self._loop.remove_signal_handler(number)
            except NotImplementedError:
                signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN if self._run.reports else signal.default_int_handler)
        if isinstance(error, asyncio.CancelledError) and self._run.stop.asked:
            raise Interrupted() from error

    def _stop(self) -> None:
        stop, first = self._run.stop, not self._run.stop.asked
        stop.asked = True
        if not stop.committing and self._task is not None:
            self._task.cancel()
        elif first:
            self._run.context.ui.warn(
                _("A submission is on its way: its answer is waited for, then the run stops.")
            )


def told() -> None:
    """Take Ctrl-C up again: the outcomes of the run have been shown."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
