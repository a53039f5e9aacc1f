"""Registers the class in place of a channel."""

from pathlib import Path

from complain import FormChannel, hookimpl

GOOD = Path(__file__).with_name("good.toml")


@hookimpl
def complain_register_channels(register):
    register(FormChannel)
