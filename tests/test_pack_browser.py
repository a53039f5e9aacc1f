"""The pack in a real browser: copying, printing, without script, on a phone, and with nothing asked of the network."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from pypdf import PdfReader

from complain.reports.pack import write_pack
from fakes.reports import (
    LETTER,
    NAME,
    PHONE,
    SHORT_LETTER,
    as_printed,
    attachment,
    call,
    pack,
    refuse_and_note,
    start_browser,
)

pytestmark = pytest.mark.browser

EXPECTED = [NAME, PHONE, LETTER, SHORT_LETTER, "complain resolve 2026-11-a website --filed 编号"]
A4: ViewportSize = {"width": 794, "height": 1123}  # CSS pixels at 96 dpi


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
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.route("**/*", refuse_and_note(requests))
    yield context
    context.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    content = pack(call=call(), attachments=(attachment(tmp_path),), case_folder="2026-11-a")
    return write_pack(tmp_path / "自助 办理", content).parent


def opened(context: BrowserContext, path: Path) -> Page:
    page = context.new_page()
    page.goto(path.as_uri())
    return page


def buttons(page: Page) -> list[str]:
    return [each.get_attribute("data-copy") or "" for each in page.locator("button[data-copy]").all()]


def test_every_copy_button_copies_exactly_its_text(context: BrowserContext, folder: Path) -> None:
    page = opened(context, folder / "index.html")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    taken: list[str] = []
    for target in buttons(page):
        page.locator(f"button[data-copy={target}]").click()
        page.locator(f"button[data-copy={target}].copied", has_text="已复制").wait_for()
        taken.append(page.evaluate("navigator.clipboard.readText()"))

    assert taken == EXPECTED


def test_copying_works_where_scripts_have_no_clipboard(context: BrowserContext, folder: Path) -> None:
    page = context.new_page()
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })")
    page.goto((folder / "index.html").as_uri())

    page.locator("button[data-copy=v3]").click()
    page.locator("button[data-copy=v3].copied", has_text="已复制").wait_for()

    reader = opened(context, folder / "index.html")
    assert reader.evaluate("navigator.clipboard.readText()") == LETTER


@pytest.mark.parametrize("name", ["index.html", "电话.html"])
def test_nothing_is_asked_of_the_network_and_no_policy_is_broken(
    context: BrowserContext, requests: list[str], folder: Path, name: str
) -> None:
    said: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((folder / name).as_uri())
    page.wait_for_load_state("networkidle")

    assert page.title() == "自助办理单"
    assert page.evaluate("[...document.images].filter((each) => !each.naturalWidth).length") == 0
    assert said == []
    assert [url for url in requests if not url.startswith("data:")] == []


def test_a_script_that_got_into_the_page_would_not_run(context: BrowserContext, folder: Path) -> None:
    index = folder / "index.html"
    page_text = index.read_text(encoding="utf-8")
    attack = '<script>document.title="pwned"</script><img src=x onerror="document.title=1"></body>'
    index.write_text(page_text.replace("</body>", attack), encoding="utf-8")

    page = opened(context, index)
    page.wait_for_load_state("networkidle")

    assert page.title() == "自助办理单"


def test_without_script_everything_is_there_and_one_click_selects_a_text(
    browser: Browser, folder: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = opened(context, folder / "index.html")

    shown = page.locator("body").inner_text()
    for expected in (LETTER, PHONE, "点一下文字就会整段选中", "complain resolve", "01-通话截图.png"):
        assert expected in shown
    assert page.locator("button:visible").count() == 0
    page.locator("summary", has_text="改用较短的一份").click()
    assert page.get_by_text(SHORT_LETTER).is_visible()
    context.close()


def test_one_click_selects_exactly_one_text(context: BrowserContext, folder: Path) -> None:
    page = opened(context, folder / "index.html")

    page.locator("#v2").click()

    assert page.evaluate("getSelection().toString().trim()") == PHONE


@pytest.mark.parametrize("name", ["index.html", "电话.html"])
def test_on_a_phone_nothing_sticks_out_and_buttons_are_thumb_sized(
    browser: Browser, folder: Path, name: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    page = opened(context, folder / name)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    sizes = [box for each in page.locator("button:visible").all() if (box := each.bounding_box())]
    assert sizes
    assert min(box["height"] for box in sizes) >= 44
    context.close()


def printed(page: Page) -> tuple[int, str]:
    """Print to A4 and return the number of sheets and their text without any spaces."""
    reader = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    width, height = (float(side) for side in reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    return len(reader.pages), as_printed("".join(sheet.extract_text() for sheet in reader.pages))


def test_the_pack_prints_on_a4_with_its_whole_text(context: BrowserContext, folder: Path) -> None:
    page = opened(context, folder / "index.html")

    sheets, text = printed(page)

    assert 1 <= sheets <= 6
    for expected in (*EXPECTED[:3], EXPECTED[4], "官网投诉页", "01-通话截图.png"):
        assert as_printed(expected) in text


def test_on_paper_no_text_is_wider_than_the_sheet(context: BrowserContext, folder: Path) -> None:
    page = context.new_page()
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    page.goto((folder / "index.html").as_uri())

    clipped = page.evaluate(
        "[...document.querySelectorAll('main *')].filter((each) => each.scrollWidth > each.clientWidth + 1"
        " && getComputedStyle(each).display === 'block').map((each) => each.className || each.tagName)"
    )

    assert clipped == []


def test_the_call_sheet_prints_with_lines_to_write_on(context: BrowserContext, folder: Path) -> None:
    sheets, text = printed(opened(context, folder / "电话.html"))

    assert 1 <= sheets <= 2
    for expected in ("您好，我要登记一件投诉。", "可否短信告知", "投诉编号", "对方工号或姓名"):
        assert as_printed(expected) in text


def test_script_questions_and_facts_of_a_call_are_on_one_screen(browser: Browser, folder: Path) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = opened(context, folder / "电话.html")

    for locator in (page.locator(".speech"), page.get_by_text("可否短信告知？"), page.locator(".facts dl")):
        box = locator.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768
    context.close()


def test_a_call_note_outlives_a_reload_and_can_be_kept_as_a_file(
    context: BrowserContext, folder: Path
) -> None:
    page = opened(context, folder / "电话.html")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("投诉编号", exact=True).fill("KF-2026-9")
    page.reload()
    assert page.get_by_label("投诉编号", exact=True).input_value() == "KF-2026-9"

    with page.expect_download() as download:
        page.get_by_role("button", name="保存为文件").click()

    assert download.value.suggested_filename == "通话记录.txt"
    assert "投诉编号：KF-2026-9" in Path(download.value.path()).read_text(encoding="utf-8-sig")


def test_a_call_note_is_gone_with_its_tab(context: BrowserContext, folder: Path) -> None:
    first = opened(context, folder / "电话.html")
    first.get_by_label("投诉编号", exact=True).fill("KF-2026-9")
    first.close(run_before_unload=False)

    second = opened(context, folder / "电话.html")

    assert second.get_by_label("投诉编号", exact=True).input_value() == ""
