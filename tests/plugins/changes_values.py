"""Changes what was filled in."""

from pathlib import Path

from complain import FormChannel, hookimpl

GOOD = Path(__file__).with_name("good.toml")


class Careless(FormChannel):
    async def after_fill(self, page, number):
        await page.get_by_label("标题").fill("另一个标题")


@hookimpl
def complain_register_channels(register):
    register(Careless(GOOD))
