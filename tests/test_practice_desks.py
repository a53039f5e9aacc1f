"""The practice desks by plain HTTP: they take a complaint as a portal does, and remember it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import socket
from pathlib import Path

import pytest

from complain.errors import UsageError
from complain.practice.desks import PracticeDesks, PracticeSettings
from complain.practice.people import BANNER, CHANNELS
from complain.practice.received import received
from practice_visitor import IN_APP, LETTER, PICTURE, SUBMIT, WEB_CHANNELS, complaints, visiting


@pytest.mark.parametrize("channel", WEB_CHANNELS)
def test_a_desk_gives_a_number_and_holds_every_character_that_was_filed(tmp_path: Path, channel: str) -> None:
    async def file() -> str:
        async with visiting(tmp_path, channel) as visitor:
            return await visitor.file()

    page = asyncio.run(file())
    held = complaints(tmp_path, channel)

    assert len(held) == 1
    assert held[0]["number"] in page
    assert re.fullmatch(r"[A-Z]{2}-\d{4}-000001", held[0]["number"])
    assert held[0]["fields"]["description"] == LETTER


@pytest.mark.parametrize("channel", ["website", "public-account", "regulator"])
def test_a_desk_keeps_the_bytes_of_files_that_come_with_the_submission(tmp_path: Path, channel: str) -> None:
    async def file() -> None:
        async with visiting(tmp_path, channel) as visitor:
            await visitor.file([PICTURE])

    asyncio.run(file())

    name, content = PICTURE
    sha256 = hashlib.sha256(content).hexdigest()
    assert complaints(tmp_path, channel)[0]["files"] == [
        {"name": name, "size": len(content), "sha256": sha256}
    ]


def test_the_in_app_desk_takes_pictures_before_the_complaint_and_joins_them_to_it(tmp_path: Path) -> None:
    async def file() -> int:
        async with visiting(tmp_path, "in-app") as visitor:
            stored = json.loads(await visitor.post("/h5/api/upload", {}, [PICTURE]))
            uploaded_first = received(tmp_path)["in-app"]["files"]
            await visitor.submit({**IN_APP, "uploads": str(stored["id"])})
            return uploaded_first

    uploaded_first = asyncio.run(file())

    assert uploaded_first == 1
    assert [file["name"] for file in complaints(tmp_path, "in-app")[0]["files"]] == [PICTURE[0]]


@pytest.mark.parametrize("channel", WEB_CHANNELS)
def test_pressing_submit_twice_makes_two_complaints(tmp_path: Path, channel: str) -> None:
    async def file_twice() -> None:
        async with visiting(tmp_path, channel) as visitor:
            await visitor.file()
            await visitor.file()

    asyncio.run(file_twice())

    assert [held["number"][-6:] for held in complaints(tmp_path, channel)] == ["000001", "000002"]


@pytest.mark.parametrize("channel", WEB_CHANNELS)
def test_without_a_login_nothing_is_taken(tmp_path: Path, channel: str) -> None:
    async def file() -> str:
        async with visiting(tmp_path, channel, logged_in=False) as visitor:
            return await visitor.submit(IN_APP)

    page = asyncio.run(file())

    assert complaints(tmp_path, channel) == []
    assert "登录" in page


@pytest.mark.parametrize("channel", ["in-app", "website", "regulator"])
def test_a_wrong_password_is_told_and_logs_nobody_in(tmp_path: Path, channel: str) -> None:
    async def try_password() -> tuple[str, str]:
        async with visiting(tmp_path, channel, logged_in=False) as visitor:
            await visitor.get("/captcha.png")
            captcha = str(await visitor.answer("captcha"))
            page = await visitor.post("/login", {"user": "yanlian", "password": "wrong", "captcha": captcha})
            return page, await visitor.get("/")

    page, home = asyncio.run(try_password())

    assert "密码不正确" in page
    assert 'name="password"' in home


@pytest.mark.parametrize(
    ("channel", "path"),
    [
        ("in-app", "/h5/complaint/mine"),
        ("website", "/service/complaint/mine"),
        ("public-account", "/wx/complaint/mine"),
        ("regulator", "/portal/complaint/mine"),
    ],
)
def test_my_complaints_lists_what_was_filed_and_finds_it_by_its_text(
    tmp_path: Path, channel: str, path: str
) -> None:
    async def look() -> tuple[str, str, str]:
        async with visiting(tmp_path, channel) as visitor:
            await visitor.file()
            return (
                await visitor.get(path),
                await visitor.get(f"{path}?q=170-0000-0001"),
                await visitor.get(f"{path}?q=另一件事"),
            )

    whole, found, none = asyncio.run(look())
    number = complaints(tmp_path, channel)[0]["number"]

    assert number in whole
    assert number in found
    assert number not in none


@pytest.mark.parametrize(("channel", "limit"), [("in-app", 500), ("website", 1000)])
def test_a_text_over_the_limit_is_sent_back_and_not_cut(tmp_path: Path, channel: str, limit: int) -> None:
    async def file(length: int) -> str:
        async with visiting(tmp_path, channel) as visitor:
            return await visitor.submit({**await visitor.prepare(), "description": "一" * length})

    page = asyncio.run(file(limit + 1))
    assert complaints(tmp_path, channel) == []
    assert "超过" in page

    asyncio.run(file(limit))
    assert len(complaints(tmp_path, channel)[0]["fields"]["description"]) == limit


def test_a_file_of_another_type_is_sent_back(tmp_path: Path) -> None:
    async def file() -> str:
        async with visiting(tmp_path, "website") as visitor:
            return await visitor.file([("program.exe", b"MZ")])

    page = asyncio.run(file())

    assert "不支持的文件类型" in page
    assert received(tmp_path)["website"]["files"] == 0


def test_pages_that_were_passed_are_no_draft_and_are_gone_after_a_fresh_start(tmp_path: Path) -> None:
    async def fill_and_return() -> tuple[str, str]:
        async with visiting(tmp_path, "regulator") as visitor:
            last = await visitor.fill_pages()
            await visitor.get("/portal/complaint")
            return last, await visitor.get("/portal/complaint/page/last")

    last, after_fresh_start = asyncio.run(fill_and_return())

    assert LETTER in last
    assert "138******00" in last
    assert "13800000000" not in last
    assert "投诉告知书" in after_fresh_start
    assert received(tmp_path)["regulator"] == {"complaints": [], "drafts": 0, "files": 0, "sms": 0}


def test_a_page_that_lacks_something_is_shown_again(tmp_path: Path) -> None:
    async def skip_name() -> str:
        async with visiting(tmp_path, "regulator") as visitor:
            await visitor.get("/portal/complaint")
            await visitor.post("/portal/complaint/step/notice", {"read": "是"})
            return await visitor.post("/portal/complaint/step/complainant", {"phone": "13800000000"})

    assert "请填写：投诉人姓名" in asyncio.run(skip_name())


def test_a_draft_is_counted_as_a_draft(tmp_path: Path) -> None:
    async def save() -> None:
        async with visiting(tmp_path, "in-app") as visitor:
            await visitor.post("/h5/api/drafts", {"description": LETTER})

    asyncio.run(save())

    assert received(tmp_path)["in-app"]["drafts"] == 1
    assert complaints(tmp_path, "in-app") == []


def test_an_sms_code_works_once(tmp_path: Path) -> None:
    async def use_twice() -> str:
        async with visiting(tmp_path, "regulator") as visitor:
            fields = await visitor.prepare()
            await visitor.submit(fields)
            await visitor.fill_pages()
            return await visitor.submit(fields)

    page = asyncio.run(use_twice())

    assert "短信验证码不正确或已失效" in page
    assert len(complaints(tmp_path, "regulator")) == 1
    assert received(tmp_path)["regulator"]["sms"] == 1


def test_what_the_desks_hold_outlives_a_run_though_the_ports_differ(tmp_path: Path) -> None:
    async def file() -> str:
        async with visiting(tmp_path, "website") as visitor:
            await visitor.file()
            return visitor.address

    async def both() -> tuple[str, str]:
        first = await file()
        with socket.create_server(("127.0.0.1", int(first.rpartition(":")[2]))):
            return first, await file()

    first, second = asyncio.run(both())

    assert first != second
    assert [held["number"][-6:] for held in complaints(tmp_path, "website")] == ["000001", "000002"]


def test_desks_that_never_ran_hold_nothing(tmp_path: Path) -> None:
    desks = received(tmp_path / "never")

    assert set(desks) == set(CHANNELS)
    assert all(desk == {"complaints": [], "drafts": 0, "files": 0, "sms": 0} for desk in desks.values())
    assert not (tmp_path / "never").exists()


@pytest.mark.parametrize("channel", WEB_CHANNELS)
def test_a_page_of_another_site_cannot_reach_a_desk_by_its_own_name(tmp_path: Path, channel: str) -> None:
    async def visit() -> int:
        async with visiting(tmp_path, channel, logged_in=False) as visitor:
            return await visitor.status("GET", "/login", host="evil.example:80")

    assert asyncio.run(visit()) == 403


PAGES = {
    "in-app": ("/login", "/h5/complaint/new", "/h5/complaint/notice", "/h5/complaint/mine"),
    "website": ("/login", "/service/complaint/new", "/service/complaint/rules", "/verify"),
    "public-account": ("/login", "/wx/complaint", "/wx/complaint/agreement", "/verify"),
    "regulator": ("/login", "/portal/complaint", "/portal/complaint/mine", "/verify"),
}


@pytest.mark.parametrize("channel", WEB_CHANNELS)
def test_every_page_says_that_it_is_practice(tmp_path: Path, channel: str) -> None:
    async def read() -> list[str]:
        async with visiting(tmp_path, channel) as visitor:
            pages = [await visitor.get(path) for path in (*PAGES[channel], "/_received", "/_phone")]
            if channel != "in-app":
                pages += [await visitor.fill_pages()] if channel != "website" else []
                pages.append(await visitor.file())
            return pages

    assert all(BANNER in page for page in asyncio.run(read()))


def test_a_taken_port_is_told_with_what_to_type(tmp_path: Path) -> None:
    async def open_on(port: int) -> None:
        async with PracticeDesks(PracticeSettings(tmp_path, port=port)):
            pytest.fail("the port was not taken")

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError) as caught:
            asyncio.run(open_on(port))

    assert str(port) in caught.value.message
    assert caught.value.next_step == "complain practice --port 8600"


def test_a_request_that_writes_is_remembered_with_its_path(tmp_path: Path) -> None:
    from complain.practice.store import DeskStore

    async def file() -> None:
        async with visiting(tmp_path, "website") as visitor:
            await visitor.file()

    asyncio.run(file())
    store = DeskStore(tmp_path)
    noted = [tuple(row) for row in store.rows("SELECT desk, method, path FROM requests ORDER BY id")]
    store.close()

    assert noted == [("website", "POST", "/login"), ("website", "POST", SUBMIT["website"])]
