"""Going from one page of a form to the next: when the page that was left may no longer be taken for the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, JSHandle

from complain.browser.capture import SentRequest
from complain.browser.find import Found
from complain.browser.policy import NetworkPolicy
from complain.browser.readback import Difference, FilledField, read_left, read_values
from complain.errors import FormChanged
from complain.i18n import _

MOST_KEPT = 3
"""No more requests than this are named in a hint."""


@dataclass(frozen=True)
class LeftPage:
    """A page whose “next” is pressed.

    Two pages may ask for the same thing (the complainant's name, then another's), and the first may stand a while
    longer: until the far side answers, or for good, hidden by a script. What was filled there must not be filled
    again with what belongs on the next one.

    Attributes:
        filled: Its fields.
        documents: Those that hold them; a navigation takes them away.
    """

    filled: Sequence[FilledField] = ()
    documents: Sequence[tuple[Frame, JSHandle]] = ()

    @classmethod
    async def of(cls, filled: Sequence[FilledField]) -> LeftPage:
        """Return the page that holds ``filled``, as it is before the press."""
        frames = dict.fromkeys(item.found.frame for item in filled)
        return cls(filled, [(frame, await frame.evaluate_handle("document")) for frame in frames])

    async def still_holds(self, found: Found) -> bool:
        """Tell whether a field is one of this page's, with its name and what was put into it unchanged.

        Some pages use one control for question after question: then its name or what it holds is new.
        """
        place = (found.frame, found.key)
        same = [item for item in self.filled if (item.found.frame, item.found.key) == place]
        if not same or same[0].found.shown_name != found.shown_name or not await self._stands(found.frame):
            return False
        try:
            values = (await read_values(found.frame.page, same))[0]
        except PlaywrightError:  # it is being replaced just now
            return True
        return values is None or tuple(values) == same[0].shown

    async def differences(self, later: Sequence[FilledField]) -> list[Difference]:
        """Return the fields that still stand there and do not hold any more what was put into them.

        Args:
            later: Fields of the pages after it: one control may serve question after question.
        """
        serving = {(item.found.frame, item.found.key) for item in later}
        found: list[Difference] = []
        for frame, _document in self.documents:
            if not await self._stands(frame):
                continue
            own = [item for item in self.filled if item.found.frame == frame]
            left = [item for item in own if (frame, item.found.key) not in serving and item.shown]
            found += await read_left(frame, left)
        return found

    async def _stands(self, frame: Frame) -> bool:
        for known, document in self.documents:
            if known == frame:
                try:
                    return bool(await document.evaluate("document => document.defaultView !== null"))
                except PlaywrightError:
                    return False
        return False


async def left_differences(
    left: Sequence[LeftPage], filled: Sequence[Sequence[FilledField]]
) -> list[Difference]:
    """Return the fields of pages that were left and do not hold any more what was put into them.

    Args:
        left: The pages, in order.
        filled: The fields of all pages so far, page by page.
    """
    found: list[Difference] = []
    for place, page in enumerate(left, 1):
        found += await page.differences([item for later in filled[place:] for item in later])
    return found


def with_kept(error: FormChanged, kept: Sequence[SentRequest], policy: NetworkPolicy) -> FormChanged:
    """Return ``error`` with a hint, where the page was kept from a request that may have been needed.

    Args:
        error: Why the page is not as defined.
        kept: What the page tried to send since it began to be filled.
        policy: What the channel names: only what could be allowed is worth a hint.
    """
    rules = dict.fromkeys(
        f"{one.method} *{urlsplit(one.url).path}"
        for one in kept
        if policy.may_receive_personal_data(one.url) and not policy.is_submit(one.method, one.url)
    )
    unsaid = [rule for rule in rules if rule not in error.next_step]
    if not unsaid:
        return error
    written = ", ".join(f'"{rule}"' for rule in unsaid[:MOST_KEPT])
    hint = _(
        "The page was kept from sending {requests}. If the form needs that before it is submitted, write "
        "allow = [{requests}] at its [[page]]."
    ).format(requests=written)
    return FormChanged(error.message, next_step=" ".join(filter(None, (error.next_step, hint))))


def after_press(button: str, error: FormChanged) -> FormChanged:
    """Return ``error`` with the press after which the page was not as defined; none when it came by itself."""
    if not button:
        return error
    message = _("After “{button}” was pressed: {problem}").format(button=button, problem=error.message)
    return FormChanged(message, next_step=error.next_step)
