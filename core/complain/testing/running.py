"""Makes the checks of a channel, whatever kind it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from complain.channels.form import FormChannel
from complain.channels.mail import MailChannel
from complain.errors import ComplainError
from complain.i18n import _
from complain.testing import mail_checks
from complain.testing.checks import CHECKS, meaning_of
from complain.testing.mail_checks import MAIL_CHECKS
from complain.testing.stand_in_pages import CannotStandIn
from complain.testing.subjects import Subject
from complain.testing.trial import Bench
from complain.testing.verdicts import NotApplicable, Verdict, Violation


def checks_of(channel: Subject) -> tuple[str, ...]:
    """Return the names of the checks that a channel is asked, in the order in which they are made."""
    return tuple(MAIL_CHECKS if isinstance(channel, MailChannel) else CHECKS)


def run_check(name: str, bench: Bench, channel: Subject) -> Verdict:
    """Make one check and return what it found.

    Args:
        name: Of `CHECKS`, or of `MAIL_CHECKS` for a mail channel; one of the other kind is skipped.
        bench: Where trials are made.
        channel: As registered.
    """
    if name not in checks_of(channel):
        return Verdict(
            name, "skipped", _("A channel of the kind “{kind}” is not asked this.").format(kind=channel.kind)
        )
    try:
        _check(name, bench, channel)()
    except Violation as error:
        return Verdict(name, "failed", str(error))
    except ComplainError as error:
        return Verdict(name, "failed", " ".join(part for part in (error.message, error.next_step) if part))
    except NotApplicable as error:
        return Verdict(name, "skipped", str(error))
    except CannotStandIn as error:
        return Verdict(name, "skipped", _("No form can be drawn to try it on: {what}.").format(what=error))
    told = mail_checks.meaning_of if isinstance(channel, MailChannel) else meaning_of
    return Verdict(name, "passed", told(name))


def _check(name: str, bench: Bench, channel: Subject) -> Callable[[], None]:
    if isinstance(channel, MailChannel):
        return lambda: MAIL_CHECKS[name](bench, channel)
    return lambda: CHECKS[name](bench, channel)


def run_checks(bench: Bench, channel: Subject) -> Iterator[Verdict]:
    """Make every check; what cannot be loaded is not tried."""
    for name in checks_of(channel):
        verdict = run_check(name, bench, channel)
        yield verdict
        if name == "lint" and not _loads(channel):
            return


def _loads(channel: Subject) -> bool:
    if not isinstance(channel, FormChannel):
        return True
    try:
        return bool(channel.definition)
    except ComplainError:
        return False
