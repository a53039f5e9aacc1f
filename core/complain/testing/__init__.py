"""For authors of channels: what every channel must stand, as a pytest class and as functions.

``ChannelContract`` needs pytest, which the tool itself does not install.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complain.testing.checks import CHECKS, Verdict, run_check, run_checks
    from complain.testing.contract import ChannelContract, contracts
    from complain.testing.live import LiveServer
    from complain.testing.stand_in import StandIn
    from complain.testing.stand_in_pages import Trap
    from complain.testing.trial import Bench, Trial

_HOMES = {
    "Bench": "trial",
    "CHECKS": "checks",
    "ChannelContract": "contract",
    "LiveServer": "live",
    "StandIn": "stand_in",
    "Trap": "stand_in_pages",
    "Trial": "trial",
    "Verdict": "checks",
    "contracts": "contract",
    "run_check": "checks",
    "run_checks": "checks",
}

__all__ = [
    "CHECKS",
    "Bench",
    "ChannelContract",
    "LiveServer",
    "StandIn",
    "Trap",
    "Trial",
    "Verdict",
    "contracts",
    "run_check",
    "run_checks",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
