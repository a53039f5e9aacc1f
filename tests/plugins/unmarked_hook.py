"""Implements a hook without saying so."""

from pathlib import Path

from complain import FormChannel, hookimpl  # noqa: F401  that is the mistake

GOOD = Path(__file__).with_name("good.toml")


def complain_register_channels(register):
    register(FormChannel(GOOD))
