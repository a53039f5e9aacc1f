"""Gives a receipt number that no page shows."""

from pathlib import Path

from complain import FormChannel, hookimpl

GOOD = Path(__file__).with_name("without_number.toml")


class Careless(FormChannel):
    async def read_receipt(self, page):
        return "A-1"


@hookimpl
def complain_register_channels(register):
    register(Careless(GOOD))
