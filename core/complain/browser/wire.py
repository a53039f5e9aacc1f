"""What a browser has sent on one connection, judged from outside: TLS stays closed, its record headers do not.

Two questions are answered. Which protocol does the browser offer (so that HTTP/2 can be refused before a byte
of it leaves)? And can an HTTP request have been sent on this connection at all?
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

_HANDSHAKE = 0x16
_APPLICATION_DATA = 0x17
_CLIENT_HELLO = 1
_ALPN = 16
_RECORD_HEADER = 5
_HEAD_LIMIT = 256 * 1024

HANDSHAKE_CIPHERTEXT = 120
"""Bytes of TLS 1.3 "application data" records that are still only the end of a handshake.

RFC 8446: the client's Finished is 4 + 48 bytes (SHA-384) + 1 type + 16 tag = 69, an alert 2 + 1 + 16 = 19, and
there may be two alerts: 107. A request of Chromium is never under 200.
"""


class Unreadable(Exception):
    """The first bytes are neither one whole ClientHello nor the head of an HTTP/1 request."""


@dataclass(frozen=True)
class Opening:
    """The first bytes of a connection.

    Attributes:
        data: As they came; not passed on yet.
        tls: Whether they are a TLS ClientHello.
        protocols: The protocols offered by ALPN (RFC 7301); empty without TLS or ALPN.
        websocket: Whether it is a WebSocket handshake in clear text.
    """

    data: bytes
    tls: bool
    protocols: tuple[str, ...] = ()
    websocket: bool = False


async def read_opening(reader: asyncio.StreamReader) -> Opening:
    """Wait for the first message of the browser and judge it.

    Raises:
        Unreadable: It is neither TLS nor HTTP/1, or longer than any browser makes it.
        asyncio.IncompleteReadError: The browser closed the connection before (an unused preconnect).
    """
    first = await reader.readexactly(1)
    if first[0] == _HANDSHAKE:
        header = first + await reader.readexactly(_RECORD_HEADER - 1)
        hello = await reader.readexactly(int.from_bytes(header[3:5], "big"))
        return Opening(header + hello, tls=True, protocols=_offered_protocols(hello))
    try:
        head = first + await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as overrun:
        raise Unreadable("the head of the request is too long") from overrun
    return Opening(head, tls=False, websocket=_asks_for_websocket(head))


def reader_limit() -> int:
    """Return how many bytes a stream must be able to hold for `read_opening`."""
    return _HEAD_LIMIT


def _asks_for_websocket(head: bytes) -> bool:
    lines = head.lower().split(b"\r\n")[1:]
    return any(line.startswith(b"upgrade:") and b"websocket" in line for line in lines)


def _offered_protocols(hello: bytes) -> tuple[str, ...]:
    if len(hello) < 4 or hello[0] != _CLIENT_HELLO or int.from_bytes(hello[1:4], "big") + 4 > len(hello):
        raise Unreadable("no whole ClientHello in the first record")
    try:
        return _alpn_names(_extension(hello, _ALPN))
    except IndexError as error:
        raise Unreadable("a damaged ClientHello") from error


def _extension(hello: bytes, wanted: int) -> bytes:
    """Return the body of one extension of a ClientHello (RFC 8446 section 4.1.2), or nothing."""
    at = 4 + 2 + 32
    at += 1 + hello[at]
    at += 2 + int.from_bytes(hello[at : at + 2], "big")
    at += 1 + hello[at]
    end = at + 2 + int.from_bytes(hello[at : at + 2], "big")
    at += 2
    while at + 4 <= end:
        kind, size = int.from_bytes(hello[at : at + 2], "big"), int.from_bytes(hello[at + 2 : at + 4], "big")
        if kind == wanted:
            return hello[at + 4 : at + 4 + size]
        at += 4 + size
    return b""


def _alpn_names(body: bytes) -> tuple[str, ...]:
    names: list[str] = []
    at = 2
    while at < len(body):
        names.append(body[at + 1 : at + 1 + body[at]].decode("ascii", "replace"))
        at += 1 + body[at]
    return tuple(names)


@dataclass
class SentBytes:
    """Counts what the browser sent, and tells whether that can have held a request.

    Attributes:
        tls: Whether the connection is TLS.
        total: All bytes passed on.
    """

    tls: bool = False
    total: int = 0
    _ciphertext: int = 0
    _header: bytearray = field(default_factory=bytearray)
    _skip: int = 0

    def would_hold_request(self, data: bytes) -> bool:
        """Tell whether a request, or a part of one, can have been sent once ``data`` is passed on."""
        if self.may_hold_request:
            return True
        after = replace(self, _header=bytearray(self._header))
        after.feed(data)
        return after.may_hold_request

    @property
    def is_all_handshake(self) -> bool:
        """Whether it is TLS, and nothing but the beginning of a handshake was sent."""
        return self.tls and self._ciphertext == 0

    def feed(self, data: bytes) -> None:
        """Count bytes that are about to be passed on."""
        self.total += len(data)
        if self.tls:
            self._feed_records(data)

    def _feed_records(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            if self._skip:
                step = min(self._skip, len(data) - at)
                self._skip -= step
                at += step
                continue
            self._header.append(data[at])
            at += 1
            if len(self._header) == _RECORD_HEADER:
                self._end_header()

    def _end_header(self) -> None:
        self._skip = int.from_bytes(self._header[3:5], "big")
        if self._header[0] == _APPLICATION_DATA:
            self._ciphertext += self._skip
        self._header.clear()

    @property
    def may_hold_request(self) -> bool:
        """Whether a request, or a part of one, can have been sent."""
        return self._ciphertext > HANDSHAKE_CIPHERTEXT if self.tls else self.total > 0
