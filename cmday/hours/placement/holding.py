"""What keeps its place whatever else is asked: begun, locked, or in the middle of its time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

import msgspec

from cmday.core.operations import Operation
from cmday.hours.free import without
from cmday.hours.ground import Ground
from cmday.hours.placement.grid import Grid
from cmday.hours.working import Stretch

KeptBecause = Literal["begun", "locked", "now", "fits"]


class Held(msgspec.Struct, frozen=True):
    """An operation that stays, from when to when (UTC), and why."""

    operation: Operation
    start: datetime
    end: datetime
    because: KeptBecause


def held(living: list[Operation], ground: Ground) -> dict[str, Held]:
    """What stays, by id.

    Beside what is begun, locked or under way that is what fits where it is and does not begin on a quarter hour: only a
    person can have put it there.
    """
    now, found = ground.now.astimezone(UTC), {}
    for one in living:
        if one.state == "running":
            begin = (one.began or ground.now).astimezone(UTC)
            found[one.id] = Held(one, begin, now + one.remaining(ground.now), "begun")
        elif one.locked and one.state == "open" and one.start and (end := _end(one)) > now:
            found[one.id] = Held(one, one.start.astimezone(UTC), end, "locked")
    grid, ids = Grid(ground), {one.id for one in living}
    for one in living:
        if one.id in found or not one.start:
            continue
        start, end = one.start.astimezone(UTC), _end(one)
        # What it waits for may have moved or be late: its time has not come then.
        comes_now = one.state == "open" and start <= now < end and not ids.intersection(one.after)
        if comes_now and _fits(one, now, end, ground, found.values()):
            found[one.id] = Held(one, start, end, "now")
        elif start > now and not grid.on(start):
            end = start + ground.length(one)
            if _fits(one, start, end, ground, found.values()):
                found[one.id] = Held(one, start, end, "fits")
    return found


def occupied(kept: Iterable[Held]) -> list[Stretch]:
    """The time that what is held takes of the CM's, with its buffers."""
    return [(one.start, one.end + one.operation.buffer) for one in kept if one.operation.presence]


def _end(one: Operation) -> datetime:
    """When a placed operation ends, in UTC; one without a place has ended long ago."""
    return one.start.astimezone(UTC) + one.duration if one.start else datetime.min.replace(tzinfo=UTC)


def _fits(one: Operation, start: datetime, end: datetime, ground: Ground, kept: Iterable[Held]) -> bool:
    """Whether a span (UTC) breaks no rule of the operation's own, and is free."""
    taken = [(busy.start, busy.end) for busy in ground.busy] + occupied(kept) if one.presence else []
    return (
        start >= max(ground.now, one.not_before or ground.now)
        and (one.due is None or end <= one.due)
        and any(a <= start and end <= b for a, b in without(ground.opened(one), taken))
    )
