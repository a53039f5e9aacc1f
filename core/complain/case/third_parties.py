"""Third parties in whatever others get to read: the relation, never the name or the number.

A person may have typed a name where only the relation was asked for. So a relation is printed only when it is a
word of a known list; everything else falls back to the kind of person that the case names (DOMAIN.md §5, U17).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from functools import partial

from complain.case.identity import identity_fault
from complain.case.kinds import Reached
from complain.case.model import Case, Contact, Demand, Evidence, Incident

# The longest first, so that 男朋友 is not read as 朋友. General knowledge of the language, no legal source.
_RELATIONS = sorted(
    [
        "父亲",
        "母亲",
        "爸爸",
        "妈妈",
        "父母",
        "公公",
        "婆婆",
        "岳父",
        "岳母",
        "爷爷",
        "奶奶",
        "外公",
        "外婆",
        "姥姥",
        "姥爷",
        "祖父",
        "祖母",
        "丈夫",
        "妻子",
        "配偶",
        "爱人",
        "前夫",
        "前妻",
        "儿子",
        "女儿",
        "子女",
        "哥哥",
        "弟弟",
        "姐姐",
        "妹妹",
        "兄弟",
        "姐妹",
        "表哥",
        "表弟",
        "表姐",
        "表妹",
        "堂哥",
        "堂弟",
        "堂姐",
        "堂妹",
        "叔叔",
        "伯父",
        "伯母",
        "舅舅",
        "舅妈",
        "姑姑",
        "姑父",
        "姨妈",
        "姨父",
        "婶婶",
        "侄子",
        "侄女",
        "外甥",
        "外甥女",
        "亲属",
        "亲戚",
        "家人",
        "男朋友",
        "女朋友",
        "朋友",
        "同学",
        "室友",
        "邻居",
        "房东",
        "老乡",
        "同事",
        "前同事",
        "领导",
        "主管",
        "经理",
        "老板",
        "上司",
        "下属",
        "客户",
        "老师",
        "单位前台",
        "公司前台",
        "前台",
        "人事部门",
        "人事部",
        "人事",
        "工作单位",
        "单位",
        "公司",
        "学校",
        "居委会",
        "村委会",
        "物业",
        "联系人",
    ],
    key=len,
    reverse=True,
)
_REACHED = {
    Reached.SELF: "本人",
    Reached.FAMILY: "亲属",
    Reached.FRIEND: "朋友",
    Reached.COLLEAGUE: "同事",
    Reached.EMPLOYER: "工作单位",
    Reached.OTHER: "其他第三人",
    Reached.UNKNOWN: "对象不详",
}
# A decimal digit of any width (１３７… is a number too); people part groups with blanks, hyphens and dots.
_GAP = r"[\s.·•–—－-]{0,3}"
_COUNTRY = rf"(?:(?:[+＋]|[0０]{{2}})?[8８][6６]{_GAP})?"
_MOBILE = re.compile(
    rf"(?<!\d){_COUNTRY}[1１][3-9３-９]"
    rf"(?:\d{_GAP}\d{{4}}{_GAP}\d{{4}}|\d\d{_GAP}\d{{3}}{_GAP}\d{{4}}|\d\d{_GAP}\d{{4}}{_GAP}\d{{3}})(?!\d)"
)
_IDENTITY = re.compile(rf"(?<!\d)\d{{6}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dXxＸｘ](?![0-9A-Za-z])")
_CARD = re.compile(r"(?<![\dA-Za-z])\d(?:[ \u3000-]?\d){15,18}(?![\dA-Za-z])")
_LANDLINE = re.compile(rf"(?<!\d)[(（]?[0０]\d{{2,3}}[)）]?{_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+[@＠][\w-]+(?:\.[\w-]+)+")
_ACCOUNT = re.compile(
    r"(?:(?<=QQ)|(?<=QQ号)|(?<=微信)|(?<=微信号))([:：是为\s]{0,3})([A-Za-z0-9][A-Za-z0-9_-]{4,19})(?![A-Za-z0-9_-])"
)


def relation(note: str | None, reached: Reached) -> str:
    """Return how a letter names a third party: 亲属（表姐）, 同事, or 本人.

    Args:
        note: What the person typed for the relation.
        reached: The kind of person, from the closed list.
    """
    word = relation_word(note)
    kind = _REACHED[reached]
    if not word or word == kind or reached is Reached.SELF:
        return kind
    return word if reached in (Reached.UNKNOWN, Reached.OTHER) else f"{kind}（{word}）"


def relation_word(note: str | None) -> str:
    """Return the first known relation in a note, or nothing: a name never comes out."""
    return next((word for word in _RELATIONS if note and word in note), "")


def mask_others(text: str, own: Collection[str] = ()) -> str:
    """Return a text with the numbers and addresses of other people masked.

    Mobile and fixed numbers, identity numbers, card numbers (16 to 19 digits that pass the Luhn check), mail
    addresses and the accounts named after QQ or 微信 are masked, in digits of any width and however they are
    grouped; work-order numbers are not any of these and stay.

    Args:
        text: The person's own words.
        own: Values that may stay: the complainant's own and the numbers that the case itself names.
    """
    kept = {_digits(value) or value for value in own if value}
    text = _EMAIL.sub(lambda m: m.group() if m.group() in own else "（邮箱已隐去）", text)
    for pattern, name in ((_IDENTITY, "证件号码"), (_CARD, "账号"), (_MOBILE, "电话"), (_LANDLINE, "电话")):
        text = pattern.sub(partial(_masked, pattern, name, kept), text)
    return _ACCOUNT.sub(lambda m: m.group() if m[2] in own else f"{m[1]}（账号已隐去）", text)


def _masked(pattern: re.Pattern[str], name: str, kept: Collection[str], match: re.Match[str]) -> str:
    found = match.group()
    digits = _digits(found)
    if digits in kept or digits.removeprefix("00").removeprefix("86") in kept:
        return found
    if pattern is _IDENTITY and identity_fault(digits) in ("id_length", "id_birth"):
        return found  # no day of birth in it; a wrong check character is a typing mistake, and masked
    if pattern is _CARD and not _luhn(digits):
        return found
    return f"（{name}已隐去）"


def _digits(text: str) -> str:
    return re.sub(r"[^0-9X]", "", unicodedata.normalize("NFKC", text).upper())


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def own_values(case: Case) -> tuple[str, ...]:
    """Return the numbers that need not be masked: the complainant's own and those that the case names."""
    who = case.complainant
    named = [who.phone, who.email, who.id_number]
    named += [incident.number for incident in case.incidents]
    named += [contact.number for contact in case.contacts]
    named += [loan.contract_number for loan in case.loans]
    return tuple(value for value in named if value)


def discreet(case: Case, *, public: bool = False) -> Case:
    """Return a case as others may read it: of third parties the relation, and no number in any free text.

    Args:
        case: The facts.
        public: Whether everyone can read it: then no number is spared, not even the complainant's own.
    """
    mask = partial(mask_others, own=() if public else own_values(case))
    agency = case.collection_agency
    return case.model_copy(
        update={
            "collection_agency": agency
            and agency.model_copy(update={"known_from": _text(agency.known_from, mask)}),
            "complaint": case.complaint.model_copy(
                update={"subject": mask(case.complaint.subject), "summary": mask(case.complaint.summary)}
            ),
            "incidents": tuple(_incident(one, mask) for one in case.incidents),
            "contacts": tuple(_contact(one, mask) for one in case.contacts),
            "demands": tuple(_demand(one, mask) for one in case.demands),
            "evidence": tuple(_evidence(one, mask) for one in case.evidence),
        }
    )


Mask = Callable[[str], str]


def _text(text: str | None, mask: Mask) -> str | None:
    return text and mask(text)


def _incident(one: Incident, mask: Mask) -> Incident:
    return one.model_copy(
        update={
            "reached_note": relation_word(one.reached_note) or None,
            "told_by": relation_word(one.told_by) or None,
            "words": _text(one.words, mask),
        }
    )


def _contact(one: Contact, mask: Mask) -> Contact:
    return one.model_copy(
        update={
            "channel": mask(one.channel),
            "with_whom": mask(one.with_whom),
            "asked": mask(one.asked),
            "answer": _text(one.answer, mask),
        }
    )


def _demand(one: Demand, mask: Mask) -> Demand:
    return one.model_copy(update={"text": mask(one.text)})


def _evidence(one: Evidence, mask: Mask) -> Evidence:
    return one.model_copy(update={"title": mask(one.name), "shows": _text(one.shows, mask)})
