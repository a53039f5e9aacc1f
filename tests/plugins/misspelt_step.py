"""Overrides a step that does not exist."""

from pathlib import Path

from complain import FormChannel, hookimpl

GOOD = Path(__file__).with_name("good.toml")


class Careless(FormChannel):
    async def after_fil(self, page, number):
        """Never called."""


@hookimpl
def complain_register_channels(register):
    register(Careless(GOOD))
