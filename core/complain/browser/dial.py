"""Opening a connection to the far side: directly, or through the person's own proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from complain.browser.policy import Endpoint
from complain.browser.wire import reader_limit

_SECONDS = 20.0

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Dial = Callable[[Endpoint], Awaitable[Streams]]


class DialFailed(Exception):
    """No connection came about; not a byte of the browser's was sent."""


async def dial_directly(endpoint: Endpoint) -> Streams:
    """Connect to ``endpoint``.

    Raises:
        DialFailed: The name is unknown, nobody listens, or it took longer than 20 s.
    """
    try:
        async with asyncio.timeout(_SECONDS):
            return await asyncio.open_connection(endpoint.host, endpoint.port, limit=reader_limit())
    except (OSError, TimeoutError, UnicodeError) as error:
        raise DialFailed(str(endpoint)) from error


class ProxyDial:
    """Connects through a SOCKS or HTTP proxy, which also looks the name up.

    This machine's own addresses are reached directly: a proxy elsewhere would mean its own machine by them.

    Args:
        address: As ``socks5://user:password@127.0.0.1:1080`` or ``http://proxy.example:3128``.

    Raises:
        ValueError: It is not such an address.
    """

    def __init__(self, address: str) -> None:
        from python_socks.async_.asyncio import Proxy  # only for people who have a proxy

        self._proxy = Proxy.from_url(address, rdns=True)

    async def __call__(self, endpoint: Endpoint) -> Streams:
        """Connect to ``endpoint``.

        Raises:
            DialFailed: The proxy, or the host behind it, cannot be reached.
        """
        from python_socks import ProxyError

        if endpoint.is_loopback:
            return await dial_directly(endpoint)
        try:
            sock = await self._proxy.connect(endpoint.host, endpoint.port, timeout=_SECONDS)
            return await asyncio.open_connection(sock=sock, limit=reader_limit())
        except (ProxyError, OSError, TimeoutError, UnicodeError) as error:
            raise DialFailed(str(endpoint)) from error
