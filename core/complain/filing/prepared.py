"""What every kind of filing offers the engine, and what it hands back at each step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from complain.filing.evidence import EvidenceFolder
from complain.filing.settlement import Settlement
from complain.model import Draft

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Filled:
    """One field as it stands filled, for the preview.

    Attributes:
        page: 0-based page of the form.
        name: Label or selector.
        value: What was planned, and read back.
        source: Where it came from.
        sensitive: Masked unless asked for.
        note: As 待填写 for what only a person can give.
        mark: The number drawn beside it in the page's picture; 0 when it has none.
    """

    page: int
    name: str
    value: str
    source: str
    sensitive: bool = False
    note: str = ""
    mark: int = 0


@dataclass(frozen=True)
class Prepared:
    """A filing that is ready to be committed, and what to show of it.

    Attributes:
        fields: As filled and read back.
        pictures: One full-page PNG per page.
        waiting: What a person still has to give, one sentence each.
        requests_left: Writes that left before the confirm, ``METHOD address``.
        hosts: Hosts that were contacted.
        refused_hosts: Hosts that the page asked for and did not get.
        warnings: Sentences.
        uploads_late: Whether something is uploaded only after the confirm.
    """

    fields: tuple[Filled, ...] = ()
    pictures: tuple[bytes, ...] = ()
    waiting: tuple[str, ...] = ()
    requests_left: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    refused_hosts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    uploads_late: bool = False


@dataclass(frozen=True)
class CommitMark:
    """What the journal must know before the button is pressed.

    Attributes:
        data: As the process id and start time of the browser, or the Message-ID.
    """

    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Filing(Protocol):
    """One filing of one channel, from the filled form to its settlement."""

    evidence: EvidenceFolder

    @property
    def draft(self) -> Draft:
        """What the channel will get; made at the first look.

        Raises:
            ComplainError: It cannot be made.
        """
        ...

    async def prepare(self) -> Prepared:
        """Fill and read back; nothing is sent.

        Raises:
            ComplainError: It cannot be prepared; nothing was sent.
        """
        ...

    async def approach(self) -> None:
        """Do of `finish` what may be done while another filing is being submitted: nothing that asks a person.

        Raises:
            ComplainError: It cannot go on; nothing was sent.
        """
        ...

    async def finish(self) -> None:
        """Do, after the confirm, what must be fresh: late uploads, one-time codes, a last read-back.

        Raises:
            ComplainError: It cannot go on; nothing was sent.
        """
        ...

    def mark(self) -> CommitMark:
        """Return what the journal keeps with ``committing``."""
        ...

    async def commit(self) -> Settlement:
        """Send, once, and wait for the answer; never raises after something may have left."""
        ...

    async def close(self) -> None:
        """Let go of everything; in a dry run the network is frozen first."""
        ...
