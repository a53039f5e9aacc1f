"""A hook that nobody would await."""

from pathlib import Path

from complain import FormChannel, hookimpl

GOOD = Path(__file__).with_name("good.toml")


@hookimpl
async def complain_register_channels(register):
    register(FormChannel(GOOD))
