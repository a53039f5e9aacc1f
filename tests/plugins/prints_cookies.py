"""Prints the session, as one does while looking for a mistake."""

from pathlib import Path

from complain import FormChannel, hookimpl

GOOD = Path(__file__).with_name("good.toml")


class Careless(FormChannel):
    async def after_open(self, page):
        print(await page.context.cookies())


@hookimpl
def complain_register_channels(register):
    register(Careless(GOOD))
