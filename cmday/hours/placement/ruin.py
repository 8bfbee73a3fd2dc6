"""What a move takes off the grid before it is put back in another order: neighbours, or whoever is in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cmday.hours.placement.layout import Layout

# Found by trying on random problems of 30 and 60 operations; the result hardly depends on any of them.
_MOST: Final = 4
_ELSEWHERE: Final = 0.5
_STRAY: Final = 0.3
_KIN: Final = 0.3
_HALF: Final = 0.5
_LOOKS: Final = 3


def take_near(layout: Layout, random: Callable[[], float]) -> list[int]:
    """Take off a task and a few that lie near it, near where it would like to be, or both; who has no place now."""
    known, starts = layout.prepared, layout.starts
    chosen = int(random() * known.count)
    out = {task for task, start in enumerate(starts) if start < 0}
    out.add(chosen)
    for centre in _centres(layout, chosen, random):
        near = sorted([(abs(start - centre), task) for task, start in enumerate(starts) if start >= 0])
        out.update([task for _, task in near[: 1 + int(random() * _MOST)]])
    if random() < _KIN:
        out.update([other for other, _ in known.waits[chosen]])
        out.update([other for other, _ in known.holds[chosen]])
    if random() < _STRAY:
        out.add(int(random() * known.count))
    return _off(layout, sorted(out))


def _centres(layout: Layout, chosen: int, random: Callable[[], float]) -> list[int]:
    """Where a task lies, or one of its cheapest starts, or both."""
    here = layout.starts[chosen]
    centres = [here] if here >= 0 else []
    bunches = layout.prepared.bunches[chosen]
    if bunches and (not centres or random() < _ELSEWHERE):
        bunch = bunches[1 if len(bunches) > 1 and random() < _HALF else 0][1]
        wanted = bunch[int(random() * len(bunch))]
        centres = [*centres, wanted] if random() < _HALF else [wanted]
    return centres


def force(layout: Layout, task: int, random: Callable[[], float]) -> list[int]:
    """Put a task without a place where it costs least others theirs, of a few starts looked at; who has none now.

    Whatever is in the way goes: what overlaps, what would come too late before it or too early behind it, and what
    fills the day. What it waits for is forced in before it, if need be.
    """
    forced: set[int] = set()
    _force(layout, task, random, forced)
    return [one for one, start in enumerate(layout.starts) if start < 0]


def _force(layout: Layout, task: int, random: Callable[[], float], forced: set[int]) -> None:
    known = layout.prepared
    last = layout.last(task)
    starts = [start for start in known.costs[task] if start <= last]
    if not starts:
        return
    looked = {}
    for _ in range(_LOOKS):
        start = starts[int(random() * len(starts))]
        in_the_way = _in_the_way(layout, task, start)
        if not forced.intersection(in_the_way):
            looked[start] = in_the_way
    if not looked:
        return
    start = min(looked, key=lambda one: sum(known.missing[other] for other in looked[one]))
    _off(layout, looked[start])
    if not _make_day(layout, task, start, random, forced):
        return
    layout.put(task, start)
    forced.add(task)
    for other, _ in known.waits[task]:
        if layout.starts[other] < 0:
            at = layout.best(other)
            if at >= 0:
                layout.put(other, at)
                forced.add(other)
            else:
                _force(layout, other, random, forced)


def _make_day(layout: Layout, task: int, start: int, random: Callable[[], float], forced: set[int]) -> bool:
    """Clear what fills the day, at random; whether the task has room then."""
    known = layout.prepared
    days = {day for day, _ in known.shares(task, start)}
    while not layout.within_day(task, start):
        there = [
            other
            for other, at in enumerate(layout.starts)
            if at >= 0 and other not in forced and any(day in days for day, _ in known.shares(other, at))
        ]
        if not there:
            return False
        layout.take(there[int(random() * len(there))])
    return True


def _in_the_way(layout: Layout, task: int, start: int) -> list[int]:
    known, starts = layout.prepared, layout.starts
    span = known.spans[task]
    before = dict(known.waits[task])
    behind = dict(known.holds[task])
    return [
        other
        for other, at in enumerate(starts)
        if at >= 0
        and (
            (span and at < start + span and start < at + known.spans[other])
            or (other in before and at + known.durations[other] + before[other] > start)
            or (other in behind and start + behind[other] > at)
        )
    ]


def _off(layout: Layout, tasks: list[int]) -> list[int]:
    for task in tasks:
        if layout.starts[task] >= 0:
            layout.take(task)
    return tasks
