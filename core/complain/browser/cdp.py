"""The few commands of the Chrome DevTools Protocol that the guard needs, with types.

Reference: https://chromedevtools.github.io/devtools-protocol/tot/Fetch/. The Fetch domain is used on the
*browser's* own target. There it stands closest to the network: it sees every HTTP request of every page, popup,
frame and worker of every context, redirect hops, beacons and keep-alive requests of closing pages included.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from playwright.async_api import Browser, Frame, Page
from playwright.async_api import Error as PlaywrightError

Headers = tuple[tuple[str, str], ...]


class Session(Protocol):
    """A DevTools session, with the types that Playwright leaves open."""

    async def send(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run a command and return its result."""
        ...

    def on(self, event: str, f: Callable[[dict[str, Any]], None]) -> None:
        """Call ``f`` at each event."""
        ...

    async def detach(self) -> None:
        """End the session."""
        ...


async def browser_session(browser: Browser) -> Session:
    """Open a session of the browser's own target."""
    return cast("Session", await browser.new_browser_cdp_session())


async def page_session(place: Page | Frame) -> Session:
    """Open a session of a page, or of a frame that has a process of its own.

    Raises:
        playwright.async_api.Error: The frame shares its page's process, or is gone.
    """
    context = place.context if isinstance(place, Page) else place.page.context
    return cast("Session", await context.new_cdp_session(place))


@dataclass(frozen=True)
class Paused:
    """A request that waits for a decision, before it leaves or when its answer's head is there.

    Attributes:
        id: Names this pause.
        method: Upper case.
        url: With query, without fragment.
        frame: The frame, or target, that asks; empty when it is gone.
        hop_of: The pause of the request whose redirect this is; empty for a first request.
        kind: ``Document``, ``XHR``, ``Ping``, ... (Network.ResourceType).
        headers: As the page set them; cookies are added later, in the network stack.
        pieces: The body; None stands for a file on disk, whose bytes the browser does not show.
        status: The answer's status; None before it.
        answer_headers: The answer's headers.
        error: Why there is no answer; empty when there is one, or not yet.
        network_id: By which the network names it.
    """

    id: str
    method: str
    url: str
    frame: str
    hop_of: str
    kind: str
    headers: Headers
    pieces: tuple[bytes | None, ...]
    status: int | None
    answer_headers: Headers
    error: str
    network_id: str = ""

    @property
    def has_answer(self) -> bool:
        """Whether this pause is at the answer (or at the failure), not at the request."""
        return self.status is not None or bool(self.error)

    @property
    def is_http(self) -> bool:
        """Whether it goes to the network at all; a page's own ``data:`` or ``chrome:`` addresses do not."""
        return self.url.startswith(("http://", "https://"))

    @property
    def is_worker(self) -> bool:
        """Whether it is for a worker's own script, whatever type and status the answer has.

        Chromium loads one by itself, as it loads a document, and names it by a token; what a page loads is named by
        the page's process and a count, with a dot between.
        """
        return self.kind == "Other" and "." not in self.network_id

    @property
    def preflight_for(self) -> str:
        """The method that the browser itself asks for in a CORS preflight; empty when this is none.

        No script can set this header (Fetch standard, "forbidden request-header").
        """
        if self.method != "OPTIONS" or self.pieces:
            return ""
        asked = (value for name, value in self.headers if name.lower() == "access-control-request-method")
        return next(asked, "").upper()

    def answer_header(self, name: str) -> str:
        """Return a header of the answer, or nothing."""
        return next((value for key, value in self.answer_headers if key.lower() == name), "")


def paused_from(event: Mapping[str, Any]) -> Paused:
    """Read a ``Fetch.requestPaused`` event."""
    request = cast("Mapping[str, Any]", event["request"])
    status = event.get("responseStatusCode")
    answer_headers = cast("Sequence[Mapping[str, str]]", event.get("responseHeaders", ()))
    return Paused(
        id=str(event["requestId"]),
        method=str(request["method"]).upper(),
        url=str(request["url"]),
        frame=str(event.get("frameId", "")),
        hop_of=str(event.get("redirectedRequestId", "")),
        kind=str(event.get("resourceType", "")),
        headers=tuple((str(name), str(value)) for name, value in request["headers"].items()),
        pieces=_pieces(request),
        status=None if status is None else int(status),
        answer_headers=tuple((one["name"], one["value"]) for one in answer_headers),
        error=str(event.get("responseErrorReason", "")),
        network_id=str(event.get("networkId", "")),
    )


def _pieces(request: Mapping[str, Any]) -> tuple[bytes | None, ...]:
    entries = cast("Sequence[Mapping[str, str]]", request.get("postDataEntries", ()))
    pieces = tuple(base64.b64decode(one["bytes"]) if "bytes" in one else None for one in entries)
    return pieces or ((None,) if request.get("hasPostData") else ())


class Interception:
    """Pauses every HTTP request of a browser and takes the decisions.

    Args:
        session: A session of the browser's own target.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    async def start(self, on_paused: Callable[[Paused], Awaitable[None]], spawn: Spawn) -> None:
        """Pause everything from now on.

        Args:
            on_paused: Decides.
            spawn: Runs a coroutine in the background.
        """
        self._session.on("Fetch.requestPaused", lambda event: spawn(on_paused(paused_from(event))))
        patterns: list[dict[str, str]] = [
            {"urlPattern": "*", "requestStage": "Request"},
            {"urlPattern": "*", "requestStage": "Response", "resourceType": "Other"},
        ]
        await self._session.send("Fetch.enable", {"patterns": patterns})

    async def pass_on(self, paused: Paused, *, with_answer: bool = False) -> bool:
        """Let a request, or an answer, go on.

        Args:
            paused: Which.
            with_answer: Pause again when the answer's head is there.

        Returns:
            Whether it was still waiting; a page may have given it up.
        """
        command: dict[str, Any] = {"requestId": paused.id}
        if with_answer:
            command["interceptResponse"] = True
        return await self._decide("Fetch.continueRequest", command)

    async def block(self, paused: Paused) -> bool:
        """End a request before it leaves; a page that navigated by it stays as it is."""
        reason = "Aborted" if paused.kind == "Document" else "BlockedByClient"
        return await self._decide("Fetch.failRequest", {"requestId": paused.id, "errorReason": reason})

    async def body(self, paused: Paused) -> bytes:
        """Read the whole body of the answer that waits.

        Raises:
            playwright.async_api.Error: There is none (a redirect), or the page gave up.
        """
        answer = await self._session.send("Fetch.getResponseBody", {"requestId": paused.id})
        body = str(answer["body"])
        return base64.b64decode(body) if answer["base64Encoded"] else body.encode()

    async def answer_with(self, paused: Paused, body: bytes) -> bool:
        """Replace the body of the answer that waits."""
        dropped = {"content-length", "content-encoding", "transfer-encoding"}
        headers = [{"name": k, "value": v} for k, v in paused.answer_headers if k.lower() not in dropped]
        command: dict[str, Any] = {
            "requestId": paused.id,
            "responseCode": paused.status,
            "responseHeaders": headers,
            "body": base64.b64encode(body).decode(),
        }
        return await self._decide("Fetch.fulfillRequest", command)

    async def _decide(self, command: str, arguments: dict[str, Any]) -> bool:
        try:
            await self._session.send(command, arguments)
        except PlaywrightError:
            return False  # "Invalid InterceptionId": the page, or the browser, gave it up meanwhile
        return True


Spawn = Callable[[Awaitable[None]], None]


class Targets:
    """Finds out which context a frame belongs to.

    Args:
        session: A session of the browser's own target.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    async def context_of_target(self, target: str) -> str | None:
        """Return the browser context id of a page, popup, cross-site frame or worker; None for other frames."""
        for info in (await self._session.send("Target.getTargets"))["targetInfos"]:
            if info["targetId"] == target:
                return str(info.get("browserContextId", ""))
        return None


async def context_id(session: Session) -> str:
    """Return the browser context id of a page."""
    info = (await session.send("Target.getTargetInfo"))["targetInfo"]
    return str(info["browserContextId"])


async def command_line(session: Session) -> list[str]:
    """Return how the browser was started."""
    return [str(one) for one in (await session.send("Browser.getBrowserCommandLine"))["arguments"]]


async def browser_pid(session: Session) -> int:
    """Return the number of the real browser process (a wrapper may have started it)."""
    processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    return next(int(one["id"]) for one in processes if one["type"] == "browser")


async def frame_ids(session: Session) -> set[str]:
    """Return the ids of all frames that a page, or a cross-site frame, holds in its own process."""
    found: set[str] = set()

    def walk(tree: Mapping[str, Any]) -> None:
        found.add(str(tree["frame"]["id"]))
        for child in tree.get("childFrames", ()):
            walk(child)

    walk((await session.send("Page.getFrameTree"))["frameTree"])
    return found
