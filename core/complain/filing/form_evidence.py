"""Evidence of the answer, taken at once and before anything that can hang."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.async_api import Page

from complain.browser.signals import visible_text
from complain.filing.evidence import EvidenceFolder
from complain.filing.form_waiting import bounded

if TYPE_CHECKING:
    from complain.browser.commit import Commit

SECONDS = 5.0


async def keep_answer(page: Page, commit: Commit, evidence: EvidenceFolder) -> dict[str, Any]:
    """Save the result page and the request that filed it.

    Args:
        page: The page after the submit.
        commit: What the gate and guard saw.
        evidence: Where it is kept.

    Returns:
        For the journal: which parts could not be had.
    """
    missing: list[str] = []
    evidence.save_json("exchange.json", _exchange(commit))
    for number, request in enumerate(commit.requests, 1):
        evidence.save(f"request-{number}.body", request.shown_body)

    async def text() -> bytes:
        return (await visible_text(page)).encode(errors="replace")

    async def source() -> bytes:
        return (await page.content()).encode(errors="replace")

    async def picture() -> bytes:
        return await page.screenshot(full_page=True, animations="disabled", timeout=SECONDS * 1000)

    for name, take in (("result.txt", text), ("result.html", source), ("result.png", picture)):
        got = await bounded(take(), SECONDS)
        if got is None:
            missing.append(name)
        else:
            evidence.save(name, got)
    return {"missing": missing} if missing else {}


def _exchange(commit: Commit) -> dict[str, Any]:
    answer = commit.answer
    return {
        "connections_opened": commit.connections_opened,
        "nothing_left": commit.nothing_left,
        "clean": commit.clean,
        "failure": commit.failure,
        "requests": [
            {
                "method": r.method,
                "url": r.url,
                "headers": dict(r.headers),
                "media_type": r.media_type,
                "files": [v.file for v in r.form_values() if v.file],
            }
            for r in commit.requests
        ],
        "answer": None if answer is None else {"status": answer.status, "headers": dict(answer.headers)},
    }


async def keep_failure(page: Page, evidence: EvidenceFolder) -> None:
    """Keep a picture of a page that could not be filled; what was typed so far is covered.

    Args:
        page: The page: the picture is for finding what the form lacks.
        evidence: Where it is kept.
    """
    typed = page.locator("input, textarea, select, [contenteditable]")
    picture = await bounded(
        page.screenshot(full_page=True, animations="disabled", timeout=5000, mask=[typed])
    )
    if picture:
        evidence.save("failure.png", picture)
