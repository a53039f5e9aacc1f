"""Third parties in a letter: the relation, never the name or the number.

A person may have typed a name where only the relation was asked for. So a relation is printed only when it is a
word of a known list; everything else falls back to the kind of person that the case names (DOMAIN.md §5, U17).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial

from complain.case.identity import identity_fault
from complain.case.kinds import Reached

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
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])")
_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_CARD = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){15,18}(?![0-9A-Za-z])")
_LANDLINE = re.compile(r"(?<![0-9])0[0-9]{2,3}-?[0-9]{7,8}(?![0-9])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


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

    Mobile and fixed numbers, identity numbers, card numbers (16 to 19 digits that pass the Luhn check) and mail
    addresses are masked; work-order numbers are not any of these and stay.

    Args:
        text: The person's own words.
        own: Values that may stay: the complainant's own and the numbers that the case itself names.
    """
    kept = {_digits(value) or value for value in own if value}
    text = _EMAIL.sub(lambda m: m.group() if m.group() in own else "（邮箱已隐去）", text)
    for pattern, name in ((_IDENTITY, "证件号码"), (_CARD, "账号"), (_MOBILE, "电话"), (_LANDLINE, "电话")):
        text = pattern.sub(partial(_masked, pattern, name, kept), text)
    return text


def _masked(pattern: re.Pattern[str], name: str, kept: Collection[str], match: re.Match[str]) -> str:
    found = match.group()
    digits = _digits(found)
    if digits in kept or digits.removeprefix("86") in kept:
        return found
    if pattern is _IDENTITY and identity_fault(found) in ("id_length", "id_birth"):
        return found  # no day of birth in it; a wrong check character is a typing mistake, and masked
    if pattern is _CARD and not _luhn(digits):
        return found
    return f"（{name}已隐去）"


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text).upper()


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
