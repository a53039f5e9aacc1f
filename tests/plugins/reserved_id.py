"""Takes the word that means every channel."""

from pathlib import Path

from complain import Channel, hookimpl

GOOD = Path(__file__).with_name("good.toml")


@hookimpl
def complain_register_channels(register):
    register(Channel(id="all", title="传真"))
