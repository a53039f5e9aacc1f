"""What ``complain plan`` prints: a line per channel, each rule once with the channels it speaks of, dates, letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from complain.commands import home_options, typed
from complain.i18n import _
from complain.model import Outcome

if TYPE_CHECKING:
    from complain.environment import Home
    from complain.filing.planning import Plan
    from complain.rules.clock import Deadline
    from complain.rules.evaluate import Ruling
    from complain.rules.offers import Offer


def plan_lines(made: Plan, folder: Path, home: Home) -> Iterator[str]:
    """Yield the plan as a person reads it.

    Args:
        made: The plan.
        folder: The case folder, for the commands to type.
        home: The home in use, which these commands must find again.
    """
    numbers = _numbered(made)
    yield _("Channel by channel:")
    for channel, ruling in made.rulings.items():
        yield from _channel_lines(made.titles[channel], channel, ruling, numbers)
    yield from _letter_lines(made.offers, folder, home)
    yield from _date_lines(made, numbers)
    yield from _reason_lines(made, numbers)
    yield from _procedure_lines()
    yield from _debt_lines(folder, home)


def next_lines(made: Plan, folder: Path, home: Home) -> Iterator[str]:
    """Yield what is due next, and the letters that are ready, for ``complain status``.

    Args:
        made: The plan.
        folder: The case folder, for the commands to type.
        home: The home in use, which these commands must find again.
    """
    yield from _date_lines(made, {})
    yield from _letter_lines(made.offers, folder, home)


def _numbered(made: Plan) -> Mapping[str, int]:
    """Number every rule in the order in which the channels come to it."""
    reasons = [reason for ruling in made.rulings.values() for reason in ruling.reasons]
    return {reason: number for number, reason in enumerate(dict.fromkeys(reasons), 1)}


def _channel_lines(title: str, channel: str, ruling: Ruling, numbers: Mapping[str, int]) -> Iterator[str]:
    used = _(", ").join(str(numbers[reason]) for reason in dict.fromkeys(ruling.reasons))
    line = _("{title} ({channel}): {when}").format(title=title, channel=channel, when=when_due(ruling))
    yield "  " + (_("{line} (reasons: {numbers})").format(line=line, numbers=used) if used else line)
    yield from (f"      {said}" for said in ruling.sentences if said not in numbers)


def when_due(ruling: Ruling) -> str:
    """Say in a few words whether it is a channel's turn."""
    if ruling.due:
        return _("due now")
    if ruling.filed is not None:
        return _("look there first") if ruling.filed is Outcome.UNKNOWN else _("submitted already")
    if ruling.not_competent:
        return _("probably not the right addressee")
    if ruling.refused_elsewhere:
        return _("may refuse, because another body has the matter")
    if ruling.waits_until is not None:
        return _("waits until {day}").format(day=ruling.waits_until.isoformat())
    return _("not due yet")


def _reason_lines(made: Plan, numbers: Mapping[str, int]) -> Iterator[str]:
    if not numbers:
        return
    yield ""
    yield _("Reasons, each with its source and how sure it is:")
    for reason, number in numbers.items():
        of = [made.titles[channel] for channel, ruling in made.rulings.items() if reason in ruling.reasons]
        yield f"  {number}. {reason}"
        yield "     " + _("For: {channels}").format(channels=_(", ").join(of))


def _procedure_lines() -> Iterator[str]:
    from complain.rules.rows import table

    yield ""
    yield _(
        "Four procedures that are not each other; the letters here are complaints or requests of your own:"
    )
    yield from (f"  · {row.sentence()}" for row in table("procedures"))


def _date_lines(made: Plan, numbers: Mapping[str, int]) -> Iterator[str]:
    if not made.dates:
        return
    yield ""
    yield _("What comes next:")
    together: dict[str, list[str]] = {}
    for date in made.dates:
        titles = together.setdefault(_date_words(date, numbers), [])
        titles += [made.titles[date.channel]] if date.channel in made.titles else []
    for sentence, titles in together.items():
        names = _(", ").join(titles)
        yield "  " + (_("{name}: {value}").format(name=names, value=sentence) if names else sentence)


def _date_words(date: Deadline, numbers: Mapping[str, int]) -> str:
    """Return a date's whole sentence, or where it stands among the reasons."""
    sentence = date.sentence()
    number = numbers.get(sentence)
    if number is None or date.date is None:
        return sentence
    return _("{day} (reason {number})").format(day=date.date.isoformat(), number=number)


def _letter_lines(offers: tuple[Offer, ...], folder: Path, home: Home) -> Iterator[str]:
    if not offers:
        return
    yield ""
    yield _("Letters that are ready to be read:")
    for offer in offers:
        yield f"  {offer.why}"
        yield f"      {_letter_command(folder, home, *offer.arguments())}"


def _debt_lines(folder: Path, home: Home) -> Iterator[str]:
    from complain.rules.rows import table
    from complain.wording import debt_text

    yield ""
    yield debt_text()
    yield from (row.sentence() for row in table("debt"))
    yield f"      {_letter_command(folder, home, '--kind', 'repayment-plan')}"


def _letter_command(folder: Path, home: Home, *arguments: str) -> str:
    """Return the command that prints a letter: of this home's filings, wherever it is typed."""
    return typed("complain", "letter", folder.absolute(), *arguments, *home_options(home))
