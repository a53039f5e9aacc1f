"""The Chromium process: its switches, its sandbox, its environment, and the dead proxy it starts with."""

from __future__ import annotations

import os
import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Playwright
from playwright.async_api import Error as PlaywrightError

from complain.browser.certificates import public_key_hashes
from complain.environment import has_screen
from complain.errors import BrowserUnavailable, GuardUnavailable
from complain.i18n import _

REQUIRED_SWITCHES = (
    "--disable-http2",
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # its older name, without effect in 156
    "--disable-shared-workers",
    # No name is looked up outside the gate: a page could tell something by a name (rel=dns-prefetch).
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--no-pings",
    "--enable-automation",
)
"""Asserted after the start: on HTTP/2 and QUIC a POST is re-sent where no gate can stop it, and WebRTC goes round
any proxy. Automation is never hidden."""

_QUIET_FEATURES = (
    "Translate",
    "AutofillServerCommunication",
    "Reporting",
    "NetworkErrorLogging",
    "EncryptedClientHello",
    "DocumentReporting",
    "AttributionReporting",
    "PrivateAggregationApi",
    "SharedStorageAPI",
    "InterestGroupStorage",
)
"""They send on their own, from the network stack, where no page-level guard looks; the offer to translate also takes
the focus from a person who is typing."""

_PLAYWRIGHT_FEATURES = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
"""What Playwright 1.65 turns off itself; Chromium obeys only the last ``--disable-features`` of its command line."""

_WRONG_VARIABLES = (
    "PLAYWRIGHT_DISABLE_FORCED_CHROMIUM_PROXIED_LOOPBACK",
    "DEBUG",
    "DEBUGP",
    "DEBUG_FILE",
    "PWDEBUG",
)
"""The first lets loopback round the gate; the others make Playwright print typed values or stop for a debugger."""


@dataclass(frozen=True)
class BrowserSettings:
    """How a browser is to be started.

    Attributes:
        path: The program; None means: look for one.
        headed: Whether a person sees it.
        sandbox: ``off`` only when the person's configuration says so.
        practice: Whether only the practice desks are visited.
        proxy: The person's own proxy (``socks5://``, ``socks4://``, ``http://``), behind the gate.
        extra_ca: PEM file of certificates that are trusted besides the system's; the server must send one.
    """

    path: str | None = None
    headed: bool = False
    sandbox: Literal["on", "off"] = "on"
    practice: bool = False
    proxy: str | None = None
    extra_ca: Path | None = None


@contextmanager
def driver_environment() -> Generator[None]:
    """Hide variables from Playwright's driver that would open a way out or print what is typed."""
    hidden = {name: os.environ.pop(name) for name in _WRONG_VARIABLES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)


@contextmanager
def dead_port() -> Generator[str]:
    """Hold a port where nobody can listen: the proxy of whatever in the browser has no gate."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as held:
        held.bind(("127.0.0.1", 0))
        yield f"socks5://127.0.0.1:{held.getsockname()[1]}"


async def launch(
    playwright: Playwright, settings: BrowserSettings, path: Path, nowhere: str
) -> tuple[Browser, tuple[str, ...]]:
    if settings.headed and not has_screen():
        raise BrowserUnavailable(
            _("There is no screen here on which a browser window could be shown."),
            next_step=_("Type the command again in a terminal window on a desktop."),
        )
    unsandboxed = _why_unsandboxed(settings)
    if unsandboxed:
        return await _start(playwright, settings, path, nowhere, sandbox=False), (unsandboxed,)
    try:
        return await _start(playwright, settings, path, nowhere, sandbox=True), ()
    except BrowserUnavailable:
        if not settings.practice:
            raise
        warning = _("Chromium could not start with its sandbox, so this practice run goes without it.")
        return await _start(playwright, settings, path, nowhere, sandbox=False), (warning,)


def _why_unsandboxed(settings: BrowserSettings) -> str:
    if settings.sandbox == "off":
        return _("Chromium's sandbox is switched off in the configuration.")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return _("Chromium runs without its sandbox, because it has none when started by root.")
    return ""


async def _start(
    playwright: Playwright, settings: BrowserSettings, path: Path, nowhere: str, *, sandbox: bool
) -> Browser:
    try:
        return await playwright.chromium.launch(
            executable_path=path,
            headless=not settings.headed,
            chromium_sandbox=sandbox,
            args=switches(settings),
            proxy={"server": nowhere},
            env=_browser_environment(headed=settings.headed),
            # A commit under way is waited for: Ctrl-C is the engine's to answer, not the browser's.
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
    except PlaywrightError as error:
        raise _cannot_start(path, str(error), sandbox=sandbox) from error


def _cannot_start(path: Path, words: str, *, sandbox: bool) -> BrowserUnavailable:
    if sandbox and "sandbox" in words.lower():
        return BrowserUnavailable(
            _(
                "Chromium at {path} cannot start with its sandbox, which keeps a web page from this computer."
            ).format(path=path),
            next_step=_(
                "Allow it user namespaces (on Ubuntu: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0), "
                'or write sandbox = "off" under [browser] in config.toml and accept the risk.'
            ),
        )
    return BrowserUnavailable(
        _("The browser at {path} could not be started.").format(path=path), next_step="complain doctor"
    )


def switches(settings: BrowserSettings) -> list[str]:
    """Return what is added to Playwright's own switches. None of them names the person's proxy."""
    features = ",".join((*_PLAYWRIGHT_FEATURES, *_QUIET_FEATURES))
    chosen = [*REQUIRED_SWITCHES, f"--disable-features={features}"]
    if settings.extra_ca is not None:
        keys = ",".join(public_key_hashes(settings.extra_ca))
        chosen.append(f"--ignore-certificate-errors-spki-list={keys}")
    return chosen


def _browser_environment(*, headed: bool) -> dict[str, str | float | bool]:
    # SSLKEYLOGFILE would write the keys of every connection to a file.
    environment: dict[str, str | float | bool] = {
        name: value for name, value in os.environ.items() if name != "SSLKEYLOGFILE"
    }
    if not headed:  # without a window there is no input method to speak to: the desktop's bus is left alone
        environment["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
    return environment


def check_switches(arguments: list[str]) -> None:
    missing = [switch for switch in REQUIRED_SWITCHES if switch not in arguments]
    if missing or not any(
        argument.startswith("--proxy-server=socks5://127.0.0.1:") for argument in arguments
    ):
        raise GuardUnavailable(
            _("The browser did not take the switches that the gate relies on: {switches}.").format(
                switches=" ".join(missing) or "--proxy-server"
            ),
            next_step="complain doctor",
        )
