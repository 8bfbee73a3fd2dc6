"""Tasks on the grid: a mask of free slots, what is left of each day, and the best start that remains for a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from cmday.hours.placement.preparing import Prepared

Snapshot: TypeAlias = tuple[list[int], int, list[int], int]


class Layout:
    """A partial solution. ``starts`` is -1 for what has no place; ``free`` has a bit for each slot that nothing holds.

    Nothing here may break a hard rule, but for one: what a task waits for may be missing while a move is under way.
    """

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.starts = [-1] * prepared.count
        self.free = (1 << prepared.horizon + max(prepared.spans, default=0)) - 1
        self.left = prepared.left[:]
        self.cost = sum(prepared.missing)
        self._runs: dict[int, int] = {}

    def snapshot(self) -> Snapshot:
        return self.starts[:], self.free, self.left[:], self.cost

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot, which is spent with it."""
        self.starts, self.free, self.left, self.cost = snapshot
        self._runs = {}

    def put(self, task: int, start: int) -> None:
        """Give a task a start that ``best`` or ``allows`` has found."""
        self._move(task, start, 1)
        self.starts[task] = start
        self.cost += self.prepared.costs[task][start] - self.prepared.missing[task]

    def take(self, task: int) -> None:
        """Take a task off the grid."""
        start = self.starts[task]
        self._move(task, start, -1)
        self.starts[task] = -1
        self.cost -= self.prepared.costs[task][start] - self.prepared.missing[task]

    def _move(self, task: int, start: int, sign: int) -> None:
        known = self.prepared
        if not (span := known.spans[task]):
            return
        self._runs = {}
        self.free ^= ((1 << span) - 1) << start
        if start in known.across[task]:
            for day, slots in known.shares(task, start):
                self.left[day] -= sign * slots
        else:
            self.left[known.day_of[start]] -= sign * known.durations[task]

    def bounds(self, task: int) -> tuple[int, int]:
        """The first and last start that those before and behind a task allow; none where first > last."""
        starts, known = self.starts, self.prepared
        first, last = 0, known.horizon
        for other, gap in known.waits[task]:
            start = starts[other]
            if start < 0:
                return 1, 0
            first = max(first, start + known.durations[other] + gap)
        return first, min(last, self.last(task))

    def last(self, task: int) -> int:
        """The last start that what is placed behind a task allows, also through others that have no place yet."""
        last = self.prepared.horizon
        for other, distance in self.prepared.holds[task]:
            start = self.starts[other]
            last = min(last, (start if start >= 0 else self.last(other)) - distance)
        return last

    def allows(self, task: int, start: int) -> bool:
        """Whether a task without a place may have this start."""
        first, last = self.bounds(task)
        return first <= start <= last and self._has_room(task, start)

    def _has_room(self, task: int, start: int) -> bool:
        return bool(self._room(self.prepared.spans[task]) >> start & 1) and self.within_day(task, start)

    def within_day(self, task: int, start: int) -> bool:
        """Whether the day's limit has room for a task."""
        known = self.prepared
        if start in known.across[task]:
            return all(self.left[day] >= slots for day, slots in known.shares(task, start))
        return not known.spans[task] or self.left[known.day_of[start]] >= known.durations[task]

    def _room(self, span: int) -> int:
        """The starts from which so many slots are free, by halves: a run of 6 is a run of 4 with one two behind it."""
        known = self._runs.get(span)
        if known is None:
            known, run = self.free, 1
            while 2 * run <= span:
                known &= known >> run
                run *= 2
            if run < span:
                known &= known >> span - run
            if not span:
                known = -1
            self._runs[span] = known
        return known

    def best(self, task: int, skip: Callable[[], bool] | None = None, *, besides: int = 0, late: bool = False) -> int:
        """The cheapest start that breaks no rule, or -1; ``skip`` passes over some, ``besides`` masks those left out.

        A start that leaves those behind it a place goes before a cheaper one that does not, but with ``late``.
        """
        known = self.prepared
        room = self._room(known.spans[task])
        if besides:
            room &= ~besides
        if not (known.waits[task] or known.holds[task]):
            return self._cheapest(task, room, skip)
        first, last = self.bounds(task)
        if first > last:
            return -1
        room &= (2 << last) - (1 << first)
        if not late and known.latest[task] < last:
            sooner = room & (2 << known.latest[task]) - 1 if known.latest[task] >= 0 else 0
            if sooner and (start := self._cheapest(task, sooner, skip)) >= 0:
                return start
        return self._cheapest(task, room, skip)

    def _cheapest(self, task: int, room: int, skip: Callable[[], bool] | None) -> int:
        """The cheapest start of those in a mask that the day's limit allows, or -1."""
        if not room:
            return -1
        known = self.prepared
        left, day_of, across = self.left, known.day_of, known.across[task]
        need = known.durations[task] if known.spans[task] else 0
        for mask, bunch in known.bunches[task]:
            if hits := mask & room:
                for start in bunch:
                    if (
                        hits >> start & 1
                        and (left[day_of[start]] >= need if start not in across else self.within_day(task, start))
                        and not (skip and skip())
                    ):
                        return start
        return -1
