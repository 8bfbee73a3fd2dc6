"""A proof, where conflicts are few: everyone at their best first, then one conflict at a time is settled both ways.

What each task would cost alone sums to a lower bound. Where two of them want a slot, one of the two has to keep off it:
that makes two smaller problems, and the cheapest of all open ones is looked at next (conflict-based search, Sharon and
others 2015). The first without a conflict is an optimum; until then the cheapest open one is a bound on the cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import pairwise
from typing import Final, TypeAlias

import msgspec

from cmday.hours.placement.preparing import Prepared

# A cut: a task, and the starts it may still have, as a mask.
_Cut: TypeAlias = tuple[int, int]

_WEIGHED: Final = 6


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A lower bound on the cost, the starts of an optimum where one was found (-1: no place), and the nodes it took."""

    bound: int
    starts: tuple[int, ...] | None
    nodes: int


class _Node(msgspec.Struct, frozen=True):
    masks: tuple[int, ...]
    starts: tuple[int, ...]


def prove(known: Prepared, *, nodes: int, below: int) -> Proof:
    """Look for an optimum that costs less than ``below``; a bound of ``below`` says that there is none."""
    masks = tuple(sum(mask for mask, _ in bunches) for bunches in known.bunches)
    starts = tuple(_best(known, task, mask) for task, mask in enumerate(masks))
    cost = sum(_cost(known, task, start) for task, start in enumerate(starts))
    heap: list[tuple[int, int, _Node]] = [(cost, 0, _Node(masks, starts))]
    made = 0
    while heap:
        cost, _, node = heappop(heap)
        if cost >= below:
            break
        cuts = _settled(known, node)
        if not cuts:
            return Proof(bound=cost, starts=node.starts, nodes=made)
        if made >= nodes:
            return Proof(bound=cost, starts=None, nodes=made)
        for task, mask in cuts:
            made += 1
            start = _best(known, task, mask)
            dearer = cost + _cost(known, task, start) - _cost(known, task, node.starts[task])
            if dearer < below:
                child = _Node(_with(node.masks, task, mask), _with(node.starts, task, start))
                heappush(heap, (dearer, -made, child))
    return Proof(bound=below, starts=None, nodes=made)


def _with(values: tuple[int, ...], place: int, value: int) -> tuple[int, ...]:
    return (*values[:place], value, *values[place + 1 :])


def _best(known: Prepared, task: int, mask: int) -> int:
    if mask:
        for bunch_mask, bunch in known.bunches[task]:
            if hits := bunch_mask & mask:
                return next(start for start in bunch if hits >> start & 1)
    return -1


def _cost(known: Prepared, task: int, start: int) -> int:
    return known.missing[task] if start < 0 else known.costs[task][start]


def _settled(known: Prepared, node: _Node) -> list[_Cut]:
    """The ways to settle the conflict that costs most whichever way; none where there is no conflict."""
    chosen: list[_Cut] = []
    worth = (-1, -1)
    for number, cuts in enumerate(_conflicts(known, node)):
        rises = sorted(
            _cost(known, task, _best(known, task, mask)) - _cost(known, task, node.starts[task]) for task, mask in cuts
        )
        if (rises[0], sum(rises)) > worth:
            chosen, worth = cuts, (rises[0], sum(rises))
        if number >= _WEIGHED:
            break
    return chosen


def _conflicts(known: Prepared, node: _Node) -> Iterator[list[_Cut]]:
    yield from _chains(known, node)
    yield from _overlaps(known, node)
    yield from _full_days(known, node)


def _chains(known: Prepared, node: _Node) -> Iterator[list[_Cut]]:
    """Who begins before those it waits for: it begins later, or one of those earlier."""
    for task, start in enumerate(node.starts):
        if start < 0:
            continue
        for other, gap in known.waits[task]:
            at, ready = node.starts[other], known.durations[other] + gap
            if at < 0:
                yield [(task, 0)]
            elif at + ready > start:
                middle = (
                    start - ready + at + 1
                ) // 2  # either the other begins before it, or this at least so much later
                middle = max(middle, start - ready + 1)
                later = node.masks[task] >> middle + ready << middle + ready if middle + ready > 0 else node.masks[task]
                earlier = node.masks[other] & (1 << max(middle, 0)) - 1
                yield [(task, later), (other, earlier)]


def _overlaps(known: Prepared, node: _Node) -> Iterator[list[_Cut]]:
    """Two that want a slot: one of them does not lie on it."""
    spans = known.spans
    order = sorted((start, task) for task, start in enumerate(node.starts) if start >= 0 and spans[task])
    for (start, task), (at, other) in pairwise(order):
        end = min(start + spans[task], at + spans[other])
        if end > at:
            slot = (at + end - 1) // 2
            yield [(one, node.masks[one] & ~_covering(slot, spans[one])) for one in (task, other)]


def _covering(slot: int, span: int) -> int:
    """The starts whose spans cover a slot."""
    first = max(slot - span + 1, 0)
    return (1 << slot + 1) - (1 << first)


def _full_days(known: Prepared, node: _Node) -> Iterator[list[_Cut]]:
    """More on a day than it holds: one of them goes to another day."""
    there: dict[int, list[tuple[int, int]]] = {}
    for task, start in enumerate(node.starts):
        if start >= 0:
            for day, slots in known.shares(task, start):
                there.setdefault(day, []).append((slots, task))
    for day, tasks in sorted(there.items()):
        if sum(slots for slots, _ in tasks) <= known.left[day]:
            continue
        crowd, held = [], 0
        for slots, task in sorted(tasks, reverse=True):
            crowd.append((task, slots))
            held += slots
            if held > known.left[day]:
                break
        yield [(task, node.masks[task] & ~known.sharing(task, day, slots)) for task, slots in crowd]
