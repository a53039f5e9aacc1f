"""``complain browser``: find or get a browser."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from complain.cli.options import ComplainCommand, ComplainGroup, pass_environment, say
from complain.environment import Environment
from complain.errors import BrowserUnavailable
from complain.i18n import _


@click.group(cls=ComplainGroup, help="Get a browser.")
def browser() -> None:
    pass


@browser.command(cls=ComplainCommand, help="Print the browser that would be used.")
@pass_environment
def find(environment: Environment) -> int:
    program = _found(environment)
    if program is None:
        raise BrowserUnavailable(_("No browser was found."), next_step="complain browser install")
    say(environment, {"path": str(program)}, str(program))
    return 0


@browser.command(cls=ComplainCommand, help="Get a browser when there is none, and say what was done.")
@pass_environment
def install(environment: Environment) -> int:
    program = _found(environment)
    if program is not None:
        words = _("There is one already: {path}").format(path=program)
        say(environment, {"path": str(program), "installed": False}, words)
        return 0
    click.echo(_("Getting Chromium with Playwright."), err=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    done = subprocess.run(command, stdout=sys.__stderr__, check=False)  # stdout is for the answer
    program = _found(environment)
    if done.returncode or program is None:
        raise BrowserUnavailable(
            _("Playwright could not get Chromium; install your system's package in its place."),
            next_step="sudo apt-get install -y chromium fonts-noto-cjk",
        )
    words = _("Chromium is here now: {path}").format(path=program)
    say(environment, {"path": str(program), "installed": True}, words)
    return 0


def _found(environment: Environment) -> Path | None:
    from complain.browser.installed import installed_browsers, playwright_browsers

    configured = environment.config().browser.path
    if configured:
        return Path(configured) if Path(configured).is_file() else None
    return next(iter([*installed_browsers(), *playwright_browsers()]), None)
