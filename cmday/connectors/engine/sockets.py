"""Which sockets are watched for what: the system's ``epoll``, or ``poll`` where it has none.

``poll`` looks at every socket at each waking, and that was a tenth of the CPU of a thousand feeds.
"""

from __future__ import annotations

import math
import select
from contextlib import suppress
from typing import Final

# What came is taken up before more is read: else a thousand bodies that arrive together lie in memory together.
_AT_ONCE: Final = 64


class Sockets:
    """What is watched; ``events`` are those of ``poll``, which ``epoll`` shares."""

    def __init__(self) -> None:
        self._epoll = select.epoll() if hasattr(select, "epoll") else None
        self._poll = select.poll() if self._epoll is None else None
        self._watched: set[int] = set()
        self._closed = False

    def watch(self, descriptor: int, events: int) -> None:
        if self._closed:
            return  # libcurl says good-bye to its connections when it is closed itself, which comes later
        if self._poll is not None:
            self._poll.register(descriptor, events)
            return
        assert self._epoll is not None
        if descriptor in self._watched:
            try:
                self._epoll.modify(descriptor, events)
                return
            except FileNotFoundError:
                pass  # it was closed meanwhile, and its number given to another socket
        self._watched.add(descriptor)
        self._epoll.register(descriptor, events)

    def forget(self, descriptor: int) -> None:
        if self._poll is not None:
            with suppress(KeyError):  # never watched
                self._poll.unregister(descriptor)
        elif self._epoll is not None and not self._closed and descriptor in self._watched:
            self._watched.discard(descriptor)
            with suppress(OSError):  # closed already: the system has forgotten it by itself
                self._epoll.unregister(descriptor)

    def wait(self, seconds: float) -> list[tuple[int, int]]:
        """What happened to which, within so many seconds."""
        if self._epoll is not None:
            return self._epoll.poll(seconds, _AT_ONCE)
        assert self._poll is not None
        return self._poll.poll(math.ceil(seconds * 1000))

    def close(self) -> None:
        self._closed = True
        if self._epoll is not None:
            self._epoll.close()
