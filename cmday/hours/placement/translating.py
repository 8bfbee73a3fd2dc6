"""Operations and the ground they go on, as a problem in slots."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cmday.core.operations import Operation
from cmday.hours.free import without
from cmday.hours.ground import Ground
from cmday.hours.placement.grid import SLOT, Grid, slots_of
from cmday.hours.placement.holding import Held, occupied
from cmday.hours.placement.problem import SLOTS_PER_DAY, Problem, Task

PRICE: Final = 1000
"""What moving an agreed operation costs, times its weight: as much as from the quietest hour to the busiest."""

_HEAVIEST: Final = 4


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A problem in slots and the grid it is on; the task with id n is the n-th of ``operations``."""

    problem: Problem
    grid: Grid
    operations: tuple[Operation, ...]


def asked(operations: Sequence[Operation], ground: Ground, kept: Collection[Held], *, price: int = PRICE) -> Asked:
    """The problem of placing operations around what is held.

    Ends, events and working hours count to the second: only starts lie on quarter hours. What an operation waits for
    and is not among them counts as done.
    """
    grid = Grid(ground)
    number = {one.id: at for at, one in enumerate(operations)}
    ends = {one.operation.id: one.end for one in kept}
    shorts: list[str | None] = list(dict.fromkeys(one.community for one in operations))
    tasks = [
        _task(one, ground, grid, number=number, ends=ends, community=shorts.index(one.community)) for one in operations
    ]
    tasks = [msgspec.structs.replace(task, price=task.price * price // PRICE) for task in tasks]
    spans = [(grid.before(start), grid.after(end)) for start, end in occupied(kept)]
    limit = ground.hours.day_limit
    problem = Problem(
        slots=grid.slots,
        days=grid.days,
        day_limit=limit // SLOT if limit is not None else 2 * SLOTS_PER_DAY,
        tasks=tuple(tasks),
        held=tuple(slot for span in spans for slot in span),
        spent=_spent(kept, grid),
        activity=tuple(_activity(short, at, ground, grid, tasks) for at, short in enumerate(shorts)),
    )
    return Asked(problem=problem, grid=grid, operations=tuple(operations))


def weight(operation: Operation) -> int:
    """3 for the highest priority, 1 for the lowest."""
    return _HEAVIEST - operation.priority


def _task(
    one: Operation, ground: Ground, grid: Grid, *, number: dict[str, int], ends: dict[str, datetime], community: int
) -> Task:
    length = ground.length(one)
    duration = slots_of(length)
    ready = [ends[other] + one.gap for other in one.after if other in ends]
    home = grid.after(one.start) if one.start and one.start >= ground.now else None
    return Task(
        id=number[one.id],
        kind=one.kind,
        wants=one.wants,
        duration=duration,
        earliest=grid.after(max([ground.now, one.not_before or ground.now, *ready])),
        deadline=grid.before(one.due - length) + duration if one.due else grid.slots,
        community=community,
        weight=weight(one),
        after=tuple(number[other] for other in one.after if other in number),
        gap=slots_of(one.gap),
        buffer=slots_of(one.buffer),
        windows=_windows(one, length, duration, ground, grid),
        presence=one.presence,
        home=home,
        price=PRICE * weight(one) if home is not None else 0,
    )


def _windows(one: Operation, length: timedelta, duration: int, ground: Ground, grid: Grid) -> tuple[int, ...]:
    """Where it may lie, flat: up to the slot in which it ends, if it begins at the last start that is left."""
    taken = [(busy.start, busy.end) for busy in ground.busy] if one.presence else []
    spans = [
        (grid.after(a), grid.before(b - length) + duration)
        for a, b in without(ground.opened(one), taken)
        if b - a >= length
    ]
    return tuple(slot for first, end in spans if end - first >= duration for slot in (first, end))


def _spent(kept: Collection[Held], grid: Grid) -> tuple[int, ...]:
    """How many slots of each day what is held uses up."""
    spent = [0] * len(grid.days)
    for one in kept:
        if not one.operation.presence:
            continue
        first, end = grid.before(one.start), grid.after(one.end)
        for day in range(max(bisect_right(grid.days, first) - 1, 0), bisect_left(grid.days, end)):
            last = grid.days[day + 1] if day + 1 < len(grid.days) else grid.slots
            spent[day] += max(min(end, last) - max(first, grid.days[day]), 0)
    return tuple(spent)


def _activity(short: str | None, community: int, ground: Ground, grid: Grid, tasks: list[Task]) -> tuple[int, ...]:
    """A community's traffic from 0 to 1000, in the slots that its operations may use."""
    wanted: set[int] = set()
    for task in tasks:
        if task.community == community and task.wants != "any" and task.windows:
            for first, end in zip(task.windows[::2], task.windows[1::2], strict=True):
                wanted.update(range(first, end))
    traffic = ground.traffic(short)
    figures = {slot: traffic.between(grid.moment(slot), grid.moment(slot + 1)) for slot in wanted}
    most = max(figures.values(), default=0.0)
    return tuple(round(1000 * figures[slot] / most) if slot in figures and most else 0 for slot in range(grid.slots))
