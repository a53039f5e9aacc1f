"""Two servers on loopback, the second one foreign to the first: what every far side of the kit stands on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class TwoServers:
    """A far side and one that is foreign to it; use it as a context. The heir makes them with `serve_with`."""

    _servers: Sequence[ThreadingHTTPServer]

    def serve_with(self, own: type[BaseHTTPRequestHandler], foreign: type[BaseHTTPRequestHandler]) -> None:
        """Open both ports; requests are answered from the beginning of the context on.

        Args:
            own: Answers at the far side.
            foreign: Answers at the other one.
        """
        self._servers = (_server(own), _server(foreign))

    def __enter__(self) -> Self:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    @property
    def origin(self) -> str:
        """Its own origin."""
        return _origin(self._servers[0])

    @property
    def foreign_origin(self) -> str:
        """That of the server that is foreign to it."""
        return _origin(self._servers[1])


def _origin(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def _server(handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    return server
