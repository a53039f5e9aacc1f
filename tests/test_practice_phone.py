"""The practice phone answers what its desks sent, and nothing else."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from complain.model import Challenge, ChallengeKind
from practice_visitor import visiting


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setattr("complain.practice.phone.ARRIVAL_SECONDS", 0.3)


def test_the_newest_code_is_given_and_never_given_again(tmp_path: Path) -> None:
    async def ask() -> list[str | bool | None]:
        async with visiting(tmp_path, "regulator") as visitor:
            await visitor.post("/portal/sms", {})
            await visitor.post("/portal/sms", {})
            return [await visitor.answer("sms"), await visitor.answer("sms")]

    first, second = asyncio.run(ask())

    assert isinstance(first, str)
    assert len(first) == 6
    assert second is None


def test_the_phone_waits_for_a_code_that_is_on_its_way(tmp_path: Path) -> None:
    async def ask() -> str | bool | None:
        async with visiting(tmp_path, "regulator") as visitor:
            waiting = asyncio.create_task(visitor.answer("sms"))
            await asyncio.sleep(0)  # let it begin to wait
            await visitor.post("/portal/sms", {})
            return await waiting

    assert isinstance(asyncio.run(ask()), str)


def test_a_code_of_an_earlier_run_is_not_given(tmp_path: Path) -> None:
    async def send() -> None:
        async with visiting(tmp_path, "regulator") as visitor:
            await visitor.post("/portal/sms", {})

    async def ask() -> str | bool | None:
        async with visiting(tmp_path, "regulator") as visitor:
            return await visitor.answer("sms")

    asyncio.run(send())

    assert asyncio.run(ask()) is None


def test_a_code_of_another_desk_is_not_given(tmp_path: Path) -> None:
    async def ask() -> str | bool | None:
        async with visiting(tmp_path, "regulator") as visitor:
            await visitor.post("/portal/sms", {})
            return await visitor.desks.phone.answer(Challenge("sms", "website", ""))

    assert asyncio.run(ask()) is None


def test_a_captcha_that_was_drawn_anew_is_read_anew(tmp_path: Path) -> None:
    async def ask() -> tuple[str | bool | None, str]:
        async with visiting(tmp_path, "regulator", logged_in=False) as visitor:
            await visitor.get("/captcha.png")
            old = await visitor.answer("captcha")
            return old, await visitor.log_in()

    old, page = asyncio.run(ask())

    assert isinstance(old, str)
    assert "投诉告知书" in page


def test_a_scan_without_the_phone_logs_nobody_in(tmp_path: Path) -> None:
    async def go_on() -> str:
        async with visiting(tmp_path, "public-account", logged_in=False) as visitor:
            await visitor.get("/login/qr.png")
            return await visitor.get("/login/continue")

    assert "还没有收到确认" in asyncio.run(go_on())


def test_a_person_confirms_a_scan_on_the_phones_page(tmp_path: Path) -> None:
    async def confirm() -> str:
        async with visiting(tmp_path, "public-account", logged_in=False) as visitor:
            await visitor.get("/login/qr.png")
            phone = await visitor.get("/_phone")
            scan = re.search(r'name="scan" value="([^"]+)"', phone)
            assert scan is not None
            await visitor.post("/_phone", {"scan": scan[1]})
            return await visitor.get("/login/continue")

    assert "您要反映哪类问题" in asyncio.run(confirm())


def test_a_person_reads_the_code_on_the_phones_page(tmp_path: Path) -> None:
    async def read() -> tuple[str | bool | None, str]:
        async with visiting(tmp_path, "regulator") as visitor:
            await visitor.post("/portal/sms", {})
            return await visitor.answer("sms"), await visitor.get("/_phone")

    code, page = asyncio.run(read())

    assert str(code) in page


@pytest.mark.parametrize("kind", ["confirm", "slider"])
def test_what_needs_nothing_from_the_phone_is_done(tmp_path: Path, kind: ChallengeKind) -> None:
    async def ask() -> str | bool | None:
        async with visiting(tmp_path, "website", logged_in=False) as visitor:
            return await visitor.answer(kind)

    assert asyncio.run(ask()) is True
