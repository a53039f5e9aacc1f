"""``complain login`` and ``complain logout``."""

from __future__ import annotations

import datetime as dt

import click

from complain.cli.options import ComplainCommand, pass_environment, say
from complain.environment import CHINA, Environment
from complain.i18n import _


@click.command(cls=ComplainCommand, help="Log in to a channel in a visible browser.")
@click.argument("channel")
@pass_environment
def login(environment: Environment, channel: str) -> int:
    import asyncio

    from complain.browser.launch import BrowserSettings
    from complain.channels.registry import load_registry
    from complain.filing.logging_in import check_login, log_in_by_hand
    from complain.filing.selection import channel_named
    from complain.vault import open_vault

    config = environment.config()
    chosen = check_login(channel_named(load_registry(environment), channel), practice=environment.practice)
    table = config.browser
    settings = BrowserSettings(
        path=table.path or None,
        headed=True,
        sandbox=table.sandbox,
        practice=environment.practice,
        proxy=table.proxy or None,
    )
    click.echo(_("Log in to “{title}” in the window that opens.").format(title=chosen.title), err=True)
    expires = asyncio.run(log_in_by_hand(environment, chosen, open_vault(environment), settings, table.hand))
    kept = {"channel": channel, "logged_in": True, "until": None if expires is None else expires.isoformat()}
    say(environment, kept, _("The log-in is kept, encrypted.") + until_words(expires))
    return 0


def until_words(expires: dt.datetime | None) -> str:
    """Say when a log-in may end; the first of its cookies to end need not be the one that counts.

    Args:
        expires: See `SessionStore.expires_at`; None says nothing.
    """
    if expires is None:
        return ""
    moment = f"{expires.astimezone(CHINA):%Y-%m-%d %H:%M}"
    return _(" By the site's own dates it may end from {moment} (Chinese time) on.").format(moment=moment)


@click.command(cls=ComplainCommand, help="Forget a channel's session.")
@click.argument("channel")
@pass_environment
def logout(environment: Environment, channel: str) -> int:
    from complain.browser.sessions import SessionStore
    from complain.vault import open_vault

    forgotten = SessionStore(environment.home, open_vault(environment)).forget(channel)
    said = _("The log-in is forgotten.") if forgotten else _("No log-in was kept.")
    say(environment, {"channel": channel, "logged_in": False, "forgotten": forgotten}, said)
    return 0
