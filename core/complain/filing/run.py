"""From a command to its result: what must hold before anything starts, then the run itself."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from complain.browser.launch import BrowserSettings
from complain.case.load import load_case
from complain.case.model import Case
from complain.channels.form import FormChannel
from complain.channels.registry import Registry, load_registry
from complain.config import Config
from complain.environment import Environment, has_screen
from complain.errors import ExitCode, Interrupted, NotWritten
from complain.filing.adopting import adopt
from complain.filing.attempt import RunContext, RunUi, SubmitOptions
from complain.filing.deadlines import deadlines_of
from complain.filing.engine import Run
from complain.filing.evidence import EvidenceFolder
from complain.filing.exit_codes import exit_code
from complain.filing.factory import Factory, MailSettings, mail_settings
from complain.filing.forgetting import note_run
from complain.filing.form_options import FormOptions
from complain.filing.hands import AnswerFunction, Hands
from complain.filing.interrupting import Interruptible
from complain.filing.journal import Journal, open_journal
from complain.filing.lock import case_lock
from complain.filing.practice_run import practice_desks
from complain.filing.recovery import recover
from complain.filing.rulings import rulings_for
from complain.filing.selection import Selection, channel_named, select
from complain.filing.signing import ensure_signed
from complain.filing.unwritten import WRITE_FAULTS, note_fault, why
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
    by_hand: bool = False


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
        fault: What broke the run off, one sentence; empty when it came to its end.
    """

    case: str
    run: str
    filings: tuple[FilingReport, ...]
    exit_code: ExitCode
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    preview: Path | None = None
    deadlines: Sequence[Deadline] = ()
    fault: str = ""


@dataclass(frozen=True)
class _Job:
    """A command with everything that it works on."""

    request: SubmitRequest
    environment: Environment
    ui: Ui
    case: Case
    config: Config
    registry: Registry


@dataclass(frozen=True)
class _Means:
    """What a run reaches the world with: its own, or the practice desks'."""

    mail: MailSettings
    vault: Vault
    hand: AnswerFunction | None
    is_hand_a_person: bool = True


def run_submit(request: SubmitRequest, environment: Environment, ui: Ui) -> RunResult:
    """Run ``complain submit``.

    Raises:
        ComplainError: Something that must hold before anything starts does not; nothing was started.
    """
    job = _Job(
        request, environment, ui, load_case(request.folder), environment.config(), load_registry(environment)
    )
    with case_lock(environment.home.locks, job.case.id):
        return asyncio.run(_run(job))


async def _run(job: _Job) -> RunResult:
    request, environment = job.request, job.environment
    async with _means(job) as means:
        selection = select(job.registry, job.config, request.channels)
        for identity in request.retry:
            channel_named(job.registry, identity)
        for warning in job.registry.warnings:  # only now: for an unknown id the error itself holds them
            job.ui.warn(warning)
        for channel in selection.channels:
            if isinstance(channel, FormChannel):
                channel.definition  # noqa: B018  a definition with mistakes stops the run before it starts
        if not environment.practice and not request.dry_run:
            may_ask = job.ui.can_ask
            await ensure_signed(
                environment, job.case, request.folder, job.ui, may_ask=may_ask, must=request.yes
            )
        return await _file(job, means, selection)


@asynccontextmanager
async def _means(job: _Job) -> AsyncGenerator[_Means]:
    environment, ui = job.environment, job.ui
    if not environment.practice:
        vault = open_vault(environment)
        yield _Means(mail_settings(job.config, vault), vault, ui.hand())
        return
    async with practice_desks(environment, job.registry, job.request.channels) as desks:
        hand, is_person = (ui.hand() if ui.can_ask else desks.phone.answer), ui.can_ask
        if is_person:
            ui.warn(_("The practice phone shows codes and scans here: {url}").format(url=desks.phone_url))
        yield _Means(desks.mail, open_vault(environment, desks.secrets), hand, is_person)


async def _file(job: _Job, means: _Means, selection: Selection) -> RunResult:
    environment = job.environment
    identity = _run_id(environment.now())
    note_run(environment.home.runs / identity, job.case.id)
    with closing(open_journal(environment.home.journal)) as journal:
        _settle_the_past(environment, journal, job.case.id, identity)
        run = _new_run(job, means, selection, journal, identity)
        fault = await _work(run, selection)
        return RunResult(
            case=job.case.id,
            run=identity,
            filings=tuple(run.reports),
            exit_code=exit_code(run.reports, is_interrupted=run.stop.asked, broke_off=bool(fault)),
            titles={channel.id: channel.title for channel in selection.channels},
            preview=run.context.preview if run.reviews else None,
            deadlines=_deadlines(job, journal, run),
            fault=fault,
        )


def _settle_the_past(environment: Environment, journal: Journal, case: str, run: str) -> None:
    """Settle and archive what an earlier run left.

    Raises:
        NotWritten: The disk does not take it; a new filing could not be kept either.
    """
    try:
        recover(journal, case, run, environment.now())
        adopt(environment, journal, case)
    except WRITE_FAULTS as error:
        raise NotWritten(
            _("What an earlier run left could not be written down ({why}), so nothing was started.").format(
                why=why(error)
            ),
            next_step=_("Make room on the disk, then type the same command."),
        ) from error


async def _work(run: Run, selection: Selection) -> str:
    """Run it to its end; return the sentence on what broke it off, or an empty text.

    Raises:
        Interrupted: The person stopped it before there was anything to tell.
    """
    try:
        with Interruptible(run):
            try:
                await run.submit(selection)
            finally:
                await _let_go(run)
    except Interrupted as error:
        if not run.reports:
            raise
        return error.message
    except Exception as error:  # what was filed before it must still be told
        if not run.reports:
            raise
        return _broke_off(run, error)
    return Interrupted().message if run.stop.asked else ""


def _broke_off(run: Run, error: Exception) -> str:
    note_fault(EvidenceFolder(run.context.run_folder), error)
    if isinstance(error, WRITE_FAULTS):
        return _("The run broke off: something could not be written down ({why}).").format(why=why(error))
    return _("The tool itself has a fault ({kind}). What was prepared is kept.").format(
        kind=type(error).__name__
    )


async def _let_go(run: Run) -> None:
    try:
        await run.context.factory.close()
    except Exception as error:  # a browser that ends badly changes nothing of what was filed
        note_fault(EvidenceFolder(run.context.run_folder), error)


def _deadlines(job: _Job, journal: Journal, run: Run) -> Sequence[Deadline]:
    try:
        return deadlines_of(job.case, journal, job.registry)
    except Exception as error:  # a date is not worth the outcomes, which are told after it
        note_fault(EvidenceFolder(run.context.run_folder), error)
        return ()


def _new_run(job: _Job, means: _Means, selection: Selection, journal: Journal, identity: str) -> Run:
    environment, request = job.environment, job.request
    rulings = rulings_for(environment, job.case, selection, journal, job.registry.channels)
    titles = {channel.id: channel.title for channel in selection.channels}
    for warning in rulings.warnings(titles):
        job.ui.warn(warning)
    headed = _is_headed(job, selection)
    factory = Factory(
        environment=environment,
        case=job.case,
        folder=request.folder,
        registry=job.registry,
        config=job.config,
        vault=means.vault,
        hands=Hands(
            job.registry,
            means.hand,
            job.config.browser.hand,
            sees_browser=headed or not job.ui.can_ask,
            warn=job.ui.warn,
            is_person=means.is_hand_a_person,
        ),
        browser_settings=_browser_settings(job, headed),
        form_options=_form_options(job, means, headed),
        mail=means.mail,
        rulings=rulings,
        run_folder=environment.home.runs / identity,
        by_hand=request.by_hand,
    )
    options = SubmitOptions(request.dry_run, request.reveal, request.retry)
    return Run(RunContext(environment, job.case, request.folder, journal, factory, job.ui, options, identity))


def _is_headed(job: _Job, selection: Selection) -> bool:
    """Whether the browser is shown: where it was asked for, and where a person has something to do in it."""
    request = job.request
    if request.headed or request.by_hand or not (job.ui.can_ask and has_screen()):
        return request.headed
    return any(
        isinstance(channel, FormChannel) and channel.definition.needs_window(dry_run=request.dry_run)
        for channel in selection.channels
    )


def _browser_settings(job: _Job, headed: bool) -> BrowserSettings:
    browser = job.config.browser
    return BrowserSettings(
        path=browser.path or None,
        headed=headed,
        sandbox=browser.sandbox,
        practice=job.environment.practice,
        proxy=browser.proxy or None,
    )


def _form_options(job: _Job, means: _Means, headed: bool) -> FormOptions:
    request, browser = job.request, job.config.browser
    return FormOptions(
        dry_run=request.dry_run,
        reveal=request.reveal,
        settle=browser.settle,
        patience=browser.hand,
        headed=headed,
        login_by_hand=headed and means.hand is not None,
    )


def _run_id(now: dt.datetime) -> str:
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
