"""What else an operation could have had: its best starts, free or not, and what blocks each; and why it moved."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from cmday.core.operations import Level, Operation
from cmday.hours.ground import Ground
from cmday.hours.placement.blocking import Blocker, blockers
from cmday.hours.placement.placing import Placement
from cmday.hours.placement.preparing import Prepared
from cmday.hours.placement.translating import asked

CHOICES = 4


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A place (UTC) that an operation could have, its traffic, and what keeps it from there."""

    start: datetime
    end: datetime
    traffic: float
    level: Level
    blocked_by: tuple[Blocker, ...]


def choices(one: Operation, placement: Placement, ground: Ground, *, count: int = CHOICES) -> tuple[Choice, ...]:
    """The places that suit an operation best beside the one it has, from the best on, none overlapping another.

    They are taken as if the calendar and all other operations were not there, and then it is said what is.
    """
    bare = asked([msgspec.structs.replace(one, start=None, after=())], ground.bare(), ())
    costs = Prepared(bare.problem).costs[0]
    length = ground.length(one)
    taken = [(each.start, each.end) for each in placement.placed if each.operation.id == one.id]
    traffic = ground.traffic(one.community)
    found: list[Choice] = []
    for slot in sorted(costs, key=lambda slot: (costs[slot], slot)):
        start = bare.grid.moment(slot)
        end = start + length
        if any(a < end and start < b for a, b in taken):
            continue
        taken.append((start, end))
        found.append(
            Choice(
                start=start,
                end=end,
                traffic=traffic.between(start, end),
                level=traffic.level(start, end),
                blocked_by=blockers(one, start, placement.placed, ground),
            )
        )
        if len(found) == count:
            break
    return tuple(found)


def moved(one: Operation, placement: Placement, ground: Ground) -> Blocker | None:
    """What keeps an operation from where it was agreed to be; None where nothing does.

    Events come before other operations, because nobody has a say in them.
    """
    if one.start is None:
        return None
    found = blockers(one, one.start.astimezone(UTC), placement.placed, ground)
    order = ("past", "event", "deadline", "too-early", "closed", "waits", "operation", "day-full", "holds")
    return min(found, key=lambda each: order.index(each.kind), default=None)
