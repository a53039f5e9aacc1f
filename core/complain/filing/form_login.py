"""Logging in: by the stored session, from the keyring, or by a person's own hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complain.browser.buttons import find_button, press
from complain.browser.fill import fill_fields
from complain.browser.policy import origin_of, without_query
from complain.commands import typed
from complain.errors import FormChanged, PersonNeeded, VaultUnavailable
from complain.filing.drafting import planned_field
from complain.filing.form_pages import open_page, shows, shows_at_rest, wait_for_sign
from complain.i18n import _
from complain.letters.render import render_value
from complain.model import Action, PlannedField

if TYPE_CHECKING:
    from playwright.async_api import Page

    from complain.channels.definition import FieldTable, LoginTable
    from complain.channels.form import FormChannel
    from complain.filing.form_filing import FormFiling
    from complain.vault import Vault

DONE_SECONDS = 15.0


async def log_in(filing: FormFiling) -> None:
    """Make sure that the channel sees the person as logged in, and that its form is open.

    Raises:
        PersonNeeded: Only a person can log in.
        FormChanged: The log-in page is not as defined.
    """
    login = filing.channel.definition.login
    if login is None:
        return
    url = filing.channel.at_desk(login.url)
    at_login = _is_at(filing.page, url, form=filing.channel.url)
    if not at_login and await shows_at_rest(filing.page, login.done):
        return
    filing.progress(_("logging in"))
    async with filing.egress.permit_login((url,)):
        await open_page(filing.page, url)
        if not await _is_in_already(filing, login, url):
            await _go_through(filing, login, url)
    await open_page(filing.page, filing.channel.url)


def _is_at(page: Page, url: str, *, form: str) -> bool:
    """Whether the page stands at its log-in page; a form that sends people there says that nobody is in.

    Many sites tell form and log-in apart by what follows the path alone (``#/login``, ``?m=login``): nothing follows
    from that, for they may also write something of their own there.
    """
    return without_query(page.url) == without_query(url) != without_query(form)


async def _is_in_already(filing: FormFiling, login: LoginTable, url: str) -> bool:
    """Whether the log-in page shows that the person is logged in; where it asks for a name, it does not."""
    if await shows(filing.page, login.done):
        return True
    if login.fields and _is_at(filing.page, url, form=filing.channel.url):
        return False
    return await shows_at_rest(filing.page, login.done)


async def _go_through(filing: FormFiling, login: LoginTable, url: str) -> None:
    asks_for_sms = any(field.send for field in login.fields) and filing.options.dry_run
    if asks_for_sms or (not login.fields and not filing.options.login_by_hand):
        raise PersonNeeded(
            _("Log in to “{title}” yourself first.").format(title=filing.channel.title),
            next_step=_way_by_hand(filing.channel),
        )
    asks = [planned_field(f, {}) for f in login.fields if f.action is Action.ASK]
    values = [_secret_field(f, filing.vault) for f in login.fields if f.action is not Action.ASK]
    if values:
        own = {origin_of(url), *filing.egress.policy.receiving_origins}
        await fill_fields(filing.page, values, may_type=own.__contains__)
    for ask in asks:
        await filing.answer(ask)
    if login.button:
        await press(await find_button(filing.page, login.button))
    seconds = DONE_SECONDS if login.fields else filing.options.patience
    try:
        await wait_for_sign(filing.page, login.done, seconds)
    except FormChanged as error:
        raise PersonNeeded(
            _("Logging in to “{title}” did not succeed.").format(title=filing.channel.title),
            next_step=_way_by_hand(filing.channel),
        ) from error


def _way_by_hand(channel: FormChannel) -> str:
    """Return the command for a log-in by hand; at a practice desk no log-in is kept, so there is none."""
    return "" if channel.desk else typed("complain", "login", channel.id)


def _secret_field(field: FieldTable, vault: Vault) -> PlannedField:
    def secret(name: str) -> str:
        value = vault.get(name)
        if value is None:
            raise VaultUnavailable(
                _("The password store holds nothing named “{name}”.").format(name=name),
                next_step=f"complain secret set {name}",
            )
        return value

    planned = planned_field(field.model_copy(update={"value": ""}) if field.value else field, {})
    if field.value is None:
        return planned
    value = render_value(field.value, {"secret": secret})
    return PlannedField(
        label=planned.label,
        action=Action.VALUE,
        values=(value,),
        css=planned.css,
        frame=planned.frame,
        sensitive=True,
    )
