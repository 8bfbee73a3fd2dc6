"""Large neighbourhood search: ruin a little, put it back in another order, keep what is better or not much worse.

The idea is "slack induction by string removals" (Christiaens and Vanden Berghe 2020): remove neighbours, insert
greedily with blinks, accept as simulated annealing does. Neighbours here lie near in time; a task that has no place
forces its way in and ejects others. The same seed and number of moves give the same answer every time.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Final

from cmday.hours.placement.layout import Layout
from cmday.hours.placement.ruin import force, take_near

HOT: Final = 100.0
COLD: Final = 3.0
_BLINK: Final = 0.01
_FORCED: Final = 0.3
_ANY_TURN: Final = 0.4
_LONGEST: Final = 0.7
_LATE: Final = 0.1
_OFTEN: Final = 0.5
_SOMETIMES: Final = 0.2
_TINY: Final = 1e-300


def improve(layout: Layout, *, seed: int, moves: int, bound: int) -> int:
    """Improve a layout in place by so many moves, or fewer where the cost reaches ``bound``; how many were made."""
    from random import Random

    known = layout.prepared
    random = Random(seed).random  # noqa: S311  not for secrets, and it has to be the same every time
    best = layout.snapshot()
    cooling = (COLD / HOT) ** (1 / max(moves, 1))
    heat = HOT
    made = 0
    placeable = [bool(own) for own in known.costs]
    while made < moves and best[3] > bound:
        made += 1
        heat *= cooling
        before = layout.snapshot()
        missing = [task for task, start in enumerate(layout.starts) if start < 0 and placeable[task]]
        if missing and random() < _FORCED:
            out = force(layout, missing[int(random() * len(missing))], random)
        else:
            out = take_near(layout, random)
        _refill(layout, _turns(layout, out, random), random)
        if layout.cost < before[3] - heat * log(random() or _TINY):
            if layout.cost < best[3]:
                best = layout.snapshot()
        else:
            layout.restore(before)
    layout.restore(best)
    return made


def _turns(layout: Layout, out: list[int], random: Callable[[], float]) -> list[int]:
    """The order in which they choose: any, the longest first, or the heaviest."""
    known = layout.prepared
    which = random()
    if which < _ANY_TURN:
        return sorted(out, key=lambda _: random())
    if which < _LONGEST:
        return sorted(out, key=lambda task: random() - known.spans[task])
    return sorted(out, key=lambda task: random() - known.missing[task] - known.spans[task] / 10)


def _refill(layout: Layout, turns: list[int], random: Callable[[], float]) -> None:
    """Put back what can be; whoever waits for one that has no place loses its own."""
    late = random() < _LATE

    # Passing over few starts packs tightly; passing over many shifts whole rows that no greedy order would shift.
    often = _OFTEN if random() < _SOMETIMES else _BLINK

    def blink() -> bool:
        return random() < often

    waiting = turns
    while waiting:
        left = []
        for task in waiting:
            start = layout.best(task, blink, late=late)
            if start >= 0:
                layout.put(task, start)
            else:
                left.append(task)
        if len(left) == len(waiting):
            break
        waiting = left
    while waiting:
        for other, _ in layout.prepared.holds[waiting.pop()]:
            if layout.starts[other] >= 0:
                layout.take(other)
                waiting.append(other)
