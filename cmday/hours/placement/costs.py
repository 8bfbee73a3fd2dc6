"""What a start costs, and which starts break no rule of the operation's own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from cmday.hours.placement.problem import Problem, Task

_LATE: Final = 150
_DAY: Final = 96
_EARLY: Final = 60


def usable(problem: Problem, task: Task) -> list[tuple[int, int]]:
    """The spans in which the task may lie: open, not busy, from ``earliest`` to ``deadline``; in order."""
    flat = task.windows if task.windows is not None else problem.extended if task.hours == "extended" else problem.work
    first, last = max(task.earliest, 0), min(task.deadline, problem.horizon)
    spans = [(max(a, first), min(b, last)) for a, b in zip(flat[::2], flat[1::2], strict=True)]
    spans = [(a, b) for a, b in spans if b - a >= task.duration]
    if not task.presence:
        return spans
    taken = list(zip(problem.busy[::2], problem.busy[1::2], strict=True))
    taken += [(a - task.buffer, b) for a, b in zip(problem.held[::2], problem.held[1::2], strict=True)]
    return _cut(spans, sorted(taken), task.duration)


def _cut(spans: list[tuple[int, int]], taken: Sequence[tuple[int, int]], least: int) -> list[tuple[int, int]]:
    """What the taken slots leave of the spans, as far as it is long enough."""
    left: list[tuple[int, int]] = []
    for start, end in spans:
        at = start
        for a, b in taken:
            if b <= at or a >= end:
                continue
            if a - at >= least:
                left.append((at, a))
            at = max(at, b)
        if end - at >= least:
            left.append((at, end))
    return left


class Activity:
    """Sums of a community's activity over runs of slots."""

    def __init__(self, activity: Sequence[int], longest: int) -> None:
        self.length = len(activity)
        turns = -(-longest // self.length) + 1
        self.sums = [0, *accumulate(list(activity) * turns)]


def costs(problem: Problem, task: Task, activity: Activity) -> dict[int, int]:
    """The cost of each start that breaks no rule of the task's own, without what moving it costs."""
    spans = usable(problem, task)
    duration, weight, wants = task.duration, task.weight, task.wants
    horizon, length, sums = problem.horizon, activity.length, activity.sums
    deadline = task.deadline
    hurried = deadline - duration - _DAY if deadline < horizon else horizon
    found: dict[int, int] = {}
    for first, end in spans:
        starts = range(first, end - duration + 1)
        if wants == "any":
            plain = [_EARLY * start / horizon for start in starts]
        else:
            at = first % length
            means = zip(sums[at + duration : at + duration + len(starts)], sums[at:], strict=False)
            plain = [(b - a) / duration for b, a in means]
            if wants == "peak":
                plain = [1000 - mean for mean in plain]
        if starts[-1] > hurried:
            plain = [
                value + _LATE * (1 - (deadline - duration - start) / _DAY) if start > hurried else value
                for start, value in zip(starts, plain, strict=True)
            ]
        found.update(zip(starts, [round(weight * value) for value in plain], strict=True))
    return found
