"""Is everything on this computer that the tool needs? One sentence per thing, with the remedy."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from complain.browser.launch import BrowserRun, BrowserSettings
from complain.environment import Environment
from complain.errors import ComplainError
from complain.filing.journal import open_journal
from complain.i18n import _


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        fine: Whether it is as it should be.
        sentence: What was found.
        remedy: What to type or do; empty when it is fine.
    """

    fine: bool
    sentence: str
    remedy: str = ""


def check_machine(environment: Environment) -> Iterator[Check]:
    """Yield what was found on this computer, the browser excepted."""
    yield Check(True, _("Python {version}.").format(version=sys.version.split()[0]))
    yield Check(True, _("Home: {path}").format(path=environment.home.path))
    yield _journal(environment)
    yield _fonts()
    if not environment.practice:  # the practice accounts need no password store
        yield _keyring()


def _journal(environment: Environment) -> Check:
    try:
        open_journal(environment.home.journal).close()
    except (ComplainError, OSError) as error:
        return Check(
            False, _("The journal cannot be used: {why}").format(why=error), _("Look at the folder's rights.")
        )
    return Check(True, _("The journal can be written, durably."))


def _fonts() -> Check:
    if sys.platform != "linux":
        return Check(True, _("Fonts are the system's own."))
    program = shutil.which("fc-list")
    shown = (
        subprocess.run([program, ":lang=zh"], capture_output=True, text=True, check=False).stdout
        if program
        else ""
    )
    if shown.strip():
        return Check(True, _("There is a font with Chinese characters."))
    return Check(
        False,
        _("No font with Chinese characters was found: pictures would show boxes."),
        "sudo apt-get install -y fonts-noto-cjk",
    )


def _keyring() -> Check:
    import keyring  # the store is named, and not asked

    backend = keyring.get_keyring()
    name = f"{type(backend).__module__}.{type(backend).__name__}"
    usable = not name.startswith(("keyring.backends.fail", "keyring.backends.null", "keyrings.alt"))
    if usable:
        return Check(True, _("Passwords would be kept by {name}.").format(name=name))
    return Check(
        False,
        _("There is no password store that can be used; channels without a log-in still work."),
        _("On Linux without a desktop, install gnome-keyring and run the tool under dbus-run-session."),
    )


async def check_browser(settings: BrowserSettings) -> Check:
    """Start the browser as a filing would, and say how it is."""
    try:
        async with BrowserRun.start(settings) as run:
            found = run.description
    except ComplainError as error:
        return Check(False, error.message, error.next_step)
    sandbox = _("with its sandbox") if found.sandbox else _("without its sandbox")
    sentence = _("{path} {version} starts {sandbox}, behind the gate and the guard.").format(
        path=found.path, version=found.version, sandbox=sandbox
    )
    return Check(True, " ".join([sentence, *found.warnings]))
