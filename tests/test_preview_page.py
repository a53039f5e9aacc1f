"""The preview page shows all that would be sent, and hides what is personal unless asked."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from pathlib import Path

import pytest

from complain.model import Outcome, ProofRow
from complain.reports.disclosure import Disclosure, Known
from complain.reports.preview import PreviewField, is_long, render_preview, write_preview
from fakes.reports import EMAIL, LETTER, NAME, PHONE, SCRIPT, attachment, channel, chinese, picture, report


def text_of(page: str) -> str:
    """Return what a person reads."""
    return unescape(re.sub(r"<[^>]+>", " ", page))


def test_personal_values_are_masked_wherever_they_occur(tmp_path: Path) -> None:
    file = attachment(tmp_path, f"截图_{PHONE}.png")
    shown = channel(
        attachments=(file,),
        warnings=(f"号码 {PHONE} 与登记不符",),
        waiting=(f"验证码已发到 {PHONE}",),
        requests_left=(f"POST https://www.example.cn/api?phone={PHONE}",),
        reason=f"{NAME} 未登录",
    )

    page = render_preview(report(shown), reveal=False)

    assert [secret for secret in (PHONE, EMAIL, NAME) if secret in page] == []
    assert "2026-11-03 09:12" in page


def test_reveal_shows_every_value_in_full() -> None:
    page = render_preview(report(), reveal=True)

    assert [secret for secret in (PHONE, EMAIL, NAME) if secret not in page] == []


def test_the_page_shows_field_value_source_letter_and_files(tmp_path: Path) -> None:
    file = attachment(tmp_path)

    text = text_of(render_preview(report(channel(attachments=(file,))), reveal=True))

    for expected in (
        "问题描述",
        LETTER,
        f"{len(LETTER)} characters",
        "the letter",
        file.sha256,
        "7 B",
        "等您输入",
    ):
        assert expected in text


def test_each_statement_of_the_letter_stands_beside_what_it_rests_on() -> None:
    said = f"2026年10月8日22:41，号码02100000001致电本人，已接通，{PHONE}（见证据1）。"
    row = ProofRow(said, "经过第1项", "证据1", "亲历")
    page = render_preview(report(channel(proof=(row,))), reveal=False)
    assert "<td>经过第1项</td><td>证据1</td><td>亲历</td>" in page
    assert PHONE not in page  # masked like the letter itself
    assert "What each statement" not in render_preview(report(channel()), reveal=False)


def test_a_ticked_box_is_told_in_words_and_a_mark_as_in_the_picture() -> None:
    box = PreviewField(1, "同意", "true", "true", sensitive=False, mark=7)

    text = text_of(render_preview(report(channel(fields=(box,), picture_width=390)), reveal=False))

    assert re.search(r"7\s+同意\s+ticked", text)


def test_a_phones_picture_is_shown_as_large_as_on_the_phone() -> None:
    assert '<img width="390"' in render_preview(report(channel(picture_width=390)), reveal=False)


def test_no_template_name_is_shown_to_an_ordinary_person() -> None:
    page = render_preview(report(), reveal=False)

    assert "complainant." not in page
    assert "platform/full" not in page


def test_a_letter_cannot_bring_markup_into_the_page() -> None:
    page = render_preview(report(), reveal=True)

    assert SCRIPT in text_of(page)
    assert "<script" not in page


def test_a_channel_that_nobody_ever_checked_says_so_but_not_in_practice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with chinese(monkeypatch):
        real = render_preview(report(), reveal=False)
        practice = render_preview(report(practice=True), reveal=False)
        checked = render_preview(report(channel(verified=dt.date(2026, 11, 20))), reveal=False)

    assert "从未有人在真实网站上核对过" in real
    assert "从未有人在真实网站上核对过" not in practice
    assert "从未有人在真实网站上核对过" not in checked
    assert "2026-11-20" in checked


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ({"dry_run": True}, "预演（只填写，不提交）"),
        ({"dry_run": False}, "提交前预览"),
        ({"dry_run": False, "practice": True}, "演练（不会发给任何真实机构）"),
    ],
)
def test_the_first_line_says_what_kind_of_run_it_is(
    monkeypatch: pytest.MonkeyPatch, kind: dict[str, bool], head: str
) -> None:
    with chinese(monkeypatch):
        page = render_preview(report(**kind), reveal=False)

    assert f"<h1>{head}</h1>" in page
    assert '<html lang="zh-CN">' in page


def test_only_a_dry_run_says_that_nothing_will_follow() -> None:
    assert "nothing of it had been submitted" in render_preview(report(dry_run=False), reveal=False)
    assert "nothing of it had been submitted" not in render_preview(report(dry_run=True), reveal=False)


def test_the_overview_names_the_task_of_a_form_that_waits_for_a_person() -> None:
    stopped = channel(outcome=Outcome.NEEDS_HUMAN, reason="请先登录。", fields=(), pictures=(), letter="")

    overview = render_preview(report(stopped), reveal=False).partition("<main>")[0]

    assert "请先登录。" in overview


def test_all_stages_of_a_dry_run_stand_in_one_page() -> None:
    second = report(channel(title="监管部门投诉"), stage=2)

    text = text_of(render_preview([report(), second], reveal=False))

    assert text.index("Stage 1") < text.index("Stage 2") < text.rindex("监管部门投诉")


def test_who_will_know_what_is_told_item_by_item() -> None:
    rows = (
        Disclosure("某公司客服", "放款机构", "姓名", Known.HELD),
        Disclosure("某公司客服", "放款机构", "地址", Known.NEW, "页面不要求就不要填。"),
    )

    text = text_of(render_preview(report(channel(discloses=rows)), reveal=False))

    for expected in ("某公司客服", "放款机构", "They have it", "New to them", "页面不要求就不要填。"):
        assert expected in text


def test_requests_that_left_and_hosts_are_listed() -> None:
    shown = channel(
        requests_left=("POST https://www.example.cn/api/dict",),
        hosts=("www.example.cn",),
        hosts_refused=("tracker.example.org",),
    )

    text = text_of(render_preview(report(shown), reveal=False))

    assert "POST https://www.example.cn/api/dict" in text
    assert "tracker.example.org" in text


def test_a_channel_that_could_not_be_filled_still_says_why() -> None:
    shown = channel(outcome=Outcome.NEEDS_HUMAN, reason="请先登录", fields=(), pictures=(), letter="")

    assert "请先登录" in text_of(render_preview(report(shown), reveal=False))


def test_the_page_is_written_whole_and_owned_by_the_person(tmp_path: Path) -> None:
    path = tmp_path / "preview.html"

    write_preview(path, report(), reveal=False)

    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert path.stat().st_mode & 0o077 == 0


def test_a_preview_of_nothing_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one"):
        render_preview([], reveal=False)


def test_only_a_very_tall_picture_is_cut_over_several_sheets() -> None:
    assert is_long(picture(400, 1200))
    assert not is_long(picture(400, 560))
