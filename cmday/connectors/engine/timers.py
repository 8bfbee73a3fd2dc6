"""The engine's clock and what it has to do when."""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Callable
from itertools import count


class Timers:
    """A monotonic clock in seconds that stands still while the consumer has the floor, and the acts that are due by it.

    An act that is no longer wanted looks so itself when its moment comes; nothing is ever searched.
    """

    def __init__(self) -> None:
        self._away = 0.0
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def now(self) -> float:
        return time.monotonic() - self._away

    def stood_still(self, seconds: float) -> None:
        """The consumer took so long."""
        self._away += seconds

    def at(self, moment: float, act: Callable[[], None]) -> None:
        """Do this at that moment."""
        heapq.heappush(self._heap, (moment, next(self._order), act))

    def next(self) -> float:
        """When the next act is due, infinite where there is none."""
        return self._heap[0][0] if self._heap else math.inf

    def ring(self) -> None:
        """Do what is due."""
        now = self.now()
        while self._heap and self._heap[0][0] <= now:
            heapq.heappop(self._heap)[2]()
