"""How a run speaks in the terminal: progress while forms fill, the review, the question, the result."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from complain.channels.base import Channel
from complain.cli.asking import LineReader, TerminalHand
from complain.cli.digest import desk_of, print_digest
from complain.cli.help import columns, wrapped
from complain.environment import Environment
from complain.i18n import _
from complain.model import FilingReport, Outcome
from complain.reports.next_steps import next_steps
from complain.reports.waiting import Desk, Waiting, waiting_for_person
from complain.wording import (
    confirm_text,
    debt_text,
    is_confirmed,
    outcome_label,
    outcome_sentence,
    truth_text,
)

if TYPE_CHECKING:
    from complain.filing.review import Review
    from complain.filing.run import RunResult

_GAP = 2  # columns between a channel and how it ended
_NARROWEST = 20
_STYLES = {
    Outcome.FILED: "green",
    Outcome.FILED_UNVERIFIED: "yellow",
    Outcome.PREPARED: "green",
    Outcome.UNKNOWN: "bold red",
    Outcome.NOT_FILED: "red",
    Outcome.REFUSED: "red",
    Outcome.NEEDS_HUMAN: "cyan",
    Outcome.SKIPPED: "dim",
}


class _LastingConsole(Console):
    """A console whose reader may go away: rich would end the process, in the middle of a commit too."""

    def on_broken_pipe(self) -> None:
        """Say nothing more, and go on."""
        self.quiet = True


class TerminalUi:
    """A run's terminal; use it as a context.

    Args:
        environment: Its streams.
        yes: Whether nothing is asked before submitting.
        folder: The case folder, for the commands that are told.
    """

    def __init__(self, environment: Environment, *, yes: bool, folder: Path) -> None:
        self._environment = environment
        self._folder = folder
        self._yes = yes
        self._console = _LastingConsole(file=environment.stderr, highlight=False, soft_wrap=False)
        self._out = _LastingConsole(file=environment.stdout, highlight=False)
        self._steps: dict[str, tuple[str, str]] = {}
        self._live: Live | None = None
        self._reader = LineReader(environment.stdin)
        self.titles: dict[str, str] = {}
        self._by_mail: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._quiet()

    # -- progress ---------------------------------------------------------------------------------------------

    def step(self, channel: Channel, words: str) -> None:
        """Show what a channel is doing now."""
        self.titles[channel.id] = channel.title
        if channel.kind == "mail":
            self._by_mail.add(channel.id)
        self._steps[channel.id] = (channel.title, words)
        with self._lasting():
            self._show_step(channel, words)

    @contextmanager
    def _lasting(self) -> Generator[None]:
        """Let a terminal that is gone say no more; the run goes on, in the middle of a commit too."""
        try:
            yield
        except OSError:
            self._console.quiet = True

    def _show_step(self, channel: Channel, words: str) -> None:
        if not self._console.is_terminal:
            line = _("{name}: {value}").format(name=channel.title, value=words)
            self._console.print(escape(line), style="dim")
            return
        if self._reader.waiting:
            return  # nothing moves while a question stands on the screen
        if self._live is None:
            self._live = Live(console=self._console, refresh_per_second=8, transient=True)
            self._live.start()
        self._live.update(self._progress())

    def _progress(self) -> Group:
        rows = [
            Spinner("dots", Text.assemble((title, "bold"), "  ", words))
            for title, words in self._steps.values()
        ]
        return Group(*rows)

    def _quiet(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def warn(self, sentence: str) -> None:
        """Show a warning."""
        with self._lasting():
            self._console.print(escape(self._in_lines(sentence)), style="yellow", soft_wrap=True)

    # -- questions --------------------------------------------------------------------------------------------

    @property
    def can_ask(self) -> bool:
        """Whether a person can be asked."""
        return self._environment.interactive and not self._yes

    def hand(self) -> TerminalHand | None:
        """Return who answers challenges here, or None when nobody does."""
        if not self.can_ask:
            return None
        return TerminalHand(self._reader, self._console, self._environment.home.path / "now", self._quiet)

    async def confirm(self, review: Review, preview: Path) -> bool | None:
        """Show the review and ask; the default is no."""
        self._quiet()
        self._steps.clear()
        if self._yes:
            return True
        if not self.can_ask:
            return None
        self._console.print(review.summary())
        names = [reviewed.channel.title for reviewed in review.ready]
        self._console.print(_("The whole preview: {path}").format(path=escape(str(preview))), soft_wrap=True)
        if review.brake:
            self.warn(review.brake)
        self._console.print(f"\n{escape(self._in_lines(confirm_text(names)))}")
        self._console.print("> ", end="")
        return is_confirmed(await self._reader.line())

    async def sign(self, why: str) -> bool:
        """Ask for the truth statement; only the exact word signs."""
        self._quiet()
        self._console.print(escape(self._in_lines(why)))
        self._console.print(f"\n{escape(self._in_lines(truth_text()))}")
        self._console.print(_("Type 属实 to sign; Enter alone signs nothing: "), end="")
        return (await self._reader.line()).strip() == "属实"

    # -- the result -------------------------------------------------------------------------------------------

    def show_result(self, result: RunResult) -> None:
        """Show how every filing ended, where the proof is, and what comes next."""
        self._quiet()
        titles = {**self.titles, **result.titles}
        waiting = self._waiting(result, titles)
        self._out.print(self._outcomes(result, titles, {each.channel: each for each in waiting}))
        self._show_places(result)
        print_digest(self._out, waiting, self._desk(result.case).status())
        sent = any(report.outcome in (Outcome.FILED, Outcome.FILED_UNVERIFIED) for report in result.filings)
        steps = next_steps(
            result.filings, result.deadlines, titles=titles, practice=self._environment.practice
        )
        heading = _("What comes next")
        self._out.print(f"\n[bold]{escape(heading)}[/bold]\n{escape(self._in_lines(str(steps)))}")
        if sent and not self._environment.practice:
            self._out.print(f"\n{self._in_lines(debt_text())}")

    def _desk(self, case: str) -> Desk:
        return desk_of(self._environment, self._folder, case)

    def _waiting(self, result: RunResult, titles: dict[str, str]) -> tuple[Waiting, ...]:
        return waiting_for_person(
            result.filings, self._desk(result.case), titles=titles, by_mail=self._by_mail
        )

    def _outcomes(self, result: RunResult, titles: dict[str, str], waiting: Mapping[str, Waiting]) -> Table:
        table = Table(box=None, show_header=False, padding=(0, _GAP, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        names = [titles.get(report.channel, report.channel) for report in result.filings]
        indent = max((columns(name) for name in names), default=0) + 2 * _GAP
        for name, report in zip(names, result.filings, strict=True):
            table.add_row(escape(name), self._sentence(report, name, indent, waiting.get(report.channel)))
        return table

    def _sentence(self, report: FilingReport, title: str, indent: int, waiting: Waiting | None) -> Text:
        sentence = outcome_sentence(report, title, by_mail=report.channel in self._by_mail)
        if waiting is not None:
            sentence = outcome_label(report.outcome)
        text = Text(self._in_lines(sentence, indent), style=_STYLES[report.outcome])
        # What was shown before the confirm is not repeated once it is filed; with --yes nothing was shown.
        is_known = report.receipt is not None and not self._yes
        for warning in (*(() if is_known else report.warnings), *report.afterwards):
            if waiting is None or not waiting.tells(warning):
                text.append(f"\n{self._in_lines(warning, indent)}", style="dim")
        return text

    def _in_lines(self, text: str, indent: int = 0) -> str:
        width = max(self._out.width - indent, _NARROWEST)
        return "\n".join(line for part in text.splitlines() for line in wrapped(part, width))

    def _show_places(self, result: RunResult) -> None:
        if result.preview is not None:
            self._out.print(escape(_("Preview: {path}").format(path=result.preview)), soft_wrap=True)
        if any(report.receipt and report.receipt.path for report in result.filings):
            kept = _("Receipts: {path}").format(path=self._environment.home.archive)
            self._out.print(escape(kept), soft_wrap=True)
