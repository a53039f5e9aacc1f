"""``complain plugin new``: open a form, read what a person would see of it, and write what is certain.

Nothing is filled and nothing is sent. What is not certain becomes a comment that says what to write.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from complain.browser.egress import Egress
from complain.browser.launch import BrowserRun, BrowserSettings
from complain.browser.library import call_everywhere, frames_of
from complain.browser.policy import NetworkPolicy, endpoint_of, origin_of
from complain.browser.recognise import Seen, Verdict, look_around, recognise
from complain.browser.vocabulary import load_vocabulary
from complain.environment import Environment
from complain.errors import OriginRefused, UsageError
from complain.filing.form_pages import open_page
from complain.i18n import _

READY_MILLISECONDS = 10_000
_FORM = """() => {
  const forms = [...document.forms].map((form) => ({ form, count: form.querySelectorAll("input:not([type=hidden]), textarea, select").length }));
  const best = forms.sort((a, b) => b.count - a.count)[0];
  if (!best || !best.count) return { index: -1, method: "", action: "", submits: [] };
  const name = (one) => (one.tagName === "INPUT" ? one.value : one.innerText) || one.getAttribute("aria-label") || "";
  const buttons = [...best.form.querySelectorAll("button, input[type=submit], input[type=image]")].filter(
    (one) => ["submit", "image"].includes(one.type) && one.checkVisibility());
  return {
    index: [...document.querySelectorAll("form")].indexOf(best.form),
    method: best.form.method.toUpperCase(),
    action: new URL(best.form.getAttribute("action") || location.href, document.baseURI).href,
    submits: buttons.map((one) => name(one).trim()).filter(Boolean),
  };
}"""


class Form(msgspec.Struct, frozen=True):
    """What the page's source says of its largest form.

    Attributes:
        index: Which form of the document it is; -1 when there is none.
        method: Empty when there is no form element.
        action: Where it sends.
        submits: Names of its submit buttons.
    """

    index: int
    method: str
    action: str
    submits: list[str]


@dataclass(frozen=True)
class Sighting:
    """What was seen of a form.

    Attributes:
        url: Where it was in the end.
        title: The page's title.
        language: ``zh`` or ``en``, by what is written there.
        verdicts: Every field, and what it means if that is certain.
        form: What the source says.
        buttons: The names of all buttons.
        assets: Hosts that the page loads from.
        has_login: Whether there is a field for a password.
        others: Names of fields that belong to other forms of the page, as a search or a log-in.
    """

    url: str
    title: str
    language: str
    verdicts: tuple[Verdict, ...]
    form: Form
    buttons: tuple[str, ...]
    assets: tuple[str, ...]
    has_login: bool
    others: tuple[str, ...] = ()


def look_at(url: str, environment: Environment, *, headed: bool = False) -> Sighting:
    """Open a form and return what is seen of it; nothing is filled, no write leaves.

    Args:
        url: Of the form.
        environment: Names the browser.
        headed: Whether the window can be seen.

    Raises:
        UsageError: It is not an address.
        OriginRefused: It is plain http and not on this computer.
        ChannelUnreachable: It cannot be opened.
    """
    require_address(url)
    table = environment.config().browser
    settings = BrowserSettings(
        path=table.path or None,
        headed=headed,
        sandbox=table.sandbox,
        practice=environment.practice,
        proxy=table.proxy or None,
    )
    return asyncio.run(_look(url, settings))


def require_address(url: str) -> None:
    """Refuse what cannot be opened as a page.

    Raises:
        UsageError: It is not an http or https address with a host.
    """
    try:
        endpoint_of(url)
    except ValueError as error:
        raise UsageError(
            _("“{url}” is not an address.").format(url=url),
            next_step="complain plugin new https://www.example.cn/complain",
        ) from error


async def _look(url: str, settings: BrowserSettings) -> Sighting:
    async with BrowserRun.start(settings) as browser:
        _first, refused = await _open(browser, url, ())
        if not refused:
            return _first
        sighting, _still = await _open(browser, url, refused)  # once more, with the hosts that it is made of
        return sighting


async def _open(browser: BrowserRun, url: str, assets: tuple[str, ...]) -> tuple[Sighting, tuple[str, ...]]:
    egress = await browser.open_context(_policy(url, assets), dry_run=True)
    try:
        page = await egress.new_page()
        await open_page(page, url)
        await _settle(page)
        return await _sighted(page, assets), _refused(egress)
    finally:
        await egress.freeze()
        await egress.close()


def _policy(url: str, assets: tuple[str, ...]) -> NetworkPolicy:
    try:
        return NetworkPolicy(url=url, assets=assets)
    except ValueError as error:
        raise OriginRefused(
            _("“{url}” is not encrypted, and personal data would go there.").format(url=url),
            next_step=_("Write https://; plain http is for this computer only."),
        ) from error


def _refused(egress: Egress) -> tuple[str, ...]:
    return tuple(dict.fromkeys(host for host in egress.hosts_refused if not host.endswith(".invalid")))


async def _settle(page: Page) -> None:
    try:
        await page.wait_for_load_state("networkidle", timeout=READY_MILLISECONDS)
    except PlaywrightError:
        return  # a page that never rests is read as it stands


async def _sighted(page: Page, assets: tuple[str, ...]) -> Sighting:
    everything = [one for one in await look_around(page) if not one.around.aside]
    form = msgspec.convert(await page.evaluate(_FORM), Form)
    seen = [one for one in everything if _belongs(one, form, page)]
    named = await call_everywhere(frames_of(page), "buttonList", returns=list[str])
    text = await page.evaluate("() => (document.body?.innerText ?? '').slice(0, 4000)")
    return Sighting(
        url=page.url,
        title=(await page.title()).strip(),
        language="zh" if re.search(r"[\u4e00-\u9fff]", str(text)) else "en",
        verdicts=tuple(recognise(seen, load_vocabulary())),
        form=form,
        buttons=tuple(name for _frame, names in named for name in names),
        assets=assets,
        has_login=any(_is_password(one) for one in seen),
        others=tuple(one.name for one in everything if one not in seen),
    )


def _belongs(one: Seen, form: Form, page: Page) -> bool:
    """What stands in another form of the page, as a search or a log-in, is no field of this one."""
    return form.index < 0 or one.found.frame != page.main_frame or one.around.form in (-1, form.index)


def _is_password(one: Seen) -> bool:
    return one.around.type == "password"


def own_request(sighting: Sighting) -> str:
    """Return the request that the form's source says files it; empty when it does not say."""
    form = sighting.form
    if form.method != "POST" or origin_of(form.action) != origin_of(sighting.url):
        return ""
    return f"POST */{urlsplit(form.action).path.lstrip('/')}"
