"""From a command to its result: what must hold before anything starts, then the run itself."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import signal
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from complain.browser.launch import BrowserSettings
from complain.case.load import load_case
from complain.case.model import Case
from complain.channels.form import FormChannel
from complain.channels.mail import MailChannel
from complain.channels.registry import Registry, load_registry
from complain.config import Config
from complain.environment import Environment
from complain.errors import ExitCode, Interrupted
from complain.filing.adopting import adopt
from complain.filing.deadlines import deadlines_of
from complain.filing.engine import Run, RunUi, SubmitOptions
from complain.filing.exit_codes import exit_code
from complain.filing.factory import Factory, MailSettings, mail_settings
from complain.filing.forgetting import note_run
from complain.filing.form_filing import FormOptions
from complain.filing.hands import AnswerFunction, Hands
from complain.filing.journal import open_journal
from complain.filing.lock import case_lock
from complain.filing.practice_run import practice_desks
from complain.filing.recovery import recover
from complain.filing.ruling import Rulings
from complain.filing.rulings import rulings_for
from complain.filing.selection import Selection, channel_named, select
from complain.filing.signing import ensure_signed
from complain.i18n import _
from complain.model import FilingReport
from complain.reports.next_steps import Deadline
from complain.vault import Vault, open_vault


class Ui(RunUi, Protocol):
    """What a whole run needs of the terminal."""

    @property
    def can_ask(self) -> bool:
        """Whether a person can be asked."""
        ...

    def hand(self) -> AnswerFunction | None:
        """Return who answers challenges."""
        ...

    async def sign(self, why: str) -> bool:
        """Ask for the truth statement."""
        ...


@dataclass(frozen=True)
class SubmitRequest:
    """What the command line asked for; see ``complain submit --help``."""

    folder: Path
    channels: str
    dry_run: bool = False
    yes: bool = False
    headed: bool = False
    reveal: bool = False
    retry: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunResult:
    """How a run ended.

    Attributes:
        case: The case's id.
        run: The run's id.
        filings: One report per channel, in stage order.
        exit_code: The worst of them.
        titles: Channel id to title.
        preview: The preview page, or None when nothing was prepared.
        deadlines: What to wait for.
    """

    case: str
    run: str
    filings: tuple[FilingReport, ...]
    exit_code: ExitCode
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    preview: Path | None = None
    deadlines: Sequence[Deadline] = ()


def run_submit(request: SubmitRequest, environment: Environment, ui: Ui) -> RunResult:
    """Run ``complain submit``.

    Raises:
        ComplainError: Something that must hold before anything starts does not; nothing was started.
    """
    case = load_case(request.folder)
    config = environment.config()
    registry = load_registry(environment)
    for warning in registry.warnings:
        ui.warn(warning)
    with case_lock(environment.home.locks, case.id):
        return asyncio.run(_run(request, environment, ui, case, config, registry))


async def _run(
    request: SubmitRequest, environment: Environment, ui: Ui, case: Case, config: Config, registry: Registry
) -> RunResult:
    async with _desks(request, environment, registry, ui, config) as (mail, vault, hand):
        selection = select(registry, config, request.channels)
        for identity in request.retry:
            channel_named(registry, identity)
        for channel in selection.channels:
            if isinstance(channel, FormChannel):
                channel.definition  # noqa: B018  a definition with mistakes stops the run before it starts
        if not environment.practice and not request.dry_run:
            await ensure_signed(environment, case, request.folder, ui, may_ask=ui.can_ask, must=request.yes)
        return await _file(request, environment, ui, case, config, registry, selection, mail, vault, hand)


@asynccontextmanager
async def _desks(
    request: SubmitRequest, environment: Environment, registry: Registry, ui: Ui, config: Config
) -> AsyncGenerator[tuple[MailSettings, Vault, AnswerFunction | None]]:
    if not environment.practice:
        vault = open_vault(environment)
        yield mail_settings(config, vault), vault, ui.hand()
        return
    async with practice_desks(environment, registry, request.channels) as desks:
        hand: AnswerFunction | None = desks.phone.answer
        if ui.can_ask:
            hand = ui.hand()
            ui.warn(_("The practice phone shows codes and scans here: {url}").format(url=desks.phone_url))
        yield desks.mail, open_vault(environment, desks.secrets), hand


async def _file(
    request: SubmitRequest,
    environment: Environment,
    ui: Ui,
    case: Case,
    config: Config,
    registry: Registry,
    selection: Selection,
    mail: MailSettings,
    vault: Vault,
    hand: AnswerFunction | None,
) -> RunResult:
    identity = _run_id(environment.now())
    note_run(environment.home.runs / identity, case.id)
    journal = open_journal(environment.home.journal)
    try:
        recover(journal, case.id, identity, environment.now())
        adopt(environment, journal, case.id)
        rulings = rulings_for(environment, case, selection, journal, registry.channels)
        for warning in rulings.warnings():
            ui.warn(warning)
        factory = _factory(request, environment, case, config, registry, mail, vault, hand, rulings, identity)
        run = Run(
            environment=environment,
            case=case,
            folder=request.folder,
            journal=journal,
            factory=factory,
            ui=ui,
            options=SubmitOptions(request.dry_run, request.reveal, request.retry),
            id=identity,
        )
        try:
            with _interruptible(run):
                try:
                    if any(isinstance(c, FormChannel | MailChannel) for c in selection.channels):
                        factory.start_browser()
                    await run.submit(selection)
                finally:
                    await factory.close()
        except Interrupted:
            if not run.reports:
                raise
        return RunResult(
            case=case.id,
            run=identity,
            filings=tuple(run.reports),
            exit_code=ExitCode.INTERRUPTED if run.stop_asked else exit_code(run.reports),
            titles={channel.id: channel.title for channel in selection.channels},
            preview=run.preview if run.reviews else None,
            deadlines=deadlines_of(case, journal, registry),
        )
    finally:
        journal.close()


def _factory(
    request: SubmitRequest,
    environment: Environment,
    case: Case,
    config: Config,
    registry: Registry,
    mail: MailSettings,
    vault: Vault,
    hand: AnswerFunction | None,
    rulings: Rulings,
    run: str,
) -> Factory:
    browser = config.browser
    return Factory(
        environment=environment,
        case=case,
        folder=request.folder,
        registry=registry,
        config=config,
        vault=vault,
        hands=Hands(registry, hand, browser.hand),
        browser_settings=BrowserSettings(
            path=browser.path or None,
            headed=request.headed,
            sandbox=browser.sandbox,
            practice=environment.practice,
            proxy=browser.proxy or None,
        ),
        form_options=FormOptions(
            dry_run=request.dry_run,
            reveal=request.reveal,
            settle=browser.settle,
            patience=browser.hand,
            headed=request.headed,
            login_by_hand=request.headed and hand is not None,
        ),
        mail=mail,
        rulings=rulings,
        run_folder=environment.home.runs / run,
    )


def _run_id(now: dt.datetime) -> str:
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


class _interruptible:
    """Ctrl-C before a commit leaves nothing sent; during one the run waits for the settlement, then stops."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._task = asyncio.current_task()
        self._loop = asyncio.get_running_loop()

    def __enter__(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                self._loop.add_signal_handler(number, self._stop)
            except NotImplementedError:  # Windows: the loop has no signal handlers
                signal.signal(number, lambda _number, _frame: self._loop.call_soon_threadsafe(self._stop))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                self._loop.remove_signal_handler(number)
            except NotImplementedError:
                signal.signal(number, signal.default_int_handler)
        if isinstance(error, asyncio.CancelledError) and self._run.stop_asked:
            raise Interrupted() from error

    def _stop(self) -> None:
        self._run.stop_asked = True
        if not self._run.committing and self._task is not None:
            self._task.cancel()
