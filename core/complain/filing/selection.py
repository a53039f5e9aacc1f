"""Which channels this run speaks to, and why the others are left out."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass

from complain.channels.base import Channel
from complain.channels.registry import Registry
from complain.config import Config
from complain.environment import china_day
from complain.errors import UsageError
from complain.filing.journal import Event
from complain.filing.reports import receipt_of
from complain.filing.transitions import FILED, State
from complain.i18n import _
from complain.model import FilingReport, Outcome

ALL = "all"
DUE = "due"


@dataclass(frozen=True)
class Selection:
    """What ``--channels`` asked for.

    Attributes:
        channels: In stage order.
        named: Whether they were named one by one: a named channel overrides a rule.
        only_due: Whether only those that the rules say are due now.
    """

    channels: tuple[Channel, ...]
    named: bool
    only_due: bool


def select(registry: Registry, config: Config, wanted: str) -> Selection:
    """Return the channels that ``wanted`` names.

    Args:
        registry: All channels.
        config: Says which are enabled.
        wanted: ``all``, ``due``, or ids with commas.

    Raises:
        UsageError: An id is not a channel's.
    """
    if wanted in (ALL, DUE):
        chosen = [c for c in registry.channels.values() if config.channel(c.id).enabled]
        return Selection(_ordered(chosen), named=False, only_due=wanted == DUE)
    identities = list(dict.fromkeys(part.strip() for part in wanted.split(",") if part.strip()))
    if not identities:
        raise UsageError(_("--channels names no channel."), next_step="complain channels")
    return Selection(_ordered([channel_named(registry, i) for i in identities]), named=True, only_due=False)


def channel_named(registry: Registry, identity: str) -> Channel:
    """Return the channel of an id.

    Args:
        registry: All channels.
        identity: As the person typed it.

    Raises:
        UsageError: There is none.
    """
    channel = registry.channels.get(identity)
    if channel is not None:
        return channel
    near = difflib.get_close_matches(identity, registry.channels, n=1)
    hint = _(" Did you mean “{near}”?").format(near=near[0]) if near else ""
    message = _("There is no channel “{id}”.").format(id=identity) + hint
    raise UsageError(" ".join([message, *registry.warnings]), next_step="complain channels")


def _ordered(channels: Collection[Channel]) -> tuple[Channel, ...]:
    return tuple(sorted(channels, key=lambda channel: channel.stage))


def standing_report(
    channel: Channel, last: Event | None, payload_hash: str | None, retry: Collection[str]
) -> FilingReport | None:
    """Return the report of a filing that must not be made again, or None when it may be made.

    Args:
        channel: The channel.
        last: The last event of its filing in the journal.
        payload_hash: Of what would be sent now; None when it is not known yet.
        retry: Ids that the person asked to try again after a refusal.
    """
    if last is None:
        return None
    if last.state in FILED:
        return FilingReport(channel.id, Outcome.SKIPPED, receipt_of(last), reason=_already(last))
    if last.state in (State.UNKNOWN, State.COMMITTING):
        return FilingReport(
            channel.id,
            Outcome.UNKNOWN,
            reason=str(last.data.get("reason") or _("An earlier run ended while it was submitting.")),
            task=_("Look in “{where}”, then enter what you saw.").format(where=channel.title),
        )
    refused_same = (
        last.state is State.REFUSED and payload_hash is not None and last.data.get("payload") == payload_hash
    )
    if refused_same and channel.id not in retry:
        return FilingReport(
            channel.id,
            Outcome.SKIPPED,
            reason=_("It was refused before (“{words}”); change the letter, or name it with --retry.").format(
                words=last.data.get("reason", "")
            ),
        )
    return None


def _already(event: Event) -> str:
    number = event.data.get("number")
    day = china_day(event.at)
    if number:
        return _("It was already filed on {day}, number {number}.").format(day=day, number=number)
    return _("It was already filed on {day}, without a number.").format(day=day)
