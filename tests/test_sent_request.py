"""The request that would leave, beside what was planned: changed words are seen, a site's own way of writing is not."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

import pytest
from playwright.async_api import Frame

from complain.browser.capture import CapturedRequest
from complain.browser.find import Found
from complain.browser.readback import FilledField
from complain.filing.sent import altered_values
from complain.model import Action, PlannedField

TITLE = "夜间来电和联系第三人"
PHONE = "13800000000"


def filled(planned: str, sent_as: str = "own") -> FilledField:
    found = Found(
        name="",
        frame=cast("Frame", None),
        key=1,
        kind="text",
        tier="",
        shown_name="",
        disabled=False,
        required=False,
        maxlength=None,
        multiple=False,
        collects=False,
        one_line=True,
        numeric=False,
        action_origins=(),
        sent_as=sent_as,
    )
    return FilledField(PlannedField(label="标题", action=Action.VALUE, values=(planned,)), found, (planned,))


def request(**values: str) -> CapturedRequest:
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    return CapturedRequest("POST", "https://example.org/submit", headers, (urlencode(values).encode(),))


@pytest.mark.parametrize(
    ("planned", "sent"),
    [
        (TITLE, "其他问题"),
        (TITLE, TITLE[:5]),
        (TITLE, TITLE + "（补充）"),
        ("张示例", "李示例"),
        (PHONE, "13900000000"),
        ("3000", "3001"),
    ],
)
def test_other_words_under_the_field_s_own_name_are_seen(planned: str, sent: str) -> None:
    assert [row[1:] for row in altered_values(request(own=sent), [filled(planned)])] == [(planned, sent)]


@pytest.mark.parametrize(
    ("planned", "sent"),
    [
        (TITLE, TITLE),
        ("第一行\n第二行", "第一行\r\n第二行"),
        ("第一行\n第二行", "<p>第一行</p><p>第二行</p>"),
        ("说“停止”<b>", "说&ldquo;停止&rdquo;&lt;b&gt;"),
        (TITLE, "5aSc6Ze05p2l55S1"),
        (TITLE, ""),
        (PHONE, "138 0000 0000"),
        (PHONE, "a8f5f167f44f4964e6c998dee827110c"),
        ("12345.50", "12345.5"),
        ("3000", "300000"),
        ("2026-11-24", "1795478400000"),
    ],
)
def test_a_site_may_write_a_value_its_own_way_or_so_that_nobody_can_read_it(planned: str, sent: str) -> None:
    assert list(altered_values(request(own=sent), [filled(planned)])) == []


def test_other_words_under_another_name_are_no_change_of_this_field() -> None:
    assert list(altered_values(request(other="其他问题"), [filled(TITLE)])) == []


def test_a_name_that_comes_twice_is_nobody_s_own() -> None:
    body = urlencode([("own", "其他问题"), ("own", "催收方式")]).encode()
    twice = CapturedRequest("POST", "https://example.org/submit", request().headers, (body,))
    assert list(altered_values(twice, [filled(TITLE)])) == []


def test_a_text_that_was_moved_to_another_name_is_still_sent() -> None:
    assert list(altered_values(request(own="其他问题", other=TITLE), [filled(TITLE)])) == []
