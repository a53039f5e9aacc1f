"""What can go wrong at a desk, switched on by name.

A desk's faults are one text: names joined by commas, each with an optional number, as ``"slow=2, cut-after"``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from complain.errors import UsageError
from complain.i18n import _

EVERY_DESK = "*"
_FAULT = re.compile(r"(?P<name>[a-z0-9-]+)(?:=(?P<number>\d+(?:\.\d+)?))?")


@dataclass(frozen=True)
class FaultKind:
    """One thing that can go wrong.

    Attributes:
        name: As it is switched on.
        unit: What its number means: ``seconds``, or ``times`` (how many filings meet it; none means all).
        default: The number when none is given.
    """

    name: str
    unit: str
    default: float | None = None


SECONDS, TIMES = "seconds", "times"
KINDS = {
    kind.name: kind
    for kind in (
        FaultKind("slow", SECONDS, 2.0),
        FaultKind("5xx-before", TIMES),
        FaultKind("5xx-after", TIMES),
        FaultKind("cut-after", TIMES),
        FaultKind("confirmation-late", SECONDS, 3.0),
        FaultKind("double-click-trap", SECONDS, 1.0),
        FaultKind("captcha", TIMES),
        FaultKind("session-expiry", TIMES),
        FaultKind("refusal", TIMES),
        FaultKind("renamed-field", TIMES),
        FaultKind("duplicate-detection", TIMES),
        FaultKind("autosave", SECONDS, 0.3),
        FaultKind("bounce", TIMES),
    )
}


class Faults:
    """The faults of one desk; may be changed while it runs.

    Args:
        text: See the module's description; empty means that all goes well.

    Raises:
        UsageError: A name is not known, or the text cannot be read.
    """

    def __init__(self, text: str = "") -> None:
        self._left: dict[str, float | None] = {}
        self.change(text)

    def change(self, text: str) -> None:
        """Replace all faults by those in ``text``.

        Raises:
            UsageError: As for the class; nothing is changed then.
        """
        self._left = dict(_parse(part) for part in text.split(",") if part.strip())

    def seconds(self, name: str) -> float | None:
        """Return how long the fault ``name`` lasts, or None when it is off."""
        return self._left.get(name)

    def has(self, name: str) -> bool:
        """Say whether the fault ``name`` is on, without using it up."""
        return name in self._left

    def take(self, name: str) -> bool:
        """Say whether this filing meets the fault ``name``; one of its times is used up."""
        if name not in self._left:
            return False
        left = self._left[name]
        if left is not None:
            self._use_up(name, left)
        return True

    def _use_up(self, name: str, left: float) -> None:
        if left <= 1:
            del self._left[name]
        else:
            self._left[name] = left - 1

    def __str__(self) -> str:
        return ", ".join(
            name if number is None else f"{name}={number:g}" for name, number in self._left.items()
        )


def _parse(part: str) -> tuple[str, float | None]:
    match = _FAULT.fullmatch(part.strip())
    kind = KINDS.get(match["name"]) if match else None
    if match is None or kind is None:
        raise UsageError(
            _("A practice desk knows no fault “{name}”. It knows: {known}.").format(
                name=part.strip(), known=", ".join(sorted(KINDS))
            )
        )
    return kind.name, float(match["number"]) if match["number"] else kind.default


def faults_for(channel: str, settings: Mapping[str, str]) -> Faults:
    """Return the faults of one desk from a mapping of channel id (or ``*`` for every desk) to faults.

    Raises:
        UsageError: A fault's name is not known.
    """
    texts = (settings.get(EVERY_DESK, ""), settings.get(channel, ""))
    return Faults(", ".join(text for text in texts if text))
