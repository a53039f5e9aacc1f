"""``complain login``: a person logs in, in a browser that can be seen; the session is kept, encrypted."""

from __future__ import annotations

import datetime as dt

from complain.browser.launch import BrowserRun, BrowserSettings
from complain.browser.sessions import SessionStore
from complain.channels.base import Channel
from complain.channels.form import FormChannel
from complain.commands import typed
from complain.environment import Environment
from complain.errors import FormChanged, PersonNeeded, UsageError
from complain.filing.form_pages import open_page, wait_for_sign
from complain.filing.form_policy import policy_of
from complain.i18n import _
from complain.vault import Vault


def check_login(channel: Channel, *, practice: bool) -> FormChannel:
    """Return the channel if a person can log in to it here.

    Args:
        channel: Which one.
        practice: Whether it is the practice desk that is meant.

    Raises:
        UsageError: It has no log-in that the tool could keep.
    """
    if practice and not isinstance(channel, FormChannel):
        raise UsageError(
            _("Practice keeps no log-in: each run logs in anew, and the practice phone answers."),
            next_step=typed("complain", "submit", "--channels", channel.id, "--practice"),
        )
    if not isinstance(channel, FormChannel):
        raise UsageError(
            _("“{title}” is done by hand, so there is no log-in to keep.").format(title=channel.title),
            next_step=f"complain submit --channels {channel.id}",
        )
    if channel.definition.login is None:
        raise UsageError(
            _("“{title}” declares no log-in.").format(title=channel.title),
            next_step=f"complain submit --channels {channel.id} --dry-run",
        )
    return channel


async def log_in_by_hand(
    environment: Environment, channel: FormChannel, vault: Vault, settings: BrowserSettings, patience: float
) -> dt.datetime | None:
    """Open the log-in page, wait for the sign of being logged in, keep the session.

    Args:
        environment: Says where sessions are kept.
        channel: A channel with a log-in.
        vault: Holds the session key.
        settings: A browser that can be seen.
        patience: Seconds that the person may take.

    Returns:
        When the session ends, if that is known.

    Raises:
        PersonNeeded: The sign did not appear in time.
    """
    login = channel.definition.login
    assert login is not None
    url = channel.at_desk(login.url)
    policy = policy_of(channel)
    store = SessionStore(environment.home, vault)
    async with BrowserRun.start(settings) as run:
        egress = await run.open_context(
            policy,
            device=channel.definition.channel.device,
            storage_state=store.load(channel.id),
            dry_run=True,
        )
        page = await egress.new_page()
        async with egress.permit_login((url,)):
            await open_page(page, url)
            try:
                await wait_for_sign(page, login.done, patience)
            except FormChanged as error:
                raise PersonNeeded(
                    _("The sign of being logged in (“{sign}”) did not appear; nothing was kept.").format(
                        sign=login.done
                    ),
                    next_step=f"complain login {channel.id}",
                ) from error
        store.save(channel.id, dict(await egress.context.storage_state()))
        await egress.freeze()
        await egress.close()
    return store.expires_at(channel.id)
