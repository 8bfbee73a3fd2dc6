"""Why an operation has no place, and the smallest changes that would give it one; each has been tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from cmday.core.operations import Operation
from cmday.hours.ground import Busy, Ground
from cmday.hours.placement.arranging import Arrangement, arrange
from cmday.hours.placement.grid import SLOT, slots_of
from cmday.hours.placement.holding import Held
from cmday.hours.placement.solve import solve
from cmday.hours.placement.translating import asked

Reason = Literal["overdue", "too-long", "too-late", "waits", "full"]
FixKind = Literal["deadline", "split", "event", "operation", "shorter"]

_MOVES: Final = 200
_MOST_PARTS: Final = 4
_MOST_TRIED: Final = 12
# Trials that move the others: each costs what the plan itself does, so there are fewer where more is planned.
_MOST_SOLVED: Final = 40
_MANY: Final = 50
_FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """One change after which everything has a place that has one now, and this operation too.

    A later deadline (``at``), ``parts`` of ``length`` each, an ``event`` or a locked ``operation`` that may move away,
    or no more than ``length`` in one piece.
    """

    kind: FixKind
    at: datetime | None = None
    length: timedelta | None = None
    parts: int = 1
    event: Busy | None = None
    operation: Operation | None = None


class Unplaced(msgspec.Struct, frozen=True, kw_only=True):
    """An operation without a place, why, and what would help."""

    operation: Operation
    reason: Reason
    fixes: tuple[Fix, ...]


def explained(found: Arrangement, ground: Ground) -> tuple[Unplaced, ...]:
    """Why each operation that an arrangement leaves out has no place, and what would give it one."""
    patience = _Patience(len(found.placed) + len(found.left))
    return tuple(_explained(one, ground, found, patience) for one in found.left)


def _explained(one: Operation, ground: Ground, found: Arrangement, patience: _Patience) -> Unplaced:
    reason = _reason(one, ground, found)
    if reason == "waits":  # what would help is said of the one it waits for
        return Unplaced(operation=one, reason=reason, fixes=())
    tried = _Trials(one, ground, found, patience)
    fixes = [fix for fix in (tried.deadline(), tried.split(), tried.event(), tried.unlocked()) if fix]
    if not fixes and (shorter := tried.shorter()):
        fixes = [shorter]
    return Unplaced(operation=one, reason=reason, fixes=tuple(fixes))


def _reason(one: Operation, ground: Ground, found: Arrangement) -> Reason:
    need, opened = ground.length(one), ground.opened(one)
    earliest, due = max(ground.now, one.not_before or ground.now), one.due or _FAR
    if due <= ground.now:
        return "overdue"
    if {other.id for other in found.left}.intersection(one.after):
        return "waits"
    if need > max((b - a for a, b in opened), default=timedelta()):
        return "too-long"
    if not any(min(b, due) - max(a, earliest) >= need for a, b in opened):
        return "too-late"
    return "full"


class _Patience:
    """How many trials more may move the others too; after that, what is tried has to fit between them as they lie."""

    def __init__(self, operations: int) -> None:
        self.left = _MOST_SOLVED * _MANY // max(operations, _MANY)

    def last(self) -> bool:
        """Whether there is one more, which is then used."""
        self.left -= 1
        return self.left >= 0


class _Trials:
    """The same question with one thing changed; what has a place in the arrangement must not lose it."""

    def __init__(self, one: Operation, ground: Ground, found: Arrangement, patience: _Patience) -> None:
        self._patience = patience
        self._fixed = [Held(each.operation, each.start, each.end, each.kept or "fits") for each in found.placed]
        self._one = one
        self._ground = ground
        self._need = ground.length(one)
        # Tried from where everything would be now, so that nothing moves without need.
        self._others: list[Operation] = [
            placed.operation if placed.kept in {"begun", "now"} else replace(placed.operation, start=placed.start)
            for placed in found.placed
        ]

    def deadline(self) -> Fix | None:
        """The fewest days by which it would have to be later, and when it would be done then."""
        if self._one.due is None:
            return None
        days = [day for day in self._days() if day > self._one.due]
        first, last = 0, len(days) - 1
        best: datetime | None = None
        while first <= last:
            middle = (first + last) // 2
            end = self._done_by(replace(self._one, due=days[middle], wants="any"))
            if end is None:
                first = middle + 1
            else:
                best, last = end, middle - 1
        return Fix(kind="deadline", at=best) if best else None

    def split(self) -> Fix | None:
        """In two parts, or as few as it takes, one behind the other."""
        for parts in range(2, _MOST_PARTS + 1):
            length = slots_of(self._need / parts) * SLOT
            if length * (parts - 1) >= self._need:
                return None
            pieces = [
                replace(
                    self._one,
                    id=f"{self._one.id}/{part}",
                    duration=length,
                    spent=timedelta(),
                    after=self._one.after if part == 0 else (f"{self._one.id}/{part - 1}",),
                    gap=self._one.gap if part == 0 else timedelta(),
                )
                for part in range(parts)
            ]
            if self._works(pieces, self._ground):
                return Fix(kind="split", length=length, parts=parts)
        return None

    def event(self) -> Fix | None:
        """The shortest event before the deadline that makes room by moving away."""
        earliest = max(self._ground.now, self._one.not_before or self._ground.now)
        due = self._one.due or _FAR
        near = [busy for busy in self._ground.busy if busy.end > earliest and busy.start < due]
        for busy in sorted(near, key=lambda one: (one.end - one.start, one.start))[:_MOST_TRIED]:
            if self._works([self._one], self._ground.without(busy)):
                return Fix(kind="event", event=busy)
        return None

    def unlocked(self) -> Fix | None:
        """An operation that is locked where it is, and makes room if it may move."""
        locked = [one for one in self._others if one.locked and one.state == "open"]
        for other in sorted(locked, key=lambda one: (one.duration, one.id))[:_MOST_TRIED]:
            if self._works([self._one], self._ground, other):
                return Fix(kind="operation", operation=other)
        return None

    def shorter(self) -> Fix | None:
        """The longest that it could be in one piece."""
        best, first, last = 0, 1, slots_of(self._need) - 1
        while first <= last:
            middle = (first + last) // 2
            if self._works([replace(self._one, duration=middle * SLOT, spent=timedelta())], self._ground):
                best, first = middle, middle + 1
            else:
                last = middle - 1
        return Fix(kind="shorter", length=best * SLOT) if best else None

    def _days(self) -> list[datetime]:
        """The end of each day ahead on which it could be done."""
        ends: dict[object, datetime] = {}
        for _, end in self._ground.opened(self._one):
            ends[end.astimezone(self._ground.zone).date()] = end
        return list(ends.values())

    def _done_by(self, changed: Operation) -> datetime | None:
        """When it would be done, the others where they lie or moved."""
        if (slot := self._between(changed)) is not None:
            return slot + self._need
        found = self._solved([changed], self._ground, self._others)
        there = found.placed if found else ()
        return next((placed.end for placed in there if placed.operation.id == changed.id), None)

    def _works(self, changed: Sequence[Operation], ground: Ground, freed: Operation | None = None) -> bool:
        """Whether all changed ones find a place, the others where they lie or moved; ``freed`` may lie anywhere."""
        fixed = [one for one in self._fixed if not freed or one.operation.id != freed.id]
        more = [replace(freed, locked=False, start=None)] if freed else []
        question = asked([*changed, *more], ground, fixed)
        if len(solve(question.problem, moves=_MOVES).starts) == len(question.operations):
            return True
        others = [one for one in self._others if one is not freed]
        return self._solved([*changed, *more], ground, others) is not None

    def _between(self, changed: Operation) -> datetime | None:
        question = asked([changed], self._ground, self._fixed)
        starts = solve(question.problem, moves=0).starts
        return question.grid.moment(starts[0]) if starts else None

    def _solved(self, changed: Sequence[Operation], ground: Ground, others: list[Operation]) -> Arrangement | None:
        if not self._patience.last():
            return None
        found = arrange([*others, *changed], ground, moves=_MOVES)
        return None if found.left else found
