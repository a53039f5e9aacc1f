"""What can stand in the way of filling a field, in words."""

from __future__ import annotations

from collections.abc import Sequence

from complain.browser.find import MOST_NAMED, Found
from complain.errors import FormChanged
from complain.i18n import _


def check_problem(found: Found, problem: str, wanted: str, options: Sequence[str]) -> None:
    """Raise what the page's library reported.

    Args:
        found: The field.
        problem: The kind of problem (``Problem`` in ``scripts/hands.js``); empty for none.
        wanted: The option that was looked for.
        options: Those that the page offers.

    Raises:
        FormChanged: There is a problem.
    """
    if not problem:
        return
    names = "; ".join(options[:MOST_NAMED]) + ("; …" if len(options) > MOST_NAMED else "")
    sentences = {
        "no option": _("The field “{name}” has no option “{wanted}”. Its options are: {names}."),
        "doubled option": _("The field “{name}” has the option “{wanted}” more than once: {names}."),
        "disabled": _("The field “{name}” cannot be filled: the page has switched it off."),
        "read-only": _("The field “{name}” cannot be typed into: the page has made it read-only."),
        "no popup": _("The field “{name}” showed no list to choose from when it was pressed."),
        "no such day": _("The field “{name}” does not offer the day {wanted}."),
        "unknown widget": _("The field “{name}” is of a kind that cannot be filled by itself."),
    }
    text = sentences.get(problem, _("The field “{name}” could not be filled."))
    raise FormChanged(
        text.format(name=found.name, wanted=wanted, names=names or _("none")),
        next_step=_("Look at the page and correct the channel's definition."),
    )
