"""Filling a form and reading every value back, as a ratio to a plain Playwright script that checks nothing.

Run it: ``python benchmarks/forms.py [RUNS] [--cold]``. Both fill the same page in the same browser, in turns; absolute times
of one machine mean little. Targets: at most 0.2 on 20 native fields, at most 0.4 on the Element Plus form, checks
included. Before the clock starts each waits for the page as it does in a run: the plain script for the form, the tool
until its first field can be found; so Playwright's script and the tool's (3 ms) are there. With ``--cold`` the
tool's script is put into the page on the clock. The Element Plus page needs ``tests/widgets/node_modules``
(``scripts/test`` installs it).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from playwright.async_api import Page

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from complain.browser.fill import fill_fields  # noqa: E402
from complain.browser.readback import read_back  # noqa: E402
from complain.filing.form_pages import wait_until_fillable  # noqa: E402
from complain.model import PlannedField, PlannedPage  # noqa: E402
from widgets.plans import anywhere, cascade, check, choose, date, value  # noqa: E402
from widgets.stage import Stage, open_stage  # noqa: E402

RUNS = 11
WIDGETS = ROOT / "tests" / "widgets"
Filler = Callable[[Page], Awaitable[None]]
TEXTS = {f"字段{number}": f"第{number}项的内容" for number in range(1, 21)}
NATIVE_PAGE = "<form>" + "".join(f"<p><label>{name}<input></label></p>" for name in TEXTS) + "</form>"
NATIVE = [value(name, text) for name, text in TEXTS.items()]
ELEMENT_PLUS = [
    value("投诉标题", "催收骚扰第三人"),
    choose("投诉类型", "催收投诉"),
    choose("涉及公司", "公司42号"),
    choose("银行网点", "西湖支行"),
    choose("诉求", "停止骚扰", "删除信息"),
    choose("性别", "女"),
    choose("紧急程度", "紧急"),
    check("联系方式", "电话", "邮件"),
    check("匿名投诉"),
    date("发生日期", "2026-11-05"),
    date("受理时间", "2026-11-05 14:30"),
    date("起止日期", "2026-10-01", "2026-11-05"),
    cascade("所在地区", "浙江省", "杭州市", "滨江区"),
    value("涉及金额", "12345.50"),
    value("合同编号", "HT-9"),
    value("手机号码", "13800138000"),
    value("电子邮箱", "zhang@example.cn"),
    date("催收时刻", "22:15:00"),
    value("问题描述", "第一行\n\n第三行"),
    check("我已阅读并同意"),
]


async def plain_native(page: Page) -> None:
    """Fill the native page as a plain script does."""
    for name, text in TEXTS.items():
        await page.get_by_label(name, exact=True).fill(text)


async def plain_element_plus(page: Page) -> None:
    """Fill the Element Plus page as a plain script does: find, open, click, type; no check."""
    fill = {"投诉标题": 0, "涉及金额": 13, "合同编号": 14, "手机号码": 15, "电子邮箱": 16, "问题描述": 18}
    for name, place in fill.items():
        await page.get_by_label(name, exact=True).fill(ELEMENT_PLUS[place].values[0])
    for name, option in {"投诉类型": "催收投诉", "涉及公司": "公司42号"}.items():
        await _item(page, name).click()
        await page.get_by_role("option", name=option, exact=True).click()
    await _item(page, "银行网点").click()
    await page.get_by_label("银行网点").press_sequentially("西湖支行")
    await page.get_by_role("option", name="西湖支行", exact=True).click()
    await _item(page, "诉求").click()
    for option in ("停止骚扰", "删除信息"):
        await page.get_by_role("option", name=option, exact=True).click()
    await page.keyboard.press("Escape")
    for text in ("女", "紧急", "电话", "邮件"):
        await page.locator(".el-radio, .el-radio-button, .el-checkbox").filter(has_text=text).click()
    await page.locator(".el-switch").click()
    for name, place in {"发生日期": 9, "受理时间": 10, "催收时刻": 17}.items():
        await page.get_by_label(name, exact=True).fill(ELEMENT_PLUS[place].values[0])
        await page.get_by_label(name, exact=True).press("Enter")
    for hint, day in {"开始日期": "2026-10-01", "结束日期": "2026-11-05"}.items():
        await page.get_by_placeholder(hint).fill(day)
    await page.get_by_placeholder("结束日期").press("Enter")
    await page.get_by_label("所在地区", exact=True).click()
    for level in ("浙江省", "杭州市", "滨江区"):
        await page.locator(".el-cascader-node").filter(has_text=level).click()
    await page.locator(".el-checkbox").filter(has_text="我已阅读并同意").click()


def _item(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.locator(".el-form-item").filter(has_text=name).locator(".el-select__wrapper")


def checked(fields: list[PlannedField]) -> Filler:
    """Return the work of filling and reading back as the tool does."""

    async def work(page: Page) -> None:
        filled = await fill_fields(page, fields, may_type=anywhere)
        differences = await read_back(page, filled)
        assert differences == [], differences

    return work


async def plain_ready(page: Page) -> None:
    """Wait as a plain script does."""
    await page.wait_for_selector("form")
    await page.evaluate("0")  # Playwright's own script is there now


def ready(fields: list[PlannedField]) -> Filler:
    """Return the tool's own wait for a page."""

    async def wait(page: Page) -> None:
        await plain_ready(page)
        await wait_until_fillable(page, PlannedPage(tuple(fields)))

    return wait


async def timed(page: Page, prepare: Filler, filler: Filler) -> float:
    """Return the seconds that one filling of a fresh page takes."""
    await prepare(page)
    start = time.perf_counter()
    await filler(page)
    return time.perf_counter() - start


Way = tuple[Filler, Filler]
"""How a way waits for the page, and how it fills it."""


def measure(stage: Stage, path: str, ours: Way, plain: Way, runs: int) -> tuple[float, float, float]:
    """Return the median ratio, and the median seconds of both, over interleaved runs."""
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    for run in range(runs + 1):
        for name, (prepare, filler) in (("plain", plain), ("ours", ours)):
            seconds = stage.on_page(path, partial(timed, prepare=prepare, filler=filler))
            if run:  # the first is a warm-up
                times[name].append(seconds)
    ratios = [mine / theirs for mine, theirs in zip(times["ours"], times["plain"], strict=True)]
    return statistics.median(ratios), statistics.median(times["ours"]), statistics.median(times["plain"])


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("runs", nargs="?", type=int, default=RUNS)
    asked.add_argument("--cold", action="store_true")
    args = asked.parse_args()
    with open_stage(WIDGETS) as stage:
        stage.server.pages["/native"] = NATIVE_PAGE
        rows = [("20 native fields", "/native", NATIVE, plain_native, 0.2)]
        if (WIDGETS / "node_modules").is_dir():
            page = "/element-plus.html"
            rows.append(("Element Plus, 20 controls", page, ELEMENT_PLUS, plain_element_plus, 0.4))
        print(
            f"{'form':28} {'ratio':>6} {'target':>7} {'ours s':>7} {'plain s':>8}   ({args.runs} runs, medians)"
        )
        for title, path, fields, plain, target in rows:
            ours = (plain_ready if args.cold else ready(fields), checked(fields))
            ratio, mine, theirs = measure(stage, path, ours, (plain_ready, plain), args.runs)
            print(f"{title:28} {ratio:6.2f} {target:7.2f} {mine:7.3f} {theirs:8.3f}")


if __name__ == "__main__":
    main()
