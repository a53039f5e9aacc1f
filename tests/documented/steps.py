from collections.abc import Callable
from pathlib import Path

from playwright.async_api import Page

from complain import Channel, FormChannel, hookimpl

complain_api_version = 1


class Helpdesk(FormChannel):
    async def after_open(self, page: Page) -> None:
        """Close the banner that covers the form."""
        await page.get_by_role("button", name="Accept cookies").click()


@hookimpl
def complain_register_channels(register: Callable[[Channel], None]) -> None:
    register(Helpdesk(Path(__file__).with_name("helpdesk.toml")))
