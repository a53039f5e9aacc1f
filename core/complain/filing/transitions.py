"""How one attempt at one filing may move: a pure function, and nothing else decides.

``DRAFTED -> PREPARED -> CONFIRMED -> COMMITTING -> an outcome``. Before ``COMMITTING`` nothing has been sent, so
any error is a proven ``NOT_FILED`` or a task for a person. After it, ``UNKNOWN`` is left only by reading.
"""

from __future__ import annotations

from enum import StrEnum

from complain.errors import IllegalTransition
from complain.i18n import _
from complain.model import Outcome


class State(StrEnum):
    """Where an attempt stands in the journal."""

    DRAFTED = "drafted"
    PREPARED = "prepared"
    CONFIRMED = "confirmed"
    COMMITTING = "committing"
    FILED = "filed"
    FILED_UNVERIFIED = "filed_unverified"
    UNKNOWN = "unknown"
    NOT_FILED = "not_filed"
    NEEDS_HUMAN = "needs_human"
    REFUSED = "refused"


class By(StrEnum):
    """Who or what brings a new state about."""

    RUN = "run"  # the run that files
    RECOVERY = "recovery"  # a start-up that found a commit without settlement
    READING = "reading"  # reconcile(): the channel's own list or the mailbox was read
    PERSON = "person"  # `complain resolve`: the person's own word


_BEFORE_COMMIT = {State.NOT_FILED, State.NEEDS_HUMAN}
_SETTLED = {
    State.FILED,
    State.FILED_UNVERIFIED,
    State.UNKNOWN,
    State.NOT_FILED,
    State.NEEDS_HUMAN,
    State.REFUSED,
}
_LOOKED_UP = {State.FILED, State.FILED_UNVERIFIED, State.NOT_FILED}

_MOVES: dict[tuple[State, By], set[State]] = {
    (State.DRAFTED, By.RUN): {State.PREPARED} | _BEFORE_COMMIT,
    (State.PREPARED, By.RUN): {State.PREPARED, State.CONFIRMED} | _BEFORE_COMMIT,
    (State.CONFIRMED, By.RUN): {State.COMMITTING} | _BEFORE_COMMIT,
    (State.COMMITTING, By.RUN): _SETTLED,
    (State.COMMITTING, By.RECOVERY): {State.UNKNOWN},
    # The mailbox can show a bounce of a mail whose acceptance was never seen.
    # A look that settled nothing is kept too: absence is proven by two of them.
    (State.UNKNOWN, By.READING): _LOOKED_UP | {State.REFUSED, State.UNKNOWN},
    (State.UNKNOWN, By.PERSON): _LOOKED_UP,
    # A number that came later, by mail or from the portal's list; or a bounce of an accepted mail.
    (State.FILED_UNVERIFIED, By.READING): {State.FILED, State.REFUSED},
    (State.FILED_UNVERIFIED, By.PERSON): {State.FILED},
    # After a press that a page answered with a challenge or a refusal: the list shows that it took the filing all the same.
    (State.NEEDS_HUMAN, By.READING): {State.FILED, State.FILED_UNVERIFIED},
    (State.REFUSED, By.READING): {State.FILED, State.FILED_UNVERIFIED},
    # The person did it by hand, from the pack.
    (State.NEEDS_HUMAN, By.PERSON): {State.FILED, State.FILED_UNVERIFIED},
    (State.NOT_FILED, By.PERSON): {State.FILED, State.FILED_UNVERIFIED},
    (State.REFUSED, By.PERSON): {State.FILED, State.FILED_UNVERIFIED},
    (State.DRAFTED, By.PERSON): {State.FILED, State.FILED_UNVERIFIED},
    (State.PREPARED, By.PERSON): {State.FILED, State.FILED_UNVERIFIED},
    (State.CONFIRMED, By.PERSON): {State.FILED, State.FILED_UNVERIFIED},
}

FILED = (State.FILED, State.FILED_UNVERIFIED)
"""The channel has it."""

UNSENT = frozenset({State.DRAFTED, State.PREPARED, State.CONFIRMED})
"""On the way, before the mark: the button has not been pressed."""

REOPENABLE = UNSENT | {State.NOT_FILED, State.NEEDS_HUMAN, State.REFUSED}
"""Only here a new attempt may begin: the last one provably sent nothing, or the channel itself said no."""


def advance(state: State | None, new: State, by: By = By.RUN) -> State:
    """Return ``new`` if an attempt in ``state`` may move there.

    Args:
        state: The attempt's last state; None for a new attempt.
        new: Where it is to go.
        by: Who or what brings it about.

    Raises:
        IllegalTransition: It may not.
    """
    allowed: set[State] = set()
    if state is not None:
        allowed = _MOVES.get((state, by), allowed)
    elif by in (By.RUN, By.PERSON):
        allowed = {State.DRAFTED}
    if new not in allowed:
        raise IllegalTransition(
            _("The journal refuses the step from {old} to {new} ({by}).").format(
                old=state or "-", new=new, by=by
            )
        )
    return new


def outcome_of(state: State) -> Outcome:
    """Return what a person is told of an attempt in ``state``.

    A commit without settlement is ``UNKNOWN``, whoever looks.
    """
    if state is State.COMMITTING:
        return Outcome.UNKNOWN
    if state in (State.DRAFTED, State.CONFIRMED):
        return Outcome.PREPARED if state is State.CONFIRMED else Outcome.NOT_FILED
    return Outcome(state.value)
