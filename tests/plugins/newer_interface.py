"""Needs what only its own interface has."""

from pathlib import Path

from complain import FormChannel, FormRobot, hookimpl

GOOD = Path(__file__).with_name("good.toml")


complain_api_version = 2


@hookimpl
def complain_register_channels(register):
    register(FormRobot(GOOD))
