"""A person's own proxy, as a real server on loopback: SOCKS5 or HTTP CONNECT, for names that only it knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Proxy:
    """A running proxy.

    Attributes:
        port: Where it listens on 127.0.0.1.
        asked: The hosts and ports that it was asked for.
    """

    port: int = 0
    asked: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])


@asynccontextmanager
async def own_proxy(kind: str, names: Mapping[str, int]) -> AsyncGenerator[Proxy]:
    """Run a proxy.

    Args:
        kind: ``socks5`` or ``http``.
        names: Which host leads to which port of 127.0.0.1; all others are refused.
    """
    proxy = Proxy()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ask = _ask_socks if kind == "socks5" else _ask_http
        try:
            host, port = await ask(reader, writer)
            proxy.asked.append((host, port))
            known = names.get(host)
            writer.write(_socks_reply(known) if kind == "socks5" else _http_reply(known))
            if known is not None:
                await _join((reader, writer), await asyncio.open_connection("127.0.0.1", known))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()


async def _ask_socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    await reader.readexactly((await reader.readexactly(2))[1])
    writer.write(b"\x05\x00")
    head = await reader.readexactly(5)
    host = (await reader.readexactly(head[4])).decode()
    return host, int.from_bytes(await reader.readexactly(2), "big")


async def _ask_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    host, _, port = head.split()[1].rpartition(":")
    return host, int(port)


def _socks_reply(known: int | None) -> bytes:
    return bytes([5, 0 if known else 4, 0, 1, 0, 0, 0, 0, 0, 0])


def _http_reply(known: int | None) -> bytes:
    return b"HTTP/1.1 200 OK\r\n\r\n" if known else b"HTTP/1.1 502 Bad Gateway\r\n\r\n"


async def _join(one: Streams, other: Streams) -> None:
    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()

    await asyncio.wait(
        {asyncio.create_task(pump(one[0], other[1])), asyncio.create_task(pump(other[0], one[1]))},
        return_when=asyncio.FIRST_COMPLETED,
    )
    other[1].close()
