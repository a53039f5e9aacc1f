"""For authors of channels: what every channel must stand, as a pytest class and as functions.

``ChannelContract`` needs pytest, which the tool itself does not install.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complain.testing.checks import CHECKS
    from complain.testing.contract import ChannelContract, MailContract, contracts
    from complain.testing.live import LiveServer
    from complain.testing.mail_checks import MAIL_CHECKS
    from complain.testing.mail_trial import MailTrial
    from complain.testing.post_desk import MailTrap, PostDesk
    from complain.testing.running import run_check, run_checks
    from complain.testing.stand_in import StandIn
    from complain.testing.stand_in_pages import Trap
    from complain.testing.trial import Bench, Trial
    from complain.testing.verdicts import Verdict

_HOMES = {
    "Bench": "trial",
    "CHECKS": "checks",
    "ChannelContract": "contract",
    "LiveServer": "live",
    "MAIL_CHECKS": "mail_checks",
    "MailContract": "contract",
    "MailTrap": "post_desk",
    "MailTrial": "mail_trial",
    "PostDesk": "post_desk",
    "StandIn": "stand_in",
    "Trap": "stand_in_pages",
    "Trial": "trial",
    "Verdict": "verdicts",
    "contracts": "contract",
    "run_check": "running",
    "run_checks": "running",
}

__all__ = [
    "CHECKS",
    "MAIL_CHECKS",
    "Bench",
    "ChannelContract",
    "LiveServer",
    "MailContract",
    "MailTrap",
    "MailTrial",
    "PostDesk",
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
