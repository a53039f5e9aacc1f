"""Implements a hook that does not exist."""

from pathlib import Path

from complain import FormChannel, hookimpl

GOOD = Path(__file__).with_name("good.toml")


@hookimpl
def complain_register_channel(register):
    register(FormChannel(GOOD))
