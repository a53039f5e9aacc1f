"""What no longer matches on a page as a whole: fields, what is newly demanded, the buttons, the form's own address."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

from complain.browser.buttons import Button, find_button
from complain.browser.find import Located, find_field, locate, origin_of
from complain.browser.library import frames_of, wait_for_change
from complain.browser.policy import NetworkPolicy, RequestRule
from complain.browser.recognise import Seen, look_around
from complain.channels.definition import FieldTable, FormDefinition, PageTable
from complain.errors import FormChanged
from complain.filing.drift_fields import field_differences
from complain.i18n import _
from complain.model import Action, PlannedField

POLL_SECONDS = 0.25
_CONSENT = re.compile(r"同意|阅读|知悉|承诺|agree|accept|consent", re.I)
_OFFER = re.compile(r"接收|订阅|营销|推广|newsletter|marketing|updates", re.I)
_CODE = re.compile(r"验证码|校验码|动态码|captcha|verification code|security code", re.I)
_HOLDER = """([key]) => {
  const button = window[Symbol.for("complain")].heldElement(key);
  return { form: Boolean(button.form || button.closest("form")), submits: button.type === "submit" && !button.onclick };
}"""


@dataclass
class PageDrift:
    """One page of a form beside its definition.

    Attributes:
        page: Open.
        definition: The whole form.
        table: The page's own part of it.
        policy: Where personal data may go.
        patience: Seconds that the page's fields may take to appear, all together.
    """

    page: Page
    definition: FormDefinition
    table: PageTable
    policy: NetworkPolicy
    patience: float
    unseen: list[str] = field(default_factory=list[str])

    async def differences(self) -> AsyncIterator[str]:
        """Yield one sentence for everything that no longer matches."""
        entries = [entry for entry in self.table.fields if entry.label or entry.css]
        located = await self._located(entries)
        seen = await look_around(self.page)
        by_key = {(one.found.frame, one.found.key): one for one in seen}
        meant: list[Seen] = []
        for entry, found in zip(entries, located, strict=True):
            one = _only(found, by_key)
            if one is None:
                async for sentence in self._missing(entry, found, entries, seen, meant):
                    yield sentence
                continue
            meant.append(one)
            may_type = self.policy.may_receive_personal_data
            for sentence in field_differences(self.page, entry, one, self.definition, may_type):
                yield sentence
        for sentence in self._demanded(seen, meant, await self._elsewhere(by_key)):
            yield sentence
        async for sentence in self._buttons(meant):
            yield sentence
        async for sentence in self._given_by_a_person():
            yield sentence

    # -- fields -----------------------------------------------------------------------------------------------

    async def _located(self, entries: Sequence[FieldTable]) -> list[Located]:
        """Look until every field is there once, or the page has had its time."""
        planned = [planned_entry(entry, self.table) for entry in entries]
        clock = asyncio.get_running_loop().time
        end = clock() + self.patience
        located = await locate(self.page, planned)
        while any(len(one.found) != 1 for one in located) and clock() < end:
            await wait_for_change(self.page, POLL_SECONDS)
            located = await locate(self.page, planned)
        return located

    async def _missing(
        self,
        entry: FieldTable,
        located: Located,
        entries: Sequence[FieldTable],
        seen: Sequence[Seen],
        meant: Sequence[Seen],
    ) -> AsyncIterator[str]:
        try:
            await find_field(self.page, located.field, within=0)
        except FormChanged as error:
            message = error.message
        else:
            return
        nothing = not located.found and not located.others
        if nothing and await self._may_come_later(entry, entries, seen, meant):
            self.unseen.append(
                _("“{field}” is not there; it may appear only after the choice before it.").format(
                    field=entry.name
                )
            )
            return
        yield message

    async def _may_come_later(
        self, entry: FieldTable, entries: Sequence[FieldTable], seen: Sequence[Seen], meant: Sequence[Seen]
    ) -> bool:
        """A choice stands before it, and nothing on the page could be the field under another name."""
        before = entries[: list(entries).index(entry)]
        if not any(one.action in (Action.CHOOSE, Action.CASCADE, Action.CHECK) for one in before):
            return False
        known = {(one.found.frame, key) for one in meant for key in (one.found.key, *one.around.unit)}
        strange = [
            one for one in seen if (one.found.frame, one.found.key) not in known and not one.around.aside
        ]
        covered = await self._covered(strange, entries)
        return len(strange) == covered and not await self._foreign_frames()

    async def _covered(self, strange: Sequence[Seen], entries: Sequence[FieldTable]) -> int:
        """How many of these controls other fields of the definition mean."""
        located = await locate(self.page, [planned_entry(entry, self.table) for entry in entries])
        keys = {(found.frame, found.key) for one in located for found in one.found}
        return sum(
            any((one.found.frame, key) in keys for key in (one.found.key, *one.around.unit))
            for one in strange
        )

    async def _foreign_frames(self) -> bool:
        """Whether a part of the page comes from an origin that the channel does not name."""
        for frame in self.page.frames[1:]:
            try:
                source = await (await frame.frame_element()).get_attribute("src") or ""
            except PlaywrightError:
                continue
            if urlsplit(source).netloc and not self.policy.may_receive_personal_data(source):
                return True
        return False

    # -- what is newly demanded -------------------------------------------------------------------------------

    async def _elsewhere(self, by_key: dict[tuple[Frame, int], Seen]) -> list[Seen]:
        """Controls that other pages of the definition mean: some sites keep all pages in one document."""
        others = [page for page in self.definition.pages if page is not self.table]
        planned = [
            planned_entry(entry, page) for page in others for entry in page.fields if entry.label or entry.css
        ]
        located = await locate(self.page, planned) if planned else []
        return [
            by_key[key]
            for one in located
            for found in one.found
            if (key := (found.frame, found.key)) in by_key
        ]

    def _demanded(
        self, seen: Sequence[Seen], meant: Sequence[Seen], elsewhere: Sequence[Seen]
    ) -> Iterator[str]:
        covered = {
            (one.found.frame, key)
            for one in (*meant, *elsewhere)
            for key in (one.found.key, *one.around.unit)
        }
        forms = {(one.found.frame, one.around.form) for one in meant}
        named: set[str] = set()
        for one in seen:
            is_here = (one.found.frame, one.around.form) in forms or not meant
            if not is_here or (one.found.frame, one.found.key) in covered or one.around.aside:
                continue
            sentence = self._demand(one)
            if sentence and sentence not in named:
                named.add(sentence)
                yield sentence

    def _demand(self, one: Seen) -> str:
        """Why a control that the definition leaves alone must be filled; empty when it need not be."""
        is_box = one.around.type in ("checkbox", "radio")
        is_done = one.around.checked if is_box else bool(one.around.value.strip())
        if is_done or one.found.disabled:
            return ""
        if is_box and _CONSENT.search(one.name) and not _OFFER.search(one.name):
            return _("The form now asks for a consent that the definition does not give: “{name}”.").format(
                name=one.name
            )
        if not is_box and any(_CODE.search(text) for text in one.texts):
            return _("The form now asks for a code that the definition does not know: “{name}”.").format(
                name=one.name
            )
        if one.is_required and not (is_box and one.found.kind in ("radio", "box") and one.around.unit):
            return _("The form now demands a field that the definition does not fill: “{name}”.").format(
                name=one.name
            )
        return ""

    # -- buttons ----------------------------------------------------------------------------------------------

    async def _buttons(self, meant: Sequence[Seen]) -> AsyncIterator[str]:
        is_last = self.table is self.definition.pages[-1]
        name = self.definition.submit.button if is_last else self.table.next
        if not name:  # the next page comes by itself
            return
        try:
            button = await find_button(self.page, name, within=POLL_SECONDS)
        except FormChanged as error:
            yield error.message
            return
        if not self.policy.may_receive_personal_data(origin_of(button.frame)):
            yield _("The button “{name}” now stands in a part of the page from {origin}.").format(
                name=name, origin=origin_of(button.frame)
            )
        elif await _is_outside(button, meant):
            yield _("The button “{name}” no longer belongs to the form.").format(name=name)
        if is_last:
            for sentence in self._address(meant):
                yield sentence

    def _address(self, meant: Sequence[Seen]) -> Iterator[str]:
        """Where the form itself says that it sends to, beside the one request that files."""
        request = self.definition.submit.request
        here = urlsplit(self.page.url)
        for action, method in dict.fromkeys(
            (one.around.form_action, one.around.form_method) for one in meant
        ):
            is_told = action and (urlsplit(action).netloc, urlsplit(action).path) != (here.netloc, here.path)
            if (
                request
                and is_told
                and method == "post"
                and not RequestRule.parse(request).matches("POST", action)
            ):
                yield _(
                    "The form now sends to {address}, which is not the request that the definition names."
                ).format(address=action.partition("?")[0])

    # -- what only a person can give --------------------------------------------------------------------------

    async def _given_by_a_person(self) -> AsyncIterator[str]:
        for entry in self.table.fields:
            if entry.send:
                try:
                    await find_button(self.page, entry.send, within=POLL_SECONDS)
                except FormChanged as error:
                    yield error.message
            if entry.picture and not await self._has_picture(entry.picture):
                yield _("The picture of “{field}” is no longer there ({css}).").format(
                    field=entry.name, css=entry.picture
                )

    async def _has_picture(self, selector: str) -> bool:
        for frame in frames_of(self.page):
            with suppress(PlaywrightError):
                if await frame.locator(selector).count():
                    return True
        return False


def planned_entry(entry: FieldTable, on: PageTable) -> PlannedField:
    """Return a field of the definition as the finder takes it; its placeholders are left as they are."""
    return PlannedField(
        entry.label,
        entry.action,
        entry.templates,
        css=entry.css,
        frame=entry.frame or on.frame,
        ask=entry.ask,
    )


def _only(located: Located, by_key: dict[tuple[Frame, int], Seen]) -> Seen | None:
    if len(located.found) != 1:
        return None
    found = located.found[0]
    seen = by_key.get((found.frame, found.key))
    if seen is None:
        return None
    # How it was found is known here, what it offers only there.
    return Seen(replace(found, options=seen.found.options), seen.around)


async def _is_outside(button: Button, meant: Sequence[Seen]) -> bool:
    """A submit button without a form does nothing by itself; one that a script serves has no form either way."""
    if not meant or not all(one.around.form_action for one in meant):
        return False
    holder: dict[str, bool] = await button.frame.evaluate(_HOLDER, [button.key])
    return bool(holder["submits"]) and not holder["form"]
