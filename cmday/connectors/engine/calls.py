"""Blocking functions in daemon threads: a mail server, a keyring, a ``pass`` command."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from cmday.connectors.engine.talk import Talk
from cmday.connectors.protocol import Call


class Running:
    """A call under way; ``abandoned`` says that nobody waits for it any more."""

    __slots__ = ("abandoned", "call", "error", "result", "talk")

    def __init__(self, call: Call, talk: Talk) -> None:
        self.call = call
        self.talk = talk
        self.result: Any = None
        self.error: BaseException | None = None
        self.abandoned = False


class Calls:
    """Runs each call in a thread of its own; ``wake`` is called from there when one has ended."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._ended: deque[Running] = deque()
        self._under_way: set[Running] = set()

    def start(self, call: Call, talk: Talk) -> Running:
        """Run the function; a daemon thread, so that nothing that hangs keeps the program from ending."""
        running = Running(call, talk)
        self._under_way.add(running)
        threading.Thread(target=self._run, args=(running,), name=call.name, daemon=True).start()
        return running

    def give_up(self, running: Running) -> None:
        """What this call brings, if it ever does, is not wanted any more."""
        running.abandoned = True
        self._under_way.discard(running)

    def under_way(self) -> list[Running]:
        """The calls that somebody waits for."""
        return list(self._under_way)

    def landed(self) -> list[Running]:
        """The calls that have ended since the last time, without those given up; give each up when it is answered."""
        ended = []
        while self._ended:
            running = self._ended.popleft()
            if not running.abandoned:
                ended.append(running)
        return ended

    def _run(self, running: Running) -> None:
        try:
            running.result = running.call.function()
        except BaseException as error:  # noqa: BLE001  it is thrown into the conversation, in its own thread
            running.error = error
        self._ended.append(running)
        self._wake()
