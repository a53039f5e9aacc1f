"""One filing of one channel against a stand-in: the real engine and a real browser, in a home of its own."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import io
import re
import secrets
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

from playwright.async_api import Page

from complain.browser.launch import BrowserRun, BrowserSettings
from complain.browser.sessions import SessionStore
from complain.case.example import example_folder
from complain.case.load import load_case
from complain.case.model import Case
from complain.channels.base import Channel
from complain.channels.definition import FormDefinition, load_definition
from complain.channels.definition_table import read_channel_table, read_text
from complain.channels.form import FormChannel
from complain.channels.registry import Origin, load_registry
from complain.config import Config
from complain.durable import make_folder
from complain.environment import Environment, Home
from complain.filing.attempt import RunContext, SubmitOptions
from complain.filing.drafting import DraftInput, draft_form
from complain.filing.engine import Run
from complain.filing.evidence import EvidenceFolder
from complain.filing.factory import Factory, MailSettings
from complain.filing.form_options import FormOptions
from complain.filing.hands import Hands
from complain.filing.journal import open_journal
from complain.filing.list_following import ListFollower, Looked
from complain.filing.list_reading import ListReader
from complain.filing.reconciling import Moment
from complain.filing.review import Review
from complain.filing.ruling import Rulings
from complain.filing.selection import Selection
from complain.model import Challenge, Draft, FilingReport, Outcome
from complain.testing.live import LiveServer
from complain.testing.relay import Relay
from complain.testing.stand_in import StandIn
from complain.testing.stand_in_pages import ANSWER, Trap
from complain.vault import PracticeVault

T = TypeVar("T")

SETTLE_SECONDS = 20.0
"""How long an answer is waited for. A stand-in answers at once; a slow machine may not."""
SILENCE_SECONDS = 4.0
"""As long when no sign will come: only to see that none is made up."""
HAND_SECONDS = 20.0
RELAYED = frozenset({Trap.NONE, Trap.EAGER, Trap.TWICE, Trap.CUT, Trap.TRIMS, Trap.LEAKS})
"""What can go wrong on the way to a live server. Its own answers, and its limits, are drawn by a stand-in."""


@dataclass(frozen=True)
class Trial:
    """What came of one filing.

    Attributes:
        report: As the tool tells it.
        draft: What was to be filed.
        stand_in: The far side, with its record: a stand-in, or a relay to a live server.
        definition: The channel's own file.
        said: Everything that was printed or told.
        faults: The tracebacks that the tool kept, if any.
        read: What the channel's own ``read_receipt`` returned, whether or not the tool believed it.
        look: What a look at the channel's own list made of an unknown outcome, when one was asked for.
    """

    report: FilingReport
    draft: Draft
    stand_in: StandIn | Relay
    definition: Path
    said: str
    faults: str = ""
    look: Looked | None = None
    read: tuple[str, ...] = ()


@dataclass
class Ui:
    """Stands in for the person: confirms everything and keeps what it is told."""

    said: list[str] = field(default_factory=list[str])

    def step(self, channel: Channel, words: str) -> None:
        self.said.append(f"{channel.title}: {words}")

    def warn(self, sentence: str) -> None:
        self.said.append(sentence)

    async def confirm(self, review: Review, preview: Path) -> bool | None:
        return True


class TrialFactory(Factory):
    """A factory whose browser is not its own: one serves all trials."""

    shared: Callable[[], object]
    printed: dict[str, bytes]
    """A letter is printed once for all trials: the printing is not what they try."""

    async def browser(self) -> BrowserRun:
        run = await self.shared()  # type: ignore[misc]  # set below to `Bench.browser`
        assert isinstance(run, BrowserRun)
        return run

    def start_browser(self) -> None:
        """It runs already, or starts when it is first needed."""

    async def _pdf(self, draft: Draft) -> bytes:
        if draft.letter not in self.printed:
            self.printed[draft.letter] = await super()._pdf(draft)
        return self.printed[draft.letter]


class _Canaries(dict[str, str]):
    """Whatever secret is asked for, there is one; a live server's own come first."""

    def __init__(self, canary: str, known: Mapping[str, str]) -> None:
        super().__init__(known)
        self._canary = canary

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        return super().get(key) or f"{self._canary}-{key}"


class Bench:
    """Where trials are made: one event loop, one browser, one folder. Use it as a context.

    Args:
        folder: Everything that is written lies below it.
        headed: Whether the browser can be seen.
        live: A server of the author's own, used wherever what goes wrong can be done on the way to it.
    """

    def __init__(self, folder: Path, *, headed: bool = False, live: LiveServer | None = None) -> None:
        self.folder = make_folder(folder)
        self.canary = f"canary{secrets.token_hex(8)}"
        self.said: list[str] = []
        self.live = live
        self._headed = headed
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._browser: BrowserRun | None = None
        self._count = 0
        self._printed: dict[str, bytes] = {}

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
        looks: bool = False,
        change: Callable[[FormDefinition], FormDefinition] = lambda same: same,
    ) -> Trial:
        """File the example case in a channel whose form stands in for the real one.

        Args:
            channel: As registered.
            trap: What the far side does wrong.
            dry_run: Whether nothing may be sent.
            looks: Whether an unknown outcome is looked up afterwards.
            change: Alters the definition that the tool files by, not the form.

        Raises:
            CannotStandIn: The form cannot be drawn.
            ComplainError: The channel cannot be drafted for the example case.
        """
        home = self.new_home(trap)
        out = io.StringIO()
        environment = Environment(home, stdin=io.StringIO(), stdout=out, stderr=out)
        with self._far_side(trap) as far_side:
            moved = at_stand_in(channel, far_side.origin, home.path)
            case, folder = self._case()
            draft = draft_form(moved, _inputs(environment, case, folder))
            if isinstance(far_side, Relay):
                far_side.serve(moved)
            else:
                far_side.furnish(moved.definition, draft)
            read = _listened_to(moved)
            settle = SILENCE_SECONDS if trap is Trap.SILENT else SETTLE_SECONDS
            moved.__dict__["definition"] = change(moved.definition)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                ui, report = self.run(
                    self.submit(moved, environment, case, folder, dry_run=dry_run, settle=settle)
                )
                look = self.run(self._look(moved, environment, report)) if looks else None
            said = "\n".join([out.getvalue(), *ui.said, str(report.as_json())])
            self.said.append(said)
            return Trial(report, draft, far_side, channel.path, said, faults_of(home), look, tuple(read))

    def new_home(self, name: str) -> Home:
        """Return a home of its own for one trial.

        Args:
            name: What the folder says besides its number.
        """
        self._count += 1
        return Home(make_folder(self.folder / f"{self._count}-{name}"))

    def run(self, trial: Coroutine[object, object, T]) -> T:
        """Wait for something on the one event loop of all trials."""
        return self._runner.run(trial)

    def _far_side(self, trap: Trap) -> StandIn | Relay:
        secret = f"{self.canary}-session"
        if self.live is not None and trap in RELAYED:
            return Relay(self.live, trap, secret)
        return StandIn(trap, secret)

    def _case(self) -> tuple[Case, Path]:
        """A live server keeps what it got: each trial has a subject of its own, so that it can be told there."""
        case, folder = example_case()
        if self.live is None:
            return case, folder
        subject = f"{case.complaint.subject} {secrets.token_hex(2)}"
        complaint = case.complaint.model_copy(update={"subject": subject})
        return case.model_copy(update={"complaint": complaint}), folder

    async def _look(
        self, channel: FormChannel, environment: Environment, report: FilingReport
    ) -> Looked | None:
        """Look a filing of unknown outcome up, as ``complain track`` does."""
        if report.outcome is not Outcome.UNKNOWN:
            return None
        reader = ListReader(
            channel=channel,
            evidence=EvidenceFolder(environment.home.runs / "look" / channel.id),
            drafter=_nothing,
            browser=self.browser,
            hands=Hands(load_registry(environment), _answer, HAND_SECONDS),
            sessions=SessionStore(environment.home, self._vault()),
            vault=self._vault(),
            options=FormOptions(True, False, SETTLE_SECONDS, HAND_SECONDS),
            progress=lambda _words: None,
            hide=lambda text: text,
        )
        with closing(open_journal(environment.home.journal)) as journal:
            (event,) = journal.standing(example_case()[0].id).values()
            follower = ListFollower(environment, journal, "look", Moment.now)
            return await follower.follow(event, channel, reader)

    def _vault(self) -> PracticeVault:
        return PracticeVault(_Canaries(self.canary, self.live.secrets if self.live else {}))

    async def submit(
        self,
        channel: Channel,
        environment: Environment,
        case: Case,
        folder: Path,
        *,
        dry_run: bool,
        settle: float = SETTLE_SECONDS,
        mail: MailSettings | None = None,
        run: str = "trial",
    ) -> tuple[Ui, FilingReport]:
        """Let the engine file in one channel, as ``complain submit`` does.

        Args:
            channel: At the far side's address.
            environment: With the trial's own home.
            case: What is filed.
            folder: Of the case.
            dry_run: Whether nothing may be sent.
            settle: How long an answer is waited for.
            mail: Where mail goes.
            run: Name of the run, one of its own for each run in a home.
        """
        ui, registry = Ui(), load_registry(environment)
        registry.channels[channel.id] = channel
        registry.origins.setdefault(channel.id, Origin("folder", "trial"))
        factory = TrialFactory(
            environment=environment,
            case=case,
            folder=folder,
            registry=registry,
            config=Config(),
            vault=self._vault(),
            hands=Hands(registry, _answer, HAND_SECONDS),
            browser_settings=BrowserSettings(practice=True),
            form_options=FormOptions(dry_run, False, settle, HAND_SECONDS),
            mail=mail or MailSettings(),
            rulings=Rulings({}),
            run_folder=environment.home.runs / run,
        )
        factory.shared, factory.printed = self.browser, self._printed
        journal = open_journal(environment.home.journal)
        try:
            options = SubmitOptions(dry_run)
            context = RunContext(environment, case, folder, journal, factory, ui, options, run)
            (report,) = await Run(context).submit(Selection((channel,), named=True, only_due=False))
        finally:
            await factory.close()
            journal.close()
        return ui, report


def faults_of(home: Home) -> str:
    """Return the tracebacks that the tool kept in a home, if any."""
    return "".join(file.read_text(encoding="utf-8") for file in home.runs.glob("*/*/fault.txt"))


async def _answer(challenge: Challenge) -> str | bool | None:
    return ANSWER if challenge.kind in ("sms", "captcha") else True


def _listened_to(channel: FormChannel) -> list[str]:
    """Return a list that will hold what the channel's own step reads: the tool believes only what the page shows."""
    told: list[str] = []
    own = channel.read_receipt

    async def read_receipt(page: Page) -> str | None:
        number = await own(page)
        told.extend([number] if isinstance(number, str) else [])
        return number

    channel.__dict__["read_receipt"] = read_receipt
    return told


def _nothing() -> Draft:
    raise RuntimeError("nothing is drafted to read a list")


def _inputs(environment: Environment, case: Case, folder: Path) -> DraftInput:
    work = make_folder(environment.home.runs / "drawn" / "attachments")
    return DraftInput(case, folder, (), environment.today(), work)


def example_case() -> tuple[Case, Path]:
    """Return the fictional example case that ships with the tool, and its folder."""
    folder = example_folder()
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
    for dot in (r"\\.", r"\."):  # as in a pattern, in a basic or in a literal string
        written = parts.netloc.replace(".", dot)
        if written != parts.netloc:
            text = text.replace(f"{parts.scheme}://{written}", origin).replace(written, there.netloc)
    return text
