"""The preview in short, for the terminal. Values are shown as on the page: masked unless asked for."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from complain.i18n import _, ngettext
from complain.reports.disclosure import known_label
from complain.reports.masked import Masker
from complain.reports.preview import PreviewChannel, PreviewField, PreviewReport, field_value, preview_masker
from complain.wording import head_line, never_verified, outcome_label

LONGEST_SHOWN = 60
"""Characters of a value that one line of the summary shows; the rest is counted, and the page shows all."""


def terminal_summary(report: PreviewReport, *, reveal: bool) -> RenderableType:
    """Return the preview of one stage for `rich`'s console.

    Args:
        report: The stage.
        reveal: Show sensitive values.
    """
    masker = preview_masker((report,), reveal=reveal)
    head = Text(head_line(dry_run=report.dry_run, practice=report.practice), style="bold")
    return Group(head, *(part for channel in report.channels for part in _channel(channel, report, masker)))


def _channel(channel: PreviewChannel, report: PreviewReport, masker: Masker) -> Iterator[RenderableType]:
    title = Text.assemble(
        ("\n" + channel.title, "bold"),
        "  ",
        masker.text(channel.address),
        "  ",
        outcome_label(channel.outcome),
    )
    yield title
    if channel.verified is None and not report.practice:
        yield _line(never_verified(), "yellow")
    if channel.reason:
        yield _line(masker.text(channel.reason))
    for warning in channel.warnings:
        yield _line(_("Mind: {warning}").format(warning=masker.text(warning)), "yellow")
    for task in channel.waiting:
        yield _line(_("Waits for you: {task}").format(task=masker.text(task)), "cyan")
    if channel.fields:
        yield Padding(_fields(channel, masker), (0, 0, 0, 2))
    yield from _counts(channel)
    if channel.discloses:
        yield from _disclosed(channel)


def _fields(channel: PreviewChannel, masker: Masker) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", overflow="fold", max_width=24)
    table.add_column(overflow="fold")
    for field in channel.fields:
        table.add_row(Text(field.name), Text(_value(field, channel, masker)))
    return table


def _value(field: PreviewField, channel: PreviewChannel, masker: Masker) -> str:
    if field.value and field.value == channel.letter:
        return _("the letter, {count} characters").format(count=len(field.value))
    shown = " ".join(field_value(field, masker).split())
    if len(shown) > LONGEST_SHOWN:
        shown = _("{start}… ({count} characters in all)").format(
            start=shown[:LONGEST_SHOWN], count=len(field.value)
        )
    return " · ".join(part for part in (shown, masker.text(field.note)) if part) or _("empty")


def _counts(channel: PreviewChannel) -> Iterator[RenderableType]:
    if channel.letter:
        yield _line(_("Letter: {count} characters.").format(count=len(channel.letter)))
    if channel.attachments:
        count = len(channel.attachments)
        yield _line(ngettext("{count} attachment.", "{count} attachments.", count).format(count=count))
    if channel.requests_left:
        count = len(channel.requests_left)
        yield _line(
            ngettext(
                "{count} writing request left so far; the page lists it.",
                "{count} writing requests left so far; the page lists them.",
                count,
            ).format(count=count)
        )


def _disclosed(channel: PreviewChannel) -> Iterator[RenderableType]:
    first = channel.discloses[0]
    yield _line(_("Who will know what: {recipient}").format(recipient=first.recipient))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for disclosure in channel.discloses:
        table.add_row(Text(disclosure.item), Text(known_label(disclosure.known)))
    yield Padding(table, (0, 0, 0, 4))
    if first.onward:
        yield _line(_("They may pass it to: {onward}").format(onward=first.onward))


def _line(text: str, style: str = "") -> RenderableType:
    return Padding(Text(text, style=style), (0, 0, 0, 2))
