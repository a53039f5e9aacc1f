"""Breaking a connection on purpose."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys

from aiohttp import web


def cut(request: web.Request) -> None:
    """Reset the connection under a request, so that the visitor never learns what became of it."""
    transport = request.transport
    if transport is None:
        return
    reset_on_close(transport)
    transport.abort()
    raise web.HTTPBadGateway


def reset_on_close(transport: asyncio.BaseTransport) -> None:
    """Make the connection's close a reset: a linger time of zero."""
    connection = transport.get_extra_info("socket")
    linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
