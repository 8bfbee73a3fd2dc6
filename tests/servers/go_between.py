"""A go-between on the loopback: it passes a server's bytes on, swallows them, answers junk, or is not there.

In front of a server of HTTP it can also answer for it, each time as a server in trouble would.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
from contextlib import suppress
from types import TracebackType
from typing import Final, Literal, Self

Manner = Literal[
    "passing", "stopped", "hanging", "garbage", "cut", "busy", "unavailable", "late", "reset", "truncated", "junk"
]
_JUNK: Final = b"\x15\x03\x00\xff<html>" + bytes(range(256)) * 16 + b"\r\n\r\n"
_JSON: Final = b"Content-Type: application/json\r\n"
_ANSWERS: Final[dict[str, bytes]] = {
    "busy": b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 90\r\n" + _JSON + b"Content-Length: 2\r\n\r\n{}",
    "unavailable": b"HTTP/1.1 503 Service Unavailable\r\n" + _JSON + b"Content-Length: 2\r\n\r\n{}",
    "truncated": b"HTTP/1.1 200 OK\r\n" + _JSON + b'Content-Length: 900\r\n\r\n{"next_batch": "s1", "rooms": {"jo',
    "junk": b"HTTP/1.1 200 OK\r\n" + _JSON + b'Content-Length: 24\r\n\r\n[{"id": 7, "x": "\xff\xfe"}, ',
}
_LATE: Final = 10.0


class GoBetween:
    """Stands at ``port`` for the server at ``host`` and ``behind``; ``manner`` may change at any time."""

    def __init__(self, host: str, behind: int) -> None:
        self._place = (host, behind)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._manner: Manner = "passing"
        self._held: list[socket.socket] = []
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        self._listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self.behave("stopped")

    def behave(self, manner: Manner) -> None:
        """From the next connection on; those that stand are cut."""
        if manner == "stopped" != self._manner:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        elif self._manner == "stopped" != manner:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self._listen()
        self._manner = manner
        while self._held:
            with suppress(OSError):
                self._held.pop().close()

    def _listen(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                taken, _address = listener.accept()
                self._held.append(taken)
                threading.Thread(target=self._serve, args=(taken, self._manner), daemon=True).start()

    def _serve(self, taken: socket.socket, manner: Manner) -> None:
        with suppress(OSError):
            if manner == "garbage":
                with taken:
                    taken.sendall(os.urandom(64) + _JUNK)
                    taken.recv(65536)
            elif manner == "cut":  # in the midst of what it says, after it has greeted
                with taken, socket.create_connection(self._place) as other:
                    taken.sendall(other.recv(65536))
                    other.sendall(taken.recv(65536))
                    taken.sendall(other.recv(65536)[:9])
            elif manner == "hanging":
                while taken.recv(65536):
                    pass
            elif manner in _ANSWERS:
                with taken:
                    taken.recv(65536)
                    taken.sendall(_ANSWERS[manner])
            elif manner == "reset":
                taken.recv(65536)
                taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                taken.close()
            else:
                if manner == "late":
                    self._stopped.wait(_LATE)
                with taken, socket.create_connection(self._place) as other:
                    back = threading.Thread(target=_pump, args=(other, taken), daemon=True)
                    back.start()
                    _pump(taken, other)
                    back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
