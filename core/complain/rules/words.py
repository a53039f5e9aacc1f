"""Words that harm, numbers where everyone can read them, and statements that nothing proves: warnings with reasons.

Nothing is changed and nothing is stopped: the person decides (issue 7.5, USERS U16, U18, U21).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from complain.case.kinds import Basis
from complain.case.labels import label
from complain.case.model import Case
from complain.i18n import _
from complain.masking import mask
from complain.rules.rows import table

_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』")
_PARTED = re.compile(r"(?:[^\S\n]|[\u200b-\u200d\u2060\ufeff*_·•-])+")
"""What people put between the characters of a word so that a filter misses it; a reader does not."""
_NEGATED = re.compile(r"(?:不涉及|不要求|不提出?|不是要?|并非|没有要求|无意)[^，。；！？,;!?\n]{0,6}$")


@dataclass(frozen=True)
class Caution:
    """One thing in the case that may harm.

    Attributes:
        key: Where, as ``demands[2].text``.
        words: What was found; empty when it is the lack of something.
        sentence: What it is and why, one sentence.
        row: The row's id, or ``numbers``, ``no-evidence``, ``inferred``.
    """

    key: str
    words: str
    sentence: str
    row: str


def case_warnings(case: Case, *, public: bool = False) -> list[Caution]:
    """Return what in a case may harm, in the order of the file.

    Args:
        case: The facts.
        public: Whether it is for a channel that everyone can read.
    """
    return [*word_warnings(case, public=public), *_unproved(case)]


def word_warnings(case: Case, *, public: bool = False) -> list[Caution]:
    """Return which of the person's own words may harm, and on a public channel which numbers everyone could read.

    Args:
        case: The facts.
        public: Whether it is for a channel that everyone can read.
    """
    found = [
        w for key, text, is_demand in _texts(case) for w in text_warnings(key, text, is_demand=is_demand)
    ]
    if public:
        found += [w for key, text, _demand in _texts(case) for w in _numbers(key, text)]
    return found


def text_warnings(key: str, text: str, *, is_demand: bool = False) -> Iterator[Caution]:
    """Yield a warning per row whose words stand in a text.

    Args:
        key: Where the text stands, as ``complaint.summary``.
        text: The person's own words.
        is_demand: Whether it asks for something.
    """
    for rule in table("words"):
        if rule.word("where") == "demand" and not is_demand:
            continue
        hits = [word for word in rule.names("words") if _asserted(word, text)]
        if hits:
            listed = "”、“".join(hits)
            sentence = _("{key} says “{words}”: {why}.").format(key=_place(key), words=listed, why=rule.text)
            yield Caution(key, listed, sentence, rule.id)


def _asserted(word: str, text: str) -> bool:
    """Whether the person says it: neither within quotation marks, nor as something that is not asked for."""
    own = _PARTED.sub("", unicodedata.normalize("NFKC", _QUOTED.sub("”", text)))
    return any(not _NEGATED.search(own[: match.start()]) for match in re.finditer(re.escape(word), own))


def _place(key: str) -> str:
    """Return where a text stands as a person calls it: ``demands[2].text`` means nothing to most."""
    number = re.search(r"\[(\d+)\]", key)
    return _("{name} no. {number}").format(name=label(key), number=number[1]) if number else label(key)


def _texts(case: Case) -> Iterator[tuple[str, str, bool]]:
    """The person's own words; what others said is a quotation and is left alone."""
    yield "complaint.subject", case.complaint.subject, False
    yield "complaint.summary", case.complaint.summary, False
    for number, contact in enumerate(case.contacts, 1):
        yield f"contacts[{number}].asked", contact.asked, True
    for number, demand in enumerate(case.demands, 1):
        yield f"demands[{number}].text", demand.text, True
    for number, item in enumerate(case.evidence, 1):
        yield f"evidence[{number}]", f"{item.name} {item.shows or ''}", False


def _numbers(key: str, text: str) -> Iterator[Caution]:
    if mask(text) != text:
        sentence = _(
            "{key} holds a phone, identity or account number or a mail address; everyone can read it there."
        ).format(key=_place(key))
        yield Caution(key, "", sentence, "numbers")


def _unproved(case: Case) -> Iterator[Caution]:
    for number, incident in enumerate(case.incidents, 1):
        key = f"incidents[{number}]"
        if incident.basis is Basis.INFERRED:
            sentence = _("{key} is an inference: the letters do not state it as a fact.").format(
                key=_place(key)
            )
            yield Caution(key, "", sentence, "inferred")
        elif not incident.evidence:
            sentence = _("{key} has no evidence yet: the letters say so.").format(key=_place(key))
            yield Caution(key, "", sentence, "no-evidence")
