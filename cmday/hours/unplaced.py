"""Why an operation has no place, and what would give it one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec

from cmday.core.operations import Operation
from cmday.hours.free import without
from cmday.hours.ground import Busy, Ground
from cmday.hours.slots import SLOT, best_start
from cmday.hours.working import Stretch

Reason = Literal["overdue", "too-long", "too-late", "full"]
FixKind = Literal["deadline", "split", "event", "shorter"]
_FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that would make room: a later deadline (``at``), two halves of ``length``, or an event moved away."""

    kind: FixKind
    at: datetime | None = None
    length: timedelta | None = None
    event: Busy | None = None


class Unplaced(msgspec.Struct, frozen=True, kw_only=True):
    """An operation without a place, why, and what would help."""

    operation: Operation
    reason: Reason
    fixes: tuple[Fix, ...]


def explained(one: Operation, ground: Ground, taken: list[Stretch]) -> Unplaced:
    """Why an operation has no place, and up to three things that would give it one."""
    need = ground.length(one)
    if one.due is not None and one.due <= ground.now:
        reason: Reason = "overdue"
    elif need > max((b - a for a, b in ground.working(one.community)), default=timedelta()):
        reason = "too-long"
    elif one.due is not None and not _room(one, need, ground.working(one.community), ground):
        reason = "too-late"
    else:
        reason = "full"
    fixes: list[Fix] = []
    if one.due is not None and (later := _earliest(one, ground, taken)) is not None:
        fixes.append(Fix(kind="deadline", at=later + need))
    if (half := _half(need)) and _two_fit(one, ground, taken, half):
        fixes.append(Fix(kind="split", length=half))
    if (event := _in_the_way(one, ground, taken, need)) is not None:
        fixes.append(Fix(kind="event", event=event))
    if not fixes:
        fixes.append(Fix(kind="shorter"))
    return Unplaced(operation=one, reason=reason, fixes=tuple(fixes))


def _room(one: Operation, need: timedelta, stretches: list[Stretch], ground: Ground) -> bool:
    """Whether a stretch before the deadline is long enough."""
    earliest = max(ground.now, one.not_before or ground.now)
    due = one.due or _FAR
    return any(min(b, due) - max(a, earliest) >= need for a, b in stretches)


def _earliest(one: Operation, ground: Ground, taken: list[Stretch]) -> datetime | None:
    anyhow = msgspec.structs.replace(one, wants="any")
    return best_start(anyhow, ground, taken, due=None)


def _half(need: timedelta) -> timedelta | None:
    """Half the work in whole slots; None where halving makes no sense."""
    slots = -(-need // SLOT)
    return -(-slots // 2) * SLOT if slots > 1 else None


def _two_fit(one: Operation, ground: Ground, taken: list[Stretch], half: timedelta) -> bool:
    first = best_start(one, ground, taken, due=one.due, length=half)
    if first is None:
        return False
    both = [*taken, (first, first + half)]
    return best_start(one, ground, both, due=one.due, length=half) is not None


def _in_the_way(one: Operation, ground: Ground, taken: list[Stretch], need: timedelta) -> Busy | None:
    """The first event whose moving away would make room before the deadline."""
    earliest = max(ground.now, one.not_before or ground.now)
    for busy in ground.busy:
        if busy.end <= earliest or (one.due is not None and busy.start >= one.due):
            continue
        others = [(other.start, other.end) for other in ground.busy if other is not busy]
        if _room(one, need, without(ground.working(one.community), others + taken), ground):
            return busy
    return None
