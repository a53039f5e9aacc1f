"""The channel ``helpdesk``, as its ``form.toml`` says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from complain import Channel, FormChannel, hookimpl

complain_api_version = 1  # written out, so that a tool with another interface notices


@hookimpl
def complain_register_channels(register: Callable[[Channel], None]) -> None:
    """Register the channel."""
    register(FormChannel(Path(__file__).with_name("form.toml")))
