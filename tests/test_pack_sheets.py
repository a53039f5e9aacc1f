"""The shipped hand-over sheets claim no more than is known, and a sheet's mistakes are all named."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import pytest

from complain.case.load import load_case
from complain.channels.handover import load_sheet
from complain.errors import DefinitionMistakes
from complain.handover import CERTAINTY_WORDS, HandoverSheet
from complain.letters.render import letter_names, render_value
from complain.reports.pack import CHARACTERS_PER_SECOND
from complain.reports.pack_content import sheet_call, sheet_fields
from fakes.cli import EXAMPLE, ROOT

SHEETS = sorted((ROOT / "plugins").glob("*/handover.toml"))
WHOLE = """
[channel]
id = "x"
title = "某途径"
stage = 1
body = "institution"
recipient = "客服"
receipt = "编号"
where = "我的投诉"

[[entry]]
kind = "site"
how = "官网"
certainty = "C"
seen = 2026-11-23
source = "某网页"
"""


@pytest.fixture(scope="module", params=SHEETS, ids=lambda path: path.parent.name)
def sheet(request: pytest.FixtureRequest) -> HandoverSheet:
    return load_sheet(request.param)


@pytest.fixture(scope="module")
def names() -> dict[str, object]:
    case = load_case(EXAMPLE)
    return {**letter_names(case, receipts=(), today=dt.date(2026, 11, 23)), "letter": "投诉信"}


def test_the_five_real_channels_are_there() -> None:
    assert {load_sheet(path).id for path in SHEETS} == {
        "in-app",
        "website",
        "public-account",
        "regulator",
        "association",
    }


def test_every_way_in_has_its_certainty_its_day_and_its_source(sheet: HandoverSheet) -> None:
    assert sheet.entries
    for entry in sheet.entries:
        assert entry.certainty in CERTAINTY_WORDS
        assert dt.date(2026, 1, 1) <= entry.seen <= dt.date.today()
        assert entry.source


def test_a_case_of_any_platform_finds_a_way_in(sheet: HandoverSheet) -> None:
    for lender in ("bank", "consumer-finance", "small-loan", "unknown"):
        assert sheet.entries_for("云杉示例", [lender])


def test_ways_of_one_platform_are_not_shown_for_another() -> None:
    sheet = load_sheet(ROOT / "plugins/complain_inapp/handover.toml")

    assert not any("京东" in entry.how for entry in sheet.entries_for("云杉示例", []))
    assert "京东" in sheet.entries_for("京东金融", [])[0].how


def test_the_lender_decides_the_regulator() -> None:
    sheet = load_sheet(ROOT / "plugins/complain_regulator/handover.toml")

    def ways(lender: str) -> str:
        return " ".join(entry.how for entry in sheet.entries_for("", [lender]))

    assert "12378" in ways("consumer-finance")
    assert "12378" not in ways("small-loan")
    assert "地方金融管理局" in ways("small-loan")


def test_the_consumer_association_has_no_default_address() -> None:
    sheet = load_sheet(ROOT / "plugins/complain_association/handover.toml")

    assert sheet.ask_address
    assert sheet.url == ""
    assert not any(entry.address for entry in sheet.entries)
    assert "@" not in (ROOT / "plugins/complain_association/handover.toml").read_text(encoding="utf-8")


def test_every_value_of_a_shipped_sheet_renders_from_the_example(
    sheet: HandoverSheet, names: dict[str, object]
) -> None:
    fields = sheet_fields(sheet, lambda template: render_value(template, names))

    assert "投诉信" in [field.value for field in fields]
    assert not any(re.search(r"\{\{|None|Undefined", field.value) for field in fields)


def test_the_script_takes_a_minute_and_tells_no_inference(names: dict[str, object]) -> None:
    for path in SHEETS:
        telephone = load_sheet(path).telephone
        if telephone is None:
            continue
        call = sheet_call(telephone, lambda template: render_value(template, names))
        assert len(call.script) <= 60 * CHARACTERS_PER_SECOND
        assert call.events
        assert not any("推测" in event for event in call.events)
        assert call.questions == ("请问投诉编号？", "多久答复？", "由哪个部门处理？", "可否短信告知？")


def test_no_shipped_sheet_says_what_backfires(sheet: HandoverSheet) -> None:
    text = repr(sheet)

    for words in ("停止催收", "不得再联系", "免除", "停息挂账", "反催收", "媒体曝光", "起诉你"):
        assert words not in text


def test_reading_a_sheet_needs_nothing_heavy() -> None:
    program = (
        "import sys; from pathlib import Path; from complain.channels.handover import load_sheet;"
        f"load_sheet(Path({str(SHEETS[0])!r}));"
        "print([name for name in ('pydantic', 'jinja2', 'keyring', 'playwright') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def mistakes(tmp_path: Path, text: str) -> list[tuple[int | None, str]]:
    path = tmp_path / "handover.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionMistakes) as caught:
        load_sheet(path)
    return [(mistake.line, mistake.key) for mistake in caught.value.mistakes]


def test_a_whole_sheet_has_no_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "handover.toml"
    path.write_text(WHOLE, encoding="utf-8")

    assert load_sheet(path).entries[0].seen == dt.date(2026, 11, 23)


def test_all_mistakes_of_a_sheet_are_named_with_their_lines(tmp_path: Path) -> None:
    broken = (
        WHOLE.replace("stage = 1", 'stage = "1"')
        .replace('where = "我的投诉"', 'wher = "我的投诉"')
        .replace('certainty = "C"', 'certainty = "Z"')
        .replace("seen = 2026-11-23", 'seen = "2026-11-23"')
    )

    assert sorted(mistakes(tmp_path, broken), key=str) == sorted(
        [
            (2, "channel"),
            (5, "channel.stage"),
            (9, "channel.wher"),
            (14, "entry[1].certainty"),
            (15, "entry[1].seen"),
        ],
        key=str,
    )


def test_a_misspelt_key_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    path = tmp_path / "handover.toml"
    path.write_text(WHOLE + 'adress = "https://www.example.cn/"\n', encoding="utf-8")

    with pytest.raises(DefinitionMistakes, match="address"):
        load_sheet(path)


@pytest.mark.parametrize("missing", ["[[entry]]", "certainty = ", "seen = ", "source = "])
def test_a_way_in_without_its_certainty_is_refused(tmp_path: Path, missing: str) -> None:
    if missing == "[[entry]]":
        text = WHOLE.split("[[entry]]")[0]
    else:
        text = "".join(line for line in WHOLE.splitlines(keepends=True) if not line.startswith(missing))

    assert mistakes(tmp_path, text)
