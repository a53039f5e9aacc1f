"""What the answer to a submit proves: pure rules, never more certain than the truth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from complain.filing.transitions import State
from complain.i18n import _

Sign = Literal["success", "refusal", "duplicate", "challenge", "timeout"]


@dataclass(frozen=True)
class Seen:
    """What was seen after the submit button was pressed.

    Attributes:
        sign: The first of the channel's declared signals, or ``timeout``.
        number: The receipt number, read where the channel declares it.
        words: The channel's words around a refusal or challenge.
        nothing_left: The gate proves that no connection was opened after arming.
        clean: Exactly one connection and one matching request, no 307/308 and no re-send.
        code_used: A one-time code was typed for this submit; a first, unseen delivery would have used it up.
        has_receipt_too: A page that refuses or challenges shows a new receipt number as well.
        blocked: Why the tool itself stopped the request before it left; empty when it did not.
    """

    sign: Sign
    number: str | None = None
    words: str = ""
    nothing_left: bool = False
    clean: bool = False
    code_used: bool = False
    has_receipt_too: bool = False
    blocked: str = ""


@dataclass(frozen=True)
class Settlement:
    """How a commit ended.

    Attributes:
        state: An outcome.
        number: The receipt number, if one was read.
        reason: One sentence for the person.
        task: What waits for a person.
        filed_at: When the answer was seen (aware, UTC).
        data: For the journal: no personal data.
        later: Waits for what may still come of it within this run, and returns what is known then; None: nothing
            more comes. It sends nothing.
    """

    state: State
    number: str | None = None
    reason: str = ""
    task: str = ""
    filed_at: dt.datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    later: Callable[[], Awaitable[Settlement]] | None = field(default=None, repr=False, compare=False)


def judge(seen: Seen, where: str) -> Settlement:
    """Return the outcome that ``seen`` proves.

    A refusal or challenge counts only when exactly one request can have caused it: otherwise it may be the echo
    of Chromium's own re-send, and the first delivery may have been stored. Beside a receipt it is no refusal.

    Args:
        seen: What was seen.
        where: Where the person can look, as the channel's title.
    """
    if seen.nothing_left:
        return Settlement(
            State.NOT_FILED,
            reason=seen.blocked or _("Nothing left this computer after the button was pressed."),
        )
    if seen.sign == "success":
        if seen.number:
            return Settlement(State.FILED, number=seen.number)
        return Settlement(
            State.FILED_UNVERIFIED,
            reason=_("The page reports success, but shows no number where the channel declares it."),
        )
    believed = seen.clean and not seen.has_receipt_too
    if seen.sign == "refusal" and believed:
        return Settlement(State.REFUSED, reason=seen.words)
    if seen.sign == "challenge" and believed and not seen.code_used:
        return Settlement(
            State.NEEDS_HUMAN,
            reason="challenged",
            task=_("The channel asks for something only you can give: “{words}”.").format(words=seen.words),
        )
    return Settlement(
        State.UNKNOWN,
        reason=_unknown(seen),
        task=_("Look in “{where}”, then enter what you saw.").format(where=where),
    )


def _unknown(seen: Seen) -> str:
    if seen.sign == "timeout":
        return _("No answer that the channel declares was seen in time.")
    if seen.sign == "duplicate":
        return _("The channel says that it already has this complaint: “{words}”.").format(words=seen.words)
    if seen.has_receipt_too:
        return _("The page says “{words}”, and shows a number of a receipt as well.").format(words=seen.words)
    return _("The page says “{words}”, but more than one delivery may have been made.").format(
        words=seen.words
    )
