"""What a channel is: a person's task that may be automated. The base class is the hand-over."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from complain.handover import Body

if TYPE_CHECKING:
    from complain.case.model import Case
    from complain.handover import HandoverSheet

API_VERSION = 1
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""How a channel may be called: it becomes the name of a folder, and a word of the command line."""
RESERVED = frozenset({"all", "due"})
"""Words of ``--channels`` that mean something else."""

Kind = Literal["form", "mail", "hand-over", "telephone"]


class Channel:
    """A way to be heard, done by hand: it can always produce a pack.

    Args:
        id: Short name, as ``regulator``; unique.
        title: What a person calls it.
        stage: 1 for the institution's own channels, 2 for bodies outside it.
        body: Who receives it; decides the letter and which rules apply.
        sheet: What is known for doing it by hand.
        practice: A ``form.toml`` against the practice desk of the same id; built-in channels have one.
    """

    kind: ClassVar[Kind] = "hand-over"

    def __init__(
        self,
        *,
        id: str,
        title: str,
        stage: int = 1,
        body: Body | None = None,
        sheet: HandoverSheet | None = None,
        practice: Path | None = None,
    ) -> None:
        self.id = id
        self.title = title
        self.stage = stage
        self.body: Body = body or ("institution" if stage == 1 else "regulator")
        self.sheet = sheet
        self.practice = practice
        self.url = ""

    @classmethod
    def from_sheet(cls, path: Path, **options: Any) -> Self:
        """Read a channel's name, place and hand-over sheet from its ``handover.toml``.

        Args:
            path: The sheet.
            options: Further arguments of the class.

        Raises:
            DefinitionMistakes: The sheet has mistakes; all are named.
        """
        from complain.channels.handover import load_sheet

        sheet = load_sheet(path)
        return cls(id=sheet.id, title=sheet.title, stage=sheet.stage, body=sheet.body, sheet=sheet, **options)

    @property
    def verified(self) -> dt.date | None:
        """The day a person last saw it work; None means never, and the tool says so."""
        return None

    @property
    def api_version(self) -> int:
        """The version of the plugin interface that the channel was written for."""
        return API_VERSION

    def needs(self) -> tuple[str, ...]:
        """Return the facts that this channel cannot do without, as ``complainant.email``."""
        return ("complainant.name", "complainant.phone")

    def missing(self, case: Case) -> list[str]:
        """Return what the case lacks for this channel, one fact each, as ``complainant.email``."""
        return [fact for fact in self.needs() if not _fact(case, fact)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r})"


def _fact(case: Case, dotted: str) -> object:
    value: object = case
    for part in dotted.split("."):
        value = getattr(value, part, None)
    return value
