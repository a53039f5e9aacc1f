"""``complain login`` and ``complain logout``."""

from __future__ import annotations

import click

from complain.cli.options import ComplainCommand, pass_environment
from complain.environment import Environment, china_day
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
    chosen = check_login(channel_named(load_registry(environment), channel))
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
    until = _(" It is good until {day}.").format(day=china_day(expires)) if expires else ""
    click.echo(_("The log-in is kept, encrypted.") + until, file=environment.stdout)
    return 0


@click.command(cls=ComplainCommand, help="Forget a channel's session.")
@click.argument("channel")
@pass_environment
def logout(environment: Environment, channel: str) -> int:
    from complain.browser.sessions import SessionStore
    from complain.vault import open_vault

    forgotten = SessionStore(environment.home, open_vault(environment)).forget(channel)
    said = _("The log-in is forgotten.") if forgotten else _("No log-in was kept.")
    click.echo(said, file=environment.stdout)
    return 0
