"""Comparing names as a person reads them: the label that the page shows and the label that was written down.

``browser/scripts/names.js`` does the same inside the page; a test holds the two together.
"""

from __future__ import annotations

import re
import unicodedata

_CJK = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BETWEEN_CJK = re.compile(f"(?<=[{_CJK}]) (?=[{_CJK}])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_MARKS = re.compile(r"\(必填\)|[*:]")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def fold(name: str) -> str:
    """Return a name in the form in which names are compared (contract of ``form.toml``).

    NFKC, lower case, white space collapsed and dropped between Chinese characters; without ``*``, ``:``, ``：``
    and ``（必填）``.

    Args:
        name: As the page shows it or as a definition writes it.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", name)).lower()
    plain = _MARKS.sub(" ", plain)
    return _BETWEEN_CJK.sub("", _SPACE.sub(" ", plain).strip())
