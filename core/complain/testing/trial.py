"""One filing of one channel against a stand-in: the real engine and a real browser, in a home of its own."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import io
import re
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from complain.browser.launch import BrowserRun, BrowserSettings
from complain.case.load import load_case
from complain.case.model import Case
from complain.channels.base import Channel
from complain.channels.definition import FormDefinition, load_definition
from complain.channels.definition_table import read_channel_table, read_text
from complain.channels.form import FormChannel
from complain.channels.registry import Origin, Registry, load_registry
from complain.config import Config
from complain.durable import make_folder
from complain.environment import Environment, Home
from complain.filing.drafting import DraftInput, draft_form
from complain.filing.engine import Run, SubmitOptions
from complain.filing.factory import Factory, MailSettings
from complain.filing.form_filing import FormOptions
from complain.filing.hands import Hands
from complain.filing.journal import open_journal
from complain.filing.review import Review
from complain.filing.ruling import Rulings
from complain.filing.selection import Selection
from complain.model import Challenge, Draft, FilingReport
from complain.testing.stand_in import StandIn
from complain.testing.stand_in_pages import ANSWER, Trap
from complain.vault import PracticeVault

SETTLE_SECONDS = 20.0
"""How long an answer is waited for. A stand-in answers at once; a slow machine may not."""
SILENCE_SECONDS = 4.0
"""As long when no sign will come: only to see that none is made up."""
HAND_SECONDS = 20.0


@dataclass(frozen=True)
class Trial:
    """What came of one filing.

    Attributes:
        report: As the tool tells it.
        draft: What was to be filed.
        stand_in: The far side, with its record.
        said: Everything that was printed or told.
        faults: The tracebacks that the tool kept, if any.
    """

    report: FilingReport
    draft: Draft
    stand_in: StandIn
    said: str
    faults: str = ""


@dataclass
class _Ui:
    """Confirms everything and keeps what it is told."""

    said: list[str] = field(default_factory=list[str])

    def step(self, channel: Channel, words: str) -> None:
        self.said.append(f"{channel.title}: {words}")

    def warn(self, sentence: str) -> None:
        self.said.append(sentence)

    async def confirm(self, review: Review, preview: Path) -> bool | None:
        return True


class _Factory(Factory):
    """A factory whose browser is not its own: one serves all trials."""

    shared: Callable[[], object]

    async def browser(self) -> BrowserRun:
        run = await self.shared()  # type: ignore[misc]  # set below to `Bench.browser`
        assert isinstance(run, BrowserRun)
        return run

    def start_browser(self) -> None:
        """It runs already, or starts when it is first needed."""


class _Canaries(dict[str, str]):
    """Whatever secret is asked for, there is one."""

    def __init__(self, canary: str) -> None:
        super().__init__()
        self._canary = canary

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        return f"{self._canary}-{key}"


class Bench:
    """Where trials are made: one event loop, one browser, one folder. Use it as a context.

    Args:
        folder: Everything that is written lies below it.
        headed: Whether the browser can be seen.
    """

    def __init__(self, folder: Path, *, headed: bool = False) -> None:
        self.folder = make_folder(folder)
        self.canary = f"canary{secrets.token_hex(8)}"
        self.said: list[str] = []
        self._headed = headed
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._browser: BrowserRun | None = None
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._runner:
            self._runner.run(self._stack.aclose())

    async def browser(self) -> BrowserRun:
        """Return the one browser of all trials."""
        if self._browser is None:
            settings = BrowserSettings(practice=True, headed=self._headed)
            self._browser = await self._stack.enter_async_context(BrowserRun.start(settings))
        return self._browser

    def file(
        self,
        channel: FormChannel,
        trap: Trap = Trap.NONE,
        *,
        dry_run: bool = False,
        change: Callable[[FormDefinition], FormDefinition] = lambda same: same,
    ) -> Trial:
        """File the example case in a channel whose form stands in for the real one.

        Args:
            channel: As registered.
            trap: What the far side does wrong.
            dry_run: Whether nothing may be sent.
            change: Alters the definition that the tool files by, not the form.

        Raises:
            CannotStandIn: The form cannot be drawn.
            ComplainError: The channel cannot be drafted for the example case.
        """
        self._count += 1
        home = Home(make_folder(self.folder / f"{self._count}-{trap}"))
        out = io.StringIO()
        environment = Environment(home, stdin=io.StringIO(), stdout=out, stderr=out)
        with StandIn(trap, secret=f"{self.canary}-session") as stand_in:
            moved = at_stand_in(channel, stand_in.origin, home.path)
            case, folder = example_case()
            draft = draft_form(moved, _inputs(environment, case, folder))
            stand_in.furnish(moved.definition, draft)
            settle = SILENCE_SECONDS if trap is Trap.SILENT else SETTLE_SECONDS
            moved.__dict__["definition"] = change(moved.definition)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                ui, report = self._runner.run(
                    self._run(moved, environment, case, folder, dry_run=dry_run, settle=settle)
                )
            said = "\n".join([out.getvalue(), *ui.said, str(report.as_json())])
            self.said.append(said)
            faults = "".join(p.read_text(encoding="utf-8") for p in home.runs.glob("*/*/fault.txt"))
            return Trial(report, draft, stand_in, said, faults)

    async def _run(
        self,
        channel: FormChannel,
        environment: Environment,
        case: Case,
        folder: Path,
        *,
        dry_run: bool,
        settle: float,
    ) -> tuple[_Ui, FilingReport]:
        ui, registry = _Ui(), load_registry(environment)
        registry.channels[channel.id] = channel
        registry.origins.setdefault(channel.id, Origin("folder", str(channel.path)))
        factory = self._factory(registry, environment, case, folder, dry_run=dry_run, settle=settle)
        journal = open_journal(environment.home.journal)
        try:
            run = Run(environment, case, folder, journal, factory, ui, SubmitOptions(dry_run), "trial")
            (report,) = await run.submit(Selection((channel,), named=True, only_due=False))
        finally:
            await factory.close()
            journal.close()
        return ui, report

    def _factory(
        self,
        registry: Registry,
        environment: Environment,
        case: Case,
        folder: Path,
        *,
        dry_run: bool,
        settle: float,
    ) -> Factory:
        factory = _Factory(
            environment=environment,
            case=case,
            folder=folder,
            registry=registry,
            config=Config(),
            vault=PracticeVault(_Canaries(self.canary)),
            hands=Hands(registry, _answer, HAND_SECONDS),
            browser_settings=BrowserSettings(practice=True),
            form_options=FormOptions(dry_run, False, settle, HAND_SECONDS),
            mail=MailSettings(),
            rulings=Rulings({}),
            run_folder=environment.home.runs / "trial",
        )
        factory.shared = self.browser
        return factory


async def _answer(challenge: Challenge) -> str | bool | None:
    return ANSWER if challenge.kind in ("sms", "captcha") else True


def _inputs(environment: Environment, case: Case, folder: Path) -> DraftInput:
    work = make_folder(environment.home.runs / "drawn" / "attachments")
    return DraftInput(case, folder, (), environment.today(), work)


def example_case() -> tuple[Case, Path]:
    """Return the fictional example case that ships with the tool, and its folder."""
    shipped = Path(str(files("complain"))) / "examples" / "basic"
    folder = shipped if shipped.is_dir() else Path(__file__).parents[3] / "examples" / "basic"
    return load_case(folder), folder


def at_stand_in(channel: FormChannel, origin: str, folder: Path) -> FormChannel:
    """Return the same channel at another address: every origin that it names becomes ``origin``.

    Args:
        channel: As registered; its class, and so its steps, stay.
        origin: Of the stand-in.
        folder: Where the rewritten definition is kept.
    """
    definition, text = channel.definition, read_text(channel.path)
    login = (definition.login.url,) if definition.login else ()
    for url in dict.fromkeys((definition.channel.url, *login, *definition.channel.origins)):
        text = _moved(text, url, origin)
    path = folder / "form.toml"
    path.write_text(text, encoding="utf-8")
    moved = copy.copy(channel)
    moved.__dict__.pop("definition", None)
    moved.path, moved.desk, moved.table = path, "", read_channel_table(path)
    moved.__dict__["definition"] = load_definition(path)
    moved.url = moved.definition.channel.url
    return moved


def _moved(text: str, url: str, origin: str) -> str:
    parts, there = urlsplit(url), urlsplit(origin)
    whole = re.escape(f"{parts.scheme}://{parts.netloc}") + r"(?![\w.:-])"
    text = re.sub(whole, origin, text)
    written = parts.netloc.replace(".", r"\.")  # as in a pattern
    return text.replace(written, there.netloc) if written != parts.netloc else text
