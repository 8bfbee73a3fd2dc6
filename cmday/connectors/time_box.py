"""Bounds a piece of pure Python in time: a recurrence rule that never matches is looked for until the year 9999.

What is counted is the CPU time of this process, so that a busy machine reads what an idle one reads.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_AGAIN: Final = 0.05


class OutOfTime(BaseException):
    """The time is over. Not an ``Exception``, so that a library's own ``except Exception`` does not swallow it."""


class Box:
    """How many seconds of CPU the piece took, known once it is over."""

    seconds: float = 0.0


@contextmanager
def time_box(seconds: float) -> Iterator[Box]:
    """Run the block for so many seconds of CPU at most, then raise ``OutOfTime`` in it.

    By an interval timer of the process (POSIX), and so only in the main thread and while nobody else uses it; elsewhere
    the block is only measured.
    """
    box, began = Box(), time.thread_time()
    armed = threading.current_thread() is threading.main_thread() and signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0
    before: Any = signal.signal(signal.SIGVTALRM, _ring) if armed else None
    try:
        if armed:
            signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
        yield box
    finally:
        if armed:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
        box.seconds = time.thread_time() - began


def _ring(number: int, frame: object) -> None:
    del number, frame
    raise OutOfTime
