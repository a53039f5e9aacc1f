"""The hooks that a plugin may implement (pluggy project ``complain``, entry-point group ``complain``)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    import click

    from complain.channels.base import Channel
    from complain.model import Challenge, Receipt

PROJECT = "complain"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def complain_register_channels(register: Callable[[Channel], None]) -> None:
    """Register channels: call ``register(channel)`` once per channel.

    Called once, when a command first needs channels; keep imports light. An exception makes this plugin one
    warning and the tool goes on without it.
    """


@hookspec
def complain_register_templates(register: Callable[[Path], None]) -> None:
    """Register further folders with letter templates: call ``register(folder)`` once per folder."""


@hookspec
def complain_register_commands(cli: click.Group) -> None:
    """Add click commands to ``cli``. A built-in command of the same name wins."""


@hookspec(firstresult=True)
def complain_answer_challenge(challenge: Challenge) -> str | bool | None:
    """Answer what only a person can: an SMS code, a captcha, a scan.

    The first answer that is not None counts; the built-in asks the person, last.

    Returns:
        The text to type, True when it was done by hand, None to leave it to the next plugin.
    """


@hookspec
def complain_receipt_archived(receipt: Receipt) -> None:
    """Told after a receipt is durably archived. An exception becomes a warning; the filing stands."""
