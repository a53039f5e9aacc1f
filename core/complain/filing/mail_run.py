"""What ``complain track`` opens before it reads: the case's lock, the journal, the person's mailbox."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from contextlib import ExitStack, closing

from complain.channels.registry import Registry, load_registry
from complain.environment import Environment
from complain.filing.journal import open_journal
from complain.filing.lock import case_lock
from complain.filing.mail_following import Followed, follow_mail, sent_by_mail
from complain.i18n import _
from complain.mail.mailbox import Mailbox, MailboxUnavailable, MaildirMailbox
from complain.mail.settings import mailbox_of
from complain.vault import open_vault


def follow_case(environment: Environment, case: str) -> tuple[list[Followed], Mapping[str, str]]:
    """Read what came for a case's filings by mail; return it with the channels' titles.

    Args:
        environment: Home, clock, configuration.
        case: The case's id.

    Raises:
        CaseLocked: Another run holds the case.
        MailboxUnavailable: No mailbox is configured, or it could not be read.
        PersonNeeded: The login was refused, or no password is stored.
    """
    if not environment.home.journal.is_file():
        return [], {}
    registry = load_registry(environment)
    with ExitStack() as stack:
        stack.enter_context(case_lock(environment.home.locks, case))
        journal = stack.enter_context(closing(open_journal(environment.home.journal)))
        if not sent_by_mail(journal, case):
            return [], {}
        mailbox = stack.enter_context(closing(_mailbox(environment)))
        followed = follow_mail(environment, journal, case, mailbox, registry.channels)
    titles = {identity: channel.title for identity, channel in registry.channels.items()}
    return [_told(registry, one) for one in followed], titles


def _told(registry: Registry, followed: Followed) -> Followed:
    """Tell the plugins of a receipt that came by mail, as a run tells them of its own."""
    receipt = followed.report.receipt
    if not followed.has_changed or receipt is None:
        return followed
    report = dataclasses.replace(followed.report, warnings=tuple(registry.receipt_archived(receipt)))
    return dataclasses.replace(followed, report=report)


def _mailbox(environment: Environment) -> Mailbox:
    if environment.practice:
        from complain.practice.desks import MAILBOX  # brings the web server along

        return MaildirMailbox(environment.home.path / MAILBOX)
    mailbox = mailbox_of(environment.config().mail, open_vault(environment).get)
    if mailbox is None:
        raise MailboxUnavailable(
            _("No mailbox is named in the configuration, so no answer can be read."),
            next_step=_("Set imap_host under [mail] in config.toml, or look in your mailbox yourself."),
        )
    return mailbox
