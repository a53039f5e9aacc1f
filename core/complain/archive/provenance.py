"""What ``bag-info.txt`` says about where a receipt comes from.

Article 93 of the Chinese rules on civil evidence (关于民事诉讼证据的若干规定, 2019) asks whether the system that
made electronic data was complete, reliable and in working order: so the system, its versions and its clock are
named.
"""

from __future__ import annotations

import datetime as dt
import platform
from importlib.metadata import PackageNotFoundError, version

from complain.environment import CHINA

CLOCK_UNKNOWN = "unknown"


def provenance(
    at: dt.datetime, *, channel_version: str = "", clock_offset: float | None = None
) -> dict[str, str]:
    """Return the lines of ``bag-info.txt`` that every bag carries; `write_bag` adds the identity and the sums.

    Args:
        at: When the bag is made (aware).
        channel_version: Of the plugin or form definition that filed.
        clock_offset: Seconds that this machine's clock is ahead of the far side's, from its ``Date`` header;
            None when it was not seen.
    """
    local = at.astimezone(CHINA)  # a court in China reads the day as its own
    return {
        "Bagging-Date": local.date().isoformat(),
        "Bagging-Time": local.isoformat(timespec="seconds"),
        "Bag-Software-Agent": f"complain {_own_version()}",
        **({"Channel-Version": channel_version} if channel_version else {}),
        "Clock-Offset-Seconds": CLOCK_UNKNOWN if clock_offset is None else f"{clock_offset:.1f}",
        "System": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
    }


def _own_version() -> str:
    try:
        return version("complain-filing")
    except PackageNotFoundError:  # run from a copy that was never installed
        return "unknown"
