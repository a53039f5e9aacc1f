"""Names a folder that is not there."""

from pathlib import Path

from complain import FormChannel, hookimpl

GOOD = Path(__file__).with_name("good.toml")


@hookimpl
def complain_register_channels(register):
    register(FormChannel(GOOD))


@hookimpl
def complain_register_templates(register):
    register(GOOD.with_name("letters"))
