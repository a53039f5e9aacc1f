"""What a person looks at before anything is sent: the preview page and its short form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complain.case.model import Case
from complain.channels.base import Channel
from complain.channels.form import FormChannel
from complain.durable import make_folder
from complain.environment import Environment
from complain.filing.prepared import Prepared
from complain.model import Draft, Outcome
from complain.reports.disclosure import Disclosure, disclosures
from complain.reports.preview import PreviewChannel, PreviewField, PreviewReport, write_preview

if TYPE_CHECKING:
    from rich.console import RenderableType


PHONE_WIDTH = 390  # CSS pixels; a phone's picture is shown as large as on the phone


def _is_phone(channel: Channel) -> bool:
    return isinstance(channel, FormChannel) and channel.definition.channel.device != "desktop"


@dataclass(frozen=True)
class Reviewed:
    """One channel of a stage as it stands before the confirm.

    Attributes:
        channel: The channel.
        draft: What it would get; None when it could not be drafted.
        prepared: What was filled and seen.
        outcome: ``prepared``, or why not.
        words: The reason or task when it is not prepared.
    """

    channel: Channel
    draft: Draft | None
    prepared: Prepared
    outcome: Outcome
    words: str = ""


@dataclass(frozen=True)
class Review:
    """One stage, ready to be looked at.

    Attributes:
        brake: What is said before the question of channels that are not due yet; empty when all are.
    """

    case: Case
    run: str
    environment: Environment
    stage: int
    dry_run: bool
    reveal: bool
    channels: tuple[Reviewed, ...]
    brake: str = ""

    @property
    def ready(self) -> tuple[Reviewed, ...]:
        """The channels that a confirm would submit."""
        return tuple(reviewed for reviewed in self.channels if reviewed.outcome is Outcome.PREPARED)

    def report(self) -> PreviewReport:
        """Return this stage for the preview page."""
        return PreviewReport(
            case_id=self.case.id,
            run=self.run,
            made_at=self.environment.now(),
            stage=self.stage,
            dry_run=self.dry_run,
            practice=self.environment.practice,
            channels=tuple(self._channel(reviewed) for reviewed in self.channels),
        )

    def _channel(self, reviewed: Reviewed) -> PreviewChannel:
        channel, prepared, draft = reviewed.channel, reviewed.prepared, reviewed.draft
        return PreviewChannel(
            id=channel.id,
            title=channel.title,
            address=draft.mail.recipient if draft and draft.mail else channel.url,
            verified=channel.verified,
            outcome=reviewed.outcome,
            pictures=prepared.pictures,
            picture_width=PHONE_WIDTH if _is_phone(channel) else 0,
            fields=tuple(
                PreviewField(f.page + 1, f.name, f.value, f.source, f.sensitive, f.note, f.mark)
                for f in prepared.fields
            ),
            letter=draft.letter if draft else "",
            letter_name=draft.letter_name if draft else "",
            proof=draft.proof if draft else (),
            attachments=draft.attachments if draft else (),
            warnings=prepared.warnings,
            waiting=prepared.waiting,
            requests_left=prepared.requests_left,
            hosts=prepared.hosts,
            hosts_refused=prepared.refused_hosts,
            discloses=tuple(self._discloses(channel, draft)),
            reason=reviewed.words,
        )

    def _discloses(self, channel: Channel, draft: Draft | None) -> Sequence[Disclosure]:
        if draft is None:
            return ()
        sheet = None if self.environment.practice else channel.sheet
        return disclosures(
            self.case,
            draft,
            recipient=sheet.recipient if sheet else channel.title,
            onward=sheet.onward if sheet else "",
            stage=channel.stage,
        )

    def write(self, path: Path, reviews: Sequence[Review]) -> None:
        """Write the preview page with all stages so far."""
        make_folder(path.parent)
        write_preview(path, [review.report() for review in reviews], reveal=self.reveal)

    def summary(self) -> RenderableType:
        """Return this stage in short, for the terminal."""
        from complain.reports.terminal import terminal_summary

        return terminal_summary(self.report(), reveal=self.reveal)
