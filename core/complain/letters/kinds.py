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
_TWO: tuple[Length, ...] = ("full", "short")

Layout = Literal["complaint", "request", "own"]
Reader = Literal["customer-service", "protection", "processors", "lenders", "fixed", "nobody"]


@dataclass(frozen=True)
class Kind:
    """A kind of letter.

    Attributes:
        id: Its name on the command line, and its template's.
        title: Its heading.
        addressee: The addressee's fixed name, for the reader ``fixed``.
        reader: Who is addressed: the platform's customer service, the institution's department for consumer
            protection, all who process the data (lenders and platform), the lenders, a fixed body, or nobody (a
            paper of the person's own).
        layout: ``complaint`` tells incidents, ``request`` asks for something, ``own`` stays with the person.
        history: Heading over what was said to the institution before.
        demands: The line above the demands.
        outside: Whether it goes to a body outside the institution: then the lender's own answer is told.
        needs_lender: Whether it makes no sense without the lender of record (USERS U13).
        needs_filing: Whether it speaks of an earlier filing and makes no sense without one (USERS U11).
        signer: What the person signs as.
        lengths: The lengths it has, longest first.
        complaint: Whether it complains of incidents; such letters are signed as true before they are filed.
    """

    id: str
    title: str
    addressee: str = ""
    reader: Reader = "customer-service"
    layout: Layout = "complaint"
    history: str = "此前与贵司沟通情况"
    demands: str = "本人请求贵司："
    outside: bool = False
    needs_lender: bool = False
    needs_filing: bool = False
    signer: str = "投诉人"
    lengths: tuple[Length, ...] = LENGTHS
    complaint: bool = False


def _outside(id: str, addressee: str, *, needs_lender: bool = False) -> Kind:
    return Kind(
        id,
        "投诉书",
        addressee,
        reader="fixed",
        history="此前与被投诉人沟通情况",
        demands="本人对被投诉人的诉求：",
        outside=True,
        needs_lender=needs_lender,
        complaint=True,
    )


def _request(
    id: str, title: str, reader: Reader, *, needs_filing: bool = False, needs_lender: bool = False
) -> Kind:
    return Kind(
        id,
        title,
        reader=reader,
        layout="request",
        needs_filing=needs_filing,
        needs_lender=needs_lender,
        signer="申请人",
        lengths=_TWO,
    )


def _own(id: str, title: str) -> Kind:
    return Kind(id, title, reader="nobody", layout="own", lengths=_TWO)


KINDS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("platform", "投诉书", complaint=True),
        _outside("regulator", "国家金融监督管理总局（或其派出机构）", needs_lender=True),
        _outside("local-bureau", "地方金融管理局（或12345政务服务便民热线）"),
        _outside("association", "消费者协会（消费者权益保护委员会）"),
        Kind("escalation", "投诉升级处理申请", reader="protection", needs_filing=True),
        _request("ask-lender", "关于书面告知放款主体的申请", "customer-service"),
        _request("data-request", "个人信息处理情况查询申请", "processors"),
        _request("preserve-recordings", "保存录音及联系记录的申请", "processors"),
        _request("follow-up", "投诉办理情况询问函", "customer-service", needs_filing=True),
        _request("withdrawal", "撤回投诉申请", "customer-service", needs_filing=True),
        _request("repayment-plan", "协商还款方案申请", "lenders", needs_lender=True),
        _own("negotiation-brief", "协商通话要点（本人留用）"),
        _own("call-note", "通话记录（本人留用）"),
        _own("contact-objection", "不同意催收联系的声明（由联系人本人填写）"),
    )
}


def kind_for(body: str) -> str:
    """Return the kind of letter for whoever receives it.

    Args:
        body: ``institution``, ``regulator``, ``local-bureau``, ``association`` or ``public``, as a channel
            says. A public one gets the institution's letter, written with ``public=True``.
    """
    return body if body in ("regulator", "local-bureau", "association") else "platform"
