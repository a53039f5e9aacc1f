"""The kit on the command line: every check of one channel, one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from complain.channels.mail import MailChannel
from complain.environment import Environment
from complain.errors import DefinitionMistakes, ExitCode, UsageError
from complain.i18n import _
from complain.testing.live import LiveServer
from complain.testing.running import run_checks
from complain.testing.subjects import Subject, channels_of
from complain.testing.trial import Bench
from complain.testing.verdicts import Verdict


@dataclass(frozen=True)
class Tried:
    """What the checks found.

    Attributes:
        verdicts: Channel id and verdict, in the order of the checks.
    """

    verdicts: tuple[tuple[str, Verdict], ...]

    @property
    def exit_code(self) -> ExitCode:
        """5 when a check failed, else 0."""
        return ExitCode.OK if all(v.passed for _id, v in self.verdicts) else ExitCode.NOT_FILED

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        checks = [{"channel": identity, **asdict(verdict)} for identity, verdict in self.verdicts]
        return {"checks": checks, "exit_code": int(self.exit_code)}


def try_channels(
    named: str,
    environment: Environment,
    show: Callable[[str, Verdict], None] | None = None,
    live: LiveServer | None = None,
) -> Tried:
    """Make every check of the channels that a person named.

    Args:
        named: A ``*.toml`` or ``*.py`` file, or an id.
        environment: Whose channels are meant by an id; nothing is written to its home.
        show: Told of each verdict at once, since a round takes half a minute.
        live: A running application of the person's own, used in place of a stand-in where that can be.

    Raises:
        UsageError: There is no such file or channel, it is done by hand, or a mail channel is to meet a live server.
        PluginMistake: The plugin has mistakes.
    """
    found: list[tuple[str, Verdict]] = []

    def note(identity: str, verdict: Verdict) -> None:
        found.append((identity, verdict))
        if show is not None:
            show(identity, verdict)

    try:
        channels = channels_of(named, environment)
    except DefinitionMistakes as error:  # not even its table can be read: that is the first check's answer
        note(Path(named).stem, Verdict("lint", "failed", "\n".join(map(str, error.mistakes))))
        return Tried(tuple(found))
    if live is not None:
        _refuse_mail(channels)
    with tempfile.TemporaryDirectory(prefix="complain-plugin-") as folder:
        for channel in channels:
            with Bench(Path(folder) / channel.id, live=live) as bench:
                for verdict in run_checks(bench, channel):
                    note(channel.id, verdict)
    return Tried(tuple(found))


def _refuse_mail(channels: Sequence[Subject]) -> None:
    for channel in channels:
        if isinstance(channel, MailChannel):
            raise UsageError(
                _("“{id}” goes by mail: it is tried on the kit's own mail server.").format(id=channel.id),
                next_step=_("Leave --live out."),
            )
