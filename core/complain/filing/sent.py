"""What the captured request holds, compared with what was planned: pure functions.

A site may encrypt or rename what it sends; then nothing can be compared, and nothing is claimed. What *can* be
read must not be a cut or altered version of a planned value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from complain.browser.capture import CapturedRequest
from complain.model import Action, PlannedField

_AMOUNT = re.compile(r"\d+\.\d+")
SHORTEST = 8
"""Values shorter than this are beginnings of too many others to be told apart."""


def altered_values(
    request: CapturedRequest, fields: Sequence[PlannedField]
) -> Iterator[tuple[str, str, str]]:
    """Yield each planned text that the request holds only in a cut or lengthened form.

    Args:
        request: As it would leave.
        fields: The last page's fields.

    Yields:
        The field's name, the planned value, the value in the request.
    """
    sent = [_plain(item.value) for item in request.form_values() if item.value is not None]
    planned_all = {_plain(value) for field in fields for value in field.values}
    for field in fields:
        if field.action is not Action.VALUE or len(field.values[0]) < SHORTEST:
            continue
        planned = _plain(field.values[0])
        if planned in sent:
            continue
        # The planned text of another field is not a changed form of this one.
        altered = next((v for v in sent if v not in planned_all and _is_form_of(v, planned)), None)
        if altered is not None:
            yield field.name, planned, altered


def _is_form_of(sent: str, planned: str) -> bool:
    if len(sent) < SHORTEST // 2 or _is_same_amount(sent, planned):
        return False
    return (
        planned.startswith(sent)
        or planned.endswith(sent)
        or sent.startswith(planned)
        or sent.endswith(planned)
    )


def _is_same_amount(sent: str, planned: str) -> bool:
    """A script that computes with an amount sends 12345.50 as 12345.5."""
    return all(map(_AMOUNT.fullmatch, (sent, planned))) and Decimal(sent) == Decimal(planned)


def _plain(value: str) -> str:
    return value.replace("\r\n", "\n").strip()
