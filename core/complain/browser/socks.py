"""The server's side of SOCKS5 (RFC 1928), as far as a browser uses it: no authentication, CONNECT only."""

from __future__ import annotations

import asyncio
import ipaddress
import struct
from enum import IntEnum

from complain.browser.policy import Endpoint

_VERSION = 5
_NO_AUTHENTICATION = 0
_NOTHING_ACCEPTABLE = 0xFF
_CONNECT = 1


class AddressType(IntEnum):
    """How a SOCKS5 request names the far side (RFC 1928 section 5). Chromium sends names, never its own look-ups."""

    IPV4 = 1
    NAME = 3
    IPV6 = 4


class Reply(IntEnum):
    """What the gate answers (RFC 1928 section 6)."""

    SUCCEEDED = 0
    NOT_ALLOWED = 2
    HOST_UNREACHABLE = 4
    COMMAND_NOT_SUPPORTED = 7


class SocksError(Exception):
    """The peer does not speak SOCKS5, or asks for what a gate does not do (BIND, UDP)."""


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Endpoint:
    """Greet the peer and return where it wants to go; the answer is still to be given by `reply`.

    Raises:
        SocksError: It is no SOCKS5 CONNECT.
        asyncio.IncompleteReadError: The peer went away.
    """
    version, methods = struct.unpack("!BB", await reader.readexactly(2))
    offered = await reader.readexactly(methods)
    if version != _VERSION or _NO_AUTHENTICATION not in offered:
        writer.write(bytes([_VERSION, _NOTHING_ACCEPTABLE]))
        raise SocksError("no SOCKS5 greeting")
    writer.write(bytes([_VERSION, _NO_AUTHENTICATION]))
    version, command, _, kind = struct.unpack("!BBBB", await reader.readexactly(4))
    endpoint = await _read_endpoint(reader, kind)
    if version != _VERSION or command != _CONNECT:
        await reply(writer, Reply.COMMAND_NOT_SUPPORTED)
        raise SocksError("not a CONNECT")
    return endpoint


async def _read_endpoint(reader: asyncio.StreamReader, kind: int) -> Endpoint:
    if kind == AddressType.NAME:
        length = (await reader.readexactly(1))[0]
        host = (await reader.readexactly(length)).decode("ascii", "replace").strip("[]").rstrip(".").lower()
    elif kind == AddressType.IPV4:
        host = str(ipaddress.IPv4Address(await reader.readexactly(4)))
    elif kind == AddressType.IPV6:
        host = str(ipaddress.IPv6Address(await reader.readexactly(16)))
    else:
        raise SocksError("unknown kind of address")
    (port,) = struct.unpack("!H", await reader.readexactly(2))
    return Endpoint(host, port)


async def reply(writer: asyncio.StreamWriter, code: Reply) -> None:
    """Answer the request; the bound address is not told, and no client asks for it."""
    writer.write(struct.pack("!BBBB4sH", _VERSION, code, 0, AddressType.IPV4, bytes(4), 0))
    await writer.drain()
