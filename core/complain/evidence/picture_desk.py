"""The page on which a person reads rows from pictures and blacks parts out: served on this computer only (USERS U5)."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
from aiohttp import web

from complain.case.folder import case_folder
from complain.case.load import load_case
from complain.errors import ComplainError, UsageError
from complain.evidence.blacking_out import keep_blacked_out, upright
from complain.evidence.keeping import KeptEvidence, list_evidence
from complain.evidence.kept_calls import Area, KeptLog
from complain.evidence.page import render
from complain.evidence.transcribing import NotTaken, Transcript, keep_transcript, transcript_of
from complain.i18n import _
from complain.templates_folder import template_folder

_POLICY = (
    "default-src 'none'; img-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
T = TypeVar("T")
_MOST_BYTES = 4 * 1024 * 1024
"""Of one answer of the page: some ten thousand rows."""


class _Cover(msgspec.Struct, frozen=True):
    evidence: int
    areas: tuple[Area, ...]


class _Afresh(msgspec.Struct, frozen=True):
    evidence: int


class PictureDesk:
    """One case's pictures, from opening the page until the person is done.

    Attributes:
        kept: What was kept in this sitting, the last of each picture.
        copies: Copies with parts blacked out that were made, relative to the case folder.
        done: Set when the person says so on the page.
    """

    def __init__(self, folder: Path, now: Callable[[], dt.datetime], only: int | None = None) -> None:
        """Open the case.

        Args:
            folder: The case folder.
            now: The clock (aware).
            only: The one evidence to show; None: every picture of the case.

        Raises:
            CaseMistakes: The case has mistakes.
        """
        self.kept: dict[int, KeptLog] = {}
        self.copies: list[str] = []
        self.done = asyncio.Event()
        self._folder = folder
        self._now = now
        listed = list_evidence(load_case(folder, now=now()), folder)
        self.pictures = tuple(
            entry
            for entry in listed
            if only in (None, entry.number) and upright(self._bytes(entry.file)) is not None
        )
        earlier = {entry.number: self._bytes(entry.redacted) for entry in self.pictures if entry.redacted}
        self._earlier = {number: copy for number, copy in earlier.items() if upright(copy) is not None}
        self._covers: dict[int, tuple[Area, ...]] = {}

    def _bytes(self, file: str) -> bytes:
        return (case_folder(self._folder) / file).read_bytes()

    def _under(self, entry: KeptEvidence) -> bytes:
        """Return what is shown, and blacked out further: the copy of an earlier sitting, else the original."""
        return self._earlier.get(entry.number) or self._bytes(entry.file)

    def _png(self, entry: KeptEvidence) -> bytes:
        """Return a picture as it is seen: places on the page are in its pixels."""
        seen = upright(self._under(entry))
        if seen is None:
            raise web.HTTPNotFound
        buffer = io.BytesIO()
        seen.save(buffer, "PNG")
        return buffer.getvalue()

    def _picture(self, number: int) -> KeptEvidence:
        found = next((entry for entry in self.pictures if entry.number == number), None)
        if found is None:
            raise web.HTTPNotFound
        return found

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[str]:
        """Serve the page on a free port of this computer, under an address that nobody can guess; yield it."""
        token = secrets.token_urlsafe(24)
        app = web.Application(middlewares=[_guarded], client_max_size=_MOST_BYTES)
        app.add_routes(self._routes(f"/{token}"))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            port: int = runner.addresses[0][1]
            yield f"http://127.0.0.1:{port}/{token}/"
        finally:
            await runner.cleanup()

    def _routes(self, root: str) -> list[web.RouteDef]:
        return [
            web.get(f"{root}/", self._page),
            web.get(f"{root}/page.js", self._script),
            web.get(f"{root}/page.css", self._style),
            web.get(rf"{root}/picture/{{number:\d+}}", self._show_picture),
            web.get(rf"{root}/kept/{{number:\d+}}", self._show_kept),
            web.post(f"{root}/rows", self._keep_rows),
            web.post(f"{root}/cover", self._cover),
            web.post(f"{root}/afresh", self._cover_afresh),
            web.post(f"{root}/done", self._finish),
        ]

    async def _page(self, _request: web.Request) -> web.Response:
        case = load_case(self._folder, now=self._now())
        lenders = list(dict.fromkeys(loan.lender for loan in case.loans if loan.lender))
        page = render("transcribe.html.j2", pictures=self.pictures, lenders=lenders)
        return web.Response(text=page, content_type="text/html")

    async def _script(self, _request: web.Request) -> web.Response:
        return _file("transcribe.js", "text/javascript")

    async def _style(self, _request: web.Request) -> web.Response:
        return _file("transcribe.css", "text/css")

    async def _show_picture(self, request: web.Request) -> web.Response:
        entry = self._picture(int(request.match_info["number"]))
        return web.Response(body=self._png(entry), content_type="image/png")

    async def _show_kept(self, request: web.Request) -> web.Response:
        entry = self._picture(int(request.match_info["number"]))
        known = _known(transcript_of(self._folder, entry))
        covers = self._covers.get(entry.number, ())
        return web.json_response({**known, "covers": covers, "earlier": entry.number in self._earlier})

    async def _keep_rows(self, request: web.Request) -> web.Response:
        written = await _decoded(request, Transcript)
        entry = self._picture(written.evidence)
        case = load_case(self._folder, now=self._now())
        try:
            kept = keep_transcript(case, self._folder, written, entry, self._now())
        except NotTaken as error:
            wrong = [{"row": each.row, "why": each.why} for each in error.wrong]
            return web.json_response({"wrong": wrong}, status=422)
        self.kept[entry.number] = kept
        said = _("Kept: {count} rows, as {label}.").format(count=len(kept.calls), label=kept.label)
        return web.json_response({"said": said})

    async def _cover(self, request: web.Request) -> web.Response:
        wanted = await _decoded(request, _Cover)
        entry = self._picture(wanted.evidence)
        case = load_case(self._folder, now=self._now())
        if [one.file for one in case.evidence][entry.number - 1 : entry.number] != [entry.file]:
            raise UsageError(_("The evidence of the case was changed meanwhile; nothing was blacked out."))
        name = keep_blacked_out(case, self._folder, entry.number, wanted.areas, onto=self._under(entry))
        self._covers[entry.number] = wanted.areas
        self.copies.append(name)
        said = _("Written: {file}. It is sent instead of the original, which is unchanged.").format(file=name)
        return web.json_response({"said": said})

    async def _cover_afresh(self, request: web.Request) -> web.Response:
        """Begin with the original again; the earlier copy stays the one that is sent until another is made."""
        entry = self._picture((await _decoded(request, _Afresh)).evidence)
        self._earlier.pop(entry.number, None)
        self._covers.pop(entry.number, None)
        return web.json_response({})

    async def _finish(self, _request: web.Request) -> web.Response:
        self.done.set()
        return web.json_response({})


async def _decoded(request: web.Request, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.read(), type=shape)
    except msgspec.DecodeError as error:
        raise web.HTTPBadRequest from error


def _file(name: str, kind: str) -> web.Response:
    text = (template_folder() / "evidence" / name).read_text(encoding="utf-8")
    return web.Response(text=text, content_type=kind)


def _known(log: KeptLog | None) -> dict[str, object]:
    if log is None:
        return {"rows": [], "numbers": []}
    rows = [
        {
            "day": f"{call.at:%Y-%m-%d}",
            "time": f"{call.at:%H:%M:%S}",
            "number": call.number,
            "direction": call.direction.value,
            "state": call.state.value,
            "seconds": "" if call.seconds is None else str(call.seconds),
            "area": log.areas.get(call.row),
        }
        for call in log.calls
    ]
    return {"rows": rows, "numbers": msgspec.to_builtins(log.numbers)}


@web.middleware
async def _guarded(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer only this page in this browser: no other site, no other name for this computer, no page around it."""
    own = f"127.0.0.1:{request.url.port}"
    if request.host != own or request.headers.get("Origin", f"http://{own}") != f"http://{own}":
        raise web.HTTPForbidden
    if request.method == "POST" and request.content_type != "application/json":
        raise web.HTTPForbidden
    try:
        answer = await handler(request)
    except ComplainError as error:
        answer = web.json_response({"said": error.message}, status=422)
    except OSError as error:
        said = _("It could not be written down ({why}); nothing was kept.").format(why=error.strerror)
        answer = web.json_response({"said": said}, status=507)
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
