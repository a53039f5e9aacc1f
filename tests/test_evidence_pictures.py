"""Calls read from pictures by the person, and pictures with parts blacked out: on a page of this computer only."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from PIL import Image
from playwright.async_api import Dialog, Page, async_playwright

from complain.browser.installed import installed_browsers
from complain.case.load import load_case
from complain.case.signature import facts_digest
from complain.environment import CHINA
from complain.errors import CaseMistakes, UsageError
from complain.evidence.blacking_out import blacked_out, keep_blacked_out
from complain.evidence.call_page import call_page
from complain.evidence.call_report import call_report
from complain.evidence.calls import Direction, State
from complain.evidence.case_file import set_in_entry
from complain.evidence.crops import crops
from complain.evidence.keeping import list_evidence
from complain.evidence.kept_calls import load_kept
from complain.evidence.pages_of_evidence import evidence_pages
from complain.evidence.picture_desk import PictureDesk
from complain.evidence.reachability import Record
from complain.evidence.transcribing import NotTaken, Transcript, WrittenNumber, WrittenRow, keep_transcript
from complain.filing.case_files import named_case
from complain.letters.compose import compose
from complain.letters.fit_attachments import AttachmentLimits, fit_attachments
from fakes.call_logs import at
from fakes.cli import Cli, copy_example

NOW = at("2026-11-20 12:00:00")
ROW = WrittenRow(
    "2026-10-13", "9:05", "170-0000-0001", Direction.INCOMING, State.CONNECTED, "35", (10, 20, 300, 40)
)
WHOSE = (WrittenNumber("17000000001", "来电人自称催收"),)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_example(tmp_path / "case")


def _keep(folder: Path, *rows: WrittenRow, numbers: tuple[WrittenNumber, ...] = WHOSE) -> None:
    case = load_case(folder, now=NOW)
    source = list_evidence(case, folder)[0]
    keep_transcript(case, folder, Transcript(1, rows, numbers), source, NOW)


# -- rows -----------------------------------------------------------------------------------------------------


def test_a_row_keeps_its_picture_and_its_place_and_counts_as_what_the_person_read(folder: Path) -> None:
    _keep(folder, ROW)
    (log,) = load_kept(folder)
    assert (log.file, log.sha256) == (
        "01-call-log.png",
        hashlib.sha256((folder / "evidence/01-call-log.png").read_bytes()).hexdigest(),
    )
    assert log.areas == {1: (10, 20, 300, 40)}
    (call,) = log.calls
    assert (call.at, call.seconds, call.state) == (at("2026-10-13 09:05:00"), 35, State.CONNECTED)


def test_reading_a_picture_again_replaces_what_was_read_before(folder: Path) -> None:
    _keep(folder, ROW)
    _keep(folder, ROW, WrittenRow("2026-10-13", "11:32", "17000000001", Direction.INCOMING, State.MISSED))
    (log,) = load_kept(folder)
    assert [call.row for call in log.calls] == [1, 2]


def test_a_number_that_was_corrected_is_the_collectors_no_more(folder: Path) -> None:
    slip = WrittenRow("2026-10-13", "9:05", "17000000007", Direction.INCOMING, State.CONNECTED)
    _keep(folder, slip, numbers=(WrittenNumber("17000000007", "来电人自称催收"),))
    _keep(folder, ROW)
    (log,) = load_kept(folder)
    assert [ticked.number for ticked in log.numbers] == ["17000000001"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (WrittenRow("2026-13-01", "9:05", "17000000001", Direction.INCOMING, State.MISSED), "cannot be read"),
        (WrittenRow("2026-10-13", "", "17000000001", Direction.INCOMING, State.MISSED), "cannot be read"),
        (WrittenRow("2026-12-13", "9:05", "17000000001", Direction.INCOMING, State.MISSED), "future"),
        (WrittenRow("2026-10-13", "9:05", "未知", Direction.INCOMING, State.MISSED), "number cannot be read"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_nothing_is_kept(
    folder: Path, row: WrittenRow, why: str
) -> None:
    with pytest.raises(NotTaken) as stopped:
        _keep(folder, ROW, row)
    assert [(wrong.row, why in wrong.why) for wrong in stopped.value.wrong] == [(2, True)]
    assert load_kept(folder) == ()


def test_a_number_without_a_reason_is_nobodys(folder: Path) -> None:
    with pytest.raises(NotTaken) as stopped:
        _keep(folder, ROW, numbers=(WrittenNumber("17000000001", "  "),))
    assert [wrong.row for wrong in stopped.value.wrong] == [0]


def test_pictures_never_show_that_nothing_else_was(folder: Path) -> None:
    rows = [
        WrittenRow(f"2026-10-{day}", "9:05", "17000000001", Direction.INCOMING, State.MISSED)
        for day in (1, 30)
    ]
    _keep(folder, *rows)
    report = call_report(load_case(folder, now=NOW), folder, (), members=(), made_at=NOW)
    assert report.reachable
    assert {entry.record for entry in report.reachable} == {Record.MISSING}


def test_the_report_shows_each_marked_row_as_it_is_seen_and_what_was_covered_stays_covered(
    folder: Path,
) -> None:
    _keep(folder, ROW, WrittenRow("2026-10-13", "11:32", "17000000001", Direction.INCOMING, State.MISSED))
    case = load_case(folder, now=NOW)
    (crop,) = crops(case, folder, load_kept(folder))
    assert (crop.row, crop.evidence) == ("A1", 1)
    with Image.open(io.BytesIO(base64.b64decode(crop.address.partition(",")[2]))) as seen:
        assert seen.size == (300, 40)
    keep_blacked_out(case, folder, 1, [(0, 0, 400, 100)])
    (covered,) = crops(load_case(folder, now=NOW), folder, load_kept(folder))
    with Image.open(io.BytesIO(base64.b64decode(covered.address.partition(",")[2]))) as seen:
        assert seen.convert("L").getextrema() == (0, 0)
    report = call_report(case, folder, (), members=(), made_at=NOW)
    page = call_page(case, report, vanishing="", with_reachability=False, crops=(covered,))
    assert "A1（证据1）" in page
    assert covered.address in page


# -- blacking out ---------------------------------------------------------------------------------------------


def _photo() -> bytes:
    picture = Image.new("RGB", (200, 100), "white")
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side, as telephones store what was held upright
    exif[0x010E] = "在家拍的"
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif, comment=b"secret", icc_profile=b"secret" * 30)
    return buffer.getvalue()


def test_what_is_blacked_out_is_burnt_into_the_pixels_and_nothing_else_comes_along() -> None:
    data = blacked_out(_photo(), [(10, 20, 30, 40), (90, 190, 500, 500)])
    with Image.open(io.BytesIO(data)) as copy:
        assert copy.size == (100, 200)  # upright
        assert copy.getexif() == {}
        assert copy.info == {}
        colours = {
            (x, y): copy.convert("RGB").getpixel((x, y))
            for x in (9, 10, 39, 40, 99)
            for y in (19, 20, 59, 60, 199)
        }
    black = {place for place, colour in colours.items() if colour == (0, 0, 0)}
    assert black == {(10, 20), (10, 59), (39, 20), (39, 59), (99, 199)}
    assert b"secret" not in data


def test_no_comment_of_a_picture_comes_along_into_the_report_or_the_lawyers_folder(folder: Path) -> None:
    (folder / "evidence/01-call-log.png").write_bytes(_photo())
    _keep(folder, ROW)
    case = load_case(folder, now=NOW)
    (crop,) = crops(case, folder, load_kept(folder))
    pages = evidence_pages(list_evidence(case, folder), folder)
    shown = [crop.address.partition(",")[2], *re.findall('base64,([^"]+)', pages[0].html)]
    assert len(shown) == 2
    assert not any(b"secret" in base64.b64decode(data) for data in shown)


def test_the_copy_is_sent_and_the_original_is_not_touched(folder: Path, tmp_path: Path) -> None:
    original = (folder / "evidence/01-call-log.png").read_bytes()
    before = facts_digest(load_case(folder, now=NOW), folder)
    name = keep_blacked_out(load_case(folder, now=NOW), folder, 1, [(0, 0, 200, 60)])
    case = load_case(folder, now=NOW)
    assert case.evidence[0].redacted == name
    assert (folder / "evidence/01-call-log.png").read_bytes() == original
    assert facts_digest(case, folder) != before, "a signature of the uncovered picture must not hold"
    signed = facts_digest(case, folder)
    (folder / name).write_bytes(blacked_out(original, [(0, 0, 201, 60)]))
    assert facts_digest(case, folder) != signed, "nor must one of another copy"
    attachments, said = fit_attachments(folder, case.evidence, AttachmentLimits(), tmp_path)
    with Image.open(attachments[0].path) as sent:
        assert sent.convert("RGB").getpixel((100, 30)) == (0, 0, 0)
    assert attachments[0].original_sha256 == hashlib.sha256(original).hexdigest()
    assert any("parts that you blacked out" in sentence for sentence in said)
    letter = compose(case, "platform", length="full", receipts=(), today=NOW.astimezone(CHINA).date())
    assert "（所附副本遮盖了与本事项无关的内容）" in letter.text
    assert folder / name in named_case(folder)[1].paths


def test_blacking_out_again_starts_from_the_original_and_leaves_one_copy(folder: Path) -> None:
    keep_blacked_out(load_case(folder, now=NOW), folder, 1, [(0, 0, 50, 50)])
    name = keep_blacked_out(load_case(folder, now=NOW), folder, 1, [(100, 0, 50, 50)])
    assert [path.name for path in (folder / "evidence").glob("*遮盖*")] == [Path(name).name]
    with Image.open(folder / name) as copy, Image.open(folder / "evidence/01-call-log.png") as original:
        assert copy.getpixel((25, 25)) == original.convert("RGB").getpixel((25, 25))
        assert copy.getpixel((125, 25)) == (0, 0, 0)


def test_a_copy_that_the_person_made_is_replaced_in_the_case_and_left_on_the_disk(folder: Path) -> None:
    own = folder / "evidence" / "mine.png"
    own.write_bytes((folder / "evidence/01-call-log.png").read_bytes())
    set_in_entry(folder, "evidence", 1, "redacted", "evidence/mine.png")
    name = keep_blacked_out(load_case(folder, now=NOW), folder, 1, [(0, 0, 50, 50)])
    assert load_case(folder, now=NOW).evidence[0].redacted == name
    assert own.is_file()


def _black(folder: Path) -> list[bool]:
    """Whether the copy of the first picture is black at the places that the test covers."""
    copy = load_case(folder, now=NOW).evidence[0].redacted
    assert copy is not None
    with Image.open(folder / copy) as seen:
        return [seen.getpixel(place) == (0, 0, 0) for place in ((25, 25), (125, 25), (225, 25))]


def test_what_was_covered_in_an_earlier_sitting_stays_covered_until_the_person_starts_afresh(
    folder: Path,
) -> None:
    def cover(*lefts: int, afresh: bool = False) -> Any:
        async def ask(session: aiohttp.ClientSession, address: str) -> Any:
            if afresh:
                await session.post(address + "afresh", json={"evidence": 1})
            areas = [[left, 0, 50, 50] for left in lefts]
            async with session.post(address + "cover", json={"evidence": 1, "areas": areas}) as answer:
                assert answer.status == 200
            async with session.get(address + "kept/1") as answer:
                return await answer.json()

        return _ask(folder, ask)

    first = cover(0)
    assert (first["earlier"], first["covers"]) == (
        False,
        [[0, 0, 50, 50]],
    )  # back on the page, it is shown again
    assert (cover(100)["earlier"], _black(folder)) == (True, [True, True, False])
    assert (cover(200, afresh=True)["earlier"], _black(folder)) == (False, [False, False, True])
    assert len(list((folder / "evidence").glob("*遮盖*"))) == 1


def test_what_cannot_be_kept_is_said_on_the_page_in_a_sentence(folder: Path) -> None:
    file = folder / "case.toml"

    async def ask(session: aiohttp.ClientSession, address: str) -> tuple[int, str]:
        file.write_text("id = ", encoding="utf-8")
        async with session.post(address + "rows", json={"evidence": 1, "rows": [], "numbers": []}) as answer:
            return answer.status, (await answer.json())["said"]

    status, said = _ask(folder, ask)
    assert (status, "case.toml" in said) == (422, True)


def test_no_area_or_no_picture_changes_nothing(folder: Path) -> None:
    before = (folder / "case.toml").read_bytes()
    for number, areas in ((1, [(5, 5, 1, 1)]), (3, [(0, 0, 50, 50)])):
        with pytest.raises(UsageError):
            keep_blacked_out(load_case(folder, now=NOW), folder, number, areas)
    assert (folder / "case.toml").read_bytes() == before


def test_a_copy_that_is_gone_is_a_mistake_of_the_case(folder: Path) -> None:
    name = keep_blacked_out(load_case(folder, now=NOW), folder, 1, [(0, 0, 50, 50)])
    (folder / name).unlink()
    with pytest.raises(CaseMistakes) as stopped:
        load_case(folder, now=NOW)
    assert "evidence[1].redacted" in stopped.value.mistakes[0].key


# -- the page -------------------------------------------------------------------------------------------------


def _ask(folder: Path, ask: Callable[[aiohttp.ClientSession, str], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        desk = PictureDesk(folder, lambda: NOW)
        async with desk.serving() as address, aiohttp.ClientSession() as session:
            return await ask(session, address)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("", {}, 200),
        ("", {"Host": "evil.example"}, 403),
        ("picture/1", {"Origin": "http://evil.example"}, 403),
        ("picture/3", {}, 404),
        ("../", {}, 404),
    ],
)
def test_only_the_page_itself_is_answered(
    folder: Path, path: str, headers: dict[str, str], status: int
) -> None:
    async def ask(session: aiohttp.ClientSession, address: str) -> int:
        async with session.get(address + path, headers=headers) as answer:
            return answer.status

    assert _ask(folder, ask) == status


@pytest.mark.parametrize(
    "ending", ["done", pytest.param("ctrl-c", marks=pytest.mark.skipif(os.name != "posix", reason="signals"))]
)
def test_the_command_ends_when_the_person_is_done_and_says_what_was_kept(
    folder: Path, cli: Cli, ending: str
) -> None:
    command = cli.command("evidence", "transcribe", folder, "--json")
    with subprocess.Popen(
        command,
        env=cli.environment(LANGUAGE="en"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        assert running.stderr is not None
        address = running.stderr.readline().split()[-1]
        number = {"number": "17000000001", "reason": "来电人自称催收", "lender": ""}
        night = {**msgspec.to_builtins(ROW), "time": "23:10", "state": "missed"}
        rows = {"evidence": 1, "rows": [night], "numbers": [number]}
        for path, body in (("rows", rows), *((("done", {}),) if ending == "done" else ())):
            request = urllib.request.Request(
                address + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request) as answer:
                assert answer.status == 200
        if ending == "ctrl-c":
            running.send_signal(signal.SIGINT)
        said, _more = running.communicate(timeout=60)
    document = json.loads(said)
    assert (running.returncode, document["kept"]) == (0, [{"evidence": 1, "label": "A", "rows": 1}])
    assert [draft["kind"] for draft in document["drafts"]] == ["night-call"]
    assert document["entered"] == 0  # nobody was there to confirm it


@pytest.mark.browser
def test_a_person_reads_a_row_marks_it_blacks_a_part_out_and_finishes(folder: Path) -> None:
    desk = PictureDesk(folder, lambda: NOW)

    async def sit() -> None:
        async with desk.serving() as address, async_playwright() as player:
            browser = await player.chromium.launch(
                executable_path=next(installed_browsers()), chromium_sandbox=os.geteuid() != 0
            )
            page = await browser.new_page(viewport={"width": 1200, "height": 800})
            await page.goto(address)
            await page.locator("#picture").evaluate("picture => picture.decode()")
            row = page.locator("#rows tr").first
            await row.locator("[name=day]").fill("2026年10月13日")
            await row.locator("[name=time]").fill("25:00")
            await row.locator("[name=number]").fill("170-0000-0001")
            await row.locator("[name=state]").select_option("connected")
            await page.locator("[name=reason]").fill("来电人自称催收")
            await _drag(page, 30, 40, 130, 70)
            await page.get_by_role("button", name="保存抄录").click()
            await page.locator("#said .bad").wait_for()
            await row.locator("[name=time]").fill("9:05")
            await page.get_by_role("button", name="保存抄录").click()
            await page.locator("#said li:not(.bad)").wait_for()
            await page.get_by_role("button", name="涂黑", exact=True).click()
            await _drag(page, 10, 10, 60, 30)
            await page.get_by_role("button", name="保存涂黑后的副本").click()
            await page.get_by_text("遮盖.png").wait_for()
            await page.get_by_role("button", name="完成").click()
            await asyncio.wait_for(desk.done.wait(), 60)
            await page.get_by_text("已完成").wait_for()
            await browser.close()

    asyncio.run(sit())
    (log,) = load_kept(folder)
    assert [call.at for call in log.calls] == [at("2026-10-13 09:05:00")]
    left, top, width, height = log.areas[1]
    assert left > 0 < top
    assert width > height > 0
    assert load_case(folder, now=NOW).evidence[0].redacted == desk.copies[0]


@pytest.mark.browser
def test_the_page_asks_before_it_lets_go_of_what_is_not_kept(folder: Path) -> None:
    desk, asked = PictureDesk(folder, lambda: NOW), list[str]()

    async def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await dialog.dismiss()

    async def sit() -> None:
        async with desk.serving() as address, async_playwright() as player:
            browser = await player.chromium.launch(
                executable_path=next(installed_browsers()), chromium_sandbox=os.geteuid() != 0
            )
            page = await browser.new_page()
            page.on("dialog", refuse)
            await page.goto(address)
            number = page.locator("#rows tr").first.locator("[name=number]")
            await page.get_by_role("button", name="证据2").click()
            await page.locator("nav [data-number='2'][aria-current=true]").wait_for()
            assert asked == [], "nothing was written yet"
            await number.fill("17000000001")
            await page.get_by_role("button", name="证据1").click()
            await page.get_by_role("button", name="完成").click()
            assert await number.input_value() == "17000000001"
            await browser.close()

    asyncio.run(sit())
    assert len(asked) == 2
    assert not desk.done.is_set()


async def _drag(page: Page, left: int, top: int, right: int, bottom: int) -> None:
    frame = await page.locator("#picture").bounding_box()
    assert frame is not None
    await page.mouse.move(frame["x"] + left, frame["y"] + top)
    await page.mouse.down()
    await page.mouse.move(frame["x"] + right, frame["y"] + bottom, steps=3)
    await page.mouse.up()
