"""Overrides a step with other arguments."""

from pathlib import Path

from complain import FormChannel, hookimpl

GOOD = Path(__file__).with_name("good.toml")


class Careless(FormChannel):
    async def before_next(self, page):
        """Called with a number too."""


@hookimpl
def complain_register_channels(register):
    register(Careless(GOOD))
