"""Places operations into the days ahead: what is begun, locked or under way stays, the rest is solved as a whole.

An operation that was agreed to pays a price for leaving its place, so that a plan stays as it is unless something has
to give way, or all that a day offers is to be gained.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cmday.core.operations import Level, Operation
from cmday.hours.ground import Ground
from cmday.hours.placement.holding import Held, KeptBecause, held
from cmday.hours.placement.solve import Solution, solve
from cmday.hours.placement.translating import PRICE, Asked, asked

_FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)
_LEAST_MOVES: Final = 1000
_MOVES_EACH: Final = 20


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """An operation with its place (UTC). ``kept`` says why it stays where it was, None where it is newly placed."""

    operation: Operation
    start: datetime
    end: datetime
    traffic: float
    level: Level
    kept: KeptBecause | None


class Arrangement(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything goes, in order of start, and what goes nowhere."""

    placed: tuple[Placed, ...]
    left: tuple[Operation, ...]
    asked: Asked
    solution: Solution


def arrange(
    operations: Iterable[Operation], ground: Ground, *, moves: int | None = None, price: int | None = None
) -> Arrangement:
    """Arrange what is open, running or paused; the same question always gets the same answer."""
    living = sorted((one for one in operations if one.state in ("open", "running", "paused")), key=turn)
    kept = held(living, ground)
    rest = [one for one in living if one.id not in kept]
    question = asked(rest, ground, kept.values(), price=PRICE if price is None else price)
    if moves is None:
        moves = _LEAST_MOVES + _MOVES_EACH * len(rest)
    solution = solve(question.problem, moves=moves)
    placed = [_kept(one, ground) for one in kept.values()]
    placed += [_found(one, question, slot, ground) for one, slot in _slots(question, solution)]
    there = {one.operation.id for one in placed}
    return Arrangement(
        placed=tuple(sorted(placed, key=lambda one: (one.start, one.operation.id))),
        left=tuple(one for one in living if one.id not in there),
        asked=question,
        solution=solution,
    )


def turn(operation: Operation) -> Any:
    """Who goes first where nothing else decides."""
    return (operation.priority, operation.due or _FAR, operation.created, operation.id)


def _slots(question: Asked, solution: Solution) -> list[tuple[Operation, int]]:
    return [(question.operations[task], slot) for task, slot in solution.starts.items()]


def _found(one: Operation, question: Asked, slot: int, ground: Ground) -> Placed:
    start = question.grid.moment(slot)
    kept: KeptBecause | None = "fits" if one.start == start else None
    return _placed(one, start, start + ground.length(one), ground, kept)


def _kept(one: Held, ground: Ground) -> Placed:
    return _placed(one.operation, one.start, one.end, ground, one.because)


def _placed(one: Operation, start: datetime, end: datetime, ground: Ground, kept: KeptBecause | None) -> Placed:
    traffic = ground.traffic(one.community)
    return Placed(
        operation=one,
        start=start,
        end=end,
        traffic=traffic.between(start, end),
        level=traffic.level(start, end),
        kept=kept,
    )
