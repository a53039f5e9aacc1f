"""Logging in only to look: in practice ``complain doctor`` sees what lies behind a log-in, as a filing would."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complain.browser.launch import BrowserRun
from complain.browser.sessions import SessionStore
from complain.channels.form import FormChannel
from complain.errors import PersonNeeded
from complain.filing.evidence import EvidenceFolder
from complain.filing.form_filing import FormFiling
from complain.filing.form_login import log_in
from complain.filing.form_options import FormOptions
from complain.filing.hands import Hands
from complain.masking import mask
from complain.model import Draft
from complain.vault import Vault

if TYPE_CHECKING:
    from playwright.async_api import Page

    from complain.browser.egress import Egress


@dataclass(frozen=True)
class Account:
    """Who logs in when a form is only looked at; a real account is never used for it.

    Attributes:
        vault: Holds the account's user name and password.
        hands: Answers what the log-in asks.
        folder: For what is kept of it.
        patience: Seconds that an answer may take.
    """

    vault: Vault
    hands: Hands
    folder: Path
    patience: float


@dataclass
class _Visit(FormFiling):
    """A filing that is only ever logged in."""

    def stand_at(self, egress: Egress, page: Page) -> None:
        self._egress, self._page = egress, page


async def log_in_to_look(
    account: Account, channel: FormChannel, sessions: SessionStore, egress: Egress, page: Page
) -> bool:
    """Log in and return to the form; False when the account does not get in.

    Args:
        account: The practice account.
        channel: A channel with a log-in.
        sessions: Of the same home.
        egress: A context that sends nothing.
        page: Its page.

    Raises:
        ComplainError: The log-in page is not as defined, or cannot be reached.
    """
    visit = _Visit(
        channel=channel,
        evidence=EvidenceFolder(account.folder),
        drafter=_nothing,
        browser=_none,
        hands=account.hands,
        sessions=sessions,
        vault=account.vault,
        options=FormOptions(dry_run=True, reveal=False, settle=0, patience=account.patience),
        progress=lambda _words: None,
        hide=mask,
    )
    visit.stand_at(egress, page)
    try:
        await log_in(visit)
    except PersonNeeded:
        return False
    return True


def _nothing() -> Draft:
    raise RuntimeError("nothing is drafted to look at a form")


async def _none() -> BrowserRun:
    raise RuntimeError("the form is open already")
