"""How one run treats its forms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FormOptions:
    """How one run treats its forms.

    Attributes:
        dry_run: Nothing is submitted, no code is requested.
        reveal: Pictures are not masked.
        settle: Seconds to wait for the answer after the submit.
        patience: Seconds that a person may take for a log-in.
        headed: Whether the browser can be seen.
        login_by_hand: Whether a person is there to log in.
    """

    dry_run: bool
    reveal: bool
    settle: float
    patience: float
    headed: bool = False
    login_by_hand: bool = False
