"""Calling a channel's own steps: what a plugin does wrong is told as the plugin's, with its place.

A step has the page, and a page has buttons. What a press of the submit button would send is kept by the guard
before the commit; here it is also noticed, since a channel that presses must not be used.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeVar

from complain.channels.form import FormChannel
from complain.errors import ComplainError, PluginMistake
from complain.i18n import _

if TYPE_CHECKING:
    from complain.browser.egress import Egress

_T = TypeVar("_T")


async def take_step(channel: FormChannel, egress: Egress, name: str, step: Awaitable[_T]) -> _T:
    """Let the channel do one of its steps, and return what it says.

    Args:
        channel: Whose step it is.
        egress: Its guarded network.
        name: The method, as ``after_fill``.
        step: Its call, not yet awaited.

    Raises:
        PluginMistake: The step failed, or it tried to submit; nothing was sent.
    """
    before = _submissions(egress)
    try:
        said = await step
    except ComplainError:
        raise
    except Exception as error:  # a plugin's own code: its fault is named with its place, and nothing was sent
        raise PluginMistake(
            _("Step “{step}” of “{title}” failed ({kind} at {place}); nothing was sent.").format(
                step=name, title=channel.title, kind=type(error).__name__, place=place_of(error)
            ),
            next_step=f"complain plugin test {channel.id}",
        ) from error
    if _is_own(channel, name) and _submissions(egress) > before:
        raise PluginMistake(
            _("Step “{step}” of “{title}” tried to submit; it was kept, and nothing was sent.").format(
                step=name, title=channel.title
            ),
            next_step=_("Leave the submit button to the tool, which presses it once, after the confirm."),
        )
    return said


def _submissions(egress: Egress) -> int:
    return sum(egress.policy.is_submit(kept.method, kept.url) for kept in egress.writes_blocked)


def _is_own(channel: FormChannel, name: str) -> bool:
    """Whether the channel overrides the step; a page may try by itself to save what is typed."""
    return getattr(type(channel), name) is not getattr(FormChannel, name)


def place_of(error: BaseException) -> str:
    """Return the last line of the plugin itself: the one before the tool's or a library's own.

    Args:
        error: What its code raised.
    """
    trace, place = error.__traceback__, "?"
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "site-packages" not in file and not file.endswith("plugin_steps.py"):
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
