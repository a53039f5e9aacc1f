"""Starting Chromium the way this tool needs it: sandboxed, quiet, over HTTP/1.1, and with no way out of its own."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError

from complain.browser.cdp import browser_pid, browser_session, command_line
from complain.browser.chromium import BrowserSettings, check_switches, dead_port, driver_environment, launch
from complain.browser.dial import Dial, ProxyDial, dial_directly
from complain.browser.driver import driver_watch
from complain.browser.egress import Egress, check_passage
from complain.browser.gate import Gate
from complain.browser.guard import BrowserGuard
from complain.browser.installed import installed_browsers, playwright_browsers
from complain.browser.policy import NetworkPolicy
from complain.browser.process import BrowserProcess, started_mark
from complain.browser.quiet import page_script
from complain.errors import BrowserUnavailable, GuardUnavailable, UsageError
from complain.i18n import _

__all__ = ["BrowserDescription", "BrowserRun", "BrowserSettings", "find_browser"]

LOCALE = "zh-CN"
TIMEZONE = "Asia/Shanghai"
DESKTOP_VIEWPORT = {"width": 1280, "height": 900}

Devices = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class BrowserDescription:
    """The browser of a run, for the receipt.

    Attributes:
        path: The program.
        version: As it says itself.
        sandbox: Whether Chromium's own sandbox is on.
        warnings: Sentences for the person.
    """

    path: str
    version: str
    sandbox: bool
    warnings: tuple[str, ...] = ()


def find_browser(settings: BrowserSettings) -> Path | None:
    """Return the browser that would be started: configured, installed, or Playwright's own; None without any.

    Raises:
        BrowserUnavailable: The configured path is no file.
    """
    if settings.path:
        configured = Path(settings.path).expanduser()
        if not configured.is_file():
            raise BrowserUnavailable(
                _("The configured browser {path} is not there.").format(path=configured),
                next_step=_("Correct [browser] path in config.toml, or leave it out."),
            )
        return configured
    return next(installed_browsers(), None) or next(playwright_browsers(), None)


class BrowserRun:
    """One running browser with its guard. Use ``async with BrowserRun.start(settings) as run``.

    Attributes:
        description: For the receipt.
        process: The real browser process, for the journal.
    """

    def __init__(
        self,
        browser: Browser,
        guard: BrowserGuard,
        dial: Dial,
        description: BrowserDescription,
        process: BrowserProcess,
    ) -> None:
        self.description = description
        self.process = process
        self._browser = browser
        self._guard = guard
        self._dial = dial
        self._is_guarded = driver_watch(process.pid)
        self._devices: Devices = {}
        self._open: list[Egress] = []

    @property
    def browser(self) -> Browser:
        """The browser itself, for printing what needs no network: a context made of it has no way out."""
        return self._browser

    @classmethod
    @asynccontextmanager
    async def start(cls, settings: BrowserSettings) -> AsyncGenerator[BrowserRun]:
        """Start a browser; it is closed at the end, every context frozen first.

        Raises:
            BrowserUnavailable: There is none, or it cannot be started as it must be.
            GuardUnavailable: It does not take the guard, or does not obey its switches.
            UsageError: The proxy's address cannot be understood.
        """
        path = find_browser(settings)
        if path is None:
            raise BrowserUnavailable(
                _("No Chrome, Edge or Chromium was found on this computer."),
                next_step="complain browser install",
            )
        dial = _dial(settings.proxy)
        with driver_environment(), dead_port() as nowhere:
            async with async_playwright() as playwright:
                browser, warnings = await launch(playwright, settings, path, nowhere)
                try:
                    run = await cls._around(browser, settings, path, dial, warnings)
                    run._devices = cast("Devices", playwright.devices)  # pyright: ignore[reportUnknownMemberType]
                    try:
                        yield run
                    finally:
                        await run._close_contexts()
                finally:
                    with suppress(PlaywrightError):  # it may be gone already
                        await browser.close()

    @classmethod
    async def _around(
        cls, browser: Browser, settings: BrowserSettings, path: Path, dial: Dial, warnings: tuple[str, ...]
    ) -> BrowserRun:
        session = await browser_session(browser)
        arguments = await command_line(session)
        check_switches(arguments)
        pid = await browser_pid(session)
        process = BrowserProcess(pid, started_mark(pid) or "")
        sandboxed = "--no-sandbox" not in arguments
        description = BrowserDescription(str(path), browser.version, sandboxed, warnings)
        return cls(browser, await BrowserGuard.install(browser), dial, description, process)

    async def open_context(
        self,
        policy: NetworkPolicy,
        *,
        device: str = "desktop",
        storage_state: Mapping[str, Any] | None = None,
        dry_run: bool,
    ) -> Egress:
        """Open a context behind a gate of its own.

        Args:
            policy: What the channel names.
            device: ``desktop``, or a name that Playwright knows, as ``iPhone 13``.
            storage_state: Cookies and local storage of an earlier log-in.
            dry_run: Whether nothing may ever be submitted from it.

        Raises:
            GuardUnavailable: Its requests do not pass gate and guard.
            UsageError: The device is not known.
        """
        options = self._device(device)
        gate = await Gate.open(policy, self._dial, self._is_guarded)
        try:
            egress = await self._open_behind(gate, policy, options, storage_state, dry_run=dry_run)
        except BaseException:
            await gate.close()
            raise
        self._open.append(egress)
        return egress

    async def _open_behind(
        self,
        gate: Gate,
        policy: NetworkPolicy,
        device: dict[str, Any],
        storage_state: Mapping[str, Any] | None,
        *,
        dry_run: bool,
    ) -> Egress:
        options = self._context_options(device, gate, storage_state)
        try:
            context = await self._browser.new_context(**options)
            await context.add_init_script(page_script())
            page = await context.new_page()
            await check_passage(page, gate, self._guard, f"check-{secrets.token_hex(8)}.invalid")
            egress = Egress(context, policy, gate, self._guard, dry_run=dry_run)
            await egress.install(page)
        except PlaywrightError as error:
            raise GuardUnavailable(
                _("No browser context could be opened behind the gate."), next_step="complain doctor"
            ) from error
        return egress

    def _context_options(
        self, device: dict[str, Any], gate: Gate, storage_state: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        return dict(
            device,
            # Never a bypass: it would lead round the gate.
            proxy={"server": gate.address},
            storage_state=storage_state,
            locale=LOCALE,
            timezone_id=TIMEZONE,
            service_workers="block",
            accept_downloads=False,
            permissions=[],
            reduced_motion="reduce",
        )

    def _device(self, device: str) -> dict[str, Any]:
        if device == "desktop":
            return {"viewport": DESKTOP_VIEWPORT}
        if device not in self._devices:
            raise UsageError(_("There is no device named {device}.").format(device=device))
        known = dict(self._devices[device])
        known.pop("default_browser_type", None)
        return known

    async def _close_contexts(self) -> None:
        for egress in self._open:
            await egress.freeze()
        for egress in self._open:
            await egress.close()


def _dial(proxy: str | None) -> Dial:
    if not proxy:
        return dial_directly
    try:
        return ProxyDial(proxy)
    except ValueError as error:
        raise UsageError(
            _("The address of the proxy cannot be understood."),
            next_step=_("Write it as socks5://127.0.0.1:1080 or http://proxy.example:3128 in config.toml."),
        ) from error
