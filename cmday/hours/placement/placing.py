"""Places operations into the days ahead.

Hard rules, never broken: within working hours, not over a busy event nor another operation, not before ``not_before``
nor now, done by ``due``. What is begun, locked or already well placed keeps its place. Among what is left, each in turn
takes the start with the traffic it wants, the earliest of equals. The turn is by priority and deadline; where that
leaves something without a place, other orders are tried, and the one that places most wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec

from cmday.core.operations import Level, Operation
from cmday.hours.ground import Ground
from cmday.hours.quiet import level_of
from cmday.hours.slots import best_start, fits
from cmday.hours.unplaced import Unplaced, explained
from cmday.hours.working import Stretch

_FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)

KeptBecause = Literal["begun", "locked", "now", "fits"]


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """An operation with its place (UTC). ``kept`` says why it stays where it was, None where it is newly placed."""

    operation: Operation
    start: datetime
    end: datetime
    traffic: float
    kept: KeptBecause | None

    @property
    def level(self) -> Level:
        return level_of(self.traffic)


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything goes, in order of start, and what goes nowhere."""

    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]


def place(operations: Iterable[Operation], ground: Ground) -> Placement:
    """Place what is open, running or paused; the same question always gets the same answer."""
    living = sorted((one for one in operations if one.state in ("open", "running", "paused")), key=_turn)
    held = _held(living, ground)
    rest = [one for one in living if one.id not in held]
    best: dict[str, Placed] | None = None
    for order, keeps in ((_turn, True), (_turn, False), (_by_deadline, False), (_longest_first, False)):
        found = _fill(rest, ground, held, order, keeps=keeps)
        if best is None or _worth(found, rest) > _worth(best, rest):
            best = found
        if len(best) == len(rest):
            break
    placed = held | (best or {})
    taken = [(one.start, one.end) for one in placed.values()]
    return Placement(
        placed=tuple(sorted(placed.values(), key=lambda one: (one.start, one.operation.id))),
        unplaced=tuple(explained(one, ground, taken) for one in living if one.id not in placed),
    )


def _turn(operation: Operation) -> Any:
    return (operation.priority, operation.due or _FAR, operation.created, operation.id)


def _by_deadline(operation: Operation) -> Any:
    return (operation.due or _FAR, operation.priority, operation.created, operation.id)


def _longest_first(operation: Operation) -> Any:
    return (-operation.duration, *_by_deadline(operation))


def _worth(found: dict[str, Placed], rest: list[Operation]) -> tuple[int, ...]:
    """How many of each priority have a place, the highest first; between equals, how many stay where they were."""
    by_priority = [sum(one.id in found for one in rest if one.priority == priority) for priority in sorted({1, 2, 3})]
    unmoved = sum(found[one.id].start == one.start for one in rest if one.id in found and one.start)
    return (*by_priority, sum(by_priority), unmoved)


def _held(living: list[Operation], ground: Ground) -> dict[str, Placed]:
    """What stays whatever else: begun, locked and not over, or in the middle of its time at this moment."""
    held: dict[str, Placed] = {}
    now = ground.now.astimezone(UTC)
    for one in living:
        if one.state == "running":
            begin = (one.began or ground.now).astimezone(UTC)
            held[one.id] = _placed(one, begin, now + one.remaining(ground.now), ground, "begun")
        elif one.locked and one.state == "open" and one.start and (end := _end(one)) > now:
            held[one.id] = _placed(one, one.start.astimezone(UTC), end, ground, "locked")
    for one in living:
        if one.id in held or one.state != "open" or not one.start or one.start > now or (end := _end(one)) <= now:
            continue
        free = ground.free(one.community, [(other.start, other.end) for other in held.values()])
        if fits(one, now, end, free, ground):
            held[one.id] = _placed(one, one.start.astimezone(UTC), end, ground, "now")
    return held


def _end(one: Operation) -> datetime:
    """When a placed operation ends, in UTC; one without a place has ended long ago."""
    return one.start.astimezone(UTC) + one.duration if one.start else datetime.min.replace(tzinfo=UTC)


def _placed(one: Operation, start: datetime, end: datetime, ground: Ground, kept: KeptBecause | None) -> Placed:
    traffic = ground.traffic(one.community).between(start, end)
    return Placed(operation=one, start=start, end=end, traffic=traffic, kept=kept)


def _fill(
    rest: list[Operation],
    ground: Ground,
    held: dict[str, Placed],
    order: Callable[[Operation], Any],
    *,
    keeps: bool,
) -> dict[str, Placed]:
    """Give each operation its place in this order; with ``keeps``, those that fit where they are stay there first."""
    found: dict[str, Placed] = {}
    taken: list[Stretch] = [(one.start, one.end) for one in held.values()]
    turns = sorted(rest, key=order)
    if keeps:
        for one in turns:
            if one.start is None:
                continue
            start = one.start.astimezone(UTC)
            end = start + ground.length(one)
            if fits(one, start, end, ground.free(one.community, taken), ground):
                found[one.id] = _placed(one, start, end, ground, "fits")
                taken.append((start, end))
    for one in turns:
        if one.id in found:
            continue
        begin = best_start(one, ground, taken, due=one.due)
        if begin is not None:
            end = begin + ground.length(one)
            found[one.id] = _placed(one, begin, end, ground, None)
            taken.append((begin, end))
    return found
