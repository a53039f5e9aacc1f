"""Make docs/pictures anew from docs/walkthrough.md: run its commands in a new folder, and picture what they leave.

For whoever changes a page or a letter; needs Chromium and pdftoppm (poppler). Every name and number in it is made up.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageOps
from playwright.async_api import Page, async_playwright

from complain.browser.installed import installed_browsers
from complain.browser.launch import BrowserRun, BrowserSettings
from complain.evidence.picture_desk import PictureDesk

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 150_000
BLOCK = re.compile(r"^```(sh|toml)\n(.*?)^```$", re.M | re.S)


def walk(folder: Path) -> None:
    """Run every command of the document in ``folder``."""
    for name in ("examples", "docs"):
        (folder / name).symlink_to(ROOT / name)
    environment = {**os.environ, "COMPLAIN_HOME": str(folder / "home"), "LANGUAGE": "zh_CN"}
    for kind, body in BLOCK.findall((ROOT / "docs" / "walkthrough.md").read_text(encoding="utf-8")):
        if kind == "toml":
            (folder / "我的案件" / "repayment.toml").write_text(body, encoding="utf-8")
            continue
        for words in map(shlex.split, body.splitlines()):
            if words[0] == "cp":
                shutil.copytree(folder / words[2], folder / words[3])
            else:
                command = [sys.executable, "-m", *words]
                subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)


async def page_picture(page_text: str, width: int, height: int, start: str = "body") -> bytes:
    """Return a part of a page as PNG, from the element ``start`` on."""
    async with BrowserRun.start(BrowserSettings()) as run:
        page = await run.browser.new_page(viewport={"width": width, "height": height})
        await page.set_content(page_text)
        await page.locator(start).first.evaluate("element => element.scrollIntoView()")
        return await page.screenshot()


async def transcribing_picture(case: Path) -> bytes:
    """Return the page for reading pictures with one row read and marked, and one part blacked out."""
    desk = PictureDesk(case, lambda: dt.datetime.now(dt.UTC), 1)
    async with desk.serving() as address, async_playwright() as player:
        browser = await player.chromium.launch(
            executable_path=next(installed_browsers()), chromium_sandbox=os.geteuid() != 0
        )
        page = await browser.new_page(viewport={"width": 1280, "height": 720})
        await page.goto(address)
        await page.locator("#picture").evaluate("picture => picture.decode()")
        for name, value in {
            "day": "2026-10-13",
            "time": "17:41",
            "number": "17000000001",
            "seconds": "112",
        }.items():
            await page.locator(f"#rows [name={name}]").first.fill(value)
        await page.locator("#rows [name=state]").select_option("connected")
        await page.locator("#numbers [name=reason]").fill("来电人自称催收")
        await drag(page, (0.03, 0.165), (0.97, 0.31))
        await page.get_by_role("button", name="涂黑", exact=True).click()
        await drag(page, (0.17, 0.355), (0.6, 0.405))
        shown = await page.screenshot()
        await browser.close()
        return shown


async def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag over a part of the picture, told as shares of its width and height."""
    frame = await page.locator("#picture").bounding_box()
    assert frame is not None
    places = [(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in (start, end)]
    await page.mouse.move(*places[0])
    await page.mouse.down()
    await page.mouse.move(*places[1], steps=3)
    await page.mouse.up()


def paper_picture(pdf: Path, page: int = 1) -> bytes:
    """Return one page of a PDF as PNG."""
    command = ["pdftoppm", "-r", "80", "-png", "-f", str(page), "-l", str(page), str(pdf)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def keep(name: str, data: bytes, *, widest: int = 800, highest: int = 1100) -> None:
    """Write one picture in at most 32 colours, cut at the bottom, small enough for a document."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    if picture.width > widest:
        picture = ImageOps.scale(picture, widest / picture.width, Image.Resampling.LANCZOS)
    picture = picture.crop((0, 0, picture.width, min(picture.height, highest)))
    target = PICTURES / f"{name}.png"
    picture.quantize(32, dither=Image.Dither.NONE).save(target, optimize=True)
    assert target.stat().st_size < MOST_BYTES, f"{name} has {target.stat().st_size} bytes"


def main() -> None:
    """Make all pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        walk(folder)
        keep("call-note", paper_picture(folder / "通话记录.pdf"), highest=700)
        keep("repayment-plan", paper_picture(folder / "还款方案.pdf"))
        keep("lawyer", paper_picture(folder / "给律师.pdf"))
        report = (folder / "来电统计.html").read_text(encoding="utf-8")
        keep("call-report", asyncio.run(page_picture(report, 900, 1100, "h2.fresh")), highest=1000)
        keep("transcribe", asyncio.run(transcribing_picture(folder / "我的案件")), widest=1000)
        runs = sorted((folder / "home" / "practice" / "runs").glob("*/preview.html"))
        keep("preview", asyncio.run(page_picture(runs[-1].read_text(encoding="utf-8"), 1000, 1250)))
        desk = next((folder / "home" / "practice" / "archive").glob("*/in-app/1/data/filled-1.png"))
        keep("desk-in-app", desk.read_bytes(), widest=390)


if __name__ == "__main__":
    main()
