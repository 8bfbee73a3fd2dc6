"""Who may go next: so many at once, so many at one host, a pause between two visits to it, and no stampede.

We queue ourselves, because libcurl counts the time that a transfer waits for its host against its time-out.
Nothing here is ever scanned: every turn costs the same, however many wait.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from itertools import count
from typing import Final

from cmday.connectors.conversation import Limits
from cmday.connectors.engine.talk import Talk

_NEVER: Final = math.inf
# A server with a short queue for new connections drops what comes in one blow, and then each costs a second (TCP).
_BURST: Final = 64
_A_SECOND: Final = 8000
_BATCH: Final = 16


class _Gate:
    """The spaced conversations of one host."""

    __slots__ = ("inside", "line", "opens")

    def __init__(self) -> None:
        self.line: deque[Talk] = deque()
        self.inside = 0
        self.opens = 0.0


class Queue:
    """The conversations that wait for their turn. ``spaced`` counts those that only the spacing holds."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ready: deque[Talk] = deque()
        self._gates: dict[str, _Gate] = {}
        self._opening: list[tuple[float, int, str]] = []
        self._order = count()
        self._visitors: dict[str, int] = {}
        self._lines: dict[str, deque[Talk]] = {}
        self._credit = float(_BURST)
        self._credited = 0.0
        self.spaced = 0
        self.active = 0

    @property
    def could_go(self) -> bool:
        """Whether it is someone's turn now."""
        return self._credit >= 1 and self._has_room

    @property
    def anyone_ready(self) -> bool:
        """Whether someone waits for nothing but room."""
        return bool(self._ready)

    @property
    def _has_room(self) -> bool:
        return bool(self._ready) and self.active < self._limits.parallel

    def join(self, talk: Talk, now: float) -> None:
        """Stand in line: a spaced conversation before its host's gate, another with those who are ready."""
        if not talk.spaced:
            self._ready.append(talk)
            return
        gate = self._gates.setdefault(talk.gate, _Gate())
        gate.line.append(talk)
        self.spaced += 1
        self._let_in(talk.gate, gate, now)

    def again(self, talk: Talk) -> None:
        """Come back for the next request of a conversation that has begun."""
        self._ready.append(talk)

    def elsewhere(self, talk: Talk, host: str, now: float) -> None:
        """Come back for a request to that host: a redirect is a visit there, and a spaced one waits at its gate too."""
        if not talk.inside or host == talk.gate:
            self._ready.append(talk)
            return
        self.finished(talk, now)
        talk.inside = False
        talk.gate = host
        self.join(talk, now)

    def occupy(self) -> None:
        """A call is under way; it counts among those at once, not at a host."""
        self.active += 1

    def vacate(self) -> None:
        """The call is over."""
        self.active -= 1

    def next(self, now: float) -> Talk | None:
        """Whose turn it is now, None where nobody may go."""
        while self._opening and self._opening[0][0] <= now:
            host = heapq.heappop(self._opening)[2]
            self._let_in(host, self._gates[host], now)
        self._credit = min(_BURST, self._credit + (now - self._credited) * _A_SECOND)
        self._credited = now
        return self._ready.popleft() if self.could_go else None

    def opens_at(self) -> float:
        """When it may be someone's turn although nothing else happens, infinite where it will not."""
        gate = self._opening[0][0] if self._opening else _NEVER
        return min(gate, self._credited + _BATCH / _A_SECOND) if self._has_room else gate

    def enter(self, talk: Talk, host: str, place: str) -> bool:
        """Take one of the connections to a host and port, or wait in line for one (False).

        Two servers on one machine do not wait for each other: one that hangs would starve the other. The gates, which
        only feeds pass, go by the name alone.
        """
        visitors = self._visitors.get(place, 0)
        if visitors >= self._limits.connections(host):
            self._lines.setdefault(place, deque()).append(talk)
            return False
        self._visitors[place] = visitors + 1
        self._credit -= 1
        self.active += 1
        return True

    def leave(self, place: str) -> None:
        """Give the connection back; the next in its line becomes ready."""
        self.active -= 1
        visitors = self._visitors[place] - 1
        if visitors:
            self._visitors[place] = visitors
        else:
            del self._visitors[place]
        line = self._lines.get(place)
        while line:
            talk = line.popleft()
            if not talk.over:
                self._ready.appendleft(talk)
                return
        self._lines.pop(place, None)

    def visited(self, talk: Talk, now: float) -> None:
        """A spaced conversation has gone to its host: the gate opens again after the spacing."""
        if talk.inside:
            self._open(talk.gate, now + self._limits.spacing(talk.gate))

    def finished(self, talk: Talk, now: float) -> None:
        """A spaced conversation that was let in is over."""
        if not talk.inside:
            return
        self._gates[talk.gate].inside -= 1
        self._open(talk.gate, now + self._limits.spacing(talk.gate) if talk.began else now)

    def dismiss_impatient(self) -> list[Talk]:
        """Take those out of the lines before the gates who would not wait for the spacing."""
        gone: list[Talk] = []
        for gate in self._gates.values():
            gone += [talk for talk in gate.line if not talk.patient]
            gate.line = deque(talk for talk in gate.line if talk.patient)
        self.spaced -= len(gone)
        return gone

    def _open(self, host: str, when: float) -> None:
        gate = self._gates[host]
        gate.opens = when
        if gate.line:
            heapq.heappush(self._opening, (when, next(self._order), host))

    def _let_in(self, host: str, gate: _Gate, now: float) -> None:
        """Let the next one through the gate if it is open; it stays shut until that one has gone to the host."""
        if not gate.line or gate.inside >= self._limits.connections(host):
            return
        if gate.opens == _NEVER:
            return
        if gate.opens > now:
            heapq.heappush(self._opening, (gate.opens, next(self._order), host))
            return
        talk = gate.line.popleft()
        self.spaced -= 1
        gate.inside += 1
        gate.opens = _NEVER
        talk.inside = True
        self._ready.append(talk)
