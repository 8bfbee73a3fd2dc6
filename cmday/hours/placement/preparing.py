"""What is known of a problem before anything has a place: costs, orders of preference, who waits for whom."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, TypeAlias

from cmday.hours.placement.costs import Activity, costs
from cmday.hours.placement.problem import MISSING, Problem

# The starts of a task from its cheapest on, in bunches that grow: the mask of a bunch, and its starts in order of cost.
Bunches: TypeAlias = list[tuple[int, list[int]]]

_FIRST_BUNCH: Final = 6
_LARGEST_BUNCH: Final = 64


class Prepared:
    """A problem made ready; tasks go by their index in ``problem.tasks``. Lists are read, never written, after this.

    ``span`` is a task's length with its buffer, ``costs`` what each start costs that breaks no rule of its own,
    ``missing`` what having no place costs. ``waits`` has pairs of an index and the gap behind its end, ``holds`` pairs
    of an index and the slots from start to start. A task that starts after ``latest`` costs one behind it its place.
    """

    def __init__(self, problem: Problem) -> None:
        tasks = problem.tasks
        self.problem = problem
        self.count = len(tasks)
        self.horizon = problem.horizon
        self.durations = [task.duration for task in tasks]
        self.spans = [task.duration + task.buffer if task.presence else 0 for task in tasks]
        self.missing = [MISSING * task.weight for task in tasks]
        self.waits, self.holds = _order(problem)
        activity = [Activity(each, problem.horizon + _LARGEST_BUNCH) for each in problem.activity]
        self.costs = [costs(problem, task, activity[task.community]) for task in tasks]
        for task, own in zip(tasks, self.costs, strict=True):
            if task.price and task.home is not None:
                own.update({start: cost + task.price for start, cost in own.items() if start != task.home})
        self._keep_what_can_be_reached()
        self.latest = self._latest()
        self.bunches = [_bunched(own) for own in self.costs]
        self.least = [
            own[bunches[0][1][0]] if bunches else missing
            for own, bunches, missing in zip(self.costs, self.bunches, self.missing, strict=True)
        ]
        self._days = problem.days or range(0, problem.horizon, problem.slots_per_day)
        self.day_of = _days_of(self._days, problem.horizon)
        self.left = _left(problem, len(self._days))
        # A task that lies across midnight counts for two days; hardly any does, and only those are looked up.
        self.across = [
            {start for start in own if self.day_of[start] != self.day_of[start + length - 1]}
            if task.presence
            else set()
            for task, own, length in zip(tasks, self.costs, self.durations, strict=True)
        ]

    def shares(self, index: int, start: int) -> list[tuple[int, int]]:
        """How many slots of a task at a start count for which day."""
        if not self.problem.tasks[index].presence:
            return []
        end = start + self.durations[index]
        parts = []
        for day in range(self.day_of[start], self.day_of[end - 1] + 1):
            last = self._days[day + 1] if day + 1 < len(self._days) else self.horizon
            parts.append((day, min(end, last) - max(start, self._days[day])))
        return parts

    def sharing(self, index: int, day: int, slots: int) -> int:
        """The starts from which at least so many slots of a task count for a day, as a mask."""
        length = self.durations[index]
        end = self._days[day + 1] if day + 1 < len(self._days) else self.horizon
        first, last = self._days[day] - length + slots, end - slots
        return (1 << last + 1) - (1 << max(first, 0)) if last >= 0 else 0

    def _latest(self) -> list[int]:
        """The last start of each task that leaves all behind it a start at all; those that have none do not count."""
        known: dict[int, int] = {}

        def last(index: int) -> int:
            if index not in known:
                known[index] = self.horizon
                ends = [min(last(other), max(self.costs[other])) - ahead for other, ahead in self.holds[index]]
                known[index] = min(ends, default=self.horizon)
            return known[index]

        return [last(index) for index in range(self.count)]

    def _keep_what_can_be_reached(self) -> None:
        """Drop the starts that come too early for whatever place a task's predecessors may have."""
        ready = [False] * self.count

        def first(index: int, above: frozenset[int]) -> int:
            """The first start of a task that its chain allows; beyond the horizon where there is none."""
            own = self.costs[index]
            if index in above:  # a circle: none of it can ever begin
                own.clear()
            if not ready[index]:
                ready[index] = True
                for other, gap in self.waits[index]:
                    least = first(other, above | {index}) + self.durations[other] + gap
                    for start in [start for start in own if start < least]:
                        del own[start]
            return min(own, default=self.horizon)

        for index in range(self.count):
            if self.waits[index]:
                first(index, frozenset())
        # Who can never have a place holds nobody up; that also leaves no circle behind.
        self.holds = [[pair for pair in pairs if self.costs[pair[0]]] for pairs in self.holds]


def _order(problem: Problem) -> tuple[list[list[tuple[int, int]]], list[list[tuple[int, int]]]]:
    """For each task whom it waits for and whom it holds up; raises ``KeyError`` where ``after`` names no task."""
    index = {task.id: number for number, task in enumerate(problem.tasks)}
    waits = [[(index[other], task.gap) for other in task.after] for task in problem.tasks]
    holds: list[list[tuple[int, int]]] = [[] for _ in problem.tasks]
    for number, pairs in enumerate(waits):
        for other, gap in pairs:
            holds[other].append((number, gap + problem.tasks[other].duration))
    return waits, holds


def _bunched(own: dict[int, int]) -> Bunches:
    order = sorted(own, key=own.__getitem__)
    bunches: Bunches = []
    at, size = 0, _FIRST_BUNCH
    while at < len(order):
        bunch = order[at : at + size]
        mask = 0
        for start in bunch:
            mask |= 1 << start
        bunches.append((mask, bunch))
        at, size = at + size, min(2 * size, _LARGEST_BUNCH)
    return bunches


def _days_of(days: Sequence[int], horizon: int) -> list[int]:
    return [bisect_right(days, slot) - 1 for slot in range(horizon)]


def _left(problem: Problem, days: int) -> list[int]:
    spent = [*problem.spent, *[0] * (days - len(problem.spent))]
    return [max(problem.day_limit - each, 0) for each in spent]
