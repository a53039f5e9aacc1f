"""A channel done by hand: everything is laid out in a pack, and the person does the rest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from complain.channels.base import Channel
from complain.commands import resolve_command
from complain.environment import Home
from complain.errors import PackReady
from complain.filing.evidence import EvidenceFolder
from complain.filing.packs import PackMaker
from complain.filing.prepared import CommitMark, Prepared, Progress
from complain.filing.settlement import Settlement
from complain.i18n import _
from complain.model import Draft


@dataclass
class HandoverFiling:
    """One filing that a person makes from its pack.

    Attributes:
        channel: The channel.
        evidence: Not used: nothing is seen.
        packs: Writes the pack.
        folder: The case folder, for the command that enters the receipt.
        home: Where the filing is kept.
        progress: Told what is being done.
    """

    channel: Channel
    evidence: EvidenceFolder
    packs: PackMaker
    folder: Path
    home: Home
    progress: Progress
    _draft: Draft | None = None

    @property
    def draft(self) -> Draft:
        """What the person will paste."""
        if self._draft is None:
            self._draft = self.packs.draft(self.channel)
        return self._draft

    async def prepare(self) -> Prepared:
        """Write the pack.

        Raises:
            PackReady: Always: the rest is the person's.
        """
        self.progress(_("writing the pack"))
        page: Path = self.packs.write(self.channel, self.draft, "")
        command = resolve_command(self.folder, self.channel.id, self.home)
        raise PackReady(
            _("Open the pack “{page}”, file at “{title}” by hand, then type “{command}”").format(
                page=page, title=self.channel.title, command=command
            )
        )

    async def approach(self) -> None:
        """Nothing is committed by the tool."""

    async def finish(self) -> None:
        """Nothing is committed by the tool."""

    def mark(self) -> CommitMark:
        """Nothing is committed by the tool."""
        return CommitMark()

    async def commit(self) -> Settlement:
        """Nothing is committed by the tool."""
        raise RuntimeError("a hand-over is never committed by the tool")

    async def close(self) -> None:
        """Nothing is held."""
