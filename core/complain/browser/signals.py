"""What the page says after the press: the first of challenge, refusal and success; no fixed waits.

Only what is *newly* visible counts: a hint that stood on the form before the press proves nothing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from complain.browser.library import call_everywhere, frames_of, wait_for_change

SignalKind = Literal["success", "refusal", "duplicate", "challenge", "timeout"]
POLL_SECONDS = 0.2
LOADING_SECONDS = 2.0
"""A sign on a page that is still loading waits this long for the rest, where a stronger sign may stand."""
MOST_WORDS = 200
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Signal:
    """What the page said.

    Attributes:
        kind: See `Signals.wait`.
        number: The receipt number, where success declares it and the page shows exactly one; else None.
        words: The page's own line; empty for a time-out.
        has_receipt_too: Whether a page that refuses or challenges newly shows a receipt number as well.
    """

    kind: SignalKind
    number: str | None
    words: str
    has_receipt_too: bool = False


@dataclass(frozen=True)
class Snapshot:
    """What the page shows at one moment.

    Attributes:
        text: All visible text, lines kept.
        elements: The texts of the elements that ``css`` selects.
        url: The page's address.
        is_loading: Whether the document is still arriving.
    """

    text: str
    elements: tuple[str, ...]
    url: str
    is_loading: bool = False

    @property
    def flat(self) -> str:
        """The text with white space collapsed."""
        return flat(self.text)


@dataclass(frozen=True)
class Baseline:
    """The page before the press, and the pages that were open then.

    Attributes:
        shown: Before the press.
        pages: Open then.
        unanswered: Before the page had the answer, if it could be looked at: what it said then by itself in the
            words of a refusal or a challenge is none.
    """

    shown: Snapshot
    pages: tuple[Page, ...]
    unanswered: Snapshot | None = None

    def replaced(self, said: str) -> Baseline:
        """Return it for a page that the answer replaces: of what is seen next only dialogs can be older.

        Args:
            said: Text of native dialogs since the press.
        """
        return replace(self, unanswered=Snapshot(said, (), ""))


def flat(text: str) -> str:
    """Return ``text`` with every run of white space as one space."""
    return _SPACE.sub(" ", text).strip()


@dataclass(frozen=True)
class Signals:
    """The signs that a channel declares.

    Attributes:
        pattern: Regular expression for success in the visible text, or in the text of ``css``.
        url: Regular expression for success in the address.
        css: The element whose appearance means success.
        refusal: Plain texts of a refusal.
        duplicate: Plain texts that mean "already filed".
        challenge: Plain texts that ask for a person.
    """

    pattern: str | None = None
    url: str | None = None
    css: str | None = None
    refusal: tuple[str, ...] = ()
    duplicate: tuple[str, ...] = ()
    challenge: tuple[str, ...] = ()

    async def before(self, page: Page) -> Baseline:
        """Return what the page shows before the press.

        Args:
            page: The filled form.
        """
        return Baseline(await self._look([page], ""), tuple(page.context.pages))

    async def wait(
        self, page: Page, baseline: Baseline, within: float, *, said: Callable[[], str] = str
    ) -> Signal:
        """Return the first sign that was not there before the press.

        If several are there at once: challenge, then refusal (``duplicate`` first), then success.

        Args:
            page: The page after the press; pages that it opened are looked at too.
            baseline: From `before`.
            within: Seconds.
            said: Text of native dialogs (``alert``) since the press, which no page shows.
        """
        clock = asyncio.get_running_loop().time
        end, loaded_by = clock() + within, 0.0
        while True:
            shown = await self._look_or_none(page, baseline, said)
            signal = None if shown is None else self.judge(baseline.shown, shown, baseline.unanswered)
            if shown is not None and signal is not None:
                loaded_by = loaded_by or min(end, clock() + LOADING_SECONDS)
                if not shown.is_loading or clock() >= loaded_by:
                    return signal
            if clock() >= end:
                return signal or Signal("timeout", None, "")
            await _next_change(page, min(POLL_SECONDS, max(end - clock(), 0.01)))

    async def unanswered(self, page: Page, baseline: Baseline, said: str) -> Baseline:
        """Return ``baseline`` with what the page says before it has the answer.

        Args:
            page: The page, whose answer is held back.
            baseline: From `before`.
            said: Text of native dialogs since the press.
        """
        return replace(baseline, unanswered=await self._look([page], said))

    def claims_early(self, baseline: Baseline) -> bool:
        """Tell whether the page showed success before it had the answer."""
        return baseline.unanswered is not None and bool(self._success(baseline.shown, baseline.unanswered))

    def judge(self, before: Snapshot, after: Snapshot, unanswered: Snapshot | None = None) -> Signal | None:
        """Return what ``after`` newly says, or None.

        Args:
            before: The page before the press.
            after: The page now.
            unanswered: The page after the press, before it had the answer.
        """
        lists: tuple[tuple[SignalKind, Sequence[str]], ...] = (
            ("challenge", self.challenge),
            ("duplicate", self.duplicate),
            ("refusal", self.refusal),
        )
        for kind, phrases in lists:
            for phrase in phrases:
                known = max(page.flat.count(flat(phrase)) for page in (before, unanswered or before))
                if after.flat.count(flat(phrase)) > known:
                    words = _line_with(after.text, phrase)
                    return Signal(kind, None, words, self._shows_receipt(before, after))
        return self._success(before, after)

    def _shows_receipt(self, before: Snapshot, after: Snapshot) -> bool:
        success = self._success(before, after)
        return success is not None and success.number is not None

    def _success(self, before: Snapshot, after: Snapshot) -> Signal | None:
        if self.url is not None:
            return _new_match(self.url, [before.url], [after.url])
        if self.css is not None:
            return _new_match(self.pattern or r".+", before.elements, after.elements)
        if self.pattern is not None:
            return _new_match(self.pattern, [before.flat], [after.flat])
        return None

    async def _look(self, pages: Sequence[Page], said: str) -> Snapshot:
        texts, elements, is_loading = [said], list[str](), False
        for page in pages:
            for _frame, text in await call_everywhere(frames_of(page), "visibleText", returns=str):
                texts.append(text)
            if self.css is not None:
                answers = await call_everywhere(frames_of(page), "shownTexts", self.css, returns=list[str])
                elements += [flat(text) for _frame, found in answers for text in found]
            is_loading = is_loading or await page.evaluate("document.readyState") == "loading"
        return Snapshot("\n".join(texts), tuple(elements), pages[0].url, is_loading)

    async def _look_or_none(self, page: Page, baseline: Baseline, said: Callable[[], str]) -> Snapshot | None:
        opened = [other for other in page.context.pages if other not in baseline.pages]
        try:
            return await self._look([page, *opened], said())
        except (PlaywrightError, TimeoutError):
            if page.is_closed():
                raise
            return None  # a document is being replaced, however slowly; the next look sees the new one


def _new_match(pattern: str, before: Sequence[str], after: Sequence[str]) -> Signal | None:
    """A match counts when the matched text was not there before; two numbers are none."""
    known = {match.group() for text in before for match in re.finditer(pattern, text)}
    new = [match for text in after for match in re.finditer(pattern, text) if match.group() not in known]
    if not new:
        return None
    numbers = {match.group("number").strip() for match in new if match.groupdict().get("number")} - {""}
    number = numbers.pop() if len(numbers) == 1 else None
    return Signal("success", number, new[0].group()[:MOST_WORDS])


def _line_with(text: str, phrase: str) -> str:
    lines = [flat(line) for line in text.splitlines()]
    return next((line for line in lines if flat(phrase) in line), flat(phrase))[:MOST_WORDS]


async def _next_change(page: Page, seconds: float) -> None:
    try:
        await wait_for_change(page, seconds)
    except PlaywrightError:
        if page.is_closed():
            raise


async def visible_text(page: Page) -> str:
    """Return all text that a person can read on the page, over frames and open shadow roots, lines kept.

    Args:
        page: The page.
    """
    answers = await call_everywhere(frames_of(page), "visibleText", returns=str)
    return "\n".join(text for _frame, text in answers)
