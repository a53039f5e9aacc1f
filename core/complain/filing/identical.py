"""An identical complaint is filed once, under whatever name its case goes."""

from __future__ import annotations

from complain.environment import china_day
from complain.filing.journal import Event, Journal
from complain.filing.transitions import REOPENABLE, State
from complain.i18n import _


def identical_filing(journal: Journal, case: str, channel: str, payload: str) -> Event | None:
    """Return how the same words stand at the same channel under another case, if they are or may be there.

    Args:
        journal: The journal.
        case: This case's id; its own filing is judged elsewhere.
        channel: The channel's id.
        payload: `Draft.payload_hash` of what would be sent.
    """
    others = (journal.last(other, channel) for other in journal.cases() if other != case)
    standing = (last for last in others if last is not None and last.state not in REOPENABLE)
    return next((last for last in standing if _payload(journal, last) == payload), None)


def identical_words(last: Event, title: str) -> str:
    """Return the sentence that says so.

    Args:
        last: From `identical_filing`.
        title: The channel, as a person calls it.
    """
    if last.state in (State.UNKNOWN, State.COMMITTING):
        return _(
            "The same complaint was submitted to “{title}” as case “{case}”, and whether it arrived is not known; settle that first."
        ).format(title=title, case=last.case)
    return _("The same complaint is filed at “{title}” already, as case “{case}” on {day}.").format(
        title=title, case=last.case, day=china_day(last.at)
    )


def _payload(journal: Journal, last: Event) -> str:
    rows = journal.events(last.case, last.channel)
    found = (row.data.get("payload") for row in rows if row.attempt == last.attempt)
    return str(next((payload for payload in found if payload), ""))
