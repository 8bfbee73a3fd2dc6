"""The watch after an announcement: work of hers, as soon as she is there, and no later than that day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from cmday.core.operations import Operation
from cmday.hours.ground import Ground
from cmday.hours.placement import Placement


def with_watches(
    living: Sequence[Operation], ground: Ground, place: Callable[[Sequence[Operation]], Placement]
) -> Placement:
    """Place everything; a watch that would come too late is bound to its day, unless that costs another its place."""
    found = place(living)
    ends = {one.operation.id: one.end for one in found.placed}
    late = {
        one.operation.id: limit
        for one in found.placed
        if one.operation.kind == "watch" and (limit := watched_until(one.operation, ends, ground)) and one.end > limit
    }
    if not late:
        return found
    bound = [msgspec.structs.replace(one, due=late[one.id]) if one.id in late else one for one in living]
    again = place(bound)
    if len(again.unplaced) > len(found.unplaced):
        return found
    whole = {one.id: one for one in living}
    placed = [msgspec.structs.replace(one, operation=whole[one.operation.id]) for one in again.placed]
    return msgspec.structs.replace(again, placed=tuple(placed))


def watched_until(watch: Operation, ends: Mapping[str, datetime], ground: Ground) -> datetime | None:
    """The end of the first day of work with room for a watch once what it watches is out; None where nothing is."""
    out = [ends[one] for one in watch.after if one in ends]
    if not out or watch.due is not None:
        return None
    begin = max(out)
    need = ground.length(watch)
    days: dict[object, tuple[datetime, datetime]] = {}
    for start, end in ground.opened(watch):
        if end - max(start, begin) >= need:
            day = start.astimezone(ground.zone).date()
            days.setdefault(day, (start, end))
    if not days:
        return None
    first = next(iter(days))
    return max(end for start, end in ground.opened(watch) if start.astimezone(ground.zone).date() == first)
