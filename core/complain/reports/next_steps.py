"""「接下来」: what to expect after a run, in three lines at most (USERS U8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from complain.i18n import _
from complain.model import FilingReport, Outcome
from complain.wording import callback_text

_SENT = (Outcome.FILED, Outcome.FILED_UNVERIFIED)


@dataclass(frozen=True)
class Deadline:
    """When one filing should be answered.

    Attributes:
        channel: The channel's id.
        on: The day.
        legal: Whether a verified rule sets it.
        ruled: Whether any rule sets it; else the day is only a reminder to ask.
    """

    channel: str
    on: dt.date
    legal: bool
    ruled: bool = False


@dataclass(frozen=True)
class NextSteps:
    """The screen after a run.

    Attributes:
        lines: At most three: what is awaited, who will call, what to do.
        caution: What to mind when somebody calls; empty when nothing was sent.
    """

    lines: tuple[str, ...]
    caution: str

    def __str__(self) -> str:
        return "\n".join((*self.lines, self.caution) if self.caution else self.lines)


def next_steps(
    reports: Sequence[FilingReport],
    deadlines: Sequence[Deadline] = (),
    *,
    titles: Mapping[str, str] | None = None,
    practice: bool = False,
) -> NextSteps:
    """Return what comes next.

    Args:
        reports: How each filing stands; filings of earlier runs may be among them.
        deadlines: When answers are due, or when to ask.
        titles: What a person calls each channel; its id where it is missing.
        practice: Nobody real was reached, so nobody will call.
    """
    names = titles or {}
    sent = [report for report in reports if report.outcome in _SENT]
    lines = (
        _awaited(sent, deadlines, names),
        "" if practice else _caller(sent, names),
        _to_do(reports, names),
    )
    return NextSteps(tuple(line for line in lines if line), callback_text() if sent and not practice else "")


def _awaited(sent: Sequence[FilingReport], deadlines: Sequence[Deadline], names: Mapping[str, str]) -> str:
    if not sent:
        return ""
    channels = {report.channel for report in sent}
    due = sorted((deadline for deadline in deadlines if deadline.channel in channels), key=lambda d: d.on)
    legal = next((deadline for deadline in due if deadline.legal), None)
    if legal is not None:
        return _("Wait for the answer of {title}, due by {date}.").format(
            title=_title(legal.channel, names), date=legal.on.isoformat()
        )
    if due and due[0].ruled:
        return _(
            "Wait for the answers. By a rule that is not verified on an official site, {title} should answer by {date}; "
            "if it has not, ask."
        ).format(title=_title(due[0].channel, names), date=due[0].on.isoformat())
    if due:
        return _(
            "Wait for the answers. No legal time limit that applies was found; ask {title} on {date} (a reminder only)."
        ).format(title=_title(due[0].channel, names), date=due[0].on.isoformat())
    return _("Wait for the answers of: {titles}.").format(titles=_titles(sent, names))


def _caller(sent: Sequence[FilingReport], names: Mapping[str, str]) -> str:
    if not sent:
        return ""
    return _("These may call or write to you: {titles}, or the institution complained of.").format(
        titles=_titles(sent, names)
    )


def _to_do(reports: Sequence[FilingReport], names: Mapping[str, str]) -> str:
    by_outcome = {outcome: [r for r in reports if r.outcome is outcome] for outcome in Outcome}
    if unknown := by_outcome[Outcome.UNKNOWN]:
        return _(
            "You: look whether it arrived at {titles}, and record what you saw; do not submit again before."
        ).format(titles=_titles(unknown, names))
    if waiting := by_outcome[Outcome.NEEDS_HUMAN]:
        return _("You: finish by hand what waits for you: {titles}.").format(titles=_titles(waiting, names))
    if failed := by_outcome[Outcome.REFUSED] + by_outcome[Outcome.NOT_FILED]:
        return _("You: read the reason for {titles}, mend it, and run again.").format(
            titles=_titles(failed, names)
        )
    if by_outcome[Outcome.PREPARED]:
        return _("You: read the preview; nothing was submitted.")
    return _("You: keep the receipts and all evidence, and keep your phone reachable.") if reports else ""


def _title(channel: str, names: Mapping[str, str]) -> str:
    return names.get(channel, channel)


def _titles(reports: Sequence[FilingReport], names: Mapping[str, str]) -> str:
    return _(", ").join(dict.fromkeys(_title(report.channel, names) for report in reports))
