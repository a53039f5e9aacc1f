"""Answers that only a person can give: asked of plugins, then of the practice phone or the person."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from complain.channels.registry import Registry
from complain.errors import PersonNeeded
from complain.i18n import _
from complain.model import Challenge, is_done_in_window

Answer = str | bool | None
AnswerFunction = Callable[[Challenge], Awaitable[Answer]]


@dataclass
class Hands:
    """Whoever can answer a challenge in this run.

    Attributes:
        registry: Its plugins are asked first.
        last: Asked when no plugin answers: the terminal, the practice phone; None: nobody.
        patience: Seconds to wait for an answer.
        sees_browser: Whether who is asked last sees the browser, so that a slider can be moved there.
        warn: Told of a plugin that failed; the next one is asked then.
        turn: Held from the picture, or the code that is sent for, to the answer: what waited behind another channel's
            question would be shown when it is no longer good.
        is_person: Whether ``last`` is somebody who is disturbed by being asked; the practice phone is not.
    """

    registry: Registry
    last: AnswerFunction | None
    patience: float
    sees_browser: bool = True
    warn: Callable[[str], None] = lambda _sentence: None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_person: bool = True

    @property
    def available(self) -> bool:
        """Whether anybody beyond the plugins can be asked."""
        return self.last is not None

    def require(self, challenge: Challenge) -> None:
        """See that there is anybody to ask, before a code is requested that nobody would type.

        Raises:
            PersonNeeded: There is nobody.
        """
        if self.registry.answers_challenges:
            return
        if self.last is None:
            raise PersonNeeded(_task(challenge))
        self._require_sight(challenge)

    async def answer(self, challenge: Challenge) -> str | bool:
        """Return the answer; called in one's turn.

        Raises:
            PersonNeeded: Nobody answered in time; nothing was sent.
        """
        try:
            async with asyncio.timeout(self.patience):
                answer = await self._ask(challenge)
        except TimeoutError:
            answer = None
        if answer is None or answer is False or answer == "":
            raise PersonNeeded(_task(challenge))
        return answer

    def _require_sight(self, challenge: Challenge) -> None:
        """Ask nobody to move what nobody sees."""
        if self.sees_browser or not is_done_in_window(
            challenge.kind, has_picture=challenge.picture is not None
        ):
            return
        raise PersonNeeded(
            _task(challenge),
            next_step=_(
                "That is done in the browser's window, and there is no screen here to show it: type the command again in "
                "a terminal window on a desktop."
            ),
        )

    async def _ask(self, challenge: Challenge) -> Answer:
        answer = await self._ask_plugins(challenge)
        if answer is None and self.last is not None:
            self._require_sight(challenge)
            answer = await self.last(challenge)
        return answer

    async def _ask_plugins(self, challenge: Challenge) -> Answer:
        """Ask them in a thread that nobody waits for: one that hangs must not keep the run from its end."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Answer] = loop.create_future()

        def warn(sentence: str) -> None:
            loop.call_soon_threadsafe(self.warn, sentence)

        def ask() -> None:
            with suppress(RuntimeError):  # the run is over
                answer = self.registry.answer_challenge(challenge, warn)
                loop.call_soon_threadsafe(_tell, answered, answer)

        threading.Thread(target=ask, daemon=True, name="plugins").start()
        return await answered


def _tell(answered: asyncio.Future[Answer], answer: Answer) -> None:
    if not answered.done():
        answered.set_result(answer)


def _task(challenge: Challenge) -> str:
    tasks = {
        "sms": _("An SMS code is needed: {prompt}"),
        "captcha": _("The picture's code is needed: {prompt}"),
        "qr": _("A QR code must be scanned: {prompt}"),
        "slider": _("A slider must be moved by hand: {prompt}"),
        "confirm": _("Something must be confirmed by hand: {prompt}"),
    }
    return tasks[challenge.kind].format(prompt=challenge.prompt)
