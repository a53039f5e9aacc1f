"""A visitor of the practice desks by plain HTTP, and what such a visitor files."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from complain.model import Challenge, ChallengeKind
from complain.practice.desks import PracticeDesks, PracticeSettings, practice_secrets
from complain.practice.received import ReceivedComplaint, received

LETTER = "2026年10月12日22:47，170-0000-0001来电，本人接听。\n10月15日，同部门同事接到来电。"
PICTURE = ("call-log.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))

IN_APP = {
    "type": "催收行为",
    "product": "示例分期",
    "contract": "SL-2025-000001",
    "description": LETTER,
    "phone": "13800000000",
    "reply": "短信",
    "agreed": "是",
}
WEBSITE = {
    "name": "张示例",
    "phone": "13800000000",
    "email": "zhangshili@example.com",
    "category": "催收方式",
    "product": "示例分期",
    "contract": "SL-2025-000001",
    "happened": "2026-10-12",
    "agency": "",
    "title": "催收人员深夜来电",
    "description": LETTER,
    "demand": "书面答复",
    "agreed": "是",
}
PUBLIC_ACCOUNT = (
    ("kind", {"kind": "其他问题"}),
    ("product", {"product": "示例分期", "contract": ""}),
    ("description", {"description": LETTER}),
    ("wishes", {"wishes": "详见情况描述"}),
)
REGULATOR = (
    ("notice", {"read": "是"}),
    ("complainant", {"name": "张示例", "phone": "13800000000", "email": ""}),
    ("institution", {"institution": "示范小额贷款有限公司", "contacted": "是", "earlier": "TS-2026-000001"}),
    ("facts", {"ground": "催收方式不当", "description": LETTER, "demand": "书面答复", "happened": ""}),
)


class Visitor:
    """One browser's worth of cookies at one desk.

    Args:
        desks: The open desks.
        channel: The desk's channel id.
        http: Where the cookies live.
    """

    def __init__(self, desks: PracticeDesks, channel: str, http: aiohttp.ClientSession) -> None:
        self.desks = desks
        self.channel = channel
        self.address = desks.addresses[channel]
        self._http = http

    async def get(self, path: str) -> str:
        """Return the text of a page."""
        async with self._http.get(self.address + path) as answer:
            return await answer.text(errors="replace")  # pictures come this way too

    async def post(
        self, path: str, fields: Mapping[str, str], files: Sequence[tuple[str, bytes]] = ()
    ) -> str:
        """Post a form, follow redirects, and return the text of the page."""
        async with self._http.post(self.address + path, data=_form(fields, files)) as answer:
            return await answer.text()

    async def status(
        self, method: str, path: str, *, data: Mapping[str, str] | None = None, host: str = ""
    ) -> int:
        """Return the status of one request, redirects not followed; ``host`` replaces the Host header."""
        headers = {"Host": host} if host else {}
        async with self._http.request(
            method, self.address + path, data=data, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status

    async def log_in(self) -> str:
        """Log in as the practice account and return the page that follows."""
        if self.channel == "public-account":
            await self.get("/login/qr.png")
            assert await self.answer("qr")
            return await self.get("/login/continue")
        secrets = practice_secrets()
        form = {"user": secrets[f"{self.channel}.user"], "password": secrets[f"{self.channel}.password"]}
        if self.channel == "regulator":
            await self.get("/captcha.png")
            form["captcha"] = str(await self.answer("captcha"))
        return await self.post("/login", form)

    async def answer(self, kind: ChallengeKind) -> str | bool | None:
        """Return the practice phone's answer to a challenge of this desk."""
        return await self.desks.phone.answer(Challenge(kind, self.channel, ""))

    async def prepare(self) -> dict[str, str]:
        """Fill all pages before the last, and return what the last page is to hold."""
        if self.channel == "in-app":
            return dict(IN_APP)
        if self.channel == "website":
            return dict(WEBSITE)
        await self.fill_pages()
        if self.channel == "public-account":
            return {"phone": "13800000000", "agreed": "是"}
        await self.post("/portal/sms", {})
        return {"code": str(await self.answer("sms")), "true": "是"}

    async def fill_pages(self) -> str:
        """Fill the pages of a form of several pages, and return the last page."""
        root, pages = ("/wx", PUBLIC_ACCOUNT) if self.channel == "public-account" else ("/portal", REGULATOR)
        page = await self.get(f"{root}/complaint")
        for name, fields in pages:
            page = await self.post(f"{root}/complaint/step/{name}", fields)
        return page

    async def submit(self, fields: Mapping[str, str], files: Sequence[tuple[str, bytes]] = ()) -> str:
        """Press the submit button once and return what comes back."""
        return await self.post(SUBMIT[self.channel], fields, files)

    async def file(self, files: Sequence[tuple[str, bytes]] = ()) -> str:
        """File the example complaint and return what comes back."""
        return await self.submit(await self.prepare(), files)


SUBMIT = {
    "in-app": "/h5/api/complaints",
    "website": "/service/complaint/submit",
    "public-account": "/wx/complaint/submit",
    "regulator": "/portal/complaint/submit",
}
WEB_CHANNELS = tuple(SUBMIT)


def _form(fields: Mapping[str, str], files: Sequence[tuple[str, bytes]]) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=bool(files))
    for name, value in fields.items():
        form.add_field(name, value)
    for name, content in files:
        form.add_field("files", content, filename=name, content_type="image/png")
    return form


@asynccontextmanager
async def visiting(
    folder: Path, channel: str, faults: str = "", *, logged_in: bool = True
) -> AsyncGenerator[Visitor]:
    """Open the desks with ``faults`` at one of them, and visit it."""
    async with (
        PracticeDesks(PracticeSettings(folder, {channel: faults})) as desks,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
    ):
        visitor = Visitor(desks, channel, http)
        if logged_in:
            await visitor.log_in()
        yield visitor


def complaints(folder: Path, channel: str) -> list[ReceivedComplaint]:
    """Return what a desk holds, oldest first."""
    return received(folder)[channel]["complaints"]
