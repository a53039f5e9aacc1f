"""Where a browser may already be: the configured one, an installed Chrome, Edge or Chromium, Playwright's own."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

_LINUX_NAMES = (
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
    "chromium",
    "chromium-browser",
)
_MAC_PROGRAMS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "Chromium.app/Contents/MacOS/Chromium",
)
_WINDOWS_PROGRAMS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
    r"Chromium\Application\chrome.exe",
)
_WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_PLAYWRIGHT_PROGRAMS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)


def installed_browsers() -> Iterator[Path]:
    """Yield the Chrome, Edge and Chromium programs of this system, the best known first."""
    if sys.platform == "win32":
        roots = [Path(os.environ[name]) for name in _WINDOWS_FOLDERS if os.environ.get(name)]
        yield from _existing(root / program for program in _WINDOWS_PROGRAMS for root in roots)
    elif sys.platform == "darwin":
        roots = [Path("/Applications"), Path.home() / "Applications"]
        yield from _existing(root / program for program in _MAC_PROGRAMS for root in roots)
    else:
        yield from (Path(found) for name in _LINUX_NAMES if (found := shutil.which(name)))


def playwright_browsers() -> Iterator[Path]:
    """Yield the browsers that Playwright downloaded itself, the newest first."""
    for program in _PLAYWRIGHT_PROGRAMS:
        yield from sorted(_playwright_folder().glob(program), key=_revision, reverse=True)


def _revision(program: Path) -> int:
    digits = next((part.rpartition("-")[2] for part in program.parts if part.startswith("chromium-")), "0")
    return int(digits) if digits.isdigit() else 0


def _playwright_folder() -> Path:
    # https://playwright.dev/python/docs/browsers#managing-browser-binaries
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if named and named != "0":
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "ms-playwright"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"


def _existing(programs: Iterator[Path]) -> Iterator[Path]:
    return (program for program in programs if program.is_file())
