"""Five practice desks on loopback, started and stopped together.

Their memory outlives a run (one SQLite file in the practice home); their ports do not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from complain.errors import UsageError
from complain.i18n import _
from complain.practice.association import AssociationDesk
from complain.practice.backstage import Backstage
from complain.practice.faults import EVERY_DESK, Faults, faults_for
from complain.practice.in_app import InAppDesk
from complain.practice.people import ASSOCIATION, CHANNELS, practice_secrets
from complain.practice.phone import Phone
from complain.practice.public_account import PublicAccountDesk
from complain.practice.regulator import RegulatorDesk
from complain.practice.store import DeskStore
from complain.practice.web import DeskServices, WebDesk
from complain.practice.website import WebsiteDesk

HOST = "127.0.0.1"
MAILBOX = "mailbox"
GOODBYE_SECONDS = 1.0  # how long an answer under way may take when the desks close
WEB_DESKS: tuple[type[WebDesk], ...] = (InAppDesk, WebsiteDesk, PublicAccountDesk, RegulatorDesk)


@dataclass(frozen=True)
class PracticeSettings:
    """How the desks are run.

    Attributes:
        folder: The practice home; what the desks received stays in it.
        faults: Channel id, or ``*`` for every desk, to what goes wrong there; see `complain.practice.faults`.
        port: The first of five ports in a row; None takes free ones.
    """

    folder: Path
    faults: Mapping[str, str] = field(default_factory=dict[str, str])
    port: int | None = None


class PracticeDesks:
    """The five desks. Use as an asynchronous context manager; the desks answer while it is open.

    Args:
        settings: See `PracticeSettings`.

    Raises:
        UsageError: A fault or a desk is not known.
    """

    def __init__(self, settings: PracticeSettings) -> None:
        unknown = set(settings.faults) - {*CHANNELS, EVERY_DESK}
        if unknown:
            raise UsageError(
                _("There is no practice desk “{name}”. There are: {known}.").format(
                    name=min(unknown), known=", ".join(CHANNELS)
                )
            )
        self._settings = settings
        self._faults = {channel: faults_for(channel, settings.faults) for channel in CHANNELS}
        self._stack = AsyncExitStack()
        self._addresses: dict[str, str] = {}
        self._services: DeskServices | None = None
        self._phone: Phone | None = None

    async def __aenter__(self) -> Self:
        """Start all desks.

        Raises:
            UsageError: A port is taken.
        """
        async with AsyncExitStack() as stack:
            store = DeskStore(self._settings.folder)
            stack.callback(store.close)
            self._services = DeskServices(store)
            self._phone = Phone(self._services)
            for number, desk in enumerate(WEB_DESKS):
                await self._open_web_desk(stack, desk, number)
            await self._open_mail_desk(stack, store, len(WEB_DESKS))
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop all desks; answers to mail that are still due are delivered at once."""
        await self._stack.aclose()

    @property
    def addresses(self) -> dict[str, str]:
        """Channel id -> base address: ``http://127.0.0.1:PORT``; of the association ``smtp://127.0.0.1:PORT``."""
        return dict(self._addresses)

    @property
    def mailbox(self) -> Path:
        """The complainant's Maildir, where the association's answers arrive."""
        return self._settings.folder / MAILBOX

    @property
    def phone(self) -> Phone:
        """The practice phone.

        Raises:
            RuntimeError: The desks are not open.
        """
        if self._phone is None:
            raise RuntimeError("the practice desks are not open")
        return self._phone

    @property
    def faults(self) -> Mapping[str, Faults]:
        """What goes wrong at each desk; may be changed while they run."""
        return self._faults

    async def _open_web_desk(self, stack: AsyncExitStack, kind: type[WebDesk], number: int) -> None:
        assert self._services is not None
        desk = kind(self._services, self._faults[kind.profile.channel])
        application = desk.application()
        Backstage(desk).add_to(application)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=GOODBYE_SECONDS)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, HOST, self._port(number))
        try:
            await site.start()
        except OSError as error:
            raise self._taken(number, error) from error
        self._addresses[desk.channel] = f"http://{HOST}:{runner.addresses[0][1]}"

    async def _open_mail_desk(self, stack: AsyncExitStack, store: DeskStore, number: int) -> None:
        desk = AssociationDesk(store, self.mailbox, self._faults[ASSOCIATION.channel])
        desk.deliver_answers()
        stack.push_async_callback(desk.close)
        try:
            server = await asyncio.get_running_loop().create_server(desk.protocol, HOST, self._port(number))
        except OSError as error:
            raise self._taken(number, error) from error
        stack.push_async_callback(_stop, server)
        self._addresses[ASSOCIATION.channel] = f"smtp://{HOST}:{server.sockets[0].getsockname()[1]}"

    def _port(self, number: int) -> int:
        return 0 if self._settings.port is None else self._settings.port + number

    def _taken(self, number: int, error: OSError) -> UsageError:
        message = _("The practice desks could not open port {port}: {reason}.").format(
            port=self._port(number), reason=error.strerror or error
        )
        return UsageError(message, next_step="complain practice --port 8600")


async def _stop(server: asyncio.Server) -> None:
    server.close()
    await server.wait_closed()


__all__ = ["Phone", "PracticeDesks", "PracticeSettings", "practice_secrets"]
