"""``complain evidence report``: pages that a lawyer can check row by row, and that say no more than the rows do."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from complain.case.load import load_case
from complain.cli.evidence_facts import limits
from complain.environment import CHINA
from complain.evidence.call_report import call_report
from complain.evidence.lawyer import DateLine, LawyerFolder, lawyer_page
from complain.evidence.rownames import read_back
from complain.evidence.timeline import FilingLine, timeline
from complain.model import Outcome
from fakes.browsing import browsing
from fakes.call_logs import COLLECTOR, FRIEND, HISTORY, OTHER_COLLECTOR, Rung, android, at, mobile_csv
from fakes.cli import Cli, copy_example
from letter_cases import case_of

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)
SMALL = "示范小额贷款有限公司"
COUNT = re.compile(r'<span class="count(?: none)?">(\d+)</span>(?:<span class="rows">([^<]*)</span>)?')
MORE = (*HISTORY, Rung(at("2026-10-13 16:00:00")), Rung(at("2026-10-16 23:10:09"), kind="missed"))


@dataclass
class Desk:
    """The example with a telephone's log and an operator's list of the same days; each page is made once."""

    folder: Path
    cli: Cli
    made: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])

    def page(self, *more: str) -> str:
        if more not in self.made:
            target = self.folder.parent / f"report{len(self.made)}.html"
            said = self.cli("evidence", "report", self.folder, "--html", target, *more)
            assert said.exit_code == 0, said.said
            self.made[more] = target.read_text(encoding="utf-8")
        return self.made[more]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    place = tmp_path_factory.mktemp("desk")
    desk = Desk(copy_example(place / "case"), Cli(home=place / "home"))
    (place / "calls.xml").write_bytes(android(MORE))
    (place / "详单.csv").write_bytes(mobile_csv(MORE, extra="2026-10-20 25:00:00,,被叫,17000000001,5秒,,0"))
    for file in ("calls.xml", "详单.csv"):
        arguments = ("--number", COLLECTOR, "--reason", "来电人自称催收人员", "--lender", SMALL)
        assert desk.cli("evidence", "import-calls", place / file, desk.folder, *arguments).exit_code == 0
    return desk


def text_of(html: str) -> str:
    body = html[html.index("<body") :]
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", body, flags=re.DOTALL))


def plain(text: str) -> str:
    """Return a PDF's text with the radicals that Chromium's fonts name in place of the same-looking characters."""
    return unicodedata.normalize("NFKC", text).replace("\N{CJK RADICAL C-SIMPLIFIED LEAF}", "页")


def test_every_count_on_the_page_is_the_number_of_the_rows_listed_under_it(desk: Desk) -> None:
    html = desk.page()
    counts = COUNT.findall(html)
    with_rows = [(int(count), rows) for count, rows in counts if rows]
    assert len(with_rows) > 15
    details = set(re.findall(r'<td class="nowrap">([AB]\d+(?:=B\d+)?)</td>', html))
    for count, rows in with_rows:
        names = read_back(rows)
        assert count == len(names) == len(set(names)) and set(names) <= details, rows
    # A count without rows is none, or counts incidents, which stand behind it in brackets.
    assert {count for count, rows in counts if not rows} <= {"0", "1", "2"}


def test_the_figures_in_the_charts_are_those_of_the_tables(desk: Desk) -> None:
    html = desk.page()
    days = dict(re.findall(r"<title>(\d{4}-\d\d-\d\d)：接通(\d+)次</title>", html))
    assert days["2026-10-13"] == "5" and days["2026-10-12"] == "1" and days["2026-10-15"] == "0"
    hours = [int(count) for count in re.findall(r"<title>\d+时：接通(\d+)次</title>", html)]
    assert sum(hours) == sum(map(int, days.values())) == 6 and len(hours) == 24


def test_one_call_in_two_logs_is_counted_once_with_both_rows(desk: Desk) -> None:
    html = desk.page()
    assert '<td class="nowrap">A1=B5</td>' in html
    assert "开始时间相差不超过60秒" in html


def test_the_page_says_what_it_is_and_shows_nothing_of_anybody_else(desk: Desk) -> None:
    html = desk.page()
    assert "节选，已隐去与本事项无关的记录" in html
    for private in (FRIEND, OTHER_COLLECTOR, "老同学", "13800000000", "138-0000-0000", "110101190001010014"):
        assert private not in html
    assert "第13行（日期或时间无法识别）" in html or "无法识别" in html
    assert hashlib.sha256((desk.folder.parent / "calls.xml").read_bytes()).hexdigest() in html


def test_a_recommended_standard_is_referred_to_and_nothing_is_called_a_violation(desk: Desk) -> None:
    for more in ((), ("--for-lawyer",)):
        text = text_of(desk.page(*more))
        assert "参照： GB/T 45251-2025" in text
        assert not re.search("违反|违法|暴力催收|高利贷|骚扰电话", text)
        assert "未在官方网站核实" in text and "银行业协会" not in text


def test_the_page_runs_nothing_and_loads_nothing(desk: Desk) -> None:
    html = desk.page()
    style = html[html.index("<style>") + 7 : html.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in html and "default-src 'none'" in html
    assert not re.search(r"<script|<link|\bon\w+=|\sstyle=|https?://|url\(", html)


def test_reachability_stays_private_until_it_is_attached(desk: Desk) -> None:
    for more in ((), ("--for-lawyer",)):
        assert "无记录" not in desk.page(*more) and "数据缺失" not in desk.page(*more)
    said = desk.cli("evidence", "report", desk.folder)
    assert "Before incident 6 (2026-10-15 14:20), you answered or called back: on record" in said.stdout
    attached = desk.page("--with-reachability")
    assert "有记录" in attached and "数据缺失" in attached


def test_the_page_says_until_when_the_operator_will_show_the_calls(desk: Desk) -> None:
    assert "最早一次来电（2026-10-12）约在2027-04-12之后可能查不到" in desk.page()


def test_json_gives_every_count_with_its_rows(desk: Desk) -> None:
    said = desk.cli("evidence", "report", desk.folder, "--json").json
    [over] = [f["over"] for f in said["findings"] if f["limit"] == "gbt-45251-calls"]
    assert [(day["day"], day["count"], len(day["rows"])) for day in over] == [("2026-10-13", 5, 5)]
    for day in said["days"]:
        assert all(
            day[state]["count"] == len(day[state]["rows"]) for state in ("connected", "missed", "unknown")
        )


def test_a_file_that_is_there_is_never_overwritten(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "there.html").write_text("mine", encoding="utf-8")
    said = desk.cli("evidence", "report", desk.folder, "--html", tmp_path / "there.html")
    assert said.exit_code == 2 and (tmp_path / "there.html").read_text(encoding="utf-8") == "mine"


def test_a_member_must_be_a_lender_of_the_case(desk: Desk) -> None:
    said = desk.cli("evidence", "report", desk.folder, "--cba-member", "别家银行")
    assert said.exit_code == 2 and SMALL in said.stderr


# -- the lawyer's folder --------------------------------------------------------------------------------------


def test_the_lawyers_summary_is_read_in_ten_minutes_and_holds_every_part(desk: Desk) -> None:
    text = text_of(desk.page("--for-lawyer"))
    assert len(text.replace(" ", "")) < 4000, "400 characters a minute"
    for part in (
        "时间线",
        "借款",
        "办理与答复",
        "证据目录",
        "尚无证据的事项",
        "待明确的问题",
        "下一步日期",
        "来电与相关规范对照",
    ):
        assert part in text
    assert "09:05、11:32、15:18、17:41，电话联系本人4次" in text and "经过2、3、4、5；证据1" in text
    assert "13,800.00" in text
    assert "本人亲历，但尚无证据材料：经过9" in text and "推测，不作为事实主张：经过10" in text
    assert "沟通2：未记录机构的答复" in text and "工具的办理记录中没有已提交的投诉" in text


def test_a_sum_with_an_unknown_part_is_unknown(cli: Cli, tmp_path: Path) -> None:
    folder = copy_example(tmp_path / "case", **{"principal = 5200.00\n": "", "fees = 41.60\n": "fees = 0\n"})
    text = text_of(Desk(folder, cli).page("--for-lawyer"))
    assert "合计（元） 不详 345.40 96.32" in text
    assert "尚未导入手机通话记录或运营商详单" in text


def test_filings_answers_and_dates_stand_in_the_lawyers_summary(tmp_path: Path) -> None:
    folder = copy_example(tmp_path / "case")
    case = load_case(folder)
    made = call_report(case, folder, limits(), members=(), made_at=NOW)
    filings = (
        FilingLine(
            "监管部门", Outcome.FILED, "JG20261101", at("2026-11-01 10:00:00"), dt.date(2026, 11, 15), True
        ),
        FilingLine("消费者协会", Outcome.UNKNOWN, "", at("2026-11-02 10:00:00")),
        FilingLine("网站", Outcome.NOT_FILED),
    )
    dates = (DateLine("2026-12-01", "监管部门：答复期限。"),)
    text = text_of(lawyer_page(LawyerFolder(case, made, filings, dates, (), False)))
    assert (
        "监管部门 2026-11-01 JG20261101 已提交（是否受理，以对方通知为准） 2026-11-15，当事人有异议" in text
    )
    assert "2026-11-15 办理 监管部门已答复，编号JG20261101，本人有异议" in text
    assert "消费者协会：是否已提交、编号为何，尚待查明" in text
    assert "网站 — — 确认没有提交 未记录" in text
    assert "2026-12-01 监管部门：答复期限。" in text
    assert "演练" not in text
    rehearsed = LawyerFolder(case, made, filings, dates, (), False, practice=True)
    assert "演练：以下办理记录没有发给任何真实机构" in lawyer_page(rehearsed)


def test_the_three_states_share_the_width_so_that_no_name_of_a_row_is_broken_in_two(desk: Desk) -> None:
    for heading, state_columns in (("来电接通", 4), ("全天来电", 6), ("钟点", 3)):
        table = desk.page().rpartition(f">{heading}<")[0].rpartition("<colgroup>")[2]
        assert table.partition("</colgroup>")[0].endswith("<col>" * state_columns), heading


def test_incidents_of_one_day_stand_in_the_order_of_their_times() -> None:
    rows = [
        {"at": f"2026-10-12T{time}", "reached": reached, "how": "call"}
        for time, reached in (("22:47", "self"), ("09:05", "colleague"), ("15:18", "self"), ("09:30", "self"))
    ]
    told = [
        line.text[:5] for line in timeline(case_of(incidents=rows, contacts=[]), ()) if line.tag == "经过"
    ]
    assert told == ["09:05", "09:30"]


def test_words_that_are_too_long_for_the_summary_are_called_an_excerpt() -> None:
    said = "不还钱就" * 20
    case = case_of(
        incidents=[{"at": "2026-10-12T22:47", "reached": "self", "how": "call", "words": said}],
        contacts=[{"at": "2026-10-13", "channel": "客服热线", "asked": "停止", "answer": said}],
    )
    lines = {line.tag: line.text for line in timeline(case, ())}
    assert lines["经过"].endswith(f"“{said[:59]}…”（节选，全文见案件材料）")
    assert lines["沟通"].endswith(f"提出：停止；答复：{said[:59]}…（节选，全文见案件材料）")


@pytest.mark.browser
def test_the_pdf_numbers_all_pages_and_the_list_of_evidence_names_them(desk: Desk, tmp_path: Path) -> None:
    from pypdf import PdfReader

    target = tmp_path / "lawyer.pdf"
    said = desk.cli("evidence", "report", desk.folder, "--for-lawyer", "--pdf", target)
    assert said.exit_code == 0, said.said
    pages = [plain(document.extract_text()) for document in PdfReader(target).pages]
    assert all(f"第{n}页" in text and f"共{len(pages)}页" in text for n, text in enumerate(pages, 1))
    whole = "".join(pages)
    for number, title in enumerate(("通话记录截图", "短信截图", "贷款账单"), 1):
        own = next(
            n for n, text in enumerate(pages, 1) if f"证据{number}" in text and title in text and n > 2
        )
        assert f"第{own}页" in whole[: whole.index("尚无证据的事项")], title
    assert "案件摘要" in pages[0]


@pytest.mark.browser
def test_the_annex_is_a_pdf_with_chinese_text_and_page_numbers(desk: Desk, tmp_path: Path) -> None:
    from pypdf import PdfReader

    target = tmp_path / "annex.pdf"
    assert desk.cli("evidence", "report", desk.folder, "--pdf", target).exit_code == 0
    pages = [plain(document.extract_text()) for document in PdfReader(target).pages]
    assert plain("节选，已隐去与本事项无关的记录") in pages[0]
    assert all(f"共{len(pages)}页" in text for text in pages)
    for text in pages:
        lines = [line for line in text.splitlines() if line.strip() and f"共{len(pages)}页" not in line]
        last = [line for line in lines if line != "来电记录统计"][-1]
        assert not re.match(r"[一二三四五六七八九]、", last), "a heading stands alone at the foot of a page"


@pytest.mark.browser
@pytest.mark.parametrize("more", [(), ("--for-lawyer", "--with-reachability")], ids=["calls", "lawyer"])
def test_on_a_telephone_the_page_is_as_wide_as_the_screen_and_wide_tables_scroll(
    desk: Desk, more: tuple[str, ...]
) -> None:
    page_text = desk.page(*more)
    with browsing() as browser:

        async def measure() -> list[float]:
            page = await browser.run.browser.new_page(viewport={"width": 390, "height": 844}, is_mobile=True)
            await page.set_content(page_text)
            found: list[float] = await page.evaluate(
                "[document.documentElement.scrollWidth, parseFloat(getComputedStyle(document.body).fontSize)]"
            )
            return found

        width, size = browser.wait(measure())
    assert width <= 390
    assert size >= 14
