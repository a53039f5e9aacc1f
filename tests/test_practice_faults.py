"""Each fault of the practice desks does what its name says; the rows that the desk holds are the judge."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import aiohttp
import pytest

from complain.errors import UsageError
from complain.practice.desks import PracticeDesks, PracticeSettings
from complain.practice.faults import KINDS, Faults
from practice_visitor import IN_APP, WEB_CHANNELS, WEBSITE, complaints, visiting

CLASSIC = ("website", "public-account", "regulator")


def _file(folder: Path, channel: str, faults: str) -> str:
    async def file() -> str:
        async with visiting(folder, channel, faults) as visitor:
            return await visitor.file()

    return asyncio.run(file())


@pytest.mark.parametrize("channel", WEB_CHANNELS)
def test_5xx_before_answers_503_and_stores_nothing(tmp_path: Path, channel: str) -> None:
    page = _file(tmp_path, channel, "5xx-before")

    assert "503" in page
    assert complaints(tmp_path, channel) == []


@pytest.mark.parametrize("channel", WEB_CHANNELS)
def test_5xx_after_answers_502_though_the_complaint_is_stored(tmp_path: Path, channel: str) -> None:
    page = _file(tmp_path, channel, "5xx-after")

    assert "502" in page
    assert len(complaints(tmp_path, channel)) == 1


@pytest.mark.parametrize("channel", WEB_CHANNELS)
def test_cut_after_resets_the_connection_though_the_complaint_is_stored(tmp_path: Path, channel: str) -> None:
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        _file(tmp_path, channel, "cut-after")

    assert len(complaints(tmp_path, channel)) == 1


@pytest.mark.parametrize("channel", WEB_CHANNELS)
def test_refusal_says_that_it_is_not_taken(tmp_path: Path, channel: str) -> None:
    assert "不予受理" in _file(tmp_path, channel, "refusal")
    assert complaints(tmp_path, channel) == []


@pytest.mark.parametrize("channel", WEB_CHANNELS)
def test_duplicate_detection_takes_a_text_once_and_then_says_so(tmp_path: Path, channel: str) -> None:
    first = _file(tmp_path, channel, "duplicate-detection")
    second = _file(tmp_path, channel, "duplicate-detection")
    number = complaints(tmp_path, channel)[0]["number"]

    assert number in first
    assert "请勿重复提交" in second
    assert len(complaints(tmp_path, channel)) == 1


@pytest.mark.parametrize("channel", WEB_CHANNELS)
def test_session_expiry_logs_the_visitor_out_at_the_submit(tmp_path: Path, channel: str) -> None:
    async def file() -> tuple[str, str]:
        async with visiting(tmp_path, channel, "session-expiry=1") as visitor:
            return await visitor.file(), await visitor.get("/")

    page, home = asyncio.run(file())

    assert "请先登录" in page
    assert complaints(tmp_path, channel) == []
    assert "登录" in home
    assert "/login" in home


def test_captcha_asks_for_letters_and_goes_on_once_they_were_read(tmp_path: Path) -> None:
    async def file() -> list[str]:
        async with visiting(tmp_path, "website", "captcha") as visitor:
            asked = await visitor.file()
            wrong = await visitor.post("/verify", {"captcha": "----"})
            await visitor.get("/captcha.png")
            right = await visitor.post("/verify", {"captcha": str(await visitor.answer("captcha"))})
            return [asked, wrong, right, await visitor.file()]

    asked, wrong, right, taken = asyncio.run(file())

    assert "请输入验证码" in asked
    assert "验证码不正确" in wrong
    assert "验证通过" in right
    assert [held["number"] in taken for held in complaints(tmp_path, "website")] == [True]


def test_captcha_of_the_in_app_desk_comes_as_an_answer_of_its_script(tmp_path: Path) -> None:
    answer = json.loads(_file(tmp_path, "in-app", "captcha"))

    assert answer["state"] == "challenged"
    assert "请输入验证码" in answer["words"]
    assert complaints(tmp_path, "in-app") == []


@pytest.mark.parametrize("channel", CLASSIC)
def test_confirmation_late_leaves_the_number_out_of_the_page_that_comes_first(
    tmp_path: Path, channel: str
) -> None:
    page = _file(tmp_path, channel, "confirmation-late=1")
    number = complaints(tmp_path, channel)[0]["number"]

    assert "正在提交" in page
    assert number not in page


RENAMED = {
    "in-app": ("/h5/complaint/new", "问题描述", "您遇到的情况"),
    "website": ("/service/complaint/new", "问题描述", "情况说明"),
}


@pytest.mark.parametrize("channel", list(RENAMED))
def test_renamed_field_gives_a_field_another_label(tmp_path: Path, channel: str) -> None:
    path, usual, other = RENAMED[channel]

    async def read(faults: str) -> str:
        async with visiting(tmp_path, channel, faults) as visitor:
            return await visitor.get(path)

    plain, renamed = asyncio.run(read("")), asyncio.run(read("renamed-field"))

    assert (usual in plain, other in plain) == (True, False)
    assert (usual in renamed, other in renamed) == (False, True)


def test_slow_makes_every_page_wait(tmp_path: Path) -> None:
    async def read() -> float:
        async with visiting(tmp_path, "website", "slow=0.3", logged_in=False) as visitor:
            begun = time.monotonic()
            await visitor.get("/login")
            return time.monotonic() - begun

    assert asyncio.run(read()) >= 0.3


def test_an_impatient_second_click_on_a_double_click_trap_files_twice(tmp_path: Path) -> None:
    async def click_twice() -> None:
        async with visiting(tmp_path, "in-app", "double-click-trap=2") as visitor:
            await asyncio.gather(visitor.submit(IN_APP), visitor.submit(IN_APP))

    asyncio.run(click_twice())

    assert len(complaints(tmp_path, "in-app")) == 2


def test_a_fault_with_a_number_of_times_is_used_up(tmp_path: Path) -> None:
    async def file() -> list[str]:
        async with visiting(tmp_path, "website", "5xx-before=2") as visitor:
            return [await visitor.file() for _time in range(3)]

    pages = asyncio.run(file())

    assert ["503" in page for page in pages] == [True, True, False]
    assert len(complaints(tmp_path, "website")) == 1


def test_faults_are_switched_while_the_desk_runs(tmp_path: Path) -> None:
    async def switch() -> list[str]:
        async with visiting(tmp_path, "website") as visitor:
            said = await visitor.post("/_faults", {"faults": "refusal, slow=0"})
            refused = await visitor.submit(WEBSITE)
            await visitor.post("/_faults", {"faults": ""})
            return [said, refused, await visitor.submit(WEBSITE)]

    said, refused, taken = asyncio.run(switch())

    assert json.loads(said) == {"faults": "refusal, slow=0"}
    assert "不予受理" in refused
    assert "提交成功" in taken


def test_an_unknown_fault_changes_nothing(tmp_path: Path) -> None:
    async def switch() -> tuple[int, str]:
        async with visiting(tmp_path, "website", "refusal") as visitor:
            status = await visitor.status("POST", "/_faults", data={"faults": "slow, earthquake"})
            return status, await visitor.get("/_faults")

    status, faults = asyncio.run(switch())

    assert status == 400
    assert json.loads(faults) == {"faults": "refusal"}


@pytest.mark.parametrize("text", ["earthquake", "slow=", "slow=fast", "slow,,Refusal", "slow=-1"])
def test_a_fault_that_is_not_known_is_named_with_those_that_are(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Faults(text)

    assert all(name in caught.value.message for name in KINDS)


def test_a_desk_that_is_not_known_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        PracticeDesks(PracticeSettings(tmp_path, {"regulators": "slow"}))

    assert "regulators" in caught.value.message
    assert "public-account" in caught.value.message


def test_a_star_means_every_desk(tmp_path: Path) -> None:
    desks = PracticeDesks(PracticeSettings(tmp_path, {"*": "slow=1", "website": "refusal"}))

    assert str(desks.faults["in-app"]) == "slow=1"
    assert str(desks.faults["website"]) == "slow=1, refusal"
