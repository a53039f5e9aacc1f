"""Evidence of the answer, taken at once and before anything that can hang."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from complain.browser.signals import visible_text
from complain.filing.evidence import EvidenceFolder

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
        evidence.save(f"request-{number}.body", request.body or b"")
    for name, take in (
        (
            "result.png",
            lambda: page.screenshot(full_page=True, animations="disabled", timeout=SECONDS * 1000),
        ),
        ("result.html", page.content),
        ("result.txt", lambda: visible_text(page)),
    ):
        try:
            got = await asyncio.wait_for(take(), SECONDS)
        except (TimeoutError, PlaywrightError):
            missing.append(name)
            continue
        evidence.save(name, got if isinstance(got, bytes) else got.encode())
    return {"missing": missing} if missing else {}


def _exchange(commit: Commit) -> dict[str, Any]:
    answer = commit.answer
    return {
        "connections_opened": commit.connections_opened,
        "nothing_left": commit.nothing_left,
        "clean": commit.clean,
        "requests": [
            {"method": r.method, "url": r.url, "headers": dict(r.headers), "bytes": len(r.body or b"")}
            for r in commit.requests
        ],
        "answer": None if answer is None else {"status": answer.status, "headers": dict(answer.headers)},
    }
