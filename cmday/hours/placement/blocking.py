"""What stands in the way of an operation at a given start: the data behind every "because"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from cmday.core.operations import Operation
from cmday.hours.ground import Ground
from cmday.hours.placement.arranging import Placed
from cmday.hours.working import clipped, local_moment

BlockedBy = Literal["past", "too-early", "deadline", "closed", "event", "operation", "waits", "holds", "day-full"]


class Blocker(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in the way; ``title`` is of the event or the other operation, None where there is neither."""

    kind: BlockedBy
    title: str | None = None
    operation: str | None = None


def blockers(one: Operation, start: datetime, others: Sequence[Placed], ground: Ground) -> tuple[Blocker, ...]:
    """All that keeps an operation from a start, hard rules one after the other; empty where it may lie there."""
    end = start + ground.length(one)
    found: list[Blocker] = []
    if start < ground.now:
        found.append(Blocker(kind="past"))
    if one.not_before and start < one.not_before:
        found.append(Blocker(kind="too-early"))
    if one.due and end > one.due:
        found.append(Blocker(kind="deadline"))
    if one.presence:
        found += [
            Blocker(kind="event", title=busy.title) for busy in ground.busy if busy.start < end and start < busy.end
        ]
    if start >= ground.now and not any(a <= start and end <= b for a, b in ground.opened(one)):
        found.append(Blocker(kind="closed"))
    for other in others:
        if other.operation.id != one.id and (kind := _between(one, start, end, other)):
            found.append(Blocker(kind=kind, title=other.operation.title, operation=other.operation.id))
    if one.presence and not found and _fills(one, start, end, others, ground):
        found.append(Blocker(kind="day-full"))
    return tuple(found)


def _between(one: Operation, start: datetime, end: datetime, other: Placed) -> BlockedBy | None:
    """What another operation, where it is, has against this one there."""
    if other.operation.id in one.after and start < other.end + one.gap:
        return "waits"
    if one.id in other.operation.after and other.start < end + other.operation.gap:
        return "holds"
    both = one.presence and other.operation.presence
    if both and start < other.end + other.operation.buffer and other.start < end + one.buffer:
        return "operation"
    return None


def _fills(one: Operation, start: datetime, end: datetime, others: Sequence[Placed], ground: Ground) -> bool:
    """Whether a day would hold more than its limit."""
    limit = ground.hours.day_limit
    if limit is None:
        return False
    day = start.astimezone(ground.zone).date()
    while (midnight := local_moment(day, 0, ground.zone)) < end:
        day += timedelta(days=1)
        spans = [(start, end)]
        spans += [(each.start, each.end) for each in others if each.operation.presence and each.operation.id != one.id]
        worked = clipped(spans, midnight, local_moment(day, 0, ground.zone))
        if sum((b - a for a, b in worked), timedelta()) > limit:
            return True
    return False
