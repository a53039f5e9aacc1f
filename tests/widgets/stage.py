"""A browser and a small server for tests: pages are handed out as written, what is posted is kept."""

from __future__ import annotations

import asyncio
import email.policy
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

CHROMIUM = "/usr/bin/chromium" if Path("/usr/bin/chromium").exists() else None
HEAD = '<!doctype html><html lang="zh"><head><meta charset="utf-8"></head><body>'
MEDIA = {".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8"}
Result = TypeVar("Result")


@dataclass
class Posted:
    """One request that wrote.

    Attributes:
        path: Without the query.
        fields: Names and texts, in their order.
        files: Names, file names and bytes, in their order.
    """

    path: str
    fields: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    files: list[tuple[str, str, bytes]] = field(default_factory=list[tuple[str, str, bytes]])

    def values(self, name: str) -> list[str]:
        """All texts sent under one name."""
        return [value for key, value in self.fields if key == name]

    def value(self, name: str) -> str | None:
        """The only text sent under one name."""
        values = self.values(name)
        return values[0] if len(values) == 1 else None


def parsed(path: str, content_type: str, body: bytes) -> Posted:
    """Return what a form sent, url-encoded or multipart."""
    posted = Posted(path)
    if not content_type.startswith("multipart/"):
        posted.fields = parse_qsl(body.decode(), keep_blank_values=True)
        return posted
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    for part in BytesParser(policy=email.policy.HTTP).parsebytes(head + body).iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if part.get_filename() is None:
            posted.fields.append((name, content.decode()))
        else:
            posted.files.append((name, str(part.get_filename()), content))
    return posted


class Server:
    """Serves pages by path and keeps what is posted, and which paths were asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        self.pages: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        self.posted: list[Posted] = []
        self.asked: list[str] = []
        self.folder = folder
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def content(self, path: str) -> tuple[bytes, str] | None:
        """Return a page, or a file of the folder."""
        if path in self.pages:
            page = self.pages[path]
            return (page if page.startswith("<!doctype") else HEAD + page).encode(), MEDIA[".html"]
        file = None if self.folder is None else self.folder / path.lstrip("/")
        if file is not None and file.is_file():
            return file.read_bytes(), MEDIA.get(file.suffix, "application/octet-stream")
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.asked.append(self.path)
                found = server.content(self.path.partition("?")[0])
                self._send(404 if found is None else 200, *(found or (b"", "text/plain")))

            def do_POST(self) -> None:
                path = self.path.partition("?")[0]
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                server.posted.append(parsed(path, self.headers.get("Content-Type", ""), body))
                answer = server.answers.get(path, "已收到")
                is_json = answer.startswith("{")
                self._send(
                    200,
                    (answer if is_json else HEAD + answer).encode(),
                    "application/json" if is_json else MEDIA[".html"],
                )

            def _send(self, status: int, body: bytes, media_type: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                return

        return Handler


class Stage:
    """One browser for a module's tests, and an event loop to drive it."""

    def __init__(self, server: Server, runner: asyncio.Runner, browser: Browser) -> None:
        self.server = server
        self._runner = runner
        self._browser = browser
        self._page: Page | None = None

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run one coroutine to its end."""
        return self._runner.run(work)

    def on_page(self, path: str, work: Callable[[Page], Awaitable[Result]], **options: Any) -> Result:
        """Open a page and work on it; in a context of its own when options are given.

        Args:
            path: On the server.
            work: What to do with the page.
            options: Of Playwright's ``new_context``.
        """
        return self.run(self._on_page(path, work, options) if options else self._on_shared(path, work))

    async def _on_shared(self, path: str, work: Callable[[Page], Awaitable[Result]]) -> Result:
        if self._page is None or self._page.is_closed():
            self._page = await (await self._browser.new_context()).new_page()
        await self._page.goto(f"{self.server.origin}{path}")
        return await work(self._page)

    async def _on_page(
        self, path: str, work: Callable[[Page], Awaitable[Result]], options: dict[str, Any]
    ) -> Result:
        context: BrowserContext = await self._browser.new_context(**options)
        try:
            page = await context.new_page()
            await page.goto(f"{self.server.origin}{path}")
            return await work(page)
        finally:
            await context.close()

    def on_html(self, html: str, work: Callable[[Page], Awaitable[Result]], **options: Any) -> Result:
        """Serve ``html`` and work on it."""
        self.server.pages["/"] = html
        self.server.posted.clear()
        return self.on_page("/", work, **options)


@contextmanager
def open_stage(folder: Path | None = None) -> Generator[Stage]:
    """Start server, loop and browser; stop them at the end.

    Args:
        folder: Files that the server hands out besides its pages.
    """
    server = Server(folder)
    with asyncio.Runner() as runner:

        async def start() -> tuple[Any, Browser]:
            playwright = await async_playwright().start()
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM,
                chromium_sandbox=os.geteuid() != 0,
            )
            return playwright, browser

        async def stop() -> None:
            await browser.close()
            await playwright.stop()

        playwright, browser = runner.run(start())
        try:
            yield Stage(server, runner, browser)
        finally:
            runner.run(stop())
            server.close()
