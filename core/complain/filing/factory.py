"""Makes the filing of a channel: form, mail or hand-over, with all that it needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from complain.browser.launch import BrowserRun, BrowserSettings
from complain.browser.sessions import SessionStore
from complain.case.model import Case
from complain.case.third_parties import discreet
from complain.channels.base import Channel
from complain.channels.form import FormChannel
from complain.channels.mail import MailChannel
from complain.channels.registry import Registry
from complain.config import Config
from complain.durable import make_folder
from complain.environment import Environment
from complain.filing.drafting import DraftInput, draft_form, draft_mail, needs_fact
from complain.filing.evidence import EvidenceFolder
from complain.filing.form_filing import FormFiling
from complain.filing.form_options import FormOptions
from complain.filing.handover_filing import HandoverFiling
from complain.filing.hands import Hands
from complain.filing.mail_filing import MailFiling
from complain.filing.packs import PackMaker
from complain.filing.prepared import Filing, Progress
from complain.filing.ruling import Rulings
from complain.letters.pdf import letter_pdf
from complain.letters.state import ReceiptFact
from complain.mail.mailbox import Mailbox
from complain.mail.server import MailServer
from complain.mail.settings import mailbox_of, submission_server
from complain.masking import mask, mask_value
from complain.model import Draft, FilingReport, Outcome
from complain.vault import Vault

if TYPE_CHECKING:
    from playwright.async_api import Browser

ANSWER_SECONDS = 30.0  # how long a practice run waits for the association's answer (contract)


@dataclass
class MailSettings:
    """Where mail goes out and comes in.

    Attributes:
        server: Submission server; None when none is configured.
        mailbox: Opens what is read for an answer right after sending, for each filing one of its own: no two threads
            may use one. It returns None where `complain track` reads it later.
        addresses: Recipient per channel id.
    """

    server: MailServer | None = None
    mailbox: Callable[[], Mailbox | None] = lambda: None
    addresses: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Factory:
    """Everything a run shares between its filings.

    Attributes:
        environment: Home and clock.
        case: The facts.
        folder: The case folder.
        registry: All channels.
        config: The configuration.
        vault: Secrets.
        hands: Whoever can answer a challenge.
        browser_settings: How to start the browser.
        form_options: How forms are treated.
        mail: Where mail goes.
        rulings: What the rules say of each channel.
        run_folder: This run's folder.
        by_hand: Whether every channel is laid out for doing by hand, automatic ones too.
    """

    environment: Environment
    case: Case
    folder: Path
    registry: Registry
    config: Config
    vault: Vault
    hands: Hands
    browser_settings: BrowserSettings
    form_options: FormOptions
    mail: MailSettings
    rulings: Rulings
    run_folder: Path
    by_hand: bool = False
    _receipts: dict[str, tuple[ReceiptFact, ...]] = field(default_factory=dict[str, tuple[ReceiptFact, ...]])
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _browser: asyncio.Task[BrowserRun] | None = None

    def start_browser(self) -> None:
        """Begin to start the browser, while drafts are written; at most one per run."""
        if self._browser is None:
            self._browser = asyncio.create_task(
                self._stack.enter_async_context(BrowserRun.start(self.browser_settings))
            )

    async def browser(self) -> BrowserRun:
        """Return the run's browser.

        Raises:
            BrowserUnavailable: None can be started.
        """
        self.start_browser()
        assert self._browser is not None
        return await asyncio.shield(self._browser)

    async def close(self) -> None:
        """End the browser."""
        if self._browser is not None:
            await asyncio.gather(self._browser, return_exceptions=True)
        await self._stack.aclose()

    def ruled_out(self, channel: Channel) -> FilingReport | None:
        """Return why a channel is left out of this run, or None."""
        reason = self.rulings.left_out(channel)
        return FilingReport(channel.id, Outcome.SKIPPED, reason=reason) if reason else None

    def make(
        self,
        channel: Channel,
        receipts: tuple[ReceiptFact, ...],
        evidence: EvidenceFolder,
        progress: Progress,
    ) -> Filing:
        """Return the filing of a channel; nothing is drafted or opened yet."""
        self._receipts[channel.id] = receipts
        if isinstance(channel, FormChannel) and not self.by_hand:
            return self._form(channel, receipts, evidence, progress)
        if isinstance(channel, MailChannel) and self._recipient(channel) and not self.by_hand:
            return self._mail(channel, receipts, evidence, progress)
        packs = self._packs(channel, receipts)
        return HandoverFiling(channel, evidence, packs, self.folder, self.environment.home, progress)

    def _inputs(self, channel: Channel, receipts: tuple[ReceiptFact, ...]) -> DraftInput:
        case = self.case
        if case.complainant.id_number is None and needs_fact(channel, "id_number"):
            number = self.vault.get("complainant.id_number")
            if number:
                case = case.model_copy(
                    update={"complainant": case.complainant.model_copy(update={"id_number": number})}
                )
        work = make_folder(self.run_folder / channel.id / "attachments")
        templates = tuple(self.registry.template_folders())
        return DraftInput(case, self.folder, receipts, self.environment.today(), work, templates)

    def _packs(self, channel: Channel, receipts: tuple[ReceiptFact, ...]) -> PackMaker:
        recipient = self._recipient(channel) if isinstance(channel, MailChannel) else ""
        return PackMaker(self.environment, lambda: self._inputs(channel, receipts), recipient)

    def _form(
        self,
        channel: FormChannel,
        receipts: tuple[ReceiptFact, ...],
        evidence: EvidenceFolder,
        progress: Progress,
    ) -> FormFiling:
        return FormFiling(
            channel=channel,
            evidence=evidence,
            drafter=lambda: draft_form(channel, self._inputs(channel, receipts)),
            browser=self.browser,
            hands=self.hands,
            sessions=SessionStore(self.environment.home, self.vault),
            vault=self.vault,
            options=self.form_options,
            progress=progress,
            hide=self._hide,
        )

    def _hide(self, text: str) -> str:
        """Return a text without the person's own name, numbers and addresses."""
        who = self.case.complainant
        own = (who.name, who.phone, who.email, who.id_number, who.address)
        for value in (*own, *(loan.contract_number for loan in self.case.loans)):
            text = text.replace(value, mask_value(value)) if value else text
        return mask(text)

    def _recipient(self, channel: MailChannel) -> str:
        return self.mail.addresses.get(channel.id) or self.config.channel(channel.id).address

    def _mail(
        self,
        channel: MailChannel,
        receipts: tuple[ReceiptFact, ...],
        evidence: EvidenceFolder,
        progress: Progress,
    ) -> MailFiling:
        return MailFiling(
            channel=channel,
            evidence=evidence,
            server=self.mail.server,
            sender_name=self.case.complainant.name,
            drafter=lambda: draft_mail(channel, self._inputs(channel, receipts), self._recipient(channel)),
            pdf=self._pdf,
            mailbox=self.mail.mailbox(),
            wait=ANSWER_SECONDS,
            progress=progress,
            now=self.environment.now,
            keep_copy=not self.environment.practice,
        )

    async def _pdf(self, draft: Draft) -> bytes:
        browser: Browser = (await self.browser()).browser
        return await letter_pdf(
            draft.letter,
            title=discreet(self.case).complaint.subject,
            evidence=draft.attachments,
            browser=browser,
        )

    def pack_for(self, channel: Channel, filing: Filing, reason: str) -> Path | None:
        """Write the hand-over pack of an automatic channel that had to stop; None where the pack is the task."""
        if isinstance(filing, HandoverFiling):
            return None
        return self._packs(channel, self._receipts.get(channel.id, ())).write(channel, None, reason)

    def provenance(self, channel: Channel) -> dict[str, str]:
        """Return what ``bag-info.txt`` says of the channel and the browser."""
        origin = self.registry.origins.get(channel.id)
        info = {"Channel-Origin": origin.name if origin else "unknown"}
        if isinstance(channel, FormChannel) and self._browser and self._browser.done():
            description = self._browser.result().description
            info |= {
                "Browser": description.version,
                "Browser-Sandbox": "on" if description.sandbox else "off",
            }
        return info


def mail_settings(config: Config, vault: Vault) -> MailSettings:
    """Return the person's own mail servers as the configuration names them.

    Raises:
        UsageError: The mailbox would be reached without encryption.
    """
    mailbox_of(config.mail, vault.get)  # what may not be used is refused before anything is started
    return MailSettings(
        server=submission_server(config.mail, vault.get),
        mailbox=partial(mailbox_of, config.mail, vault.get),
    )
