"""Keeps Ctrl-C out of libcurl's callbacks, which would print it and go on; it is raised right after them."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any


class Interrupts:
    """While libcurl runs (``inside``), a Ctrl-C is noted; at any other time the handler of before is called.

    In another thread than the main one there is nothing to do: Python delivers signals to the main thread.
    """

    def __init__(self) -> None:
        self.inside = False
        self.noted = False
        self._before: Any = None
        self._ours = False

    def install(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        self._before = signal.getsignal(signal.SIGINT)
        if callable(self._before):
            signal.signal(signal.SIGINT, self._handle)
            self._ours = True

    def remove(self) -> None:
        if self._ours and signal.getsignal(signal.SIGINT) == self._handle:
            signal.signal(signal.SIGINT, self._before)
        self._ours = False

    def leave(self) -> None:
        """The callbacks are over: raise the Ctrl-C that came meanwhile."""
        self.inside = False
        if self.noted:
            self.noted = False
            self._before(signal.SIGINT, None)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.inside:
            self.noted = True
        else:
            self._before(number, frame)
