"""The preview: one page that shows all that would be sent, where each value came from, and who will know it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from complain.durable import write_durably
from complain.environment import CHINA
from complain.i18n import _
from complain.model import Attachment, Outcome, ProofRow
from complain.reports.disclosure import Disclosure, known_label
from complain.reports.masked import Masker
from complain.reports.page import data_uri, readable_size, render_page
from complain.reports.sources import source_label
from complain.wording import head_line, never_verified, outcome_label

TALLEST_ON_ONE_PAGE = 2.2
"""Height over width: A4 has 1.4, and a picture of 2.2 is still read at two thirds of its size."""


@dataclass(frozen=True)
class PreviewField:
    """One field as the preview shows it.

    Attributes:
        page: 1-based number of the form's page.
        name: As the page names it.
        value: What stands in it; empty when it waits for a person.
        source: Where the value came from: a template as ``{{ complainant.email }}``, or a fixed text.
        sensitive: Whether the value is masked unless the person asked to see it.
        note: What to know about it, as that it waits for a code.
        mark: The number beside it in the page's picture; 0 for none.
    """

    page: int
    name: str
    value: str
    source: str
    sensitive: bool
    note: str = ""
    mark: int = 0


@dataclass(frozen=True)
class PreviewChannel:
    """All that one channel would get.

    Attributes:
        id: The channel's id.
        title: As a person calls it.
        address: Where it goes: a page's address or a mailbox.
        verified: The day a person last saw it work; None for never.
        outcome: How it stands now.
        pictures: PNG of the full page, one for each filled page, already masked.
        fields: In page order.
        letter: As it would be sent.
        letter_name: Which letter at which length.
        proof: What each factual statement of the letter rests on.
        attachments: As they would be sent.
        warnings: Sentences.
        waiting: What waits for a person, one sentence each.
        requests_left: Writing requests that left so far, as ``POST https://…``.
        hosts: Hosts that were contacted.
        hosts_refused: Hosts that the page wanted and did not get.
        discloses: Who will know what.
        reason: Why it is not filled in, one sentence; empty when it is.
        picture_width: Width of the device in CSS pixels: a phone's picture is shown as large as on the phone;
            0 shows every pixel of the PNG.
    """

    id: str
    title: str
    address: str
    verified: dt.date | None
    outcome: Outcome
    pictures: tuple[bytes, ...] = ()
    fields: tuple[PreviewField, ...] = ()
    letter: str = ""
    letter_name: str = ""
    proof: tuple[ProofRow, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    warnings: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    requests_left: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    hosts_refused: tuple[str, ...] = ()
    discloses: tuple[Disclosure, ...] = ()
    reason: str = ""
    picture_width: int = 0

    @property
    def tasks(self) -> tuple[str, ...]:
        """What a person has to do; for a form that could not be filled, why it waits."""
        stopped = self.outcome is Outcome.NEEDS_HUMAN and self.reason
        return (self.reason,) if stopped and not self.waiting else self.waiting


@dataclass(frozen=True)
class PreviewReport:
    """The preview of one stage of one run.

    Attributes:
        case_id: The case.
        run: The run.
        made_at: Aware.
        stage: 1 the institution's own channels, 2 bodies outside it.
        dry_run: Nothing will be submitted.
        practice: Only the practice desks are spoken to.
        channels: In the order of filing.
    """

    case_id: str
    run: str
    made_at: dt.datetime
    stage: int
    dry_run: bool
    practice: bool
    channels: tuple[PreviewChannel, ...]


def write_preview(path: Path, report: PreviewReport | Sequence[PreviewReport], *, reveal: bool) -> None:
    """Write the preview as one self-contained page, readable without any script.

    Args:
        path: The file; its folder must exist.
        report: The stage, or all stages of a dry run in their order.
        reveal: Show sensitive values; else they are masked here. Pictures are masked by whoever took them.

    Raises:
        OSError: The file could not be written.
        ValueError: There is no report at all.
    """
    write_durably(path, render_preview(report, reveal=reveal).encode())


def render_preview(report: PreviewReport | Sequence[PreviewReport], *, reveal: bool) -> str:
    """Return the page that `write_preview` writes."""
    reports = (report,) if isinstance(report, PreviewReport) else tuple(report)
    if not reports:
        raise ValueError("a preview needs at least one report")
    return render_page(
        "preview.html.j2",
        style="preview.css",
        reports=reports,
        first=reports[0],
        head=head_line(dry_run=reports[0].dry_run, practice=reports[0].practice),
        masker=preview_masker(reports, reveal=reveal),
        reveal=reveal,
        china_time=china_time,
        data_uri=data_uri,
        readable_size=readable_size,
        known_label=known_label,
        outcome_label=outcome_label,
        never_verified=never_verified,
        source_label=source_label,
        field_value=field_value,
        is_long=is_long,
        length_label=length_label,
        stage_title=stage_title,
    )


def preview_masker(reports: Sequence[PreviewReport], *, reveal: bool) -> Masker:
    """Return a masker for every sensitive value of these reports."""
    fields = (field for report in reports for channel in report.channels for field in channel.fields)
    return Masker.hiding((field.value for field in fields if field.sensitive), reveal=reveal)


def field_value(field: PreviewField, masker: Masker) -> str:
    """Return what stands in a field, in words: a box is ticked, it does not hold ``true``."""
    if field.value == "true":
        return _("ticked")
    return masker.value(field.value, sensitive=field.sensitive)


def china_time(moment: dt.datetime) -> str:
    """Return a moment as clocks in China show it, to the minute."""
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"


def length_label(letter_name: str) -> str:
    """Return which length of the letter was chosen, in words; empty for a letter that names none.

    Args:
        letter_name: As ``platform/full``.
    """
    return {
        "full": _("full length"),
        "compact": _("without details"),
        "short": _("short"),
        "brief": _("one paragraph"),
    }.get(letter_name.rpartition("/")[2], "")


def is_long(picture: bytes) -> bool:
    """Whether a PNG is so tall that paper must show it on several pages: shrunk to one, nobody could read it.

    Width and height are bytes 16 to 23 of every PNG (W3C PNG, 11.2.2 IHDR).
    """
    width, height = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
    return height > TALLEST_ON_ONE_PAGE * max(width, 1)


def stage_title(stage: int) -> str:
    """Return what a stage is."""
    if stage == 1:
        return _("Stage 1: the institution’s own channels")
    return _("Stage {number}: bodies outside the institution").format(number=stage)
