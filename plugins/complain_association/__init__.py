"""The channel ``association``: a letter by mail to a consumer association, once its address is configured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from complain import Channel, MailChannel, hookimpl

_HERE = Path(__file__).parent


@hookimpl
def complain_register_channels(register: Callable[[Channel], None]) -> None:
    """Register the channel."""
    register(
        MailChannel.from_sheet(
            _HERE / "handover.toml", number_pattern=r"编号[:：]\s*(?P<number>[A-Z0-9][A-Z0-9-]*)"
        )
    )
