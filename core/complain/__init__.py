"""File your own true complaint, once, through every channel that should hear it.

This is all that a plugin may import, with ``complain.errors`` and ``complain.testing``. Names are looked up on
first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complain.case.model import Case
    from complain.channels.base import API_VERSION, Channel
    from complain.channels.form import FormChannel
    from complain.channels.handover import load_sheet
    from complain.channels.hookspecs import hookimpl
    from complain.channels.mail import MailChannel, MailLimits
    from complain.handover import HandoverSheet
    from complain.model import (
        Action,
        Attachment,
        Challenge,
        Draft,
        MailDraft,
        Outcome,
        PlannedField,
        PlannedPage,
        Receipt,
    )

_HOMES = {
    "API_VERSION": "complain.channels.base",
    "Action": "complain.model",
    "Attachment": "complain.model",
    "Case": "complain.case.model",
    "Challenge": "complain.model",
    "Channel": "complain.channels.base",
    "Draft": "complain.model",
    "FormChannel": "complain.channels.form",
    "HandoverSheet": "complain.handover",
    "MailChannel": "complain.channels.mail",
    "MailDraft": "complain.model",
    "MailLimits": "complain.channels.mail",
    "Outcome": "complain.model",
    "PlannedField": "complain.model",
    "PlannedPage": "complain.model",
    "Receipt": "complain.model",
    "hookimpl": "complain.channels.hookspecs",
    "load_sheet": "complain.channels.handover",
}

__all__ = [
    "API_VERSION",
    "Action",
    "Attachment",
    "Case",
    "Challenge",
    "Channel",
    "Draft",
    "FormChannel",
    "HandoverSheet",
    "MailChannel",
    "MailDraft",
    "MailLimits",
    "Outcome",
    "PlannedField",
    "PlannedPage",
    "Receipt",
    "hookimpl",
    "load_sheet",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
