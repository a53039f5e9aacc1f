"""The practice phone: gets the SMS codes, sees the captchas, and confirms QR logins, so that a rehearsal runs by itself."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from complain.environment import CHINA
from complain.model import Challenge
from complain.practice.web import DeskServices

ARRIVAL_SECONDS = 10.0  # how long a code or a QR picture may take to reach the phone
T = TypeVar("T")


class Phone:
    """The practice phone of one run.

    Args:
        services: What the desks share; only what arrives while this phone exists is answered.
    """

    def __init__(self, services: DeskServices) -> None:
        self._services = services
        self._switched_on = dt.datetime.now(CHINA).isoformat(timespec="milliseconds")
        self._given: set[int] = set()

    async def answer(self, challenge: Challenge) -> str | bool | None:
        """Answer a challenge of a practice desk as its owner would.

        Args:
            challenge: The newest of its kind at its channel is meant.

        Returns:
            The SMS code or the captcha's text; True when a QR login was confirmed; None when nothing arrived
            within `ARRIVAL_SECONDS`. A plain confirmation and a slider need nothing here and give True.
        """
        if challenge.kind in ("confirm", "slider"):
            return True
        look = {"sms": self._code, "captcha": self._captcha, "qr": self._confirm}[challenge.kind]
        return await self._wait_for(lambda: look(challenge.channel))

    async def _wait_for(self, look: Callable[[], str | bool | None]) -> str | bool | None:
        news = self._services.news
        try:
            async with asyncio.timeout(ARRIVAL_SECONDS), news:
                while (found := look()) is None:
                    await news.wait()
                return found
        except TimeoutError:
            return None

    def _code(self, channel: str) -> str | None:
        rows = self._services.store.rows(
            "SELECT id, code FROM sms WHERE desk = ? AND used_at IS NULL AND sent_at >= ? ORDER BY id DESC LIMIT 1",
            channel,
            self._switched_on,
        )
        if not rows or rows[0]["id"] in self._given:
            return None
        self._given.add(rows[0]["id"])
        return str(rows[0]["code"])

    def _captcha(self, channel: str) -> str | None:
        rows = self._services.store.rows(
            "SELECT text FROM captchas WHERE desk = ? AND used_at IS NULL AND issued_at >= ? ORDER BY id DESC LIMIT 1",
            channel,
            self._switched_on,
        )
        return str(rows[0]["text"]) if rows else None

    def _confirm(self, channel: str) -> bool | None:
        rows = self._services.store.rows(
            "SELECT code FROM scans WHERE desk = ? AND confirmed_at IS NULL AND shown_at >= ?"
            " ORDER BY id DESC LIMIT 1",
            channel,
            self._switched_on,
        )
        return self._services.store.confirm_scan(rows[0]["code"]) if rows else None
