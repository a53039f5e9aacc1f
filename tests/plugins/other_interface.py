"""Made for a plugin interface that this tool does not have."""

from pathlib import Path

from complain import FormChannel, hookimpl

GOOD = Path(__file__).with_name("good.toml")


complain_api_version = 2


@hookimpl
def complain_register_channels(register):
    register(FormChannel(GOOD))
