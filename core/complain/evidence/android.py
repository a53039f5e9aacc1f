"""The call log that Android backup programs write: ``<calls><call number date type duration …/></calls>``.

``type`` is Android's `CallLog.Calls.TYPE`: 1 incoming, 2 outgoing, 3 missed, 4 voicemail, 5 rejected, 6 blocked,
7 answered on another device; ``date`` is milliseconds since 1970 (Android reference, `android.provider.CallLog`).
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from complain.environment import CHINA
from complain.errors import UsageError
from complain.evidence.calls import BrokenRow, Call, Direction, Gathered, Reason, State
from complain.evidence.cells import CellFault, read_number, read_seconds
from complain.i18n import _

# A widespread backup program writes an emoji in a contact's name as two halves of a surrogate pair (U+D800 to
# U+DFFF), which no XML may hold. The name is not read, so the halves are put out of the way.
_SURROGATES = re.compile(
    rb"&#(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|x[dD][89a-fA-F][0-9a-fA-F]{2});"
)
_NO_NAME = frozenset({"", "(Unknown)", "null", "未知"})
_EARLIEST = dt.datetime(2000, 1, 1, tzinfo=CHINA)


def read_android(data: bytes, now: dt.datetime) -> Gathered:
    """Return the calls of a backup. A row's number is its place among the ``<call>`` elements, from 1.

    Args:
        data: The file.
        now: Nothing can have happened after it (aware).

    Raises:
        UsageError: It is no such backup.
    """
    gathered = Gathered()
    row = 0
    try:
        events = iterparse(io.BytesIO(_SURROGATES.sub(b"?", data)), events=("start", "end"), forbid_dtd=True)
        root: Element | None = None
        for event, element in events:
            if root is None:
                root = _checked_root(element)
            if event == "end" and element.tag == "call":
                row += 1
                _take(gathered, row, element.attrib, now)
                root.clear()
    except ParseError:
        if not gathered.calls and not gathered.broken:
            raise _no_backup() from None
        gathered.broken.append(BrokenRow(row + 1, Reason.FILE_ENDS))
    except DefusedXmlException:
        raise _no_backup() from None
    return gathered


def _checked_root(element: Element) -> Element:
    if element.tag != "calls":
        raise _no_backup()
    return element


def _no_backup() -> UsageError:
    return UsageError(
        _("The file is not a call log backup: its outermost element is not <calls>, or it is damaged."),
        next_step=_("Back up the call log itself, not the messages, and import that file."),
    )


def _take(gathered: Gathered, row: int, call: Mapping[str, str], now: dt.datetime) -> None:
    try:
        gathered.calls.append(_call(row, call, now))
    except CellFault as fault:
        gathered.broken.append(BrokenRow(row, fault.reason))


def _call(row: int, call: Mapping[str, str], now: dt.datetime) -> Call:
    seconds = read_seconds(call.get("duration"))
    direction, state = _kind(call.get("type", ""), seconds or 0)
    return Call(
        row=row,
        number=read_number(call.get("number")),
        at=_time(call.get("date", ""), now),
        direction=direction,
        state=state,
        seconds=seconds,
        in_contacts=call.get("contact_name", "") not in _NO_NAME,
    )


def _time(milliseconds: str, now: dt.datetime) -> dt.datetime:
    if not milliseconds.isdecimal() or len(milliseconds) > 15:
        raise CellFault(Reason.TIME)
    seconds = int(milliseconds) // 1000
    if not _EARLIEST.timestamp() <= seconds <= now.timestamp():  # before it is a date: no year 33658 is one
        raise CellFault(Reason.FUTURE)
    return dt.datetime.fromtimestamp(seconds, CHINA)


def _kind(type_: str, seconds: int) -> tuple[Direction, State]:
    """Who called and whether it was answered; an incoming call of no duration leaves the second open."""
    lasted = State.CONNECTED if seconds > 0 else State.UNKNOWN
    return {
        "1": (Direction.INCOMING, lasted),
        "2": (Direction.OUTGOING, State.CONNECTED if seconds > 0 else State.MISSED),
        "3": (Direction.INCOMING, State.MISSED),
        "4": (Direction.INCOMING, State.UNKNOWN),
        "5": (Direction.INCOMING, State.MISSED),
        "6": (Direction.INCOMING, State.MISSED),
        "7": (Direction.INCOMING, State.CONNECTED),
    }.get(type_, (Direction.UNKNOWN, lasted))
