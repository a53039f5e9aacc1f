"""The practice pages in a real browser, driven by a plain script as a person would."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Dialog, Page, ViewportSize, async_playwright

from complain.model import Challenge
from complain.practice.desks import PracticeDesks, PracticeSettings, practice_secrets
from complain.practice.received import received
from practice_visitor import LETTER, complaints

pytestmark = pytest.mark.browser
EVIDENCE = Path(__file__).parents[1] / "examples/basic/evidence"
FILES = [EVIDENCE / "01-call-log.png", EVIDENCE / "03-bill.pdf"]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PATIENCE = 20_000  # milliseconds; two cores may be shared by many


@asynccontextmanager
async def _at(
    folder: Path, channel: str, faults: str = "", *, phone: bool = False
) -> AsyncGenerator[tuple[Page, PracticeDesks]]:
    async with (
        PracticeDesks(PracticeSettings(folder, {channel: faults})) as desks,
        async_playwright() as player,
    ):
        browser = await player.chromium.launch(
            executable_path=shutil.which("chromium"), chromium_sandbox=os.geteuid() != 0
        )
        context = await browser.new_context(
            locale="zh-CN", viewport=PHONE if phone else DESKTOP, is_mobile=phone, has_touch=phone
        )
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        await page.goto(desks.addresses[channel])
        yield page, desks
        await browser.close()


async def _press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def _confirm(page: Page) -> None:
    await page.get_by_role("dialog", name="确定提交？").get_by_role("button", name="确定").click()


async def _log_in(page: Page, channel: str) -> None:
    secrets = practice_secrets()
    await page.locator("[name=user]").fill(secrets[f"{channel}.user"])
    await page.locator("[name=password]").fill(secrets[f"{channel}.password"])
    await _press(page, "登录")


async def _fill_in_app(page: Page) -> None:
    await _log_in(page, "in-app")
    await page.get_by_role("group", name="投诉类型").get_by_label("催收行为").check()
    await page.get_by_label("涉及产品").fill("示例分期")
    await page.get_by_label("问题描述").fill(LETTER)
    await page.get_by_label("联系电话").fill("13800000000")
    await page.get_by_label("我已阅读并同意").check()


def test_the_in_app_form_counts_words_uploads_with_preview_asks_again_and_shows_a_number(
    tmp_path: Path,
) -> None:
    async def file() -> str:
        async with _at(tmp_path, "in-app", phone=True) as (page, _desks):
            await _fill_in_app(page)
            assert await page.locator(".counter").inner_text() == f"{len(LETTER)}/500"
            await page.get_by_label("上传凭证").set_input_files(FILES)
            await page.locator(".tile.stored").nth(1).wait_for()
            await _press(page, "提交投诉")
            assert complaints(tmp_path, "in-app") == []
            await _confirm(page)
            await page.get_by_text("提交成功").wait_for()
            return await page.locator(".number").inner_text()

    shown = asyncio.run(file())
    held = complaints(tmp_path, "in-app")

    assert shown == f"投诉编号：{held[0]['number']}"
    assert held[0]["fields"]["description"] == LETTER
    # The page uploads its files side by side: which one arrives first is open.
    assert sorted(file["name"] for file in held[0]["files"]) == sorted(path.name for path in FILES)


def test_the_website_asks_by_a_native_dialog_and_cancel_files_nothing(tmp_path: Path) -> None:
    asked: list[str] = []

    async def file(answers: list[bool]) -> str:
        async def answer(dialog: Dialog) -> None:
            asked.append(dialog.message)
            await (dialog.accept() if answers.pop(0) else dialog.dismiss())

        async with _at(tmp_path, "website") as (page, _desks):
            await _log_in(page, "website")
            page.on("dialog", answer)
            for name, value in (("name", "张示例"), ("phone", "13800000000"), ("title", "深夜来电")):
                await page.locator(f"[name={name}]").fill(value)
            await page.locator("[name=category]").select_option("催收方式")
            await page.locator("[name=happened]").fill("2026-10-12")
            await page.locator("[name=description]").fill(LETTER)
            await page.locator("[name=files]").set_input_files(FILES)
            await page.get_by_label("我已阅读并同意").check()
            await _press(page, "提交工单")
            assert complaints(tmp_path, "website") == []
            await _press(page, "提交工单")
            await page.get_by_text("提交成功").wait_for()
            return await page.locator(".number").inner_text()

    shown = asyncio.run(file([False, True]))
    held = complaints(tmp_path, "website")

    assert asked == ["确定提交？", "确定提交？"]
    assert shown == f"工单编号：{held[0]['number']}"
    assert held[0]["fields"]["happened"] == "2026-10-12"
    assert [file["name"] for file in held[0]["files"]] == [path.name for path in FILES]


def test_the_public_account_asks_one_question_a_page_after_a_scan(tmp_path: Path) -> None:
    async def file() -> str:
        async with _at(tmp_path, "public-account", phone=True) as (page, desks):
            assert await desks.phone.answer(Challenge("qr", "public-account", ""))
            await page.get_by_text("手机已确认").wait_for()
            await _press(page, "我已确认，继续")
            await page.get_by_label("其他问题").check()
            await _press(page, "下一步")
            await page.get_by_label("产品名称").fill("示例分期")
            await _press(page, "下一步")
            await page.get_by_label("情况描述").fill(LETTER)
            await _press(page, "下一步")
            await page.get_by_label("详见情况描述").check()
            await page.get_by_label("书面答复").check()
            await _press(page, "下一步")
            await page.get_by_label("联系电话").fill("13800000000")
            await page.get_by_label("图片凭证").set_input_files(FILES)
            await page.get_by_label("我已阅读并同意").check()
            await _press(page, "提交")
            await _confirm(page)
            return await page.locator(".number").inner_text()

    shown = asyncio.run(file())
    held = complaints(tmp_path, "public-account")

    assert shown == f"投诉编号：{held[0]['number']}"
    assert held[0]["fields"]["wishes"] == "书面答复；详见情况描述"
    assert len(held[0]["files"]) == len(FILES)


def test_the_regulator_leads_through_five_pages_and_wants_a_code_from_the_phone(tmp_path: Path) -> None:
    async def file() -> str:
        async with _at(tmp_path, "regulator") as (page, desks):
            captcha = await desks.phone.answer(Challenge("captcha", "regulator", ""))
            await page.get_by_label("图形验证码").fill(str(captcha))
            await _log_in(page, "regulator")
            await page.get_by_label("本人已阅读并知悉上述内容").check()
            await _press(page, "下一步")
            await page.get_by_label("投诉人姓名").fill("张示例")
            await page.get_by_label("手机号码").fill("13800000000")
            await _press(page, "下一步")
            await page.get_by_label("被投诉机构名称").fill("示范小额贷款有限公司")
            await page.get_by_role("group", name="是否已取得机构编号").get_by_label("是", exact=True).check()
            await page.get_by_label("机构给出的编号").fill("TS-2026-000001")
            await _press(page, "下一步")
            await page.get_by_label("投诉事由").select_option("催收方式不当")
            await page.get_by_label("事实与理由").fill(LETTER)
            await page.get_by_label("投诉请求").fill("书面答复")
            await _press(page, "下一步")
            await page.get_by_label("证据材料").set_input_files(FILES)
            await _press(page, "获取验证码")
            await page.get_by_label("短信验证码").fill(
                str(await desks.phone.answer(Challenge("sms", "regulator", "")))
            )
            await page.get_by_label("本人承诺所述内容属实").check()
            await _press(page, "确认提交")
            await _confirm(page)
            return await page.locator(".number").inner_text()

    shown = asyncio.run(file())
    held = complaints(tmp_path, "regulator")

    assert shown == f"投诉编号：{held[0]['number']}"
    assert held[0]["fields"]["earlier"] == "TS-2026-000001"
    assert received(tmp_path)["regulator"] == {
        "complaints": held,
        "drafts": 0,
        "files": len(FILES),
        "sms": 1,
    }


def test_autosave_sends_drafts_while_typing_and_when_the_page_is_left(tmp_path: Path) -> None:
    async def type_and_leave() -> int:
        async with _at(tmp_path, "in-app", "autosave=0", phone=True) as (page, _desks):
            await _log_in(page, "in-app")
            async with page.expect_response("**/h5/api/drafts"):
                await page.get_by_label("涉及产品").fill("示例分期")
            typed = received(tmp_path)["in-app"]["drafts"]
            await page.goto("about:blank")
            async with asyncio.timeout(PATIENCE / 1000):
                while received(tmp_path)["in-app"]["drafts"] == typed:  # noqa: ASYNC110 - a beacon has no answer
                    await asyncio.sleep(0.05)
            return typed

    assert asyncio.run(type_and_leave()) == 1


def test_a_late_confirmation_comes_into_the_page_by_script(tmp_path: Path) -> None:
    async def file() -> tuple[bool, str]:
        async with _at(tmp_path, "in-app", "confirmation-late=3", phone=True) as (page, _desks):
            await _fill_in_app(page)
            await _press(page, "提交投诉")
            await _confirm(page)
            await page.get_by_text("正在提交").wait_for()
            early = await page.locator(".number").is_visible()
            return early, await page.locator(".number").inner_text()

    early, shown = asyncio.run(file())

    assert not early
    assert shown == f"投诉编号：{complaints(tmp_path, 'in-app')[0]['number']}"


@pytest.mark.parametrize(("faults", "filed"), [("", 1), ("double-click-trap=2", 2)])
def test_two_quick_clicks_file_twice_only_in_the_trap(tmp_path: Path, faults: str, filed: int) -> None:
    async def click_twice() -> None:
        async with _at(tmp_path, "in-app", faults, phone=True) as (page, _desks):
            await _fill_in_app(page)
            await _press(page, "提交投诉")
            await (
                page.get_by_role("dialog")
                .get_by_role("button", name="确定")
                .evaluate("button => { button.click(); button.click(); }")
            )
            await page.get_by_text("提交成功").wait_for()

    asyncio.run(click_twice())

    assert len(complaints(tmp_path, "in-app")) == filed
