"""A whole check-up: the machine, the browser, and the forms of all or one channel."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from complain.browser.launch import BrowserRun, BrowserSettings
from complain.browser.sessions import SessionStore
from complain.channels.base import Channel
from complain.channels.form import FormChannel
from complain.channels.registry import load_registry
from complain.environment import Environment
from complain.errors import ExitCode
from complain.filing.doctoring import Examined, examine
from complain.filing.hands import Hands
from complain.filing.health import Check, check_browser, check_machine
from complain.filing.practice_run import practice_desks
from complain.filing.selection import ALL, select
from complain.filing.track_record import track_record
from complain.filing.visiting import Account
from complain.i18n import _
from complain.vault import open_vault


@dataclass(frozen=True)
class Checkup:
    """What was found.

    Attributes:
        machine: This computer.
        channels: The forms that were opened.
        by_hand: One sentence per channel that has no form to look at.
    """

    machine: tuple[Check, ...]
    channels: tuple[Examined, ...]
    by_hand: tuple[str, ...]

    @property
    def exit_code(self) -> ExitCode:
        """5 when a form differs, 3 when something is missing here, else 0."""
        if any(examined.differs for examined in self.channels):
            return ExitCode.NOT_FILED
        return ExitCode.OK if all(check.fine for check in self.machine) else ExitCode.NEEDS_HUMAN

    def as_json(self) -> Mapping[str, object]:
        """Return plain values."""
        return {
            "machine": [asdict(check) for check in self.machine],
            "channels": [examined.as_json() for examined in self.channels],
            "by_hand": list(self.by_hand),
            "exit_code": int(self.exit_code),
        }


def check_up(environment: Environment, channel: str | None) -> Checkup:
    """Look at this computer and at the forms of one channel, or of all.

    Args:
        environment: In practice the desks are started and looked at.
        channel: One channel's id; None for all.

    Raises:
        UsageError: There is no such channel.
    """
    return asyncio.run(_check_up(environment, channel or ALL))


async def _check_up(environment: Environment, wanted: str) -> Checkup:
    registry = load_registry(environment)
    table = environment.config().browser
    settings = BrowserSettings(
        path=table.path or None,
        sandbox=table.sandbox,
        practice=environment.practice,
        proxy=table.proxy or None,
    )
    machine = [*check_machine(environment), await check_browser(settings)]
    machine += [Check(False, warning) for warning in registry.warnings]
    if not environment.practice:
        chosen = select(registry, environment.config(), wanted).channels
        return Checkup(tuple(machine), *await _examine(environment, settings, chosen))
    async with practice_desks(environment, registry, wanted) as desks:
        chosen = select(registry, environment.config(), wanted).channels
        hand = environment.config().browser.hand
        account = Account(
            open_vault(environment, desks.secrets),
            Hands(registry, desks.phone.answer, hand),
            environment.home.runs / f"doctor-{environment.now():%Y%m%dT%H%M%SZ}",
            hand,
        )
        return Checkup(tuple(machine), *await _examine(environment, settings, chosen, account))


def _kind_name(kind: str) -> str:
    return {"hand-over": _("done by hand"), "mail": _("by mail"), "telephone": _("by telephone")}.get(
        kind, kind
    )


async def _examine(
    environment: Environment,
    settings: BrowserSettings,
    chosen: tuple[Channel, ...],
    account: Account | None = None,
) -> tuple[tuple[Examined, ...], tuple[str, ...]]:
    forms = [channel for channel in chosen if isinstance(channel, FormChannel)]
    by_hand = tuple(
        _("{id}: no form to look at ({kind}).").format(id=channel.id, kind=_kind_name(channel.kind))
        for channel in chosen
        if channel not in forms
    )
    if not forms:
        return (), by_hand
    sessions = SessionStore(environment.home, account.vault if account else open_vault(environment))
    async with BrowserRun.start(settings) as run:
        examined = [await examine(channel, run, sessions, account=account) for channel in forms]
    for found, channel in zip(examined, forms, strict=True):
        found.record = track_record(environment.home, channel)
    return tuple(examined), by_hand
