"""The preview in a real browser: it asks nothing of the network, runs nothing, and can be read on paper and phone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pypdf import PdfReader

from complain.reports.preview import write_preview
from fakes.reports import (
    LETTER,
    as_printed,
    attachment,
    channel,
    picture,
    refuse_and_note,
    report,
    start_browser,
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = start_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture
def requests() -> list[str]:
    return []


@pytest.fixture
def context(browser: Browser, requests: list[str]) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.route("**/*", refuse_and_note(requests))
    yield context
    context.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    shown = channel(pictures=(picture(), picture(800, 3000)), attachments=(attachment(tmp_path),))
    path = tmp_path / "preview.html"
    write_preview(path, [report(shown), report(channel(), stage=2)], reveal=True)
    return path


def opened(context: BrowserContext, path: Path, said: list[str] | None = None) -> Page:
    page = context.new_page()
    if said is not None:
        page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    return page


def test_the_page_holds_all_it_shows(context: BrowserContext, requests: list[str], path: Path) -> None:
    said: list[str] = []

    page = opened(context, path, said)

    assert page.locator("img").count() == 3
    assert page.evaluate("[...document.images].filter((each) => !each.naturalWidth).length") == 0
    assert (
        page.evaluate("getComputedStyle(document.querySelector('article')).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    assert page.title() == "Preview"
    assert said == []
    assert [url for url in requests if not url.startswith("data:")] == []


def test_a_script_style_or_picture_that_got_into_the_page_would_be_refused(
    context: BrowserContext, requests: list[str], path: Path
) -> None:
    attack = (
        '<script>document.title="pwned"</script><img src="http://127.0.0.1:59999/x" onerror="document.title=1">'
        '<style>body { display: none }</style><form action="http://127.0.0.1:59999/" id="f"><button>x</button></form></body>'
    )
    path.write_text(path.read_text(encoding="utf-8").replace("</body>", attack), encoding="utf-8")

    said: list[str] = []
    page = opened(context, path, said)
    assert page.title() == "Preview"
    assert page.locator("h1").is_visible()

    with page.expect_console_message(lambda message: "form-action" in message.text):
        page.locator("#f button").dispatch_event("click")

    assert len([each for each in said if "Content Security Policy" in each]) >= 4
    assert [url for url in requests if not url.startswith("data:")] == []


def test_it_reads_on_a_phone(context: BrowserContext, path: Path) -> None:
    page = opened(context, path)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_it_prints_on_a4_with_the_whole_letter(context: BrowserContext, path: Path) -> None:
    reader = PdfReader(io.BytesIO(opened(context, path).pdf(prefer_css_page_size=True)))

    text = "".join(sheet.extract_text() for sheet in reader.pages)

    assert round(float(reader.pages[0].mediabox[2])) == 595
    assert as_printed(LETTER) in as_printed(text)
