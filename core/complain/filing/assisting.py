"""``complain assist``: fill what is recognised on any form; the person looks, completes and submits.

Until the fields are filled no write leaves. Then the form's own origin may be written to, by the person's hand, until
they say how it ended (docs/decisions/070).
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from playwright.async_api import Dialog, Page
from playwright.async_api import Error as PlaywrightError

from complain.browser.assisting import Assisted, fill_recognised
from complain.browser.egress import Egress
from complain.browser.launch import BrowserRun, BrowserSettings
from complain.browser.library import call_everywhere, frames_of
from complain.browser.picture import picture_filled
from complain.browser.policy import NetworkPolicy, endpoint_of, origin_of
from complain.browser.recognise import look_around, recognise
from complain.browser.signals import visible_text
from complain.browser.vocabulary import load_vocabulary
from complain.case.load import load_case
from complain.case.model import Case
from complain.channels.registry import load_registry
from complain.environment import Environment
from complain.errors import OriginRefused, PersonNeeded, UsageError
from complain.filing.assist_values import AssistValues, work_folder
from complain.filing.assist_word import AssistRecord, Said, keep_fields
from complain.filing.drafting import DraftInput
from complain.filing.evidence import EvidenceFolder
from complain.filing.forgetting import note_run
from complain.filing.form_pages import open_page
from complain.filing.form_waiting import bounded
from complain.filing.history import receipt_facts
from complain.filing.journal import Journal, open_journal
from complain.filing.learning import Lesson, form_toml
from complain.filing.lock import case_lock
from complain.filing.recovery import recover
from complain.filing.rule_facts import filing_facts, with_terms
from complain.filing.signing import ensure_signed
from complain.filing.transitions import State
from complain.i18n import _
from complain.model import Draft, FilingReport, PlannedPage

STAGE_TWO = frozenset({"regulator", "local-bureau", "association"})
LOGIN_WORDS = frozenset({"login", "log in", "登录"})
FILL_WORDS = frozenset({"fill", "填写"})
YES_WORDS = frozenset({"yes", "y", "是", "已提交"})
NO_WORDS = frozenset({"no", "n", "否", "没有", "未提交"})
LONGEST_NUMBER = 100


class Person(Protocol):
    """Who sits at the terminal and the browser."""

    def say(self, sentence: str) -> None:
        """Show a sentence."""
        ...

    async def ask(self, question: str) -> str | None:
        """Ask, and return one line without white space around it; None when nobody answers any more."""
        ...

    def show(self, assisted: Assisted) -> None:
        """Show which fields were filled, and which were left and why."""
        ...

    async def sign(self, why: str) -> bool:
        """Ask for the truth statement."""
        ...


@dataclass(frozen=True)
class AssistRequest:
    """What the command line asked for.

    Attributes:
        url: The form.
        folder: The case folder.
        kind: Which letter is written: ``platform``, ``regulator``, ...
        also: Further origins that may receive personal data.
        headed: Whether the browser can be seen.
    """

    url: str
    folder: Path
    kind: str = "platform"
    also: tuple[str, ...] = ()
    headed: bool = True


@dataclass(frozen=True)
class AssistResult:
    """How it ended.

    Attributes:
        case: The case's id.
        run: The run's id.
        report: The filing.
        learnt: What could be kept as a ``form.toml``; empty when nothing was filled.
    """

    case: str
    run: str
    report: FilingReport
    learnt: str


def policy_for(request: AssistRequest, *, practice: bool) -> NetworkPolicy:
    """Return what a form that nobody has described may contact: reads anywhere, writes to its own origin only.

    Raises:
        UsageError: The address is none, or is not on this computer in practice.
        OriginRefused: It is plain http and not on this computer.
    """
    try:
        endpoint = endpoint_of(request.url)
    except ValueError as error:
        raise UsageError(
            _("“{url}” is not an address.").format(url=request.url),
            next_step="complain assist https://www.example.cn/complain",
        ) from error
    if practice and not endpoint.is_loopback:
        raise UsageError(
            _("Practice opens only addresses on this computer."), next_step=f"complain assist {request.url}"
        )
    try:
        return NetworkPolicy(url=request.url, origins=request.also, assets=("*",))
    except ValueError as error:
        raise OriginRefused(
            _("The form would be sent without encryption: {why}.").format(why=error),
            next_step=_("Look for the form's address with https://."),
        ) from error


def channel_id(url: str) -> str:
    """Return the id under which an assisted filing stands in the journal: ``assist-<host>``."""
    host = endpoint_of(url).host
    try:
        return f"assist-{ipaddress.ip_address(host)}".replace(":", "-")
    except ValueError:
        return f"assist-{host}"


def run_assist(request: AssistRequest, environment: Environment, person: Person) -> AssistResult:
    """Open the form, fill what is recognised, wait for the person, archive their word.

    Raises:
        UsageError: The address cannot be used, or the case is already filed there.
        NotSigned: The case is not signed as it stands, and the person did not sign it.
        PersonNeeded: The window was closed before the form was filled.
        ChannelUnreachable: The form cannot be opened.
    """
    policy = policy_for(request, practice=environment.practice)
    case = load_case(request.folder)
    with (
        case_lock(environment.home.locks, case.id),
        closing(open_journal(environment.home.journal)) as journal,
    ):
        recover(journal, case.id, "assist", environment.now())
        assist = _Assist(request, environment, person, policy, case, journal)
        return asyncio.run(assist.run())


@dataclass
class _Assist:
    request: AssistRequest
    environment: Environment
    person: Person
    policy: NetworkPolicy
    case: Case
    journal: Journal
    pages: list[Assisted] = field(default_factory=list[Assisted])
    buttons: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        home, now = self.environment.home, self.environment.now()
        self.id = f"assist-{now:%Y%m%dT%H%M%S%fZ}"
        self.run_folder = home.runs / self.id
        channel = channel_id(self.policy.url)
        self.record = AssistRecord(
            self.environment,
            self.journal,
            self.case.id,
            channel,
            endpoint_of(self.policy.url).host,
            self.id,
            EvidenceFolder(self.run_folder / channel),
        )
        self.values = self._values()

    def _values(self) -> AssistValues:
        registry = load_registry(self.environment)
        known = receipt_facts(self.journal, self.case.id, registry.channels)
        filings = filing_facts(self.journal, self.case.id, registry.channels)
        inputs = DraftInput(
            case=self.case,
            folder=self.request.folder,
            receipts=with_terms(known, self.case, filings),
            today=self.environment.today(),
            work=self.run_folder / "attachments",
            templates=tuple(registry.template_folders()),
        )
        return AssistValues(inputs, self.request.kind, 2 if self.request.kind in STAGE_TWO else 1)

    @property
    def draft(self) -> Draft:
        """What was filled in so far."""
        pages = tuple(PlannedPage(tuple(item.filled.field for item in page.filled)) for page in self.pages)
        name = self.request.kind if self.values.letter else ""
        return Draft(self.record.channel, self.values.letter, name, pages, self.values.attachments)

    async def run(self) -> AssistResult:
        self.record.refuse_second()
        if not self.environment.practice:
            await ensure_signed(
                self.environment, self.case, self.request.folder, self.person, may_ask=True, must=False
            )
        note_run(self.run_folder, self.case.id)
        work_folder(self.run_folder)
        table = self.environment.config().browser
        settings = BrowserSettings(
            path=table.path or None,
            headed=self.request.headed,
            sandbox=table.sandbox,
            practice=self.environment.practice,
            proxy=table.proxy or None,
        )
        async with BrowserRun.start(settings) as browser:
            egress = await browser.open_context(self.policy, dry_run=False)
            try:
                return await self._with_window(browser, egress)
            except PlaywrightError as error:
                raise self._window_gone() from error
            finally:
                await egress.close()

    def _window_gone(self) -> PersonNeeded:
        said = _("The window was closed before the form was filled; nothing was sent.")
        if self.record.attempt:
            said = _("The window was closed; whether the form was submitted is not known.")
        return PersonNeeded(said, next_step="complain status")

    async def _with_window(self, browser: BrowserRun, egress: Egress) -> AssistResult:
        context = egress.context
        context.on("dialog", _leave_to_person if self.request.headed else _dismiss)
        egress.keep_private(self._private())
        page = await egress.new_page()
        await open_page(page, self.policy.url)
        await self._until_shown(egress)
        await self._fill(_front(page))
        self.record.hand_over(self.draft, browser.process)
        said = await self._persons_turn(egress, page)
        shown = await self._keep_result(page)
        report = self.record.settle(said, self.draft)
        return AssistResult(self.case.id, self.id, report, self._learnt(egress, said, shown))

    def _private(self) -> tuple[str, ...]:
        who = self.case.complainant
        return tuple(filter(None, (who.name, who.phone, who.email, who.id_number, who.address)))

    async def _until_shown(self, egress: Egress) -> None:
        question = _(
            "Go to the form in the window. Enter alone: fill it now. If you must log in first, type: login\n> "
        )
        while (answer := await self.person.ask(question)) is not None and answer.lower() in LOGIN_WORDS:
            async with self._persons_hand(egress):
                await self.person.ask(_("Log in, go to the form, then press Enter.\n> "))
        if answer is None:
            raise PersonNeeded(
                _("Nobody answered, so nothing was filled and nothing was sent."),
                next_step=f"complain assist {self.request.url}",
            )

    @asynccontextmanager
    async def _persons_hand(self, egress: Egress) -> AsyncGenerator[None]:
        """Let writes leave to the form's own origins while the person works."""
        async with egress.permit_login(sorted(self.policy.receiving_origins)):
            yield

    async def _fill(self, page: Page) -> None:
        verdicts = recognise(await look_around(page), load_vocabulary())
        assisted = await fill_recognised(
            page, verdicts, self.values.value_for, self.policy.may_receive_personal_data
        )
        self.pages.append(assisted)
        named = await call_everywhere(frames_of(page), "buttonList", returns=list[str])
        self.buttons = [name for _frame, names in named for name in names]
        filled = [item.filled for item in assisted.filled]
        picture = await bounded(picture_filled(page, filled, mask=False, is_fine=True))
        if picture:
            self.record.evidence.save(f"filled-{len(self.pages)}.png", picture)
        keep_fields(self.record.evidence, self.pages, self.draft)
        self.person.show(assisted)
        while self.values.said:
            self.person.say(self.values.said.pop(0))

    async def _persons_turn(self, egress: Egress, page: Page) -> Said:
        question = _(
            "Look at every field in the window, complete the form and submit it yourself. Then type the receipt number.\n"
            "Enter alone: there is none. fill: fill what the window shows now.\n> "
        )
        while True:
            async with self._persons_hand(egress):
                answer = await self.person.ask(question)
            self._tell_blocked(egress)
            if answer is None:
                return Said(State.UNKNOWN)
            if answer.lower() in FILL_WORDS and not page.is_closed():
                await self._fill(_front(page))
            elif answer and len(answer) <= LONGEST_NUMBER:
                return Said(State.FILED, answer)
            elif not answer:
                return await self._without_number()

    def _tell_blocked(self, egress: Egress) -> None:
        own = self.policy.receiving_origins
        foreign = sorted({origin_of(sent.url) for sent in egress.writes_blocked} - own)
        for origin in foreign:
            self.person.say(
                _(
                    "The page wanted to send something to {origin}; it was kept back. If that is right: --also {origin}"
                ).format(origin=origin)
            )

    async def _without_number(self) -> Said:
        while (answer := await self.person.ask(_("Did you submit it? Type yes or no: "))) is not None:
            if answer.lower() in YES_WORDS:
                return Said(State.FILED_UNVERIFIED)
            if answer.lower() in NO_WORDS:
                return Said(State.NOT_FILED)
        return Said(State.UNKNOWN)

    async def _keep_result(self, page: Page) -> str:
        """Keep what the window shows at the end; it may have been closed."""
        if page.is_closed() and not page.context.pages:
            return ""
        last = _front(page)
        picture = await bounded(last.screenshot(full_page=True, animations="disabled", timeout=5000))
        if picture:
            self.record.evidence.save("result.png", picture)
        shown = await bounded(visible_text(last)) or ""
        self.record.evidence.save_text("result.txt", shown)
        return shown

    def _learnt(self, egress: Egress, said: Said, shown: str) -> str:
        if not any(assisted.filled for assisted in self.pages):
            return ""
        own = [f"{sent.method} {sent.url}" for sent in egress.writes_left if self.policy.is_own(sent.url)]
        parts = urlsplit(self.policy.url)
        lesson = Lesson(
            id=self.record.channel.replace(".", "-"),
            title=self.record.title,
            url=f"{parts.scheme}://{parts.netloc}{parts.path}",
            pages=[assisted.filled for assisted in self.pages],
            buttons=self.buttons,
            request=own[-1] if own else "",
            number=said.number or "",
            result=shown,
            day=self.environment.today(),
        )
        return form_toml(lesson)


def _front(page: Page) -> Page:
    """The window's newest page: a form may open in a tab of its own."""
    return page.context.pages[-1] if page.context.pages else page


def _leave_to_person(_dialog: Dialog) -> None:
    """With a listener there, Playwright does not answer for the person."""


async def _dismiss(dialog: Dialog) -> None:
    await dialog.dismiss()
