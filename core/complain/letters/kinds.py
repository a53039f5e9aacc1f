"""The kinds of letters: what each is called, to whom it goes, and in whose words.

One letter, one procedure: every kind here is a 投诉 or a request of the person's own; none is a 举报 or a 信访
(USERS U18).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Length = Literal["full", "compact", "short", "brief"]
LENGTHS: tuple[Length, ...] = ("full", "compact", "short", "brief")
"""Longest first. ``full`` every section; ``compact`` every dated fact; ``short`` facts counted; ``brief`` like a message."""


@dataclass(frozen=True)
class Kind:
    """A kind of letter.

    Attributes:
        id: Its name on the command line, and its template's.
        title: Its heading.
        addressee: Fixed part of the addressee; empty: the platform's customer service, or the lender.
        history: Heading over what was said to the institution before.
        demands: The line above the demands.
        outside: Whether it goes to a body outside the institution: then the lender's own answer is told.
        needs_lender: Whether it makes no sense without the lender of record (USERS U13).
        signer: What the person signs as.
        lengths: The lengths it has, longest first.
        complaint: Whether it complains of incidents; such letters are signed as true before they are filed.
    """

    id: str
    title: str
    addressee: str = ""
    history: str = "此前与贵司沟通情况"
    demands: str = "本人请求贵司："
    outside: bool = False
    needs_lender: bool = False
    signer: str = "投诉人"
    lengths: tuple[Length, ...] = LENGTHS
    complaint: bool = False


_OUTSIDE = "此前与被投诉人沟通情况"
_AGAINST = "本人对被投诉人的诉求："

KINDS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("platform", "投诉书", complaint=True),
        Kind(
            "regulator",
            "投诉书",
            "国家金融监督管理总局（或其派出机构）",
            _OUTSIDE,
            _AGAINST,
            outside=True,
            needs_lender=True,
            complaint=True,
        ),
        Kind(
            "local-bureau",
            "投诉书",
            "地方金融管理局（或12345政务服务便民热线）",
            _OUTSIDE,
            _AGAINST,
            outside=True,
            complaint=True,
        ),
        Kind(
            "association",
            "投诉书",
            "消费者协会（消费者权益保护委员会）",
            _OUTSIDE,
            _AGAINST,
            outside=True,
            complaint=True,
        ),
    )
}


def kind_for(body: str) -> str:
    """Return the kind of letter for whoever receives it.

    Args:
        body: ``institution``, ``regulator``, ``local-bureau``, ``association`` or ``public``, as a channel
            says. A public one gets the institution's letter, written with ``public=True``.
    """
    return body if body in KINDS else "platform"
