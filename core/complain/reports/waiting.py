"""What waits for a person: one digest at the end of a run, and in ``complain status`` until it is settled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from complain.commands import home_options, resolve_command, typed
from complain.environment import Home
from complain.i18n import _
from complain.model import FilingReport, Outcome
from complain.reports.pack import INDEX
from complain.wording import outcome_sentence

_BY_HAND = (Outcome.NEEDS_HUMAN, Outcome.NOT_FILED, Outcome.REFUSED)


@dataclass(frozen=True)
class Desk:
    """Where the person sits: what the commands of the digest must name to work from anywhere.

    Attributes:
        folder: The case folder.
        packs: Where the packs of this case lie, one folder per channel.
        home: Where the filings are kept.
        plugin_dirs: Folders with channels that the command line named.
    """

    folder: Path
    packs: Path
    home: Home
    plugin_dirs: tuple[Path, ...] = ()

    def resolve(self, channel: str, *, not_filed: bool = False) -> str:
        """Return the command that enters what was seen or done."""
        return resolve_command(self.folder, channel, self.home, not_filed=not_filed)

    def again(self, channel: str, *, refused: bool) -> str:
        """Return the command that lets the tool try this channel again."""
        retry = ["--retry", channel] if refused else []
        folder = self.folder.absolute()
        named = [word for plugins in self.plugin_dirs for word in ("--plugins-dir", plugins)]
        return typed(
            "complain", "submit", folder, "--channels", channel, *retry, *named, *home_options(self.home)
        )

    def status(self) -> str:
        """Return the command that shows the digest again."""
        return typed("complain", "status", self.folder.absolute(), *home_options(self.home))

    def pack(self, channel: str) -> Path | None:
        """Return the page of a channel's pack; None when there is none."""
        page = self.packs / channel / INDEX
        return page if page.is_file() else None


@dataclass(frozen=True)
class Waiting:
    """One filing that waits for a person.

    Attributes:
        channel: The channel's id.
        title: As a person calls it.
        task: What to do, one or two sentences.
        lines: What is opened or typed for it: what it is for, and the file or the command, to be pasted whole.
    """

    channel: str
    title: str
    task: str
    lines: tuple[tuple[str, str], ...]

    def tells(self, sentence: str) -> bool:
        """Whether a sentence about this filing says only what stands here on a line of its own."""
        return any(line in sentence for _what, line in self.lines)


def waiting_for_person(
    reports: Sequence[FilingReport],
    desk: Desk,
    *,
    titles: Mapping[str, str],
    by_mail: Collection[str] = (),
) -> tuple[Waiting, ...]:
    """Return what waits for a person, in the order of the reports; nothing that is settled is among it.

    Args:
        reports: How the filings stand.
        desk: What the commands must name.
        titles: What a person calls each channel; its id where it is missing.
        by_mail: Ids of the channels that are mailboxes.
    """
    found = (
        _waiting(report, desk, titles.get(report.channel, report.channel), report.channel in by_mail)
        for report in reports
    )
    return tuple(waiting for waiting in found if waiting is not None)


def _waiting(report: FilingReport, desk: Desk, title: str, by_mail: bool) -> Waiting | None:
    pack = desk.pack(report.channel) if report.outcome in _BY_HAND else None
    if report.outcome is Outcome.UNKNOWN:
        lines = _settling(report.channel, desk)
    elif report.outcome is Outcome.NEEDS_HUMAN or pack is not None:
        lines = _doing(report, desk, pack)
    else:
        return None
    return Waiting(report.channel, title, _task(report, pack, title, by_mail), lines)


def _task(report: FilingReport, pack: Path | None, title: str, by_mail: bool) -> str:
    if _is_hand_over(report, pack):
        return _("File it by hand, from its pack: everything is laid out there.")
    sentence = outcome_sentence(report, title, by_mail=by_mail)
    # What was seen, and a number that could not be written down, are told here or never.
    return f"{sentence}\n{report.reason}" if report.outcome is Outcome.UNKNOWN and report.reason else sentence


def _is_hand_over(report: FilingReport, pack: Path | None) -> bool:
    """Whether the pack is the task itself, and no second best after the tool had to stop."""
    return pack is not None and str(pack) in report.task


def _settling(channel: str, desk: Desk) -> tuple[tuple[str, str], ...]:
    return (
        (_("It is there"), desk.resolve(channel)),
        (_("It is not there"), desk.resolve(channel, not_filed=True)),
    )


def _doing(report: FilingReport, desk: Desk, pack: Path | None) -> tuple[tuple[str, str], ...]:
    by_hand = (
        (_("The pack"), str(pack)),
        (_("Once it is filed by hand (not today? add --on YYYY-MM-DD)"), desk.resolve(report.channel)),
    )
    again = desk.again(report.channel, refused=report.outcome is Outcome.REFUSED)
    return (
        *(by_hand if pack is not None else ()),
        *(() if _is_hand_over(report, pack) else ((_("To let the tool try again"), again),)),
    )
