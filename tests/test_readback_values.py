"""The same value written another way is the same; everything else is a difference, whatever the reason."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image
from playwright.async_api import Frame, Page

from complain.browser.compare import agrees
from complain.browser.fill import fill_fields
from complain.browser.find import Found
from complain.browser.picture import picture_filled
from complain.browser.readback import Difference, read_back
from complain.model import PlannedField
from widgets.plans import anywhere, cascade, check, choose, date, upload, value
from widgets.stage import Stage, open_stage


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage() as opened:
        yield opened


def control(kind: str = "text", *, numeric: bool = False) -> Found:
    """A control as far as comparing needs it."""
    return Found(
        name="",
        frame=cast("Frame", None),
        key=1,
        kind=kind,
        tier="",
        shown_name="",
        disabled=False,
        required=False,
        maxlength=None,
        multiple=False,
        collects=False,
        one_line=False,
        numeric=numeric,
        action_origins=(),
    )


@pytest.mark.parametrize(
    ("planned", "held", "is_same"),
    [
        ("一\r\n二", "一\n二", True),
        ("一\n二\n", "一\n二", True),
        (" 一 ", "一", True),
        ("一 二", "一二", False),
        ("一\n\n二", "一\n二", False),
        ("一二三", "一二", False),
        ("一二", "一二三", False),
        ("一", "", False),
        ("", "", True),
        ("Ａ", "A", False),
        ("1000.00", "1,000.00", True),
        ("1000.00", "1000", False),
        ("007", "7", False),
        ("13800138000", "138 0013 8000", True),
        ("13800138000", "138-0013-8000", True),
        ("13800138000", "138001380", False),
        ("13800138000", "138****8000", False),
        ("13800138000", "+8613800138000", False),
        ("110101199003070000", "11010119900307000", False),
    ],
)
def test_a_text_is_the_same_only_if_no_character_is_lost(planned: str, held: str, is_same: bool) -> None:
    assert agrees(value("", planned), control(), [held]) is is_same


@pytest.mark.parametrize(
    ("planned", "held", "is_same"),
    [
        ("1000.00", "1000", True),
        ("1000", "1000.00", True),
        ("1000", "1001", False),
        ("1000", "", False),
        ("1e3", "1000", False),
    ],
)
def test_an_input_of_numbers_may_write_a_number_its_own_way(planned: str, held: str, is_same: bool) -> None:
    assert agrees(value("", planned), control(numeric=True), [held]) is is_same


def test_a_rich_text_has_paragraphs_and_no_empty_lines() -> None:
    assert agrees(value("", "一\n\n 二"), control("editor"), ["一\n二"])
    assert not agrees(value("", "一\n二"), control("editor"), ["一二"])


@pytest.mark.parametrize(
    ("planned", "held", "is_same"),
    [
        (["2026-11-05"], ["2026-11-05"], True),
        (["2026-11-05"], ["2026/11/5"], True),
        (["2026-11-05"], ["2026年11月05日"], True),
        (["2026-11-05"], ["2026-11-05 00:00:00"], True),
        (["2026-11-05"], ["2026-11"], True),
        (["2026-11-05"], ["05/11/2026"], False),
        (["2026-11-05"], ["2026-11-06"], False),
        (["2026-11-05"], ["2026-12"], False),
        (["2026-11-05"], ["2026"], False),
        (["2026-11-05"], [""], False),
        (["2026-11-05 14:30"], ["2026-11-05 14:30:00"], True),
        (["2026-11-05 14:30"], ["2026-11-05 00:00:00"], False),
        (["2026-11-05 14:30"], ["2026-11-05"], False),
        (["2026-10-01", "2026-11-05"], ["2026-10-01", "2026-11-05"], True),
        (["2026-10-01", "2026-11-05"], ["2026-10-01", ""], False),
        (["2026-10-01", "2026-11-05"], ["2026-10-01"], False),
        (["14:30"], ["14:30:00"], True),
    ],
)
def test_a_date_is_the_same_day_however_it_is_written(
    planned: list[str], held: list[str], is_same: bool
) -> None:
    assert agrees(date("", *planned), control("date"), held) is is_same


@pytest.mark.parametrize(
    ("field", "held", "is_same"),
    [
        (choose("", "投诉"), ["投 诉"], True),
        (choose("", "投诉"), ["咨询"], False),
        (choose("", "投诉"), [], False),
        (choose("", "甲", "乙"), ["乙", "甲"], True),
        (choose("", "甲", "乙"), ["甲", "乙", "丙"], False),
        (check("", "true"), ["true"], True),
        (check("", "true"), ["false"], False),
        (cascade("", "浙江省", "杭州市"), ["浙江省 / 杭州市"], True),
        (cascade("", "浙江省", "杭州市"), ["浙江省", "杭州市"], True),
        (cascade("", "浙江省", "杭州市"), ["浙江省/宁波市"], False),
        (cascade("", "浙江省", "杭州市"), ["杭州市"], False),
    ],
)
def test_chosen_options_are_compared_as_a_whole(field: PlannedField, held: list[str], is_same: bool) -> None:
    assert agrees(field, control("select"), held) is is_same


@pytest.mark.parametrize(
    ("held", "is_same"),
    [
        (["a.png\n3"], True),
        (["a.png\n"], True),
        (["\n"], True),
        (["a.png\n2"], False),
        (["b.png\n3"], False),
        ([], False),
        (["a.png\n3", "b.png\n3"], False),
    ],
)
def test_files_are_compared_by_name_and_size_as_far_as_the_page_shows_them(
    tmp_path: Path, held: list[str], is_same: bool
) -> None:
    (tmp_path / "a.png").write_bytes(b"abc")
    assert agrees(upload("", tmp_path / "a.png"), control("file"), held) is is_same


def after(stage: Stage, html: str, fields: list[PlannedField], script: str) -> list[Difference]:
    """Fill ``fields``, run ``script`` in the page, and read back."""

    async def work(page: Page) -> list[Difference]:
        filled = await fill_fields(page, fields, may_type=anywhere)
        assert await read_back(page, filled) == []
        await page.evaluate(script)
        return await read_back(page, filled)

    return stage.on_html(html, work)


FORM = '<div id="d"><p><label>标题<input id="a"></label></p><p><label>邮箱<input id="b"></label></p></div>'
FIELDS = [value("标题", "一"), value("邮箱", "a@b.cn")]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("b.value = 'A@b.cn'", ["邮箱"]),
        ("b.value = ''", ["邮箱"]),
        ("[a.value, b.value] = [b.value, a.value]", ["标题", "邮箱"]),
        # The page exchanges the two fields under their labels: each label now names the other's value.
        (
            "const [p, q, x] = [a, b, document.createElement('i')]; p.replaceWith(x); q.replaceWith(p); x.replaceWith(q)",
            ["标题", "邮箱"],
        ),
        ("d.innerHTML = d.innerHTML", ["标题", "邮箱"]),
        ("d.remove()", ["标题", "邮箱"]),
        ("void 0", []),
        ("d.style.display = 'none'", []),
        ("d.replaceWith(...d.childNodes)", []),
    ],
)
def test_what_the_page_changes_after_the_filling_is_seen(stage: Stage, script: str, names: list[str]) -> None:
    assert [difference.name for difference in after(stage, FORM, FIELDS, script)] == names


@pytest.mark.browser
def test_a_field_that_is_gone_has_no_value(stage: Stage) -> None:
    (difference, _other) = after(stage, FORM, FIELDS, "d.remove()")
    assert difference == Difference("标题", "一", None)


@pytest.mark.browser
def test_a_lost_upload_is_a_difference(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"abc")
    html = '<label>附件<input type="file" id="f"></label>'
    (difference,) = after(stage, html, [upload("附件", tmp_path / "a.png")], "f.value = ''")
    assert difference == Difference("附件", "a.png (3)", "")


class Slow(dict[str, str]):
    """Answers that take their time."""

    def get(self, key: str, default: Any = None) -> Any:
        """Answer, in a while."""
        time.sleep(0.6)
        return super().get(key, default)


@pytest.mark.browser
def test_an_upload_that_the_list_does_not_show_as_begun_is_waited_for(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red when only the list was looked at: on a busy machine it shows an upload long after it began."""
    (tmp_path / "a.png").write_bytes(b"abc")
    html = """<label>附件<input type="file" id="f"></label><ul id="u"></ul><script>f.onchange = async () => {
      u.innerHTML = '<li class="el-upload-list__item"><b class="el-upload-list__item-file-name">a.png</b></li>';
      await fetch("/upload", { method: "POST", body: "abc" }); u.title = "arrived"; }</script>"""
    monkeypatch.setattr(stage.server, "answers", Slow())

    async def work(page: Page) -> str | None:
        await fill_fields(page, [upload("附件", tmp_path / "a.png")], may_type=anywhere)
        return await page.locator("#u").get_attribute("title")

    assert stage.on_html(html, work) == "arrived"


@pytest.mark.browser
def test_the_picture_covers_what_is_sensitive_and_leaves_no_trace(stage: Stage) -> None:
    async def work(page: Page) -> tuple[list[bytes], list[str], int, int]:
        fields = [value("标题", "一"), value("邮箱", "a@b.cn", sensitive=True)]
        filled = await fill_fields(page, fields, may_type=anywhere)
        contents, pictures = [await page.content()], list[bytes]()
        for mask in (False, True):
            pictures.append(await picture_filled(page, filled, mask=mask))
            contents.append(await page.content())
        box = await page.locator("#b").bounding_box()
        assert box is not None
        return pictures, contents, int(box["x"] + 20), int(box["y"] + box["height"] / 2)

    (shown, masked), contents, x, y = stage.on_html(FORM, work)
    assert len(set(contents)) == 1
    colours = [Image.open(BytesIO(picture)).convert("RGB").getpixel((x, y)) for picture in (shown, masked)]
    assert colours[1] == (74, 74, 74) != colours[0]


@pytest.mark.browser
def test_a_phones_form_is_pictured_as_it_reads_and_in_every_dot_where_that_is_asked(stage: Stage) -> None:
    async def work(page: Page) -> list[bytes]:
        filled = await fill_fields(page, [value("标题", "一")], may_type=anywhere)
        return [await picture_filled(page, filled, mask=True, is_fine=fine) for fine in (False, True)]

    phone = {"viewport": {"width": 390, "height": 600}, "device_scale_factor": 3}
    pictures = stage.on_html(f'<meta name="viewport" content="width=device-width">{FORM}', work, **phone)
    assert [Image.open(BytesIO(picture)).width for picture in pictures] == [390, 1170]
