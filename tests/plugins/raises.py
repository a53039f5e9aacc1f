"""Fails at its first step."""

from pathlib import Path

from complain import FormChannel, hookimpl

GOOD = Path(__file__).with_name("good.toml")


class Careless(FormChannel):
    async def after_open(self, page):
        raise LookupError("no banner")


@hookimpl
def complain_register_channels(register):
    register(Careless(GOOD))
