"""Implements a hook with an argument that it does not have."""

from pathlib import Path

from complain import FormChannel, hookimpl

GOOD = Path(__file__).with_name("good.toml")


@hookimpl
def complain_register_channels(registry):
    registry(FormChannel(GOOD))
