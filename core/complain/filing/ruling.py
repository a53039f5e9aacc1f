"""What the rules say of a channel in this run: due, waiting, or not the right addressee."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from complain.channels.base import Channel
from complain.i18n import _, ngettext

if TYPE_CHECKING:
    from complain.rules.evaluate import Ruling


@dataclass(frozen=True)
class Rulings:
    """The rulings of one run.

    Attributes:
        of: Ruling per channel id; empty in practice, where every desk may be tried.
        named: Whether the channels were named one by one: then no rule leaves one out.
        only_due: Whether only those that are due now were asked for.
    """

    of: Mapping[str, Ruling]
    named: bool = False
    only_due: bool = False

    def left_out(self, channel: Channel) -> str:
        """Return why a channel is left out, or an empty text."""
        ruling = self.of.get(channel.id)
        if ruling is None or self.named:
            return ""
        sentence = " ".join(ruling.sentences)
        if ruling.not_competent and ruling.verified:
            return sentence or _("It is not the right addressee.")
        if self.only_due and not ruling.due:
            return sentence or _("It is not due yet.")
        return ""

    def brake(self, channels: Iterable[str]) -> str:
        """Return how many channels are not due yet, when ``all`` asked for them; an empty text when none is.

        Args:
            channels: Ids of those that would be filed.
        """
        if self.named or self.only_due:
            return ""
        early = sum(not self.of[channel].due for channel in channels if channel in self.of)
        if not early:
            return ""
        return ngettext(
            "{count} of these channels is not due yet. To file only what is due now, use --channels due.",
            "{count} of these channels are not due yet. To file only what is due now, use --channels due.",
            early,
        ).format(count=early)

    def warnings(self, titles: Mapping[str, str]) -> list[str]:
        """Return what the rules warn of before anything is prepared; a rule that holds for several is said once.

        Args:
            titles: Channel id -> title.
        """
        warned = {c: ruling for c, ruling in self.of.items() if not ruling.due or ruling.not_competent}
        own = {
            channel: [said for said in ruling.sentences if said not in ruling.reasons]
            for channel, ruling in warned.items()
        }
        lines = [
            _("{name}: {value}").format(name=titles.get(channel, channel), value=" ".join(sentences))
            for channel, sentences in own.items()
            if sentences
        ]
        brake = self.brake(self.of)
        return [
            *([brake] if brake else []),
            *lines,
            *dict.fromkeys(reason for ruling in warned.values() for reason in ruling.reasons),
        ]
