"""A far side made of raw sockets that does to a filing what real networks do, and keeps its own record.

The record is the oracle: what a browser or the tool believes does not count. Plain HTTP, or TLS with a
certificate of a test authority. Threads, so that a test's own event loop may stand still.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

HTML = "text/html; charset=utf-8"
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Received:
    """One whole request that reached the desk.

    Attributes:
        method: As sent.
        path: Without the query.
        query: After ``?``.
        headers: Names in lower case.
        body: All of it, as ``Content-Length`` said.
        connection: Counts the desk's connections from 1.
        nth: Which request of its connection this is, from 1.
        at: ``time.monotonic()`` when the last byte was there.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    connection: int
    nth: int
    at: float


class Exchange:
    """One request and the socket to answer it on. A handler answers as badly as it likes."""

    def __init__(self, desk: FaultDesk, request: Received, sock: socket.socket) -> None:
        self.desk = desk
        self.request = request
        self._socket = sock
        self.keep = True

    def store(self) -> None:
        """Count the request as a filing, before or without any answer."""
        self.desk.stored.append(self.request)

    def send(self, data: bytes) -> None:
        """Send raw bytes."""
        self._socket.sendall(data)

    def answer(
        self,
        status: int,
        body: str | bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        close: bool = False,
        kind: str = HTML,
    ) -> None:
        """Send a whole, correct answer."""
        data = body.encode() if isinstance(body, str) else body
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if close:
            lines.append("Connection: close")
            self.keep = False
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode() + data)

    def redirect(self, status: int, to: str, *, close: bool = False) -> None:
        """Send the browser elsewhere."""
        self.answer(status, headers={"Location": to}, close=close)

    def reset(self) -> None:
        """Break the connection with RST."""
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.finish()

    def finish(self) -> None:
        """End the connection: FIN, or RST after `reset`."""
        self.keep = False
        with suppress(OSError):
            raw = self._socket.detach() if isinstance(self._socket, ssl.SSLSocket) else None
            if raw is not None:
                socket.socket(fileno=raw).close()
            else:
                self._socket.close()

    def hang(self, seconds: float = 30.0) -> None:
        """Say nothing more until the desk closes, or the time is over."""
        self.desk.closing.wait(seconds)
        self.keep = False


Handler = Callable[[Exchange], None]


class TestAuthority:
    """A certificate authority for one test run, and a server certificate for the given names.

    Attributes:
        pem: The authority's certificate, to be trusted by a client.
    """

    __test__ = False

    def __init__(self, folder: Path, *names: str) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert(*(names or ("127.0.0.1", "localhost")))
        self.pem = folder / "test-authority.pem"
        authority.cert_pem.write_to_path(str(self.pem))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.set_alpn_protocols(["h2", "http/1.1"])
        # The root goes along, so that a client may know it by its public key.
        chain = folder / "chain.pem"
        chain.write_bytes(
            certificate.private_key_pem.bytes()
            + b"".join(one.bytes() for one in certificate.cert_chain_pems)
            + authority.cert_pem.bytes()
        )
        self.context.load_cert_chain(str(chain))


class FaultDesk:
    """A server on a free loopback port. Use it in a ``with`` statement.

    Args:
        authority: For TLS; None for plain HTTP.

    Attributes:
        received: Every whole request, in order.
        stored: The requests that a handler counted as a filing.
        connections: How many TCP connections were accepted.
        closing: Set when the desk closes.
        port: Where it listens on 127.0.0.1.
    """

    def __init__(self, authority: TestAuthority | None = None) -> None:
        self.received: list[Received] = []
        self.stored: list[Received] = []
        self.connections = 0
        self.closing = threading.Event()
        self._authority = authority
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def leave(self) -> None:
        """Be gone: close every connection and listen no more."""
        self.closing.set()
        # Closing alone does not wake an accept() on Linux.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in tuple(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    @property
    def origin(self) -> str:
        """Its origin."""
        return f"{'https' if self._authority else 'http'}://127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        """Return the address of ``path``."""
        return self.origin + path

    def on(self, method: str, path: str, handler: Handler) -> None:
        """Answer requests for ``path`` by ``handler``."""
        self._handlers[method, path] = handler

    def handler(self, method: str, path: str) -> Handler:
        """Return what answers requests for ``path`` now."""
        return self._handlers[method, path]

    def page(self, path: str, html: str, headers: Mapping[str, str] | None = None) -> None:
        """Serve a page."""
        self.on("GET", path, lambda exchange: exchange.answer(200, html, headers))

    def script(self, path: str, source: str) -> None:
        """Serve a script."""
        self.on("GET", path, lambda exchange: exchange.answer(200, source, kind="text/javascript"))

    def writes(self, path: str | None = None) -> list[Received]:
        """Return the received requests other than GET and HEAD, optionally of one path."""
        return [one for one in self.received if one.method in WRITES and path in (None, one.path)]

    def wait_for(self, condition: Callable[[], bool], seconds: float = 10.0) -> bool:
        """Wait until a condition on the record holds; it is looked at after every request."""
        with self._changed:
            return self._changed.wait_for(condition, seconds)

    def forget(self) -> None:
        """Empty the record."""
        self.received.clear()
        self.stored.clear()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(sock, self.connections), daemon=True).start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with suppress(OSError, EOFError, ValueError):
            served = self._authority.context.wrap_socket(sock, server_side=True) if self._authority else sock
            self._open.add(served)
            try:
                self._converse(served, number)
            finally:
                self._open.discard(served)
                served.close()

    def _converse(self, sock: socket.socket, number: int) -> None:
        stream = sock.makefile("rb")
        keep, nth = True, 0
        while keep:
            nth += 1
            request = _read_request(stream.readline, stream.read, number, nth)
            with self._changed:
                self.received.append(request)
                self._changed.notify_all()
            exchange = Exchange(self, request, sock)
            handler = self._handlers.get((request.method, request.path), _not_found)
            handler(exchange)
            keep = exchange.keep
            with self._changed:
                self._changed.notify_all()


def _not_found(exchange: Exchange) -> None:
    exchange.answer(404, "nothing here")


def _read_request(
    line: Callable[[], bytes], read: Callable[[int], bytes], connection: int, nth: int
) -> Received:
    first = line().decode("ascii").split()
    if len(first) != 3:
        raise EOFError
    headers: dict[str, str] = {}
    while (text := line().decode("latin-1").strip()) != "":
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    size = int(headers.get("content-length", "0"))
    body = read(size)
    if len(body) < size:
        raise EOFError
    path, _, query = first[1].partition("?")
    return Received(first[0], path, query, headers, body, connection, nth, time.monotonic())
