"""What a check finds, and the judging that all kinds of channels share."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from complain.i18n import _, ngettext
from complain.model import FilingReport, Outcome

SHORTEST_SECRET = 6
"""Characters; a shorter one ("admin") stands somewhere by chance."""


class Violation(Exception):
    """A channel does not stand a check; the message says how, and what to do."""


class NotApplicable(Exception):
    """A check says nothing about this channel; the message says why."""


@dataclass(frozen=True)
class Verdict:
    """What one check found.

    Attributes:
        check: Its name.
        state: ``passed``, ``failed`` or ``skipped``.
        sentence: What it proves, or what went wrong.
    """

    check: str
    state: str
    sentence: str

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return self.state != "failed"


def judge(
    report: FilingReport, stored: int, outcomes: tuple[Outcome, ...], rows: int | None, why: str
) -> None:
    """Compare what is told with what should be, and with what the far side holds.

    Args:
        report: As the tool tells it.
        stored: How many filings the far side holds.
        outcomes: Those that would be right.
        rows: How many filings there should be; None where that says nothing.
        why: What the tool said of it.

    Raises:
        Violation: They differ.
    """
    if rows is not None and stored != rows:
        sentence = ngettext(
            "The far side holds one filing where {expected} should be. {why}",
            "The far side holds {stored} filings where {expected} should be. {why}",
            stored,
        )
        raise Violation(sentence.format(stored=stored, expected=rows, why=why).strip())
    if report.outcome not in outcomes:
        raise Violation(
            _("The outcome is “{outcome}” and should be “{expected}”. {why}")
            .format(outcome=report.outcome.value, expected=" / ".join(o.value for o in outcomes), why=why)
            .strip()
        )


def find_secrets(folder: Path, said: Iterable[str], secrets: Iterable[str]) -> None:
    """Search for secrets in everything that trials left behind.

    Args:
        folder: Of all trials.
        said: What was printed or told.
        secrets: Those that were used; the shortest are not looked for.

    Raises:
        Violation: One was found.
    """
    wanted = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]
    if any(secret in sentence for sentence in said for secret in wanted):
        raise Violation(_("A secret was printed."))
    for path in sorted(folder.rglob("*")):
        if path.is_file() and any(_holds(path, secret) for secret in wanted):
            raise Violation(_("A secret stands in {file}.").format(file=path.relative_to(folder)))


def _holds(path: Path, canary: str) -> bool:
    data = path.read_bytes()
    forms = (canary.encode(), canary.encode("utf-16-le"), quote(canary).encode(), _digest(canary))
    return any(form in data for form in (*forms, *_in_base64(canary)))


def _in_base64(canary: str) -> Iterator[bytes]:
    """As it stands in a log-in to a mail server or in HTTP Basic, behind a name of any length."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + canary.encode()).rstrip(b"=")
        yield encoded[-(-before * 8 // 6) : -1]  # without the characters that its neighbours share


def _digest(canary: str) -> bytes:
    """A bare hash of a short secret can be tried out."""
    return hashlib.sha256(canary.encode()).hexdigest().encode()
