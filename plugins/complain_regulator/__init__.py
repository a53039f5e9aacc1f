"""The channel ``regulator``: a hand-over pack for the real one, a form for the practice desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from complain import Channel, hookimpl

_HERE = Path(__file__).parent


@hookimpl
def complain_register_channels(register: Callable[[Channel], None]) -> None:
    """Register the channel."""
    register(Channel.from_sheet(_HERE / "handover.toml", practice=_HERE / "practice.toml"))
