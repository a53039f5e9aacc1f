"""What ``bag-info.txt`` says about where a receipt comes from.

Article 93 of the Chinese rules on civil evidence (关于民事诉讼证据的若干规定, 2019) asks whether the system that
made electronic data was complete, reliable and in working order: so the system, its versions and its clock are
named.
"""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

CLOCK_UNKNOWN = "unknown"


def provenance(
    case: str,
    channel: str,
    attempt: int,
    at: dt.datetime,
    *,
    channel_version: str = "",
    clock_offset: float | None = None,
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the lines of ``bag-info.txt`` that every bag carries.

    Args:
        case: The case's id.
        channel: The channel's id.
        attempt: The attempt's number in the journal.
        at: When the bag is made (aware).
        channel_version: Of the plugin or form definition that filed.
        clock_offset: Seconds that this machine's clock is ahead of the far side's, from its ``Date`` header;
            None when it was not seen.
        more: Further lines, as ``Sandbox``; they may replace the others.
    """
    return {
        "External-Identifier": f"{case}/{channel}/{attempt}",
        "Bagging-Date": at.date().isoformat(),
        "Bagging-Time": at.isoformat(timespec="seconds"),
        "Bag-Software-Agent": f"complain {_own_version()}",
        "Channel-Version": channel_version,
        "Clock-Offset-Seconds": CLOCK_UNKNOWN if clock_offset is None else f"{clock_offset:.1f}",
        "System": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
        **(more or {}),
    }


def _own_version() -> str:
    try:
        return version("complain-filing")
    except PackageNotFoundError:  # run from a copy that was never installed
        return "unknown"
