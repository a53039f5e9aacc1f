"""What a person is asked of a page's challenge, and where the answer goes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.async_api import Locator, Page

from complain.browser.buttons import find_button, press
from complain.browser.fill import is_left_empty, type_answer
from complain.browser.find import APPEAR_SECONDS, POLL_SECONDS
from complain.browser.library import wait_for_change
from complain.channels.form import FormChannel
from complain.errors import FormChanged, PersonNeeded, PluginMistake
from complain.filing.form_leaving import with_kept
from complain.filing.form_waiting import bounded
from complain.i18n import _
from complain.model import Challenge, PlannedField
from complain.wording import field_words

if TYPE_CHECKING:
    from complain.browser.egress import Egress

_FIRST_ERROR = 400
# A picture that is still on its way would be shown empty; one that never comes is shown as it is.
_ARRIVED = "element => element instanceof HTMLImageElement ? element.decode().catch(() => {}) : undefined"


async def challenge_of(page: Page, channel: FormChannel, ask: PlannedField) -> Challenge:
    """Return what a person is asked, with the picture as the page shows it now.

    Args:
        page: The open form.
        channel: Whose form it is.
        ask: The field that only a person can fill.

    Raises:
        FormChanged: The page has no such picture.
    """
    assert ask.ask is not None
    prompt = f"{channel.title}：{ask.label}" if ask.label else channel.title
    picture = await _picture(page, ask) if ask.picture else None
    return Challenge(kind=ask.ask, channel=channel.id, prompt=prompt, picture=picture)


async def send_for_code(page: Page, egress: Egress, button: str, challenge: Challenge) -> Challenge:
    """Press the button that sends a code; return the challenge with what there is to say of it.

    Args:
        page: The open form.
        egress: Lets the one request leave.
        button: Its name.
        challenge: What the person is asked then.

    Raises:
        FormChanged: The page asked for the code in a way that the definition does not allow; nothing left.
    """
    before = len(egress.writes_blocked), len(egress.writes_left)
    async with egress.permit_send() as permit:
        await press(await find_button(page, button))
    kept = [
        one for one in egress.writes_blocked[before[0] :] if egress.policy.may_receive_personal_data(one.url)
    ]
    if kept and len(egress.writes_left) == before[1]:
        problem = _("“{button}” was pressed, and the page was kept from asking for the code.")
        raise with_kept(FormChanged(problem.format(button=button)), kept, egress.policy)
    if permit.status is None or permit.status < _FIRST_ERROR:
        return challenge
    refused = _("{prompt} (asked for the code, the channel answered with an error: {status})")
    return replace(challenge, prompt=refused.format(prompt=challenge.prompt, status=permit.status))


async def put_answer(page: Page, ask: PlannedField, answer: str | bool) -> None:
    """Type an answer where it belongs, or see that it stands there already.

    Args:
        page: The open form.
        ask: The field.
        answer: The text, or True when it was done by hand.

    Raises:
        PersonNeeded: It is said to be done, and the field for the code is still empty.
        PluginMistake: A text was given, and the definition names no field for it.
    """
    if isinstance(answer, str):
        if not (ask.label or ask.css):
            raise PluginMistake(
                _("“{field}” was answered with a text, and the definition names no field for it.").format(
                    field=field_words(ask)
                ),
                next_step=_("Answer True when it was done by hand, or give the field label or css."),
            )
        await type_answer(page, ask, answer)
    elif ask.ask in ("sms", "captcha") and await is_left_empty(page, ask):
        raise PersonNeeded(_("“{field}” is still empty.").format(field=field_words(ask)))


async def _picture(page: Page, ask: PlannedField) -> bytes:
    shown = await _shown(page, ask)
    await bounded(shown.evaluate(_ARRIVED))
    return await shown.screenshot(animations="disabled")


async def _shown(page: Page, ask: PlannedField) -> Locator:
    """Return where the picture is: in the page, or in one of its frames."""
    clock = asyncio.get_running_loop().time
    end = clock() + APPEAR_SECONDS
    while True:
        for frame in page.frames:
            found = frame.locator(ask.picture).filter(visible=True).first
            if await found.count():
                return found
        if clock() >= end:
            raise FormChanged(
                _("The form shows no picture “{css}” for “{field}”.").format(
                    css=ask.picture, field=field_words(ask)
                ),
                next_step=_("Look at the page and correct “picture”."),
            )
        await wait_for_change(page, POLL_SECONDS)
