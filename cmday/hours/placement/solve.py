"""Solve a problem: regret insertion, a proof where it comes cheap, and a large neighbourhood search for the rest."""

from __future__ import annotations

from typing import Final

import msgspec

from cmday.hours.placement.branching import prove
from cmday.hours.placement.insertion import insert
from cmday.hours.placement.layout import Layout
from cmday.hours.placement.preparing import Prepared
from cmday.hours.placement.problem import Problem
from cmday.hours.placement.search import improve

_SMALL: Final = 16
_GLANCE: Final = 40


class Solution(msgspec.Struct, frozen=True, kw_only=True):
    """The starts by task id (those without a place are missing), what they cost, and a bound that no solution is below.

    ``moves`` is how many were made; fewer than allowed where the cost reached the bound, and so is proven least.
    """

    starts: dict[int, int]
    cost: int
    bound: int
    moves: int

    @property
    def proven(self) -> bool:
        return self.cost <= self.bound


def solve(problem: Problem, *, seed: int = 0, moves: int) -> Solution:
    """The best solution found with so many moves; the same for the same problem, seed and moves."""
    return solved(Prepared(problem), seed=seed, moves=moves)


def solved(known: Prepared, *, seed: int = 0, moves: int) -> Solution:
    """The same for a problem that is prepared already."""
    layout = Layout(known)
    insert(layout)
    bound, made = sum(known.least), 0
    if layout.cost > bound:
        nodes = moves // 2 if known.count <= _SMALL else moves // _GLANCE
        proof = prove(known, nodes=nodes, below=layout.cost)
        bound, made = max(bound, proof.bound), min(proof.nodes, moves)
        if proof.starts is not None:
            layout = _laid(known, proof.starts)
    if layout.cost > bound:
        made += improve(layout, seed=seed, moves=moves - made, bound=bound)
    _settle(layout)
    ids = [task.id for task in known.problem.tasks]
    starts = {ids[task]: start for task, start in enumerate(layout.starts) if start >= 0}
    return Solution(starts=starts, cost=layout.cost, bound=bound, moves=made)


def _settle(layout: Layout) -> None:
    """Of starts that cost the same take the earliest; nothing gets dearer by it."""
    for task in sorted(range(layout.prepared.count), key=layout.starts.__getitem__):
        start = layout.starts[task]
        if start >= 0:
            costs = layout.prepared.costs[task]
            layout.take(task)
            found = layout.best(task, late=True)
            layout.put(task, found if costs[found] <= costs[start] else start)


def _laid(known: Prepared, starts: tuple[int, ...]) -> Layout:
    layout = Layout(known)
    for task, start in enumerate(starts):
        if start >= 0:
            layout.put(task, start)
    return layout
