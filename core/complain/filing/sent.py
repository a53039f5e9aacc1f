"""What the captured request holds, compared with what was planned: pure functions.

A site may encrypt or rename what it sends; then nothing can be compared, and nothing is claimed. What *can* be
read must not be a cut or altered version of a planned value, and what stands under a field's own name must not
say something else in plain words.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from complain.browser.compare import is_same_amount
from complain.model import Action

if TYPE_CHECKING:
    from complain.browser.capture import CapturedRequest
    from complain.browser.readback import FilledField

_TAG = re.compile(r"<[^<>]*>")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_GROUPED_DIGITS = re.compile(r"[\d\s\-()+]*\d[\d\s\-()+]*")
SHORTEST = 8
"""Values shorter than this are beginnings of too many others to be told apart."""


def altered_values(
    request: CapturedRequest, filled: Sequence[FilledField], earlier: Sequence[FilledField] = ()
) -> Iterator[tuple[str, str, str]]:
    """Yield each planned text that the request does not hold, though it holds a changed form of it.

    Args:
        request: As it would leave.
        filled: The last page's fields.
        earlier: Fields of the pages before; only what stands under their own names is looked at, for they may have
            been sent before.

    Yields:
        The field's name, the planned value, the value in the request.
    """
    pairs = [(item.name, _plain(item.value)) for item in request.form_values() if item.value is not None]
    sent = [value for _name, value in pairs]
    planned_all = {_plain(value) for item in (*filled, *earlier) for value in item.field.values}
    names = Counter(item.found.sent_as for item in (*filled, *earlier))
    alone = [item for item in earlier if names[item.found.sent_as] == 1]
    for item in (*filled, *alone):
        if item.field.action is not Action.VALUE:
            continue
        planned = _plain(item.field.values[0])
        if planned in sent:
            continue
        own = [value for name, value in pairs if name and name == item.found.sent_as]
        among = sent
        if item not in filled:  # another answer under the same name is that of another question
            among = own = [value for value in own if value not in planned_all]
        altered = _replaced(own, planned) or _cut_or_lengthened(among, planned, planned_all)
        if altered is not None:
            yield item.field.name, planned, altered


def _replaced(own: Sequence[str], planned: str) -> str | None:
    """Return what stands under the field's own name when it can be read and says something else."""
    if len(own) != 1 or not _is_readable(own[0], planned) or is_same_amount(own[0], planned):
        return None
    return None if _letters(own[0]) in (_letters(planned), _letters(planned, markup=True)) else own[0]


def _is_readable(sent: str, planned: str) -> bool:
    """Whether both are Chinese, or numbers of as many digits; what is encrypted, encoded or converted is not."""
    if _CHINESE.search(planned):
        return _CHINESE.search(sent) is not None
    are_numbers = all(map(_GROUPED_DIGITS.fullmatch, (sent, planned)))
    return are_numbers and len(_letters(sent)) == len(_letters(planned))


def _letters(text: str, *, markup: bool = False) -> str:
    """Return letters and digits alone: an editor sends its own tags, line ends and escapes."""
    shown = html.unescape(text if markup else _TAG.sub("", text))
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", shown)))


def _cut_or_lengthened(sent: Sequence[str], planned: str, planned_all: set[str]) -> str | None:
    if len(planned) < SHORTEST:
        return None
    # The planned text of another field is not a changed form of this one.
    return next((v for v in sent if v not in planned_all and _is_form_of(v, planned)), None)


def _is_form_of(sent: str, planned: str) -> bool:
    if len(sent) < SHORTEST // 2 or is_same_amount(sent, planned):
        return False
    return (
        planned.startswith(sent)
        or planned.endswith(sent)
        or sent.startswith(planned)
        or sent.endswith(planned)
    )


def _plain(value: str) -> str:
    return value.replace("\r\n", "\n").strip()
