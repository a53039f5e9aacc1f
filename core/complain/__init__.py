"""File your own true complaint, once, through every channel that should hear it.

This is all that a plugin may import, with ``complain.errors`` and ``complain.testing``. Names are looked up on
first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complain.channels.base import API_VERSION, Channel
    from complain.channels.form import FormChannel
    from complain.channels.hookspecs import hookimpl
    from complain.channels.mail import MailChannel
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
    "Challenge": "complain.model",
    "Channel": "complain.channels.base",
    "Draft": "complain.model",
    "FormChannel": "complain.channels.form",
    "MailChannel": "complain.channels.mail",
    "MailDraft": "complain.model",
    "Outcome": "complain.model",
    "PlannedField": "complain.model",
    "PlannedPage": "complain.model",
    "Receipt": "complain.model",
    "hookimpl": "complain.channels.hookspecs",
}

__all__ = [
    "API_VERSION",
    "Action",
    "Attachment",
    "Challenge",
    "Channel",
    "Draft",
    "FormChannel",
    "MailChannel",
    "MailDraft",
    "Outcome",
    "PlannedField",
    "PlannedPage",
    "Receipt",
    "hookimpl",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
