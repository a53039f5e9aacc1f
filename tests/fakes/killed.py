"""Runs the command line and dies by SIGKILL at one named step: ``python -m fakes.killed STEP ARGUMENT...``.

A step is ``before:`` or ``after:`` and the name of one function of the engine; see `STEPS`.
"""

from __future__ import annotations

import importlib
import inspect
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

# name -> (module, class or empty, function, first argument that must match or None)
POINTS: dict[str, tuple[str, str, str, str | None]] = {
    "draft": ("complain.filing.journal", "Journal", "begin", None),
    "fill": ("complain.filing.form_filing", "", "fill_fields", None),
    "prepared": ("complain.filing.journal", "Journal", "record", "prepared"),
    "confirmed": ("complain.filing.journal", "Journal", "record", "confirmed"),
    "finish": ("complain.filing.form_filing", "FormFiling", "finish", None),
    "committing": ("complain.filing.journal", "Journal", "record", "committing"),
    "arm": ("complain.browser.egress", "Egress", "arm", None),
    "press": ("complain.filing.form_commit", "", "press", None),
    "answer": ("complain.browser.signals", "Signals", "wait", None),
    "evidence": ("complain.filing.form_commit", "", "keep_answer", None),
    "settled": ("complain.filing.journal", "Journal", "record", "filed"),
    "bag": ("complain.filing.receipting", "", "write_bag", None),
    "archived": ("complain.filing.journal", "Journal", "add_bag", None),
}
STEPS = tuple(f"{when}:{name}" for name in POINTS for when in ("before", "after"))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _wrapped(
    function: Callable[..., Any], when: str, wanted: str | None, channel: str, strike: Callable[[], None]
) -> Callable[..., Any]:
    def applies(arguments: tuple[Any, ...]) -> bool:
        named = [argument.channel for argument in arguments if hasattr(argument, "channel")]
        if channel and any(isinstance(name, str) and name != channel for name in named):
            return False  # a run also archives what an earlier one left
        return wanted is None or any(str(argument) == wanted for argument in arguments)

    async def slow(*args: Any, **options: Any) -> Any:
        if when == "before" and applies(args):
            strike()
        result = await function(*args, **options)
        if when == "after" and applies(args):
            strike()
        return result

    def fast(*args: Any, **options: Any) -> Any:
        if when == "before" and applies(args):
            strike()
        result = function(*args, **options)
        if when == "after" and applies(args):
            strike()
        return result

    return slow if inspect.iscoroutinefunction(function) else fast


def arm(step: str, strike: Callable[[], None] = _die, *, channel: str = "") -> None:
    """Make this process die at ``step``, or be struck otherwise.

    Args:
        step: One of `STEPS`.
        strike: What happens there.
        channel: Only when the step is this channel's, as far as the step can tell; empty: any.
    """
    when, name = step.split(":")
    module, owner, function, wanted = POINTS[name]
    place = importlib.import_module(module)
    if owner:
        place = getattr(place, owner)
    setattr(place, function, _wrapped(getattr(place, function), when, wanted, channel, strike))


if __name__ == "__main__":
    from complain.cli.main import main

    arm(sys.argv[1])
    main(sys.argv[2:])
