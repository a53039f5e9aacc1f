"""What was said to the institution before, and every other filing of the matter (USERS U11, U12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from complain.case.model import Case, Contact
from complain.letters.dates import chinese_date
from complain.letters.state import STAGE_ONE_NUMBER, ReceiptFact, filing_sentence, planned, sent
from complain.letters.trace import Sourced, clean
from complain.model import Outcome

NO_ANSWER = "尚无收到答复的记录"
"""An answer that the case does not hold may have come, or may not be due yet: 未获答复 would claim more (U11)."""


def contact_lines(case: Case) -> list[Sourced]:
    """Return one sentence per earlier contact with the institution, in the order of their days."""
    rows = sorted(enumerate(case.contacts, 1), key=lambda row: (row[1].at or dt.date.min, row[0]))
    return [Sourced(_contact(contact), f"contacts[{number}]") for number, contact in rows]


def _contact(contact: Contact) -> str:
    met = [
        chinese_date(contact.at) if contact.at else "日期未记录",
        f"通过{clean(contact.channel)}反映" if contact.channel else "向机构反映",
        f"接洽方为{clean(contact.with_whom)}" if contact.with_whom else "",
        f"工单号{clean(contact.number)}" if contact.number else "",
    ]
    said = [
        f"要求：{_words(contact.asked)}" if contact.asked else "",
        f"答复：{_words(contact.answer)}" if contact.answer else NO_ANSWER,
    ]
    return "；".join(part for part in ("，".join(part for part in met if part), *said) if part) + "。"


def _words(text: str) -> str:
    return clean(text).replace("\n", " ").rstrip("。；;.")


def contacts_counted(case: Case) -> list[Sourced]:
    """Return one sentence that counts the earlier contacts and names their numbers; nothing when there is none."""
    if not case.contacts:
        return []
    numbers = "、".join(clean(contact.number) for contact in case.contacts if contact.number)
    silent = sum(not contact.answer for contact in case.contacts)
    parts = [
        f"此前与机构沟通{len(case.contacts)}次",
        f"工单号{numbers}" if numbers else "",
        f"其中{silent}次{NO_ANSWER}" if silent else "",
    ]
    source = " ".join(f"contacts[{n}]" for n in range(1, len(case.contacts) + 1))
    return [Sourced("，".join(part for part in parts if part) + "。", source)]


def institution_lines(
    receipts: Sequence[ReceiptFact], today: dt.date, *, with_planned: bool
) -> list[Sourced]:
    """Return one sentence per complaint through the institution's own channels.

    Args:
        receipts: The other filings of the matter.
        today: The day of the letter, in China.
        with_planned: Whether those that go out together with this letter are told too.
    """
    facts = [*sent(receipts), *(planned(receipts) if with_planned else ())]
    return [_whole(fact, today) for fact in facts if fact.stage == 1]


def other_lines(receipts: Sequence[ReceiptFact], today: dt.date) -> list[Sourced]:
    """Return one sentence per complaint to a body outside the institution, sent or being sent."""
    facts = [f for f in (*sent(receipts), *planned(receipts)) if f.stage != 1]
    return [_whole(f, today) for f in facts]


def _whole(fact: ReceiptFact, today: dt.date) -> Sourced:
    sentence = filing_sentence(fact, today)
    return Sourced(f"{sentence}。", sentence.source)


def same_matter(receipts: Sequence[ReceiptFact]) -> Sourced | None:
    """Return the sentence that three desks of one firm are one complaint (U12), or None when there is one desk.

    Args:
        receipts: The institution's other desks: already filed, or ``prepared`` for being filed together.
    """
    desks = [f for f in sent(receipts) if f.stage == 1]
    first = next((f for f in desks if f.is_known_there), None)
    if first is None and desks:
        title = clean(desks[0].title)
        text = f"此前曾通过“{title}”提交同一事项，是否提交成功尚待核实；如已收到，本次不构成新的投诉事项。"
        return Sourced(text, desks[0].fact)
    if first is not None:
        number = f"首次编号{clean(first.number)}" if first.number else f"首次通过“{clean(first.title)}”提交"
        return Sourced(f"与已提交的投诉为同一事项，{number}，本次不构成新的投诉事项。", first.fact)
    together = [f for f in planned(receipts) if f.stage == 1]
    if not together:
        return None
    titles = "、".join(f"“{clean(f.title)}”" for f in together)
    source = " ".join(f.fact for f in together)
    return Sourced(f"本函拟同时通过{titles}提交，均为同一事项，不构成新的投诉事项。", source)


def placeholder() -> ReceiptFact:
    """Return the stage-1 filing that stands in a letter before there is one (dry run, signing)."""
    return ReceiptFact("stage-1", "机构自有途径", 1, STAGE_ONE_NUMBER, None, Outcome.PREPARED)
