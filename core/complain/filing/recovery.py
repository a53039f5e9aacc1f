"""After a crash: a commit without settlement becomes ``unknown``, once its browser is surely gone."""

from __future__ import annotations

import datetime as dt
import time

from complain.browser.process import BrowserProcess, end_process
from complain.errors import CaseLocked
from complain.filing.journal import Event, Journal
from complain.filing.transitions import By, State
from complain.i18n import _

# A POST arrived up to 63 ms after its client's death, and Chromium lived 0.18 to 0.87 s longer (measured): five
# seconds without the browser are far beyond both.
SETTLE_SECONDS = 5.0
WAIT_SECONDS = 10.0


def recover(journal: Journal, case: str, run: str, now: dt.datetime) -> list[Event]:
    """Settle what an earlier run left in the middle of a commit; return the filings that became unknown.

    Call it with the case's lock held.

    Raises:
        CaseLocked: The old browser does not go away.
    """
    found = journal.unsettled(case)
    for event in found:
        _wait_until_gone(event, now)
        journal.record(
            case,
            event.channel,
            event.attempt,
            run,
            State.UNKNOWN,
            now,
            {"reason": _("An earlier run ended while it was submitting.")},
            by=By.RECOVERY,
        )
    return found


def _wait_until_gone(event: Event, now: dt.datetime) -> None:
    pid, started = event.data.get("browser_pid"), event.data.get("browser_started")
    if pid is None or started is None:
        return
    process = BrowserProcess(int(pid), str(started))
    if not end_process(process, WAIT_SECONDS):
        raise CaseLocked(
            _("The browser of an earlier run is still alive (process {pid}); end it first.").format(
                pid=process.pid
            ),
            next_step="complain status",
        )
    # The row's own time counts, not this moment: after a day nobody needs to wait.
    rest = SETTLE_SECONDS - (now - event.at).total_seconds()
    time.sleep(
        min(max(rest, 0.0), SETTLE_SECONDS)
    )  # nothing can signal that the far side has read the last packet
