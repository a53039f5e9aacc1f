"""What is known of every channel without opening anything: light, for ``complain channels``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from complain.channels.base import Channel
from complain.channels.form import FormChannel
from complain.channels.registry import Origin, load_registry
from complain.config import ChannelTable
from complain.environment import Environment
from complain.filing.track_record import TrackRecord, track_record
from complain.i18n import _
from complain.wording import never_verified


@dataclass(frozen=True)
class Entry:
    """One channel.

    Attributes:
        id: The channel's id.
        title: What a person calls it.
        kind: ``form``, ``mail``, ``hand-over`` or ``telephone``.
        stage: 1 or 2.
        enabled: Whether ``all`` includes it.
        configured: Whether everything that it needs of the configuration is there.
        logged_in: Whether a session is kept.
        verified: The day a person last saw it work; None for never.
        origin: Where it comes from.
        public: Whether what is filed there can be read by everyone.
        record: How its definition has done since it last changed.
        desk: Whether it is one of the tool's own practice desks.
    """

    id: str
    title: str
    kind: str
    stage: int
    enabled: bool
    configured: bool
    logged_in: bool
    verified: dt.date | None
    origin: Origin
    public: bool
    record: TrackRecord
    desk: bool = False

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        return {
            "id": self.id,
            "title": self.title,
            "kind": self.kind,
            "stage": self.stage,
            "enabled": self.enabled,
            "configured": self.configured,
            "logged_in": self.logged_in,
            "verified": self.verified.isoformat() if self.verified else None,
            "origin": {
                "kind": self.origin.kind,
                "name": self.origin.name,
                "overrides": self.origin.overrides or None,
            },
            "public": self.public,
            "since_changed": self.record.as_json(),
        }

    def sentences(self) -> list[str]:
        """Return what a person wants to know, one sentence each."""
        kinds = {
            "form": _("Filled and submitted by the tool."),
            "mail": _("Sent as a mail by the tool."),
            "hand-over": _(
                "Done by hand, from a prepared pack; automatic once a form definition for it is installed."
            ),
            "telephone": _("Done by telephone, from a prepared sheet."),
        }
        said = [kinds[self.kind]]
        if not self.enabled:
            said.append(_("Switched off in config.toml."))
        if not self.configured:
            said.append(
                _("Not configured: its address is missing (config.toml, [channels.{id}] address).").format(
                    id=self.id
                )
            )
        if self.logged_in:
            said.append(_("A log-in is kept."))
        if self.public:
            said.append(_("What is filed there can be read by everyone."))
        said.append(self._seen())
        if self.record.since is not None:
            said.append(self.record.sentence())
        said.append(self._origin())
        return said

    def _seen(self) -> str:
        if self.desk:
            return _("A practice desk on this computer; no real institution is reached.")
        if self.verified:
            return _("Last seen working on {day}.").format(day=self.verified.isoformat())
        return _("{sentence}.").format(sentence=never_verified())

    def _origin(self) -> str:
        name = self.origin.name
        if self.origin.overrides:
            return _("From {name}, in place of {other}.").format(name=name, other=self.origin.overrides)
        return (
            _("Built in ({name}).").format(name=name)
            if self.origin.kind == "built-in"
            else _("From {name}.").format(name=name)
        )


@dataclass(frozen=True)
class Inventory:
    """All channels, and one sentence per plugin that could not be used."""

    entries: tuple[Entry, ...]
    warnings: Sequence[str]


def inventory(environment: Environment) -> Inventory:
    """Return what is installed; in practice, what is practised on."""
    registry, config = load_registry(environment), environment.config()
    entries = tuple(
        _entry(environment, config.channel(channel.id), channel, registry.origins[channel.id])
        for channel in registry.channels.values()
    )
    return Inventory(entries, registry.warnings)


def _entry(environment: Environment, table: ChannelTable, channel: Channel, origin: Origin) -> Entry:
    desk = environment.practice and origin.kind == "built-in"
    if desk and channel.practice is not None:
        channel = FormChannel(channel.practice, sheet=channel.sheet)
    return Entry(
        id=channel.id,
        title=channel.title,
        kind=channel.kind,
        stage=channel.stage,
        enabled=table.enabled,
        configured=desk or channel.kind != "mail" or bool(table.address),
        logged_in=(environment.home.sessions / f"{channel.id}.age").is_file(),
        verified=channel.verified,
        origin=origin,
        public=channel.body == "public",
        record=track_record(environment.home, channel),
        desk=desk,
    )
