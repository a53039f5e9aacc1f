"""What is known for doing a channel by hand: where to go, what is asked there, where the receipt appears.

Plain values without third-party imports, below channels and reports, since both need them.
`complain.channels.handover` reads them from a ``handover.toml``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

EntryKind = Literal["app", "site", "wechat", "telephone", "mail", "post"]
Certainty = Literal["A", "B", "C", "M", "N"]
SheetKind = Literal["hand-over", "telephone"]
Body = Literal["institution", "regulator", "local-bureau", "association", "public"]

CERTAINTY_WORDS: dict[Certainty, str] = {
    "A": "见于官方页面或官方文件",
    "B": "见于媒体或律所的转述",
    "C": "只见于个别网页，未经核实",
    "M": "一般常识，没有查到出处",
    "N": "查找过，没有找到",
}
"""What each certainty means, for the person who reads the pack."""


@dataclass(frozen=True)
class EntryPoint:
    """One way in.

    Attributes:
        kind: What is opened or dialled.
        how: The way for a person, as ``京东金融 App：我的 → 客服中心``.
        certainty: How well it is known.
        seen: The day on which the source was read.
        source: The source.
        address: What a QR code can hold: a page's address, a number, a mailbox; empty when there is none.
        note: What else to know; empty for nothing.
        platforms: Only when the platform's name contains one of these; empty for any.
        lenders: Only for these types of lender of record; empty for any.
    """

    kind: EntryKind
    how: str
    certainty: Certainty
    seen: dt.date
    source: str
    address: str = ""
    note: str = ""
    platforms: tuple[str, ...] = ()
    lenders: tuple[str, ...] = ()

    def serves(self, platform: str, lenders: Collection[str]) -> bool:
        """Whether it is meant for this platform and these types of lender."""
        named = not self.platforms or any(name in platform for name in self.platforms)
        return named and (not self.lenders or bool(set(self.lenders) & set(lenders)))


@dataclass(frozen=True)
class HandoverField:
    """One field as the page is presumed to have it.

    Attributes:
        label: What the page probably calls it.
        value: A template with the names that a ``form.toml`` may use; empty when the person gives it there.
        page: 1-based number of the presumed page.
        max: Most characters, where a source names a limit; else None.
        note: What to know; empty for nothing.
    """

    label: str
    value: str = ""
    page: int = 1
    max: int | None = None
    note: str = ""


@dataclass(frozen=True)
class TelephoneSheet:
    """What is said and asked on the phone.

    Attributes:
        script: A template; read aloud it takes a minute.
        questions: What to ask before hanging up.
        facts: What should be in sight during the call; templates.
        note: What to mind, as hours and identity check; empty for nothing.
    """

    script: str
    questions: tuple[str, ...]
    facts: tuple[HandoverField, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class HandoverSheet:
    """A channel as a person's task.

    Attributes:
        id: The channel's id.
        title: What a person calls it.
        stage: 1 the institution's own channels, 2 bodies outside it.
        body: Who receives it.
        kind: ``telephone`` when there is no other way.
        recipient: Who receives it, for the table of who will know what.
        onward: To whom they may pass it.
        receipt: What the receipt looks like and how to get it.
        where: Where to look for the filing later.
        entries: The ways in, best known first.
        fields: In the presumed order of the page.
        steps: What to do, in order, before the fields are reached.
        letter_max: Most characters of the letter, where a source names it; else None.
        attachments: What is known of the files that are taken; empty for nothing.
        ask_address: What to ask the person for, where no address may be presumed; empty where one is known.
        telephone: For calling instead; None when there is no telephone.
        path: The file that it was read from; None for one made in Python.
    """

    id: str
    title: str
    stage: int
    body: Body
    recipient: str
    receipt: str
    where: str
    entries: tuple[EntryPoint, ...]
    fields: tuple[HandoverField, ...]
    kind: SheetKind = "hand-over"
    onward: str = ""
    steps: tuple[str, ...] = ()
    letter_max: int | None = None
    attachments: str = ""
    ask_address: str = ""
    telephone: TelephoneSheet | None = None
    path: Path | None = None

    @property
    def url(self) -> str:
        """The address of the best-known page that is meant for everyone; empty when there is none."""
        pages = (e.address for e in self.entries if e.kind == "site" and not e.platforms and not e.lenders)
        return next((page for page in pages if page), "")

    def entries_for(self, platform: str, lenders: Collection[str]) -> tuple[EntryPoint, ...]:
        """Return the ways in that serve this case, those that name it before the general ones.

        Args:
            platform: Name of the platform, and of its app, as the case has them.
            lenders: Types of the lenders of record, as ``small-loan``.
        """
        fitting = [entry for entry in self.entries if entry.serves(platform, lenders)]
        return tuple(sorted(fitting, key=lambda entry: not (entry.platforms or entry.lenders)))
