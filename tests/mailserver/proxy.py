"""A wire that breaks: a TCP proxy in front of Postfix that knows where in the dialogue it cuts."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from types import TracebackType
from typing import Literal, Self

Cut = Literal["in the mail", "before the dot arrives", "after the dot arrived", "instead of the answer"]
_DOT = b"\r\n.\r\n"


class CuttingProxy:
    """Passes plain SMTP dialogues on, one after the other, and breaks the one with a mail at one place; use as ``with``.

    Args:
        target: Postfix's port.
        cut: ``in the mail``: after a part of it. ``before the dot arrives``: the client has sent it, Postfix never
            gets it. ``after the dot arrived``: Postfix has accepted, its answer is lost. ``instead of the answer``:
            Postfix has accepted, the client reads ``answer``.
        answer: See ``cut``.
    """

    def __init__(self, target: int, cut: Cut, answer: bytes = b"") -> None:
        self._target, self._cut, self._answer = target, cut, answer
        self._in_mail = threading.Event()
        self._dot_passed = threading.Event()
        self.accepted = b""

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=20)

    def _serve(self) -> None:
        with suppress(OSError):  # until the listener is closed; the tool looks at the server before it sends
            while True:
                self._one(self._listener.accept()[0])

    def _one(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._target))
        back = threading.Thread(target=self._pass_back, args=(server, client))
        back.start()
        self._pass_on(client, server)
        back.join(timeout=20)
        client.close()
        server.close()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        seen = b""
        with suppress(OSError):
            while data := client.recv(4096):
                seen += data
                if self._in_mail.is_set() and not self._passes(client, server, data, seen):
                    return
                if not self._in_mail.is_set():
                    server.sendall(data)

    def _passes(self, client: socket.socket, server: socket.socket, data: bytes, seen: bytes) -> bool:
        """Pass a piece of the mail on, or cut there."""
        if self._cut == "in the mail":
            server.sendall(data[: len(data) // 2])
            return self._break(client, server)
        if not seen.endswith(_DOT):
            server.sendall(data)
            return True
        if self._cut == "before the dot arrives":
            return self._break(client, server)
        self._dot_passed.set()
        server.sendall(data)
        return True

    def _pass_back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(4096):
                if self._dot_passed.is_set():
                    self.accepted = data
                    if self._cut == "instead of the answer":
                        client.sendall(self._answer)
                    self._break(client, server)
                    return
                if data.startswith(b"354"):
                    self._in_mail.set()
                client.sendall(data)

    def _break(self, client: socket.socket, server: socket.socket) -> bool:
        """Drop both ends; the client's side as a reset where nothing is to be read any more."""
        if self._cut != "instead of the answer":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for one in (client, server):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        return False
