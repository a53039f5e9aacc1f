"""Answers that only a person can give: asked of plugins, then of the practice phone or the person."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from complain.channels.registry import Registry
from complain.errors import PersonNeeded
from complain.i18n import _
from complain.model import Challenge

Answer = str | bool | None
AnswerFunction = Callable[[Challenge], Awaitable[Answer]]


@dataclass
class Hands:
    """Whoever can answer a challenge in this run.

    Attributes:
        registry: Its plugins are asked first.
        last: Asked when no plugin answers: the terminal, the practice phone; None: nobody.
        patience: Seconds to wait for an answer.
    """

    registry: Registry
    last: AnswerFunction | None
    patience: float
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def available(self) -> bool:
        """Whether anybody beyond the plugins can be asked."""
        return self.last is not None

    def require(self, challenge: Challenge) -> None:
        """See that there is anybody to ask, before a code is requested that nobody would type.

        Raises:
            PersonNeeded: There is nobody.
        """
        if self.last is None and not self.registry.answers_challenges:
            raise PersonNeeded(_task(challenge))

    async def answer(self, challenge: Challenge) -> str | bool:
        """Return the answer.

        Raises:
            PersonNeeded: Nobody answered in time; nothing was sent.
        """
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(self.patience):
                    answer = await self._ask(challenge)
            except TimeoutError:
                answer = None
        if answer is None or answer is False or answer == "":
            raise PersonNeeded(_task(challenge))
        return answer

    async def _ask(self, challenge: Challenge) -> Answer:
        answer = await asyncio.to_thread(self.registry.answer_challenge, challenge)
        if answer is None and self.last is not None:
            answer = await self.last(challenge)
        return answer


def _task(challenge: Challenge) -> str:
    tasks = {
        "sms": _("An SMS code is needed: {prompt}"),
        "captcha": _("The picture's code is needed: {prompt}"),
        "qr": _("A QR code must be scanned: {prompt}"),
        "slider": _("A slider must be moved by hand: {prompt}"),
        "confirm": _("Something must be confirmed by hand: {prompt}"),
    }
    return tasks[challenge.kind].format(prompt=challenge.prompt)
