"""What the preview shows of a filled form: field by field, in the order in which a person meets them."""

from __future__ import annotations

from collections.abc import Sequence

from complain.browser.readback import Difference, FilledField
from complain.errors import ReadBackDiffers
from complain.filing.prepared import Filled
from complain.i18n import _
from complain.masking import mask_value
from complain.model import Action, PlannedField
from complain.wording import field_words

LONGEST_SHOWN = 60
"""Characters of a value in a sentence: a whole letter, masked, would fill the screen with asterisks."""


def shown_fields(
    filled: Sequence[Sequence[FilledField]], left_open: Sequence[PlannedField], last: int
) -> tuple[Filled, ...]:
    """Return every field: those that are filled, the uploads that come after the confirm, and the person's own.

    Args:
        filled: Per page, as filled and read back.
        left_open: What is filled in only when it is sent.
        last: 0-based number of the last page, where that happens.
    """
    done = [
        _shown(number, item.field, mark=mark)
        for number, page in enumerate(filled)
        for mark, item in enumerate(page, 1)
    ]
    late = [_shown(last, field) for field in left_open if field.action is not Action.ASK]
    asked = [_shown(last, field, _("given by you")) for field in left_open if field.action is Action.ASK]
    return (*done, *late, *asked)


def _shown(page: int, planned: PlannedField, note: str = "", *, mark: int = 0) -> Filled:
    files = planned.action is Action.FILES
    values = [attachment.name for attachment in planned.attachments] if files else planned.values
    name = field_words(planned)
    return Filled(page, name, "、".join(values), planned.source, planned.sensitive, note, mark)


def differs(found: Difference, channel: str) -> ReadBackDiffers:
    """Return what to say of a field that does not hold what was planned; nothing was sent.

    Args:
        found: What the page holds.
        channel: The channel's id.
    """
    planned, held = found.planned.replace("\n", " "), (found.found or "").replace("\n", " ")
    if held and len(planned) > LONGEST_SHOWN and planned.startswith(held):
        return ReadBackDiffers(
            _(
                "“{field}” takes {most} characters, and {size} were planned; nothing was cut, nothing was sent."
            ).format(field=found.name, most=len(held), size=len(planned)),
            next_step=_("If it is the letter, write letter = {example} under [limits].").format(
                example=f"{{ max = {len(held)} }}"
            ),
        )
    return ReadBackDiffers(
        _("“{field}” should hold “{planned}” but holds “{found}”; nothing was sent.").format(
            field=found.name, planned=_briefly(planned), found=_briefly(held)
        ),
        next_step=f"complain doctor {channel}",
    )


def _briefly(value: str) -> str:
    masked = mask_value(value)
    return masked if len(masked) <= LONGEST_SHOWN else f"{masked[:LONGEST_SHOWN]}…"
